import assert from "node:assert/strict";
import { chmod, readFile } from "node:fs/promises";
import * as vscode from "vscode";
import { editValues, revealValue } from "../../src/panel/viewRequests";
import type { Services } from "../../src/app/services";
import type { RunEntry } from "../../src/runs/runStore";
import { vectorColumn } from "../../src/shared/trace/trace";
import {
  TUTORIAL,
  activateLab,
  cleanUp,
  command,
  ghostsOf,
  show,
  skip,
  until,
  untilPhase,
  workspaceFile,
  writeExperiment,
} from "./support";

const ITERATIONS = ["training", "iterations"];
const with500As = (value: number): string => TUTORIAL.replace(`"iterations": 500`, `"iterations": ${value}`);

suite("controls of the panel", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  test("write the smallest edit into the file, which runs it again; comments stay, and undo takes it back", async () => {
    const uri = await writeExperiment("control.rnn.json", TUTORIAL);
    const document = await show(uri);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    await editValues(session, [{ path: ITERATIONS, value: 250 }]);
    assert.deepEqual([document.getText(), document.isDirty], [with500As(250), false]);
    await until(session.onDidChange, () => session.status.phase === "done" && session.status.iterations === 250);
    await show(uri);
    await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), TUTORIAL);
    await until(
      session.onDidChange,
      () => session.view(true).text.form.find(({ path }) => path.join(".") === "training.iterations")?.value === 500,
    );
  });

  test("moved all the way, a slider is one step of undo, and the file is saved at the end of the movement", async () => {
    const uri = await writeExperiment("slider.rnn.json", TUTORIAL);
    const document = await show(uri);
    const session = await lab.files.session(uri);
    for (const value of [400, 300, 200]) await editValues(session, [{ path: ITERATIONS, value }], true);
    assert.deepEqual([document.getText(), document.isDirty], [with500As(200), true]);
    await editValues(session, [{ path: ITERATIONS, value: 200 }]);
    assert.equal(document.isDirty, false);
    await vscode.commands.executeCommand("undo");
    assert.equal(document.getText(), TUTORIAL);
  });

  test("moved with pauses in which its runs end, a slider is one run in the history", async () => {
    const uri = await writeExperiment("dragged.rnn.json", TUTORIAL);
    await show(uri);
    const session = await lab.files.session(uri);
    const listed = (): readonly RunEntry[] =>
      (lab.runs.store?.all ?? []).filter(({ meta }) => meta.uri === uri.toString());
    await command("run", uri);
    await untilPhase(session, "done");
    for (const value of [450, 400, 350, 300]) {
      await editValues(session, [{ path: ITERATIONS, value }], true, lab.movements);
      await until(session.onDidChange, () => session.status.phase === "done" && session.status.iterations === value);
    }
    await editValues(session, [{ path: ITERATIONS, value: 250 }], false, lab.movements);
    await until(session.onDidChange, () => session.status.phase === "done" && session.status.iterations === 250);
    assert.deepEqual(
      ghostsOf(session).map(({ number }) => number),
      [1],
    );
    assert.equal(session.view(true).run?.number, 2);
    await until(lab.runs.onDidChange, () => listed().length === 2 && listed()[0]?.state === "done");
    await lab.runs.store?.load();
    assert.deepEqual(
      listed().map(({ meta }) => meta.config.training.iterations),
      [250, 500],
    );
  });

  test("asked for faster than they are made, edits are made one after the other", async () => {
    const uri = await writeExperiment("fast.rnn.json", TUTORIAL);
    const session = await lab.files.session(uri);
    await Promise.all([
      editValues(session, [{ path: ITERATIONS, value: 100 }]),
      editValues(session, [{ path: ["seed"], value: 7 }]),
      editValues(session, [{ path: ["training", "clip"], value: { norm: 1 } }]),
    ]);
    const { experiment } = await lab.files.open(uri);
    assert.deepEqual(
      [experiment?.training.iterations, experiment?.seed, experiment?.training.clip],
      [100, 7, { norm: 1 }],
    );
  });

  test("refuse what would not be an experiment, and a text with an error, in words, and change nothing", async () => {
    const uri = await writeExperiment("refusal.rnn.json", TUTORIAL);
    const session = await lab.files.session(uri);
    await assert.rejects(editValues(session, [{ path: ITERATIONS, value: -1 }]), /the value is not allowed/);
    const broken = await lab.files.session(
      await writeExperiment("refusal-broken.rnn.json", TUTORIAL.replace(`"seed": 1,`, `"seed": ,`)),
    );
    await assert.rejects(editValues(broken, [{ path: ITERATIONS, value: 5 }]), /has an error/);
    assert.equal((await vscode.workspace.openTextDocument(uri)).getText(), TUTORIAL);
  });

  test("lead to the value in the editor, or to where it would stand", async () => {
    const uri = await writeExperiment("reveal.rnn.json", TUTORIAL);
    const session = await lab.files.session(uri);
    await revealValue(session, ITERATIONS);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.toString(), uri.toString());
    assert.equal(editor?.document.getText(editor.selection), "500");
    await revealValue(session, ["training", "schedule", "kind"]);
    assert.equal(editor?.document.getText(vscode.window.activeTextEditor?.selection), `"training"`);
  });
});

suite("files of experiments", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  test("two of the same name in different folders have each their own session, panel and thread", async () => {
    const [first, second] = [
      await writeExperiment("one/same.rnn.json", TUTORIAL),
      await writeExperiment("two/same.rnn.json", with500As(300)),
    ];
    await command("run", first);
    await command("run", second);
    const sessions = [await lab.files.session(first), await lab.files.session(second)];
    for (const session of sessions) await untilPhase(session, "done");
    assert.deepEqual(
      sessions.map(({ status }) => status.iterations),
      [500, 300],
    );
    assert.equal(lab.panels.all.length, 2);
    assert.equal(new Set(sessions.map((session) => lab.panels.find(session)?.panel)).size, 2);
  });

  test("a file that another program has changed runs again while its panel is open", async () => {
    const uri = await writeExperiment("switched.rnn.json", TUTORIAL);
    await show(uri);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    // As a checkout does: the file changes under the open, unchanged document.
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(with500As(200)));
    await until(session.onDidChange, () => session.status.phase === "done" && session.status.iterations === 200);
    assert.deepEqual(session.view(true).change?.values, ["iterations 500 → 200"]);
  });

  test("a folder that is renamed takes its sessions, and typing in the moved file still runs it", async () => {
    const uri = await writeExperiment("before/moved.rnn.json", TUTORIAL);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    const moved = workspaceFile("after/moved.rnn.json");
    const rename = new vscode.WorkspaceEdit();
    rename.renameFile(workspaceFile("before"), workspaceFile("after"), { overwrite: true });
    const told = until(session.onDidChange, () => session.file.uri === moved.toString());
    await vscode.workspace.applyEdit(rename);
    await told;
    await editValues(session, [{ path: ITERATIONS, value: 200 }]);
    await until(session.onDidChange, () => session.status.phase === "done" && session.status.iterations === 200);
    assert.equal(lab.panels.all.length, 1);
  });

  test("an untitled experiment runs while it is typed", async () => {
    const uri = vscode.Uri.from({ scheme: "untitled", path: "typed.rnn.json" });
    const document = await vscode.workspace.openTextDocument(uri);
    const insert = new vscode.WorkspaceEdit();
    insert.insert(uri, new vscode.Position(0, 0), TUTORIAL);
    await vscode.workspace.applyEdit(insert);
    await vscode.window.showTextDocument(document);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    await editValues(session, [{ path: ITERATIONS, value: 150 }]);
    await until(session.onDidChange, () => session.status.phase === "done" && session.status.iterations === 150);
  });

  test("a read-only file of a virtual workspace runs; a control says that it cannot be changed", async () => {
    const bytes = new TextEncoder().encode(TUTORIAL);
    const events = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
    const readOnly = (): never => {
      throw vscode.FileSystemError.NoPermissions("read-only");
    };
    const provider = vscode.workspace.registerFileSystemProvider(
      "rnnlab-virtual",
      {
        onDidChangeFile: events.event,
        watch: () => ({ dispose: () => undefined }),
        stat: () => ({
          type: vscode.FileType.File,
          ctime: 0,
          mtime: 0,
          size: bytes.length,
          permissions: vscode.FilePermission.Readonly,
        }),
        readFile: () => bytes,
        readDirectory: () => [],
        createDirectory: readOnly,
        writeFile: readOnly,
        delete: readOnly,
        rename: readOnly,
      },
      { isReadonly: true, isCaseSensitive: true },
    );
    const uri = vscode.Uri.from({ scheme: "rnnlab-virtual", path: "/virtual.rnn.json" });
    const document = await show(uri);
    assert.equal(await command("run", uri), true);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    await assert.rejects(editValues(session, [{ path: ITERATIONS, value: 5 }]), /cannot be edited/);
    assert.deepEqual([document.getText(), session.status.iterations], [TUTORIAL, 500]);
    await cleanUp(lab);
    provider.dispose();
  });

  test("a file that the disk protects runs; what a control writes runs too, and stays in the editor, unsaved", async function () {
    if (process.getuid?.() === 0) skip(this, "root may write to every file: run the tests as another user");
    const uri = await writeExperiment("protected.rnn.json", TUTORIAL);
    await chmod(uri.fsPath, 0o444);
    const document = await show(uri);
    assert.equal(await command("run", uri), true);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    await editValues(session, [{ path: ITERATIONS, value: 120 }]);
    await until(session.onDidChange, () => session.status.phase === "done" && session.status.iterations === 120);
    assert.deepEqual(
      [document.isDirty, document.getText(), await readFile(uri.fsPath, "utf8")],
      [true, with500As(120), TUTORIAL],
    );
    await chmod(uri.fsPath, 0o644);
  });

  test("a link opens the panel at its iteration, time step and card", async () => {
    const uri = await writeExperiment("linked.rnn.json", TUTORIAL);
    await show(uri);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    const panel = lab.panels.find(session);
    assert.ok(panel);
    await vscode.commands.executeCommand("rnnLab.openPanel", uri.toString(), 100, 3, "states");
    const target = workspaceFile("linked.csv");
    await command("saveChart", uri, "states", "csv", target);
    const state = session.run?.trace?.column(vectorColumn.state(0))?.at(100 * 11 + 3);
    assert.ok(
      state !== undefined && (await readFile(target.fsPath, "utf8")).includes(String(state)),
      `the states of iteration 100, ${state} among them`,
    );
  });
});
