import { describe, expect, it } from "vitest";
import { l2Norm } from "../../../src/core/numerics/l2Norm";
import { clampInPlace } from "../../../src/core/optimizers/clipping";
import { rpropUpdate } from "../../../src/core/optimizers/rprop";
import { sgdUpdate } from "../../../src/core/optimizers/sgd";
import { expectClose } from "./support";

const RPROP = { kind: "rprop", etaPlus: 1.2, etaMinus: 0.5, initialStep: 1 } as const;

describe("the norm", () => {
  it.each([
    [[3, 4], 5],
    [[3e200, 4e200], 5e200],
    [[3e-200, 4e-200], 5e-200],
    [[Number.MAX_VALUE, Number.MAX_VALUE], Number.MAX_VALUE],
    [[0, 0], 0],
    [[], 0],
  ])("of %j is %d", (values, norm) => expectClose([l2Norm(Float64Array.from(values))], [norm], 1e-15));

  it("is infinite or NaN when an element is", () => {
    expect(l2Norm(Float64Array.of(1, -Infinity))).toBe(Infinity);
    expect(l2Norm(Float64Array.of(1, NaN, Infinity))).toBeNaN();
  });
});

it("clips values on both sides and keeps NaN", () => {
  const values = Float64Array.of(-7, -5, 0.5, 5, 7, Infinity, NaN);
  clampInPlace(values, 5);
  expect(Array.from(values)).toEqual([-5, -5, 0.5, 5, 5, 5, NaN]);
});

it("sgd moves against the gradient", () => {
  const parameters = Float64Array.of(1, -2);
  sgdUpdate(parameters, Float64Array.of(10, -4), { kind: "sgd", learningRate: 0.25, weightDecay: 0 });
  expect(Array.from(parameters)).toEqual([-1.5, -1]);
});

describe("rprop", () => {
  it("shrinks the first step, grows while the sign lasts, shrinks when it changes", () => {
    const parameters = Float64Array.of(0);
    const [step, sign] = [Float64Array.of(1), Float64Array.of(0)];
    const path = [3, 0.1, -8, -8].map((gradient) => {
      rpropUpdate(parameters, Float64Array.of(gradient), step, sign, RPROP);
      return parameters[0]!;
    });
    expectClose(path, [-0.5, -1.1, -0.8, -0.44], 1e-12);
  });

  it("makes no move at a gradient of zero, and none is hidden at NaN", () => {
    const parameters = Float64Array.of(1, 1);
    rpropUpdate(parameters, Float64Array.of(0, NaN), new Float64Array(2).fill(1), new Float64Array(2), RPROP);
    expect(Array.from(parameters)).toEqual([1, NaN]);
  });
});
