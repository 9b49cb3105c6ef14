import { expect, test } from "vitest";
import type { SweepGoal, SweepStopping } from "../../../src/config/schema/schema";
import { runTrial } from "../../../src/core/training/runTrial";
import type { RungReport } from "../../../src/sweepPlan/stopping";
import { runStoppableTrial } from "../../../src/worker/stoppableTrial";
import { experimentOf } from "../config/support";

const now = (): number => 0;
const ASHA: SweepStopping = { kind: "asha", minIterations: 10, reductionFactor: 3, diagnosis: false };

function train(file: object, stopping: SweepStopping, stopAt = Infinity, goal: SweepGoal | null = null) {
  const asked: Omit<RungReport, "index">[] = [];
  const result = runStoppableTrial(
    experimentOf(JSON.stringify(file)),
    { goal, stopping },
    {},
    {
      now,
      onStep: () => undefined,
      ask: (report) => (asked.push(report), report.iteration >= stopAt),
    },
  );
  return { ...result, asked };
}

const untouched = (file: object) => runTrial(experimentOf(JSON.stringify(file)), null, {}, now);

const ADDING = {
  task: { kind: "adding", length: 6, sequences: 16 },
  model: { cell: "rnn", hiddenSize: 4 },
  training: { optimizer: { kind: "adam", learningRate: 0.01 }, iterations: 100 },
};
/** All pre-activations are far below 0. */
const DEAD = {
  ...ADDING,
  model: { cell: "rnn", hiddenSize: 4, nonlinearity: "relu", init: { values: { bias_ih_l0: [-9, -9, -9, -9] } } },
  training: { ...ADDING.training, iterations: 400 },
};

test("a run that nobody stops is the run by itself, and reports its loss at each rung", () => {
  const { figures, message, asked } = train(ADDING, ASHA);
  expect(figures).toEqual(untouched(ADDING));
  expect(message).toBeNull();
  expect(asked.map(({ iteration }) => iteration)).toEqual([10, 30, 90]);
  const until30 = untouched({ ...ADDING, training: { ...ADDING.training, iterations: 30 } });
  expect(asked[1]).toEqual({ iteration: 30, figure: "loss", value: until30.loss });
});

test("a run that is stopped has the figures of that rung", () => {
  const { figures, asked } = train(ADDING, ASHA, 30);
  expect(figures).toMatchObject({ status: "stopped", iterations: 30, loss: asked[1]!.value });
});

test("a run at its goal asks nobody", () => {
  const { figures, asked } = train(ADDING, ASHA, 10, { metric: "loss", value: 1000, stop: true });
  expect([figures.status, figures.reachedAt, asked]).toEqual(["done", 0, []]);
});

test("dead units stop a run as soon as runs are judged, in the words of the diagnosis", () => {
  const { figures, message } = train(DEAD, { kind: "diagnosis" });
  expect(figures.status).toBe("stopped");
  expect(figures.iterations).toBeLessThan(200);
  expect(message).toMatch(/^4 of 4 relu units in layer 0 \(100%\) are 0 at every step/);
  const unwatched = train(DEAD, { ...ASHA, minIterations: 1000 });
  expect([unwatched.figures.status, unwatched.message]).toEqual(["done", null]);
  expect(
    train({ ...DEAD, training: { ...ADDING.training, iterations: 90 } }, { kind: "diagnosis" }).figures.status,
  ).toBe("done");
});

test("the diagnosis changes nothing in a healthy run", () => {
  const healthy = { ...ADDING, training: { ...ADDING.training, iterations: 250 } };
  expect(train(healthy, { kind: "diagnosis" }).figures).toEqual(untouched(healthy));
});
