import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Services } from "../../src/app/services";
import type { ExperimentSession } from "../../src/session/experimentSession";
import { activateLab, cleanUp, command, replaceInFile, show, until, untilPhase, writeExperiment } from "./support";

const ADDING = `{
  // Kept.
  "task": { "kind": "adding", "sequences": 60, "length": 8 },
  "model": { "cell": "lstm", "hiddenSize": 6 },
  "training": { "optimizer": { "kind": "adam", "learningRate": 0.5 }, "iterations": 40, "batchSize": 20 }
}`;

suite("the learning-rate range test", () => {
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

  async function tested(session: ExperimentSession) {
    assert.equal(await command("testLearningRates"), true);
    await until(session.onDidChange, () => session.beside.rateTest.shown?.phase === "done");
    const { test } = session.beside.rateTest.shown ?? {};
    assert.ok(test);
    return test;
  }

  test("runs beside the recorded runs, gives the same curve each time, and its rate goes into the file", async () => {
    const session = await trained("rate-test.rnn.json", ADDING);
    const { store } = lab.runs;
    const runId = session.run?.runId ?? "";
    assert.ok(store);
    const own = () => store.all.filter(({ meta }) => meta.uri === session.file.uri).map(({ meta }) => meta.runId);
    await until(store.onDidChange, () => own().includes(runId));
    const runs = own();
    const test = await tested(session);
    assert.equal(session.beside.rateTest.isRunning, false);
    assert.equal(session.beside.rateTest.shown?.inFile, 0.5);
    assert.ok(test.rates.length > 20 && test.losses.length === test.rates.length);
    assert.equal(test.suggested, Number(Math.min(test.steepest ?? NaN, (test.lowest ?? NaN) / 10).toPrecision(1)));
    assert.deepEqual(await tested(session), test);
    assert.deepEqual([session.run?.runId, own()], [runId, runs]);

    const document = await show(vscode.Uri.parse(session.file.uri));
    await replaceInFile(document, '"learningRate": 0.5', `"learningRate": ${test.suggested}`);
    await until(session.onDidChange, () => session.beside.rateTest.shown?.inFile === test.suggested);
    assert.equal(session.beside.rateTest.shown?.phase, "done");
    await replaceInFile(document, '"length": 8', '"length": 9');
    await until(session.onDidChange, () => session.beside.rateTest.shown === null);
    await replaceInFile(document, '"length": 9', '"length": 8');
    await until(session.onDidChange, () => session.beside.rateTest.shown?.phase === "done");
    await document.save();
  });

  test("can be stopped, and what was recorded stays", async () => {
    const session = await trained("rate-test-long.rnn.json", ADDING);
    const document = await show(vscode.Uri.parse(session.file.uri));
    // An update takes long enough for a command to come before the end.
    await replaceInFile(document, '"sequences": 60, "length": 8', '"sequences": 2000, "length": 400');
    await replaceInFile(document, '"batchSize": 20', '"batchSize": "full"');
    assert.equal(await command("testLearningRates"), true);
    await until(session.onDidChange, () => (session.beside.rateTest.shown?.test?.rates.length ?? 0) > 0);
    await command("stopRateTest");
    const { phase, test } = session.beside.rateTest.shown ?? {};
    assert.equal(phase, "stopped");
    assert.ok((test?.rates.length ?? 0) > 0 && (test?.rates.length ?? NaN) < 100);
    assert.equal(session.beside.rateTest.isRunning, false);
    await document.save();
  });

  test("is refused with the place where the optimizer has no learning rate", async () => {
    const session = await trained("rate-test-rprop.rnn.json", ADDING);
    const document = await show(vscode.Uri.parse(session.file.uri));
    await replaceInFile(document, '{ "kind": "adam", "learningRate": 0.5 }', '{ "kind": "rprop" }');
    assert.equal(await command("testLearningRates"), false);
    assert.equal(session.beside.rateTest.shown, null);
    await document.save();
  });
});
