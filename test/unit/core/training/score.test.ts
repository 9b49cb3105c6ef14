import { expect, test } from "vitest";
import { createScorer, indexOfLargest } from "../../../../src/core/training/score";
import { createTrainer } from "../../../../src/core/training/trainer";
import { resolveLoss } from "../../../../src/config/facts/taskTraits";
import { experimentOf, numbersOf } from "../support";

test.each(["parity", "temporal-order", "adding"] as const)("an answer of NaN is never right: %s", (kind) => {
  const experiment = experimentOf({ task: { kind, sequences: 40 } });
  const { dataset } = createTrainer(experiment);
  const scorer = createScorer(dataset, resolveLoss(experiment));
  const outputs = new Float64Array(40 * dataset.outputSteps * dataset.outputSize).fill(NaN);
  scorer.add(outputs, { size: 40, inputs: new Float64Array(0), targets: numbersOf(dataset).targets, weights: null });
  expect(scorer.accuracy()).toBe(0);
  expect(scorer.exactAccuracy()).toBe(0);
});

test("the largest of numbers with NaN is the first NaN, as PyTorch's argmax says", () => {
  expect(indexOfLargest(Float64Array.of(9, 1, NaN, 3, NaN), 1, 4)).toBe(1);
  expect(indexOfLargest(Float64Array.of(-Infinity, -Infinity), 0, 2)).toBe(0);
  expect(indexOfLargest(Float64Array.of(1, Infinity, Infinity), 0, 3)).toBe(1);
});
