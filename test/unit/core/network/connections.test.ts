/** Which recurrent connections a leaky network has, and their signs, at the start and while it trains. */
import { describe, expect, it } from "vitest";
import { connectionsOf, constrainDrawn } from "../../../../src/core/network/connections";
import { eigenvaluesOf, spectralRadius } from "../../../../src/core/numerics/eigenvalues";
import { l2Norm } from "../../../../src/core/numerics/l2Norm";
import { createRandom, normal } from "../../../../src/core/numerics/random";
import { createTrainer } from "../../../../src/core/training/trainer";
import { finishWork } from "../../../../src/lib/slicedTask";
import { experimentOf } from "../support";

const H = 10;
const FLIP_FLOP = { kind: "flip-flop", sequences: 8, length: 10 } as const;
const DALE = { cell: "ctrnn", hiddenSize: H, dale: true, connectivity: 0.6, nonlinearity: "retanh" } as const;

function recurrentWeights(model: object, updates = 0): Float64Array {
  const trainer = createTrainer(
    experimentOf({
      task: FLIP_FLOP,
      model,
      training: { iterations: 50, batchSize: 4, optimizer: { kind: "adam", learningRate: 0.05 } },
      seed: 3,
    }),
  );
  for (let i = 0; i < updates; i++) trainer.step(null);
  return trainer
    .parameterTensors()
    .find(({ name }) => name === "weight_hh_l0")!
    .values.slice();
}

/** Of column j: whether unit j sends weights of one sign, none to itself. */
function expectDale(weights: Float64Array): void {
  for (let i = 0; i < H; i++)
    for (let j = 0; j < H; j++) {
      const weight = weights[i * H + j]!;
      if (i === j) expect(weight).toBe(0);
      else expect(j < 8 ? weight >= 0 : weight <= 0).toBe(true);
    }
}

describe("Dale's law", () => {
  it("holds at the start and after each update, and absent connections stay absent", () => {
    const start = recurrentWeights(DALE);
    const trained = recurrentWeights(DALE, 40);
    expectDale(start);
    expectDale(trained);
    const absent = [...start.keys()].filter((i) => start[i] === 0);
    expect(absent.length).toBeGreaterThan(30);
    expect(absent.length).toBeLessThan(65);
    for (const i of absent) expect(trained[i]).toBe(0);
    expect(trained).not.toEqual(start);
  });

  it("draws the same connections for the same seed", () => {
    expect(recurrentWeights(DALE)).toEqual(recurrentWeights(DALE));
  });

  it("takes a mask as it is", () => {
    const mask = Array.from({ length: H }, (_, i) => Array.from({ length: H }, (__, j) => (i + j) % 2));
    const trained = recurrentWeights({ ...DALE, dale: false, connectivity: mask }, 10);
    for (let i = 0; i < H * H; i++) expect(trained[i] !== 0).toBe((Math.floor(i / H) + (i % H)) % 2 === 1);
  });

  it("refuses initial weights of the wrong sign, and those of absent connections", () => {
    const values = (weight: number, i: number, j: number) => ({
      weight_hh_l0: Array.from({ length: H }, (_, row) =>
        Array.from({ length: H }, (__, column) => (row === i && column === j ? weight : 0)),
      ),
    });
    const start = (weight: number, i: number, j: number) =>
      recurrentWeights({ ...DALE, connectivity: 1, init: { values: values(weight, i, j) } });
    expect(() => start(-0.5, 1, 2)).toThrow(
      "weight_hh_l0[1, 2] is -0.5, but with model.dale unit 2 is excitatory; it must not be below 0",
    );
    expect(() => start(0.5, 1, 9)).toThrow("unit 9 is inhibitory; it must not be above 0");
    expect(() => start(0.5, 3, 3)).toThrow("weight_hh_l0[3, 3] is 0.5, but there is no such connection");
    expect(start(0.5, 1, 2)[12]).toBe(0.5);
  });
});

describe("the balance of excitation and inhibition", () => {
  const N = 200;
  const radiusOf = (weights: Float64Array): number => spectralRadius(finishWork(eigenvaluesOf(weights, N)));
  const drawn = (): Float64Array => {
    const random = createRandom(5);
    return Float64Array.from({ length: N * N }, () => normal(random) / Math.sqrt(N));
  };

  it("removes the outlier of 0.6 sqrt(2 N / pi), and keeps the norm", () => {
    const unbalanced = drawn().map((weight, i) => (i % N < 160 ? 1 : -1) * Math.abs(weight));
    const outlier = 0.6 * Math.sqrt((2 * N) / Math.PI);
    expect(Math.abs(radiusOf(unbalanced) / outlier - 1)).toBeLessThan(0.05);
    const balanced = drawn();
    const norm = l2Norm(balanced);
    constrainDrawn(balanced, connectionsOf({ excitatory: 160, connectivity: 1, seed: 1 }, N, 1)![0]!);
    expect(l2Norm(balanced)).toBeCloseTo(norm, 10);
    expect(balanced.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(0, 9);
    expect(radiusOf(balanced)).toBeLessThan(1);
  });
});
