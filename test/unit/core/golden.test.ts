import { describe, expect, it } from "vitest";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import { checkGradients } from "../../../src/core/analysis/gradientCheck";
import { createTrainer } from "../../../src/core/training/trainer";
import { countOnesExperiment, expectClose, numbersOf, readFixture, run } from "./support";

interface Golden {
  inputs: number[][];
  targets: number[];
  weights: [number, number][];
  loss: number[];
  points: Record<string, { loss: number; gradient: { wx: number; wRec: number }; meanGradientOverTime: number[] }>;
  gradientCheck: { wx: number; wRec: number; loss: number; gradient: { wx: number; wRec: number } };
  final: { wx: number; wRec: number; loss: number; testSequence: number[]; testOutput: number };
}
const golden = readFixture<Golden>("count-ones.json");
const RELATIVE = 1e-9;

describe("the tutorial's run of 500 Rprop updates", () => {
  const recorded = run(countOnesExperiment());

  it("has the data", () => {
    expect(Array.from(numbersOf(recorded.trainer.dataset).inputs)).toEqual(golden.inputs.flat());
    expect(Array.from(numbersOf(recorded.trainer.dataset).targets)).toEqual(golden.targets);
  });

  it("ends as finished, with 501 rows", () => {
    expect(recorded.result).toBe("finished");
    expect(recorded.rows).toBe(501);
    expect(recorded.trainer.iteration).toBe(500);
  });

  it("goes through the 501 weight pairs", () =>
    expectClose(recorded.column("parameters"), golden.weights.flat(), RELATIVE));

  it("has the 501 losses", () => expectClose(recorded.column("loss"), golden.loss, RELATIVE));

  it("ends at the final weights and counts the test sequence", () => {
    const { wx, wRec, loss, testSequence, testOutput } = golden.final;
    // The file gives these rounded: weights to 10 decimals, loss to 5 digits, output to 8 decimals.
    expectClose(recorded.trainer.parameters(), [wx, wRec], 0, 0.5e-10);
    expectClose([recorded.trainer.metrics.loss], [loss], 0, 0.5e-10);
    const network = createReferenceNetwork(recorded.trainer.spec);
    network.writeParameters(recorded.trainer.parameters());
    expectClose(
      network.forward(Float64Array.from(testSequence), 1, testSequence.length, null),
      [testOutput],
      0,
      0.5e-8,
    );
  });
});

describe.each(Object.entries(golden.points))("at wx,wRec = %s", (point, expected) => {
  const weights = point.split(",").map(Number) as [number, number];
  const recorded = run(countOnesExperiment({ weights, training: { iterations: 1 } }));

  it("has the loss", () => expectClose([recorded.column("loss")[0]!], [expected.loss], RELATIVE));

  it("has the gradient", () => {
    const gradient = createTrainer(countOnesExperiment({ weights })).gradientAt(Float64Array.from(weights));
    expectClose(gradient, [expected.gradient.wx, expected.gradient.wRec], RELATIVE);
    expectClose(
      [recorded.column("gradientNorm")[0]!],
      [Math.hypot(expected.gradient.wx, expected.gradient.wRec)],
      RELATIVE,
    );
  });

  it("has the gradient over time", () => {
    expectClose(recorded.column("stateGradSum.l0").subarray(0, 11), expected.meanGradientOverTime, RELATIVE);
  });
});

it("passes the gradient check at the golden point, and has its loss and gradient", () => {
  const { wx, wRec, loss, gradient } = golden.gradientCheck;
  const trainer = createTrainer(countOnesExperiment({ weights: [wx, wRec] }));
  expectClose([trainer.lossAt(trainer.parameters())], [loss], RELATIVE);
  expectClose(trainer.gradientAt(trainer.parameters()), [gradient.wx, gradient.wRec], RELATIVE);
  const check = checkGradients(trainer);
  expect(check.passed).toBe(true);
  expect(check.tensors.map((tensor) => tensor.name)).toEqual(["weight_ih_l0", "weight_hh_l0"]);
  expectClose(
    check.tensors.map((tensor) => tensor.worst.analytic),
    [gradient.wx, gradient.wRec],
    RELATIVE,
  );
  expectClose(
    check.tensors.map((tensor) => tensor.worst.numeric),
    [gradient.wx, gradient.wRec],
    1e-8,
  );
});
