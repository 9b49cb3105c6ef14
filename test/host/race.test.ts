import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import type { ExperimentSession } from "../../src/session/experimentSession";
import { readMemoryLimit } from "../../src/threads/machineMemory";
import { activateLab, cleanUp, command, replaceInFile, show, until, untilPhase, writeExperiment } from "./support";

const ADDING = `{
  // Kept.
  "task": { "kind": "adding", "sequences": 60, "length": 8 },
  "model": { "cell": "rnn", "hiddenSize": 4 },
  "training": { "optimizer": { "kind": "adam", "learningRate": 0.01 }, "iterations": 40, "batchSize": 10 }
}`;

suite("the cell race", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  async function trained(name: string, text: string): Promise<ExperimentSession> {
    const uri = await writeExperiment(name, text);
    await show(uri);
    assert.equal(await command("run", uri), true);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    return session;
  }

  test("runs in a thread of its own, and the file may become one of its lanes without losing the results", async () => {
    const session = await trained("race.rnn.json", ADDING);
    assert.equal(await command("raceCells"), true);
    await until(session.onDidChange, () => session.beside.race.shown?.phase === "done");
    const race = session.beside.race.shown;
    assert.equal(race?.inFile, "rnn");
    assert.deepEqual(
      race.lanes.map(({ cell, phase }) => `${cell} ${phase}`),
      ["linear done", "rnn done", "lstm done", "gru done"],
    );
    for (const { result } of race.lanes)
      assert.ok(result !== null && Number.isFinite(result.loss) && result.memory?.gains[0] === 1);
    assert.equal(session.beside.race.isRunning, false);

    const gru = race.lanes.find(({ cell }) => cell === "gru");
    assert.ok(gru);
    const document = await show(vscode.Uri.parse(session.file.uri));
    await replaceInFile(document, '"cell": "rnn", "hiddenSize": 4', `"cell": "gru", "hiddenSize": ${gru.hiddenSize}`);
    await until(session.onDidChange, () => session.beside.race.shown?.inFile === "gru");
    assert.equal(session.beside.race.shown?.phase, "done");

    await replaceInFile(document, '"length": 8', '"length": 9');
    await until(session.onDidChange, () => session.beside.race.shown === null);
    await replaceInFile(document, '"length": 9', '"length": 8');
    await until(session.onDidChange, () => session.beside.race.shown?.inFile === "gru");
    await document.save();
  });

  test("can be ended, and what was recorded stays; a change of the task ends it too", async () => {
    const session = await trained("race-long.rnn.json", ADDING);
    const document = await show(vscode.Uri.parse(session.file.uri));
    await replaceInFile(document, '"iterations": 40', '"iterations": 10000000');
    await document.save();
    await until(session.onDidChange, () => session.status.phase === "running");
    assert.equal(await command("raceCells"), true);
    await until(
      session.onDidChange,
      () => session.beside.race.shown?.lanes.some(({ iteration }) => iteration > 0) ?? false,
    );
    await command("stopRace");
    assert.equal(session.beside.race.shown?.phase, "stopped");
    assert.ok(session.beside.race.shown.lanes.every(({ curve }) => curve.loss.length <= 512));

    assert.equal(await command("raceCells"), true);
    await until(session.onDidChange, () => session.beside.race.shown?.phase === "running");
    await replaceInFile(document, '"length": 8', '"length": 9');
    await until(session.onDidChange, () => !session.beside.race.isRunning);
    assert.equal(session.beside.race.shown, null);
    await document.save();
  });

  test("is refused in words where the four networks do not fit", async () => {
    const session = await trained("race-large.rnn.json", ADDING);
    // Of each sequence the experiment takes 1.8 MB, the four networks together 4.8.
    const sequences = Math.round(readMemoryLimit(undefined).bytes / 3e6);
    const document = await show(vscode.Uri.parse(session.file.uri));
    await replaceInFile(document, '"sequences": 60, "length": 8', `"sequences": ${sequences}, "length": 400`);
    await replaceInFile(document, '"cell": "rnn", "hiddenSize": 4', '"cell": "lstm", "hiddenSize": 128');
    await replaceInFile(document, ', "batchSize": 10', "");
    assert.deepEqual(
      vscode.languages.getDiagnostics(document.uri).filter(({ severity }) => severity === 0),
      [],
    );
    assert.equal(await command("raceCells"), true);
    await until(session.onDidChange, () => session.beside.race.shown?.phase === "failed");
    assert.match(session.beside.race.shown?.message ?? "", /needs about .* of memory; the limit is /);
  });
});
