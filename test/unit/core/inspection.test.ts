import { describe, expect, it, vi } from "vitest";
import { checkGradients } from "../../../src/core/analysis/gradientCheck";
import { chooseSurfaceRanges, computeLossSurface } from "../../../src/core/analysis/lossSurface";
import { createTrainer, type Trainer } from "../../../src/core/training/trainer";
import { countOnesExperiment, experimentOf } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 120_000 });

describe("the loss surface", () => {
  const trainer = createTrainer(countOnesExperiment());
  const surface = computeLossSurface(trainer, "run-1", [-1, 2], [0, 1], 4, 3);

  it("holds the loss row by row, both ends included", () => {
    expect(surface.loss.length).toBe(12);
    expect(surface.loss[0]).toBe(trainer.lossAt(Float64Array.of(-1, 0)));
    expect(surface.loss[3]).toBe(trainer.lossAt(Float64Array.of(2, 0)));
    expect(surface.loss[4]).toBe(trainer.lossAt(Float64Array.of(-1, 0.5)));
    expect(surface.loss[11]).toBe(trainer.lossAt(Float64Array.of(2, 1)));
  });

  it("is zero at the solution", () => {
    expect(computeLossSurface(trainer, "run-1", [1, 1], [1, 1], 1, 1).loss[0]).toBe(0);
  });

  it("is refused for a model of another size", () => {
    const larger: Trainer = { ...trainer, parameterCount: 5 };
    expect(() => computeLossSurface(larger, "run-1", [-1, 1], [-1, 1], 2, 2)).toThrow(
      /requires two parameters; this model has 5/,
    );
  });
});

describe("the ranges of the surface", () => {
  it("are -3 to 3 for a path within", () => {
    expect(chooseSurfaceRanges(Float64Array.of(-1.5, 2, 1, 1))).toEqual({ x: [-3, 3], y: [-3, 3] });
    expect(chooseSurfaceRanges(new Float64Array(0))).toEqual({ x: [-3, 3], y: [-3, 3] });
  });

  it("grow with the path on the side where it leaves", () => {
    expect(chooseSurfaceRanges(Float64Array.of(7, -5))).toEqual({ x: [-3, 8], y: [-5.8, 3] });
  });

  it("leave out points that exploded", () => {
    expect(chooseSurfaceRanges(Float64Array.of(1, 1, NaN, 2, 4, Infinity, 1e9, 0))).toEqual({ x: [-3, 3], y: [-3, 3] });
  });
});

describe("the gradient check", () => {
  it("finds a wrong gradient, and where", () => {
    const trainer = createTrainer(countOnesExperiment({ weights: [1.2, 1.2] }));
    const wrong: Trainer = {
      ...trainer,
      gradientAt(parameters) {
        const gradients = trainer.gradientAt(parameters);
        gradients[1] = gradients[1]! * 1.001;
        return gradients;
      },
    };
    const check = checkGradients(wrong);
    expect(check.passed).toBe(false);
    expect(check.tensors.map((tensor) => tensor.maxRelativeError > check.tolerance)).toEqual([false, true]);
  });

  it.each([
    [-1.5, 2],
    [1, 1],
    [1, -2],
    [1, 0],
    [0, 0],
    [1, 0.5],
  ] as const)("passes at %s, %s", (wx, wRec) => {
    expect(checkGradients(createTrainer(countOnesExperiment({ weights: [wx, wRec] }))).passed).toBe(true);
  });

  it("does not pass when the loss is not finite", () => {
    const trainer = createTrainer(countOnesExperiment({ weights: [1, 1e6], task: { length: 100 } }));
    expect(checkGradients(trainer).passed).toBe(false);
  });
});

it("relu units with a kink within the step of a difference are no wrong gradient, and a wrong one is still found", () => {
  const experiment = experimentOf({
    task: { kind: "adding", sequences: 60, length: 60 },
    model: { cell: "rnn", nonlinearity: "relu", hiddenSize: 8, init: { scheme: "identity" } },
    training: { optimizer: { kind: "adam", learningRate: 0.002 }, iterations: 40, clip: { norm: 1 } },
  });
  const trainer = createTrainer(experiment);
  while (trainer.step(null) === "running");
  expect(checkGradients(trainer).passed).toBe(true);
  const wrong: Trainer = { ...trainer, gradientAt: (at) => trainer.gradientAt(at).map((value) => value * 1.01) };
  expect(checkGradients(wrong).tensors.every(({ maxRelativeError }) => maxRelativeError > 5e-3)).toBe(true);
});
