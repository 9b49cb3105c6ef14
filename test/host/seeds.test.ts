import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { ActivatedServices } from "../../src/app/services";
import type { ExperimentSession } from "../../src/session/experimentSession";
import {
  activateLab,
  cleanUp,
  command,
  replaceInFile,
  show,
  until,
  untilPhase,
  untilRows,
  writeExperiment,
} from "./support";

const ADDING = `{
  // Kept.
  "seed": 3,
  "task": { "kind": "adding", "sequences": 60, "length": 8 },
  "model": { "cell": "rnn", "hiddenSize": 4 },
  "training": { "optimizer": { "kind": "adam", "learningRate": 0.01 }, "iterations": 40, "batchSize": 10 }
}`;

suite("trying ten seeds", () => {
  let lab: ActivatedServices;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  async function opened(name: string, text: string): Promise<ExperimentSession> {
    const uri = await writeExperiment(name, text);
    await show(uri);
    assert.equal(await command("run", uri), true);
    return lab.files.session(uri);
  }

  test("trains them beside the run, which stays as it is, and shows them until the file says something else", async () => {
    const session = await opened("seeds.rnn.json", ADDING);
    await untilPhase(session, "done");
    const runId = session.run?.runId;
    assert.equal(await command("trySeeds"), true);
    await until(session.onDidChange, () => session.beside.seeds.shown?.phase === "done");
    const trials = session.beside.seeds.shown;
    assert.ok(trials !== null);
    assert.deepEqual(
      trials.results.map(({ seed, status }) => `${seed} ${status}`).toSorted((a, b) => parseInt(a) - parseInt(b)),
      [3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((seed) => `${seed} done`),
    );
    for (const { curve, finalLoss, baseline } of trials.results)
      assert.ok(curve.length === 41 && Number.isFinite(finalLoss) && (baseline ?? NaN) > 0);
    assert.equal(session.run?.runId, runId);

    const document = await show(vscode.Uri.parse(session.file.uri));
    await replaceInFile(document, '"length": 8', '"length": 9');
    await until(session.onDidChange, () => session.beside.seeds.shown === null);
    await replaceInFile(document, '"length": 9', '"length": 8');
    await until(session.onDidChange, () => session.beside.seeds.shown === trials);
    await command("removeSeeds");
    assert.equal(session.beside.seeds.shown, null);
    await document.save();
  });

  test("has the curve of the run for its own seed", async () => {
    const session = await opened("seeds-same.rnn.json", ADDING.replace('"batchSize": 10', '"batchSize": 60'));
    await untilPhase(session, "done");
    assert.equal(await command("trySeeds"), true);
    await until(session.onDidChange, () => session.beside.seeds.shown?.phase === "done");
    const own = session.beside.seeds.shown?.results.find(({ seed }) => seed === 3);
    const loss = session.run?.scalars?.column("loss") ?? [];
    assert.deepEqual([...(own?.curve ?? [])], [...loss].slice(0, 41));
  });

  test("uses no processor while runs need them all, and ends on command", async () => {
    const endless = ADDING.replace('"iterations": 40', '"iterations": 10000000');
    const session = await opened("seeds-long.rnn.json", endless);
    await untilRows(session);
    assert.equal(await command("trySeeds"), true);
    const { availableParallelism } = await import("node:os");
    await until(session.onDidChange, () => session.run?.fixes.arithmetic !== null);
    const free = availableParallelism() - (session.run?.fixes.arithmetic?.threads ?? NaN);
    assert.ok(session.beside.seeds.threads.working <= Math.max(0, free));
    assert.equal(session.beside.seeds.shown?.waiting, free <= 0);
    await command("stop");
    await untilPhase(session, "stopped");
    assert.equal(session.beside.seeds.threads.working, session.beside.seeds.threads.all);
    await command("stopSeeds");
    assert.equal(session.beside.seeds.shown?.phase, "stopped");
    assert.equal(session.beside.seeds.isRunning, false);
  });

  test("is refused with a message where the data file is missing", async () => {
    const session = await opened("seeds-file.rnn.json", ADDING);
    await untilPhase(session, "done");
    const document = await show(vscode.Uri.parse(session.file.uri));
    await replaceInFile(
      document,
      '{ "kind": "adding", "sequences": 60, "length": 8 }',
      '{ "kind": "text", "file": "missing.txt", "length": 8 }',
    );
    assert.equal(await command("trySeeds"), false);
    assert.equal(session.beside.seeds.shown, null);
    await document.save();
  });
});
