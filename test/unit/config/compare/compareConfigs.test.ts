import { expect, it } from "vitest";
import { compareConfigs } from "../../../../src/config/compare/compareConfigs";
import { parseExperiment } from "../../../../src/config/read/parse";
import type { Experiment } from "../../../../src/config/schema/schema";

function experimentOf(value: object): Experiment {
  const { experiment } = parseExperiment(JSON.stringify(value));
  if (experiment === null) throw new Error("the experiment is right");
  return experiment;
}

it("names each value in which experiments differ, one value for each experiment", () => {
  const experiments = [1, 2, 2].map((seed, i) =>
    experimentOf({ name: `n${i}`, seed, training: { iterations: 100 + i } }),
  );
  expect(compareConfigs(experiments)).toEqual([
    { path: "seed", values: ["1", "2", "2"] },
    { path: "training.iterations", values: ["100", "101", "102"] },
  ]);
});

it("tells experiments of another kind by their kind, and what those of one kind differ in as well", () => {
  const experiments = [
    { kind: "rprop" },
    { kind: "adam", learningRate: 0.01 },
    { kind: "adam", learningRate: 0.02 },
  ].map((optimizer) => experimentOf({ training: { optimizer } }));
  expect(compareConfigs(experiments)).toEqual([
    { path: "training.optimizer", values: ["rprop", "adam", "adam"] },
    { path: "training.optimizer.learningRate", values: ["–", "0.01", "0.02"] },
  ]);
});

it("finds nothing in one experiment, in equal ones, and in names", () => {
  expect([
    compareConfigs([]),
    compareConfigs([experimentOf({})]),
    compareConfigs([experimentOf({ name: "a" }), experimentOf({ name: "b" })]),
  ]).toEqual([[], [], []]);
});
