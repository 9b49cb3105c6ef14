import { describe, expect, test } from "vitest";
import { createRandom } from "../../../src/core/numerics/random";
import { BUILDS, createKernelNetwork, specOf, type Build } from "./support";

const POINTS = Float64Array.from(
  [...Array.from({ length: 24001 }, (_, i) => (i - 12000) / 600), 1e-30, -1e-8, 1e-4, 100, -1e30, Infinity, -Infinity],
  Math.fround,
);

/** tanh of the points, through a cell without state. */
function tanhOf(points: Float64Array, build: Build): Float64Array {
  const spec = specOf("rnn", { inputSize: 1, hiddenSize: 1, bias: false, readout: "state" });
  const network = createKernelNetwork(spec, build);
  network.writeParameters(Float64Array.of(1, 0));
  return network.forward(points, points.length, 1, null).slice();
}

/** Their logistic function, which is the reset gate of a GRU. */
function logisticOf(points: Float64Array, build: Build): Float64Array {
  const spec = specOf("gru", { inputSize: 1, hiddenSize: 1, bias: false, readout: "state" });
  const network = createKernelNetwork(spec, build);
  network.writeParameters(Float64Array.of(1, 0, 0, 0, 0, 0));
  network.forward(points, points.length, 1, null);
  const gate = new Float64Array(points.length);
  network.readGate(0, "r", null, gate);
  return gate;
}

describe.each(BUILDS.filter(({ floats }) => floats === "float32"))("activations in float32, $variant SIMD", (build) => {
  test("tanh is within 4e-7 of the exact value, relative to it as well", () => {
    const outputs = tanhOf(POINTS, build);
    let worst = 0;
    POINTS.forEach((x, i) => {
      const exact = Math.tanh(x);
      worst = Math.max(worst, exact === 0 ? Math.abs(outputs[i]!) : Math.abs(outputs[i]! / exact - 1));
    });
    expect(worst).toBeLessThan(4e-7);
  });

  test("the logistic function is within 3e-7 of the exact value", () => {
    const gate = logisticOf(POINTS, build);
    const worst = Math.max(...POINTS.map((x, i) => Math.abs(gate[i]! - 1 / (1 + Math.exp(-x)))));
    expect(worst).toBeLessThan(3e-7);
  });
});

/** Of all sizes, and dense where the functions bend and where they saturate. */
const WIDE_POINTS = ((random) =>
  Float64Array.from([
    ...Array.from({ length: 40000 }, () => (random.double() < 0.5 ? -1 : 1) * 10 ** (3 - 17 * random.double())),
    ...Array.from({ length: 40000 }, () => 50 * random.double() - 25),
    ...Array.from({ length: 10000 }, () => 1500 * random.double() - 750),
  ]).sort())(createRandom(5));

/** Distances of two lists of numbers, in units in the last place of the second. */
function unitsApart(actual: Float64Array, expected: Float64Array): number {
  const bits = (values: Float64Array) => new BigInt64Array(values.buffer, values.byteOffset, values.length);
  const [a, b] = [bits(actual), bits(expected)];
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(Number(a[i]! - b[i]!)));
  return worst;
}

describe.each(BUILDS.filter(({ floats }) => floats === "float64"))("activations in float64, $variant SIMD", (build) => {
  // Math.exp and Math.tanh are themselves within one unit, and the quotient adds one.
  test("tanh is within two units in the last place, and never falls", () => {
    const values = tanhOf(WIDE_POINTS, build);
    expect(unitsApart(values, WIDE_POINTS.map(Math.tanh))).toBeLessThanOrEqual(3);
    expect(values.every((value, i) => i === 0 || value >= values[i - 1]!)).toBe(true);
  });

  test("the logistic function is within two units in the last place, and never falls", () => {
    const values = logisticOf(WIDE_POINTS, build);
    const expected = WIDE_POINTS.map((x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))));
    expect(unitsApart(values, expected)).toBeLessThanOrEqual(4);
    expect(values.every((value, i) => i === 0 || value >= values[i - 1]!)).toBe(true);
  });

  test("both are exact where only one answer is right", () => {
    const points = Float64Array.of(0, 5e-324, -5e-324, 1e-310, 1e-20, -1e-20, 30, -30, 1e308, Infinity, -Infinity, NaN);
    const tanh = [0, 5e-324, -5e-324, 1e-310, 1e-20, -1e-20, 1, -1, 1, 1, -1, NaN];
    expect([...tanhOf(points, build)]).toEqual(tanh);
    const wide = Float64Array.of(0, 5e-324, -1e-20, 40, -750, 1e308, -1e308, Infinity, -Infinity, NaN);
    expect([...logisticOf(wide, build)]).toEqual([0.5, 0.5, 0.5, 1, 0, 1, 0, 1, 0, NaN]);
    // Subnormal: half a unit there is far more than a unit in the last place of larger numbers.
    const small = logisticOf(Float64Array.of(-720, -740), build);
    expect(Math.abs(small[0]! - Math.exp(-720))).toBeLessThanOrEqual(5e-324);
    expect(Math.abs(small[1]! - Math.exp(-740))).toBeLessThanOrEqual(5e-324);
  });
});
