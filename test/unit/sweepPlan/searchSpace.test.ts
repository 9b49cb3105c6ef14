import { expect, test } from "vitest";
import { sweepAxes } from "../../../src/config/schema/sweepAxes";
import { seededDraw } from "../../../src/search/draws";
import { pointAt } from "../../../src/search/space";
import { searchSpace } from "../../../src/sweepPlan/searchSpace";
import { experimentOf } from "../config/support";

function spaceOf(parameters: object) {
  return searchSpace(sweepAxes(experimentOf(JSON.stringify({ sweep: { parameters } })).sweep!));
}

test("every point has values within the ranges and lists, and those values are at that point again", () => {
  const { space, valuesAt, pointOf } = spaceOf({
    "training.optimizer.learningRate": { from: 1e-4, to: 0.1, scale: "log" },
    "model.hiddenSize": { from: 4, to: 64, scale: "log" },
    "task.length": { from: 30, to: 10 },
    "model.layers": [3, 1, 2],
    "model.cell": ["rnn", "lstm"],
    "training.clip": [null, { norm: 1 }],
  });
  expect(space.map(({ kind }) => kind)).toEqual(["real", "whole", "whole", "whole", "choice", "choice"]);
  const draw = seededDraw(1, 0);
  for (let i = 0; i < 300; i++) {
    const values = valuesAt(pointAt(space, space.map(draw)));
    const [rate, size, length, layers] = values.slice(0, 4).map(Number);
    expect(rate! >= 1e-4 && rate! <= 0.1 && size! >= 4 && size! <= 64 && length! >= 10 && length! <= 30).toBe(true);
    expect([1, 2, 3]).toContain(layers);
    // A file and a message have copies of objects.
    expect(valuesAt(pointOf(structuredClone(values)))).toEqual(values);
  }
});

test("whole numbers on a log scale have places as wide as their logarithms", () => {
  const { space } = spaceOf({ "model.hiddenSize": { from: 1, to: 4, scale: "log" } });
  const [size] = space;
  if (size?.kind !== "whole") throw new Error("no whole number");
  expect(size.levels).toBe(4);
  expect([0, 1, 2, 3, 4].map((level) => Number(size.edge(level).toFixed(3)))).toEqual([0, 0.5, 0.732, 0.886, 1]);
  expect([0, 0.49, 0.51, 0.74, 0.9, 0.999].map(size.levelAt)).toEqual([0, 0, 1, 2, 3, 3]);
});

test("what a run has no value of is null in the file and no number in the search", () => {
  const { valuesAt, pointOf } = spaceOf({
    "training.optimizer.kind": ["sgd", "momentum"],
    "training.optimizer.momentum": { from: 0, to: 0.9 },
  });
  expect(valuesAt([0, 0.5])).toEqual(["sgd", null]);
  expect(pointOf(["sgd", null])).toEqual([0, NaN]);
  expect(valuesAt([1, 0.5])).toEqual(["momentum", 0.45]);
});
