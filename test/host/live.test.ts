import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import type { ExperimentSession } from "../../src/session/experimentSession";
import {
  ENDLESS,
  TUTORIAL,
  activateLab,
  cleanUp,
  command,
  ghostsOf,
  next,
  replaceInFile,
  show,
  typeOver,
  until,
  untilPhase,
  untilRows,
  writeExperiment,
} from "./support";

suite("typing", () => {
  let lab: Services;
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration("rnnLab");
  const set = (name: string, value: unknown): Thenable<void> =>
    settings().update(name, value, vscode.ConfigurationTarget.Global);
  suiteSetup(async () => {
    lab = await activateLab();
    await set("autoRunDelay", 0);
  });
  suiteTeardown(() => set("autoRunDelay", undefined));
  teardown(() => cleanUp(lab));

  async function openRun(
    name: string,
    text = TUTORIAL,
  ): Promise<{ uri: vscode.Uri; document: vscode.TextDocument; session: ExperimentSession }> {
    const uri = await writeExperiment(name, text);
    const document = await show(uri);
    await command("run", uri);
    return { uri, document, session: await lab.files.session(uri) };
  }

  /** The text has been read, and what follows from it has been decided. */
  async function edit(document: vscode.TextDocument, from: string, to: string): Promise<void> {
    const version = document.version;
    const read = until(lab.files.onDidRead, () => document.version > version);
    await replaceInFile(document, from, to);
    await read;
  }

  test("a typed value runs at once, beside the ghost of the run before, and the panel is told what changed", async () => {
    const { document, session } = await openRun("typed.rnn.json");
    await untilPhase(session, "done");
    await typeOver(document, /"iterations": (\d+)/, "300");
    await until(session.onDidChange, () => session.status.phase === "done" && session.status.iterations === 300);
    assert.equal(document.isDirty, true);
    const [ghost] = ghostsOf(session);
    assert.match(ghost?.label ?? "", /^Run 1 · /);
    assert.deepEqual([ghost?.loss.length, session.identity], [501, { number: 2, name: "iterations 300" }]);
    assert.deepEqual(session.view(true).change, {
      since: ghost?.label,
      values: ["iterations 500 → 300"],
      details: "training.iterations: 500 → 300",
    });
    await until(session.onDidChange, () => !session.view(true).experiment!.textDiffersFromRun);
    await vscode.commands.executeCommand("undo");
    await until(session.onDidChange, () => session.status.phase === "done" && session.status.iterations === 500);
  });

  test("with a delay a typed value waits for the next one; saving does not wait", async () => {
    await set("autoRunDelay", 5000);
    const { document, session } = await openRun("settles.rnn.json");
    await untilPhase(session, "done");
    await edit(document, "500", "400");
    assert.deepEqual([session.status.iterations, session.view(true).experiment!.textDiffersFromRun], [500, false]);
    await vscode.commands.executeCommand("workbench.action.files.save");
    await until(session.onDidChange, () => session.status.phase === "done" && session.status.iterations === 400);
    await set("autoRunDelay", 0);
  });

  test("a value that was typed before Stop does not start a run after it", async () => {
    await set("autoRunDelay", 1500);
    const { uri, document, session } = await openRun("stopped-typing.rnn.json", ENDLESS);
    await untilRows(session);
    const run = session.run?.runId;
    await edit(document, `"seed": 1,`, `"seed": 2,`);
    assert.equal(session.handover.editState, "coming");
    await command("stop", uri);
    await until(session.onDidChange, () => session.handover.editState === "settled");
    assert.equal(session.isActive, false);
    await vscode.commands.executeCommand("workbench.action.files.save");
    // Saving means it; the run before was the last.
    await until(session.onDidChange, () => session.run?.runId !== run && session.status.phase === "running");
    await set("autoRunDelay", 0);
  });

  test("a comment, a layout and a name run nothing", async () => {
    const { document, session } = await openRun("layout.rnn.json");
    await untilPhase(session, "done");
    let runs = 0;
    const listener = session.onDidChange(({ kind }) => (runs += kind === "run" ? 1 : 0));
    await edit(document, "// Random seed:", "// The random seed:");
    await edit(document, `"seed": 1,`, `"seed":     1,`);
    await edit(document, `"Count the ones"`, `"Count them"`);
    listener.dispose();
    assert.deepEqual(
      [runs, session.file.name, session.view(true).experiment!.textDiffersFromRun],
      [0, "Count them", false],
    );
  });

  test("a text with an error keeps the last good run and says where the error is", async () => {
    const { document, session } = await openRun("broken.rnn.json");
    await untilPhase(session, "done");
    const hash = session.run?.configHash;
    await edit(document, `"iterations": 500`, `"iterations": `);
    const line =
      document
        .getText()
        .split("\n")
        .findIndex((text) => text.includes(`"iterations"`)) + 1;
    const { error } = session.view(true).text;
    assert.ok(error !== null && Math.abs(error.line - line) <= 1, JSON.stringify(error));
    assert.deepEqual([session.run?.configHash, session.status.phase, session.run?.trace?.rows], [hash, "done", 501]);
    await edit(document, `"iterations": `, `"iterations": 500`);
    assert.equal(session.view(true).text.error, null);
    assert.equal(session.run?.configHash, hash);
  });

  test("a run that has trained for long is not replaced by typing, but by saving", async () => {
    await set("keepRunsAfter", 1);
    const { document, session } = await openRun("long.rnn.json", ENDLESS);
    await until(session.onDidChange, () => session.status.trainMs > 1000);
    await edit(document, `"seed": 1,`, `"seed": 2,`);
    await until(session.onDidChange, () => session.view(true).text.heldBack);
    assert.deepEqual(
      [session.status.phase, session.view(true).experiment!.textDiffersFromRun, session.view(true).text.change],
      ["running", true, "seed 1 → 2"],
    );
    const started = until(
      session.onDidChange,
      () => session.run?.configHash === session.file.configHash && session.header !== null,
    );
    await vscode.commands.executeCommand("workbench.action.files.save");
    await started;
    assert.deepEqual(
      [...ghostsOf(session).map(({ number }) => number), session.identity],
      [1, { number: 2, name: "seed 2" }],
    );
    await set("keepRunsAfter", undefined);
  });

  test("a run takes over another learning rate without a new start; the file stays unsaved", async () => {
    await set("autoRun", "off");
    const adam = ENDLESS.replace(/"optimizer": \{.*\}/, `"optimizer": { "kind": "adam", "learningRate": 0.001 }`);
    const { uri, document, session } = await openRun("applied.rnn.json", adam);
    await untilRows(session);
    const run = session.header?.runId;
    await edit(document, `"adam", "learningRate": 0.001`, `"adam", "learningRate": 0.002`);
    assert.equal(session.view(true).text.applies, true);
    assert.equal(lab.contextKeys.values["rnnLab.canApply"], true);
    await command("applyToRunning", uri);
    const [event] = session.view(true).events;
    assert.equal(event?.text, "learningRate 0.001 → 0.002");
    await until(session.onDidChange, () => session.run?.trace?.column("learningRate")?.at(-1) === 0.002);
    assert.deepEqual(
      [
        session.header?.runId,
        session.view(true).experiment!.textDiffersFromRun,
        document.isDirty,
        session.status.phase,
      ],
      [run, false, true, "running"],
    );
    await edit(document, `"seed": 1,`, `"seed": 2,`);
    assert.equal(session.view(true).text.applies, false);
    const message = next(lab.notifications.onDidShow);
    await command("applyToRunning", uri);
    assert.match(await message, /seed has changed too/);
    await set("autoRun", undefined);
  });

  test("a data file that is not there is said in the panel, without a message, and the run stays", async () => {
    const { document, session } = await openRun("no-data.rnn.json");
    await untilPhase(session, "done");
    const messages: string[] = [];
    const listener = lab.notifications.onDidShow((message) => messages.push(message));
    const told = until(session.onDidChange, () => session.view(true).text.error !== null);
    await replaceInFile(
      document,
      `{ "kind": "count-ones", "sequences": 20, "length": 10 }`,
      `{ "kind": "text", "file": "nowhere.txt" }`,
    );
    await told;
    listener.dispose();
    assert.match(session.view(true).text.error?.message ?? "", /nowhere\.txt/);
    assert.deepEqual([messages, session.run?.trace?.rows], [[], 501]);
  });

  test("typing runs nothing while the panel is closed or the setting says so", async () => {
    const uri = await writeExperiment("quiet.rnn.json", TUTORIAL);
    const document = await show(uri);
    const session = await lab.files.session(uri);
    await edit(document, `"seed": 1,`, `"seed": 2,`);
    assert.equal(session.status.phase, "idle");
    await command("openPanel", uri);
    for (const mode of ["off", "onSave"]) {
      await set("autoRun", mode);
      await edit(document, `"seed": 2,`, `"seed": 3,`);
      await edit(document, `"seed": 3,`, `"seed": 2,`);
      assert.equal(session.status.phase, "idle");
    }
    await set("autoRun", undefined);
    const opened = next(session.onDidChange);
    await replaceInFile(document, `"seed": 2,`, `"seed": 5,`);
    await opened;
    await untilPhase(session, "done");
  });
});
