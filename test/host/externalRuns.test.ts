import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFile, cp, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import type { ExternalRun } from "../../src/externalRuns/externalRun";
import { encodeRun } from "../../src/runs/format/encodeRun";
import { readRun } from "../../src/runs/format/readRun";
import { leasePath } from "../../src/runs/lease";
import {
  TUTORIAL,
  activateLab,
  cleanUp,
  command,
  next,
  show,
  skip,
  until,
  untilPhase,
  workspaceFile,
  writeExperiment,
} from "./support";

const PYTHON = process.env["RNNLAB_PYTHON"];
const SCRIPT = "probed.py";
/** Trains for ever. */
const TRAINER = `import sys
import torch
from torch import nn
import rnnlab_probe

model = nn.ModuleDict({"rnn": nn.GRU(2, 8), "head": nn.Linear(8, 1)})
probe = rnnlab_probe.watch(model, every=10, sequences=2, name="a live run")
print(probe.path, flush=True)
while True:
    loss = (model["head"](model["rnn"](torch.randn(10, 4, 2))[0][-1]) ** 2).mean()
    loss.backward()
    probe.step(loss=loss)
`;

suite("runs of others", () => {
  let lab: Services;
  let trainer: ChildProcess | null = null;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(async () => {
    trainer?.kill("SIGKILL");
    trainer = null;
    lab.runsTree.filter("");
    await cleanUp(lab);
  });

  const named = (name: string): ExternalRun | undefined =>
    lab.externalRuns.groups.flatMap(({ runs }) => runs).find((run) => run.name === name);

  function itemOf({ id }: ExternalRun): vscode.TreeItem {
    const folder = lab.runsTree
      .getChildren()
      .find((node) => lab.runsTree.getChildren(node).some((child) => child.kind === "external" && child.id === id));
    assert.ok(folder, "it is in a folder of the view");
    return lab.runsTree.getTreeItem({ kind: "external", id });
  }

  test("a Python script that trains appears by itself, and only the user deletes its file", async function () {
    if (PYTHON === undefined) return skip(this, "set RNNLAB_PYTHON to a Python with torch");
    const script = workspaceFile(SCRIPT);
    await writeFile(script.fsPath, TRAINER);
    assert.equal(await command("watchModel", script, "file"), "file");
    const module = await readFile(workspaceFile("rnnlab_probe.py").fsPath, "utf8");
    assert.match(module, /^"""Records what the recurrent layers/);
    trainer = spawn(PYTHON, [script.fsPath], { cwd: workspaceFile(".").fsPath, stdio: ["ignore", "pipe", "inherit"] });
    await until(lab.externalRuns.onDidChange, () => (named("a live run")?.iterations ?? 0) > 0);
    const run = named("a live run")!;
    assert.deepEqual([run.kind, run.state], ["probe", "running"]);
    assert.match(String(itemOf(run).description), /loss .* · running at iteration /);
    assert.match(String(itemOf(run).contextValue), /\bexternal probe live\b/);
    const before = run.iterations ?? 0;
    await until(lab.externalRuns.onDidChange, () => (named("a live run")?.iterations ?? 0) > before);

    // Under way: it stays, whatever is asked for.
    assert.deepEqual(await command("deleteRuns", run.id, [run.id], "permanently"), []);
    const exited = once(trainer, "exit");
    trainer.kill("SIGKILL");
    await exited;
    await until(lab.externalRuns.onDidChange, () => named("a live run")?.state === "interrupted");
    const bytes = (await stat(run.path)).size;
    await command("openRun", run.id);
    await command("pinRun", run.id);
    await lab.runs.store?.load();
    assert.equal((await stat(run.path)).size, bytes);
    assert.deepEqual(await command("deleteRuns", run.id, [run.id], "permanently"), [run.path]);
    await assert.rejects(stat(run.path));
    await assert.rejects(stat(leasePath(run.path)));
    assert.equal(named("a live run"), undefined);
  });

  /** A run of RNN Lab, to be copied. */
  async function trainHere(): Promise<ReturnType<typeof readRun>> {
    const uri = await writeExperiment("copied-elsewhere.rnn.json", TUTORIAL);
    await command("run", uri);
    await untilPhase(await lab.files.session(uri), "done");
    const listed = () => lab.runs.store?.all.find(({ meta, state }) => meta.uri === uri.toString() && state === "done");
    await until(lab.runs.onDidChange, () => listed() !== undefined);
    return readRun(await readFile(listed()!.path));
  }

  test("run files of others count for no limit, and no limit and no trash touches them", async () => {
    const folder = workspaceFile("rnnlab-runs").fsPath;
    await mkdir(folder, { recursive: true });
    const id = "11111111-2222-4333-8444-555555555555";
    const path = join(folder, `${id}.rnnrun`);
    const trained = await trainHere();
    await writeFile(path, encodeRun({ ...trained, meta: { ...trained.meta, runId: id, name: "From a cluster" } }));
    await until(lab.externalRuns.onDidChange, () => named("From a cluster") !== undefined);
    const before = await readFile(path);
    const usage = lab.runs.usage?.plan;
    await lab.runs.store?.applyLimits({ runs: 1, bytes: 1 }, { baseline: null, includes: () => false });
    assert.deepEqual(lab.runs.usage?.plan.runs, usage?.runs);
    assert.ok(!(lab.runs.store?.all ?? []).some((entry) => entry.id === id));
    const run = named("From a cluster")!;
    const panel = (await command("openRun", run.id)) as { readonly session?: unknown } | undefined;
    assert.ok(panel !== undefined);
    const session = lab.sessions.all.find(({ file }) => file.uri.includes(run.id));
    assert.ok(session);
    await until(session.onDidChange, () => session.run?.trace?.rows === trained.rows.rows);
    await command("compareRuns", run.id, [run.id, ...(lab.runs.store?.all.slice(0, 1) ?? []).map((entry) => entry.id)]);
    assert.deepEqual(await readFile(path), before);
    // Its curves do not stay in memory: it is opened from its file again.
    const closed = until(lab.sessions.onDidRemove, () => lab.sessions.find(session.file.uri) === null);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await closed;
    await command("openRun", run.id);
    const reopened = lab.sessions.find(session.file.uri);
    assert.ok(reopened);
    await until(reopened.onDidChange, () => reopened.run?.trace?.rows === trained.rows.rows);
    await rm(path);
    await until(lab.externalRuns.onDidChange, () => named("From a cluster") === undefined);
  });

  test("a run file is opened from anywhere, stays in the list, and is refused in words where it is none", async () => {
    const path = workspaceFile("copied.rnnrun").fsPath;
    await copyFile(join(lab.extensionUri.fsPath, "test/fixtures/probe/small.rnnrun"), path);
    await command("openRunFile", vscode.Uri.file(path));
    const opened = lab.externalRuns.groups.find(({ folder }) => folder === null)?.runs ?? [];
    assert.deepEqual(
      opened.map((run) => [run.path, run.kind, run.state]),
      [[path, "probe", "done"]],
    );
    await command("closeRunFile", opened[0]!.id);
    assert.equal(lab.externalRuns.find(opened[0]!.id), null);
    assert.ok((await stat(path)).isFile());

    const text = workspaceFile("no-run.rnnrun").fsPath;
    await writeFile(text, "loss 0.5");
    await rejects(text, "its header is corrupted|it is not an RNN Lab run file|has no run in it yet");
    await rejects(join(text, "nothing"), "There is no file");
    await rm(text);
    await rm(path);
  });

  async function rejects(path: string, words: string): Promise<void> {
    const shown: string[] = [];
    const listener = lab.notifications.onDidShow((message) => shown.push(message));
    await command("openRunFile", vscode.Uri.file(path));
    listener.dispose();
    assert.match(shown.join("\n"), new RegExp(words));
  }

  test("runs of TensorBoard and trackio are listed and compared by a rule that is named", async () => {
    const folder = workspaceFile("tb-logs").fsPath;
    const fixtures = join(lab.extensionUri.fsPath, "test/fixtures");
    await cp(join(fixtures, "tensorboard/restart"), join(folder, "restart"), { recursive: true });
    await cp(join(fixtures, "tensorboard/plain"), join(folder, "plain"), { recursive: true });
    const sent = next(lab.comparison.panel.onDidSend);
    await command("openRunsFolder", vscode.Uri.file(folder));
    const { runs, notes } = await sent;
    assert.deepEqual(runs.map(({ title, iterations, seed }) => [title, iterations, seed]).sort(), [
      ["plain", 190, null],
      ["restart", 9, null],
    ]);
    assert.match(notes.join(" "), /restart: It goes back to earlier steps. Of each step, the last point is shown/);
    const restart = named("restart")!;
    assert.match(String(itemOf(restart).description), /loss 1 · step 9$/);
    await command("deleteRuns", restart.id, [restart.id], "permanently");
    assert.ok((await stat(restart.path)).isDirectory());

    const settings = vscode.workspace.getConfiguration();
    await settings.update("rnnLab.tensorboardRestarts", "asTensorBoard", vscode.ConfigurationTarget.Global);
    await until(lab.externalRuns.onDidChange, () => named("restart")?.loss === 94);
    await settings.update("rnnLab.tensorboardRestarts", undefined, vscode.ConfigurationTarget.Global);

    const database = workspaceFile("demo.db").fsPath;
    await writeFile(database, gunzipSync(await readFile(join(fixtures, "trackio/demo.db.gz"))));
    await command("openRunFile", vscode.Uri.file(database));
    assert.deepEqual([named("first")?.kind, named("odd")?.loss], ["trackio", 0.5]);
    for (const run of [named("restart")!, named("first")!]) await command("closeRunFile", run.id);
    assert.deepEqual([named("plain"), named("odd")], [undefined, undefined]);
    await rm(folder, { recursive: true });
    await rm(database);
  });

  test("a Python line that makes a recurrent module has a lens, unless the setting is off", async () => {
    const uri = workspaceFile("model.py");
    await writeFile(uri.fsPath, "import torch\nfrom torch import nn\n\nrnn = nn.LSTM(2, 8)\n");
    await show(uri);
    const lenses = async () =>
      (await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri)).filter(
        (lens) => lens.command?.command === "rnnLab.watchModel",
      );
    assert.deepEqual(
      (await lenses()).map(({ range, command: made }) => [range.start.line, made?.title, made?.arguments?.[0].fsPath]),
      [[3, "$(pulse)\u2002Watch in RNN Lab", uri.fsPath]],
    );
    const settings = vscode.workspace.getConfiguration();
    await settings.update("rnnLab.watchCodeLens", false, vscode.ConfigurationTarget.Global);
    assert.deepEqual(await lenses(), []);
    await settings.update("rnnLab.watchCodeLens", undefined, vscode.ConfigurationTarget.Global);
    assert.equal(await command("watchModel", uri, "copy"), "copy");
    assert.match(await vscode.env.clipboard.readText(), /^import rnnlab_probe\n/);
  });
});
