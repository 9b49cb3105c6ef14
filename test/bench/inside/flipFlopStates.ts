/** Trains example 18 and prints its fixed points and trajectories at some iterations, seen from one side. */
import { parse } from "jsonc-parser";
import { readFileSync } from "node:fs";
import { withDefaults } from "../../../src/config/schema/defaults";
import { experimentSchema } from "../../../src/config/schema/fileSchema";
import type { Experiment } from "../../../src/config/schema/schema";
import { createSnapshot } from "../../../src/core/analysis/runSnapshot";
import { analyzeFixedPoints } from "../../../src/core/dynamics/fixedPoints";
import { createTrainer } from "../../../src/core/training/trainer";
import { finishWork } from "../../../src/lib/slicedTask";
import { turned, turnTo } from "../../../src/shared/trace/alignedAxes";
import { unheard } from "../../unit/core/dynamics/maps";

const ITERATIONS = [0, 50, 100, 400];
/** Trajectories that are drawn. */
const SEQUENCES = 8;

const text = readFileSync("examples/18-flip-flop.rnn.json", "utf8");
const experiment = withDefaults(experimentSchema, parse(text)) as Experiment;
const trainer = createTrainer(experiment);
const found = ITERATIONS.map((iteration) => {
  while (trainer.iteration < iteration && trainer.step(null) === "running");
  const snapshot = createSnapshot(experiment, trainer, { iteration, parameters: trainer.parameters() });
  const { points, trajectories } = finishWork(analyzeFixedPoints(snapshot, null, unheard));
  return { iteration, points, trajectories };
});
const reference = found.at(-1)!.trajectories.axes;
console.log(
  JSON.stringify(
    found.map(({ iteration, points, trajectories: { axes, places, timeSteps } }) => {
      const turn = turnTo(reference, axes);
      const rows = (values: Float64Array): number[][] =>
        Array.from({ length: values.length / 3 }, (_, i) => [...values.subarray(3 * i, 3 * i + 3)]);
      const all = rows(turned(turn, places));
      return {
        iteration,
        points: points.map(({ kind, place }) => ({ kind, place: [...turned(turn, place)] })),
        paths: Array.from({ length: SEQUENCES }, (_, b) => all.slice(b * (timeSteps + 1), (b + 1) * (timeSteps + 1))),
      };
    }),
  ),
);
