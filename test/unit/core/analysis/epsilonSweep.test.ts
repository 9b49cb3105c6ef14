import { expect, test } from "vitest";
import { SWEPT_EPSILONS } from "../../../../src/core/analysis/epsilonSweep";
import { checkGradients } from "../../../../src/core/analysis/gradientCheck";
import { createTrainer, type Trainer } from "../../../../src/core/training/trainer";
import { experimentOf } from "../support";

const trainer = createTrainer(
  experimentOf({ task: { kind: "parity", sequences: 20, length: 6 }, model: { cell: "lstm", hiddenSize: 4 } }),
);

test("the error of a right gradient falls with the step as its square, and rises again by rounding: a valley", () => {
  const before = [...trainer.parameters()];
  const { epsilons, tensors } = checkGradients(trainer);
  expect(epsilons).toEqual(SWEPT_EPSILONS);
  for (const { name, errors = [] } of tensors) {
    const best = errors.indexOf(Math.min(...errors));
    expect([name, errors.length, best > 1, best < errors.length - 1]).toEqual([
      name,
      SWEPT_EPSILONS.length,
      true,
      true,
    ]);
    expect(errors[best]).toBeLessThan(1e-7);
    // Two-sided differences: a tenth of the step, a hundredth of the error.
    expect(errors[0]! / errors[1]!).toBeGreaterThan(50);
    expect(errors.at(-1)).toBeGreaterThan(10 * errors[best]!);
  }
  expect([...trainer.parameters()]).toEqual(before);
});

test("the error of a wrong gradient does not fall below what is wrong, however small the step: a level line", () => {
  const wrong: Trainer = { ...trainer, gradientAt: (at) => trainer.gradientAt(at).map((value) => value * 1.01) };
  for (const { errors = [] } of checkGradients(wrong).tensors) expect(Math.min(...errors)).toBeGreaterThan(5e-3);
});

test("a model for which it would take too long gets no curves, and is checked all the same", () => {
  const large: Trainer = { ...trainer, parameterCount: 1e9 };
  const { epsilons, tensors } = checkGradients(large);
  expect([
    epsilons,
    tensors.every(({ errors, maxRelativeError }) => errors === undefined && maxRelativeError < 1e-5),
  ]).toEqual([undefined, true]);
});
