import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import {
  TUTORIAL,
  activateLab,
  cleanUp,
  command,
  next,
  show,
  untilPhase,
  workspaceFile,
  writeExperiment,
} from "./support";

suite("shared runs", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  const text = async (uri: vscode.Uri): Promise<string> =>
    new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  const names = async (uri: vscode.Uri): Promise<string[]> =>
    (await vscode.workspace.fs.readDirectory(uri)).map(([name]) => name).sort();

  async function ran(name: string): Promise<string> {
    const uri = await writeExperiment(name, TUTORIAL);
    await show(uri);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    lab.active.use(session);
    return session.run?.runId ?? "";
  }

  test("the active experiment's run is exported as a bundle, and comes back as a recorded run with the same curve", async () => {
    const runId = await ran("shared.rnn.json");
    const folder = await command<vscode.Uri>("exportRun", undefined, "bundle", workspaceFile(""));
    assert.match(folder.path, /\/count-the-ones-run-\d+-bundle(-\d+)?$/);
    assert.deepEqual(await names(folder), [
      "README.md",
      "bundle.json",
      "experiment.rnn.json",
      "loss.svg",
      "metrics.csv",
      "run.rnnrun",
      "weights.safetensors",
    ]);
    assert.match(
      await text(vscode.Uri.joinPath(folder, "README.md")),
      /^# Count the ones · Run \d+ · .*\n\nDone after 500 of 500 iterations/,
    );
    const id = await command<string>("importRun", undefined, folder);
    assert.notEqual(id, runId);
    const entry = lab.runs.store?.find(id);
    assert.deepEqual(
      [entry?.state, entry?.meta.name, entry?.meta.uri],
      ["done", "Count the ones", "rnnlab-imported:/experiment.rnn.json"],
    );
    assert.equal(entry?.progress?.status.loss, lab.runs.store?.find(runId)?.progress?.status.loss);
  });

  test("a recorded run is exported for TensorBoard and PyTorch, each into a new folder", async () => {
    const runId = await ran("twice.rnn.json");
    const board = await command<vscode.Uri>("exportRun", runId, "tensorboard", workspaceFile(""));
    assert.match((await names(board))[0] ?? "", /^events\.out\.tfevents\./);
    const first = await command<vscode.Uri>("exportRun", runId, "pytorch", workspaceFile(""));
    const second = await command<vscode.Uri>("exportRun", runId, "pytorch", workspaceFile(""));
    assert.notEqual(first.path, second.path);
    assert.deepEqual(await names(second), ["data.safetensors", "train.py"]);
  });

  test("a bundle that was changed is refused, and the reason names the file", async () => {
    await ran("changed.rnn.json");
    const folder = await command<vscode.Uri>("exportRun", undefined, "bundle", workspaceFile(""));
    const table = vscode.Uri.joinPath(folder, "metrics.csv");
    await vscode.workspace.fs.writeFile(
      table,
      new TextEncoder().encode((await text(table)).replace("iteration", "Iteration")),
    );
    const runs = lab.runs.store?.all.length;
    const message = next(lab.notifications.onDidShow);
    await command("importRun", undefined, folder);
    assert.match(await message, /RNN Lab: Import failed: metrics\.csv was modified after the export/);
    assert.equal(lab.runs.store?.all.length, runs);
  });
});
