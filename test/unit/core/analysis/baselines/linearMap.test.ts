import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { affordableSteps, linearStep, linearWindow } from "../../../../../src/core/analysis/baselines/linearMap";
import { baselinesOf } from "../../../../../src/core/analysis/baselines/baselines";
import type { BaselineTask } from "../../../../../src/core/analysis/baselines/baselineTask";
import { createRandom } from "../../../../../src/core/numerics/random";
import { finishWork } from "../../../../../src/lib/slicedTask";
import type { BaselineName } from "../../../../../src/shared/wire/baselines";
import { expectClose, experimentOf, readFixture } from "../../support";
import { baselineTask, lossesByName } from "./support";

const airline = readFileSync(new URL("../../../../fixtures/airline.csv", import.meta.url), "utf8");
const golden = readFixture<Record<"last" | "every", Record<BaselineName, number>>>("numpy/baselines.json");

test.each(["last", "every"] as const)("the airline passengers give NumPy's figures, read out at %s", (readout) => {
  const losses = lossesByName(
    experimentOf({
      task: { kind: "csv", file: "airline.csv", columns: ["passengers"], length: 12 },
      model: { cell: "lstm", readout },
      training: { validation: { share: 0.25 } },
    }),
    airline,
  );
  expect(Object.keys(losses)).toEqual(["best-constant", "last-value", "memoryless", "linear-window"]);
  for (const [name, expected] of Object.entries(golden[readout]))
    expectClose([losses[name as BaselineName]!], [expected], 1e-9);
});

/** x_t = 1.2 x_(t-1) - 0.6 x_(t-2) + u, u of [-1, 1). The best forecast has the error of u, 1/3. */
function secondOrderSeries(rows: number): { readonly csv: string; readonly variance: number } {
  const random = createRandom(7);
  const values = [0, 0];
  while (values.length < rows + 100) values.push(1.2 * values.at(-1)! - 0.6 * values.at(-2)! + 2 * random.double() - 1);
  const kept = values.slice(100);
  const mean = kept.reduce((sum, value) => sum + value, 0) / rows;
  const variance = kept.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows;
  return { csv: `x\n${kept.join("\n")}\n`, variance };
}

function seriesTask(
  readout: "last" | "every",
  share = 0,
  length = 6,
): { readonly task: BaselineTask; readonly floor: number } {
  const { csv, variance } = secondOrderSeries(6000);
  const experiment = experimentOf({
    task: { kind: "csv", file: "x.csv", columns: ["x"], length },
    model: { cell: "lstm", readout },
    training: { validation: { share } },
  });
  return { task: baselineTask(experiment, csv), floor: 1 / 3 / variance };
}

test("the linear map of a window reaches the noise of a second-order series; of one step it does not", () => {
  const { task, floor } = seriesTask("last", 0.25);
  const { loss, steps } = finishWork(linearWindow(task));
  expect(steps).toBe(6);
  expect(loss / floor).toBeCloseTo(1, 1);
  // By the Yule-Walker equations one step explains ρ² of the variance, ρ = 1.2 / (1 + 0.6) = 0.75.
  expect(finishWork(linearStep(task))).toBeCloseTo(1 - 0.75 ** 2, 1);
});

test("a window that is cut to its last steps is answered by the map of so many steps", () => {
  const { task, floor } = seriesTask("last");
  const { loss, steps } = finishWork(linearWindow(task, 2));
  expect(steps).toBe(2);
  expect(loss / floor).toBeCloseTo(1, 1);
  const every = seriesTask("every").task;
  // The first of six steps has one step before it, the others two.
  const expected = (1 - 0.75 ** 2 + 5 * floor) / 6;
  expect(finishWork(linearWindow(every, 2)).loss / expected).toBeCloseTo(1, 1);
});

test("a constant column does no harm", () => {
  const { csv } = secondOrderSeries(300);
  const data = csv
    .trim()
    .split("\n")
    .map((line, row) => `${line},${row === 0 ? "one" : "1"}`)
    .join("\n");
  const task = { kind: "csv", file: "x.csv", columns: ["x"], target: "x", length: 4 } as const;
  const alone = lossesByName(experimentOf({ task, model: { cell: "rnn" } }), data);
  const beside = lossesByName(experimentOf({ task: { ...task, columns: ["x", "one"] }, model: { cell: "rnn" } }), data);
  expect(beside["linear-window"]! / alone["linear-window"]!).toBeCloseTo(1, 2);
});

const hourly = { sequences: 43_800, trainingSequences: 32_850, timeSteps: 24, inputSize: 11, outputSize: 1 };

test("all steps of a window are used while rows × (columns × length)² is at most 1e10", () => {
  expect(affordableSteps({ ...hourly, outputSteps: 24 })).toBe(24);
  expect(affordableSteps({ ...hourly, outputSteps: 1, timeSteps: 50 })).toBe(50);
  expect(affordableSteps({ ...hourly, outputSteps: 1, timeSteps: 51 })).toBe(50);
  expect(affordableSteps({ ...hourly, outputSteps: 1, inputSize: 100, timeSteps: 720 })).toBe(5);
});

test("training waits for no piece of more than a few million multiplications", () => {
  const { task } = seriesTask("every", 0, 40);
  const { trainingSequences, timeSteps, outputSize } = task.dataset;
  let pieces = 0;
  const work = baselinesOf({ dataset: task.dataset, loss: task.loss, experiment: task });
  while (work.next().done !== true) pieces++;
  // The fit alone costs D (D / 2 + K / 2) multiplications a row.
  const multiplications = trainingSequences * timeSteps * (timeSteps / 2 + (timeSteps * outputSize) / 2);
  expect(pieces).toBeGreaterThan(multiplications / 2e6);
});
