import assert from "node:assert/strict";
import type { Services } from "../../src/app/services";
import {
  DIVERGING,
  ENDLESS,
  TUTORIAL,
  activateLab,
  cleanUp,
  command,
  golden,
  lastWeights,
  show,
  untilPhase,
  untilRows,
  writeExperiment,
} from "./support";

suite("running", () => {
  let lab: Services;
  suiteSetup(async () => {
    lab = await activateLab();
  });
  teardown(() => cleanUp(lab));

  test("a file runs to the golden weights, loss for loss", async () => {
    const uri = await writeExperiment("golden.rnn.json", TUTORIAL);
    assert.equal(await command("run", uri), true);
    const session = await lab.files.session(uri);
    await untilPhase(session, "done");
    const loss = session.run?.trace?.column("loss") ?? [];
    assert.equal(loss.length, 501);
    for (const [index, expected] of golden.loss.entries()) {
      assert.ok(
        Math.abs((loss[index] as number) - expected) <= 1e-9 * expected,
        `loss ${index} is ${loss[index]}, not ${expected}`,
      );
    }
    for (const [index, expected] of (golden.weights[500] as number[]).entries()) {
      assert.ok(Math.abs((lastWeights(session)[index] as number) - expected) <= 1e-9 * Math.abs(expected));
    }
    assert.match(lab.statusBar.text, /Count the ones: 500\/500 · loss .* · done/);
  });

  test("the file of the active editor is what Run without a file runs", async () => {
    const uri = await writeExperiment("active.rnn.json", TUTORIAL);
    await show(uri);
    const session = await lab.files.session(uri);
    lab.active.use(session);
    assert.equal(await command("run"), true);
    await untilPhase(session, "done");
  });

  test("a run is paused, taken step by step, and resumed", async () => {
    const uri = await writeExperiment("stepping.rnn.json", TUTORIAL);
    await command("step", uri);
    const session = await lab.files.session(uri);
    await untilRows(session);
    assert.deepEqual([session.status.phase, session.run?.trace?.rows], ["paused", 1]);
    assert.equal(lab.contextKeys.values["rnnLab.paused"], true);
    const rows = untilRows(session);
    await command("step", uri);
    await rows;
    assert.equal(session.status.iteration, 1);
    assert.ok(Math.abs((session.status.loss ?? NaN) - (golden.loss[1] as number)) <= 1e-9 * (golden.loss[1] as number));
    await command("pauseResume", uri);
    await untilPhase(session, "done");
    assert.equal(session.run?.trace?.rows, 501);
  });

  test("pause and stop end in the right phase, in the middle of a run", async () => {
    const uri = await writeExperiment("endless.rnn.json", ENDLESS);
    const session = await lab.files.session(uri);
    session.setPace(1000);
    await command("run", uri);
    await untilRows(session);
    assert.equal(lab.contextKeys.values["rnnLab.running"], true);
    await command("pauseResume", uri);
    await untilPhase(session, "paused");
    await command("pauseResume", uri);
    await untilPhase(session, "running");
    await command("stop", uri);
    await untilPhase(session, "stopped");
    assert.ok((session.run?.trace?.rows ?? 0) > 0);
    assert.deepEqual(
      [lab.contextKeys.values["rnnLab.canStop"], lab.contextKeys.values["rnnLab.activeRuns"]],
      [false, []],
    );
  });

  test("a diverging run ends at the row that is not finite and says so", async () => {
    const uri = await writeExperiment("diverging.rnn.json", DIVERGING);
    await command("run", uri);
    const session = await lab.files.session(uri);
    await untilPhase(session, "diverged");
    const loss = session.run?.trace?.column("loss") ?? [];
    assert.equal(Number.isFinite(loss.at(-1)), false);
    assert.match(session.status.message ?? "", /diverged at iteration \d+/);
  });

  test("a killed training process fails the run with a reason, and the next run is clean", async () => {
    const uri = await writeExperiment("killed.rnn.json", ENDLESS);
    const session = await lab.files.session(uri);
    session.setPace(100);
    await command("run", uri);
    await untilRows(session);
    await Promise.all([...lab.threads].map(({ thread }) => thread.terminate()));
    await untilPhase(session, "failed");
    assert.match(session.status.message ?? "", /computed this was ended by the signal SIGKILL/);
    assert.ok((session.run?.trace?.rows ?? 0) > 0);
    await command("rerun", uri);
    await untilRows(session);
    assert.equal(session.status.phase, "running");
  });

  test("two experiments run side by side, each with its own process and panel", async () => {
    const left = await writeExperiment("left.rnn.json", ENDLESS);
    const right = await writeExperiment("right.rnn.json", TUTORIAL.replace(`"seed": 1`, `"seed": 2`));
    const [first, second] = [await lab.files.session(left), await lab.files.session(right)];
    first.setPace(100);
    await command("run", left);
    await untilRows(first);
    await command("run", right);
    await untilPhase(second, "done");
    assert.equal(first.status.phase, "running");
    assert.equal(lab.threads.size, 2);
    assert.ok(lab.panels.find(first) !== null && lab.panels.find(second) !== null);
    assert.notEqual(first.run?.trace?.column("loss")?.[0], second.run?.trace?.column("loss")?.[0]);
  });

  test("gradients are checked without a run, and the result is in the view", async () => {
    const uri = await writeExperiment("checked.rnn.json", TUTORIAL);
    const result = await command<{ passed: boolean; tensors: readonly { name: string }[] }>("checkGradients", uri);
    assert.equal(result.passed, true);
    assert.deepEqual(
      result.tensors.map(({ name }) => name),
      ["weight_ih_l0", "weight_hh_l0"],
    );
    assert.equal((await lab.files.session(uri)).view(true).gradientCheck?.passed, true);
  });

  test("the pace is kept between runs", async () => {
    const uri = await writeExperiment("paced.rnn.json", TUTORIAL);
    const session = await lab.files.session(uri);
    await command("setPace", uri, 1000);
    assert.equal(session.view(true).pace, 1000);
    await command("run", uri);
    await untilPhase(session, "done");
    assert.equal(session.view(true).pace, 1000);
  });
});
