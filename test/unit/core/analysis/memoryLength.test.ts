import { describe, expect, it } from "vitest";
import { measureMemory } from "../../../../src/core/analysis/memoryLength";
import type { Network } from "../../../../src/core/network/network";
import { createRandom } from "../../../../src/core/numerics/random";
import { createReferenceNetwork } from "../../../../src/core/engine/referenceNetwork";
import { smallestGradient } from "../../../../src/shared/trace/gradientLimits";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import type { CellKind } from "../../../../src/shared/trace/cells";
import { parameterCountOf, parameterLayout, type NetworkSpec } from "../../../../src/shared/trace/networkSpec";

const T = 5;
const N = 2;
const I = 2;
const CELLS: readonly CellKind[] = ["linear", "rnn", "lstm", "gru", "mingru", "minlstm"];

function specOf(cell: CellKind, change: Partial<NetworkSpec> = {}): NetworkSpec {
  return {
    cell,
    nonlinearity: "tanh",
    inputSize: I,
    hiddenSize: 3,
    numLayers: 1,
    bias: true,
    dropout: 0,
    readout: "last",
    outputSize: 2,
    truncate: null,
    ...change,
  };
}

function drawn(count: number, seed: number, scale = 1): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: count }, () => scale * (2 * random.double() - 1));
}

function parametersOf(spec: NetworkSpec): Float64Array {
  return drawn(parameterCountOf(parameterLayout(spec)), 3, 0.9);
}

/** |dh_T/dh_k|_F / sqrt(H) of one sequence by central differences: the sequence goes on from a state that was moved. */
function gainByDifferences(spec: NetworkSpec, parameters: Float64Array, inputs: Float64Array, k: number): number {
  const { hiddenSize: H } = spec;
  const network = createReferenceNetwork(spec);
  network.writeParameters(parameters);
  const state = new Float64Array((spec.cell === "lstm" ? 2 : 1) * H);
  const finalAfter = (from: Float64Array | null, start: number, end: number): Float64Array => {
    network.writeInitialState(from);
    network.forward(inputs.subarray(start * I, end * I), 1, end - start, null);
    const final = new Float64Array(state.length);
    network.readFinalState(final);
    return final;
  };
  if (k > 0) state.set(finalAfter(null, 0, k));
  let squares = 0;
  for (let j = 0; j < H; j++) {
    const moved = (by: number): Float64Array => {
      const from = state.slice();
      from[j] = from[j]! + by;
      return finalAfter(from, k, T);
    };
    const [up, down] = [moved(1e-5), moved(-1e-5)];
    for (let i = 0; i < H; i++) squares += ((up[i]! - down[i]!) / 2e-5) ** 2;
  }
  return Math.sqrt(squares / H);
}

function inputs(): Float64Array {
  return drawn(N * T * I, 7);
}

function measure(
  spec: NetworkSpec,
  parameters = parametersOf(spec),
  create: (spec: NetworkSpec) => Network = createReferenceNetwork,
) {
  return measureMemory(create, spec, parameters, { inputs: inputs(), sequences: N, timeSteps: T }, createRandom(1));
}

describe("the gain of a state", () => {
  it.each(CELLS)("is what central differences of the last state give, as a mean over the sequences (%s)", (cell) => {
    const spec = specOf(cell);
    const { gains } = measure(spec);
    expect(gains.length).toBe(T + 1);
    expect(gains[0]).toBe(1);
    for (let back = 1; back <= T; back++) {
      const each = Array.from({ length: N }, (_, n) =>
        gainByDifferences(spec, parametersOf(spec), inputs().subarray(n * T * I, (n + 1) * T * I), T - back),
      );
      expect(gains[back]).toBeCloseTo(each.reduce((sum, gain) => sum + gain, 0) / N, 7);
    }
  });

  it("of two layers is that of the layer that remembers more: below a top layer that forgets, the lower one counts", () => {
    const spec = specOf("linear", { hiddenSize: 1, numLayers: 2, bias: false, readout: "state", outputSize: 1 });
    // Layer 1 keeps its state, layer 2 only reads it: dh2_T/dh1_k = 1, dh2_T/dh2_k = 0.
    const { gains } = measure(spec, Float64Array.of(1, 1, 1, 1, 0));
    expect(Array.from(gains)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it("of a linear cell is its recurrent weight to the power of the steps, and its memory ends where that is under a thousandth", () => {
    const spec = specOf("linear", { inputSize: I, hiddenSize: 1, bias: false, readout: "state", outputSize: 1 });
    const { gains, steps, measured } = measure(spec, Float64Array.of(1, 1, 0.1));
    for (const [back, gain] of gains.entries()) expect(gain).toBeCloseTo(0.1 ** back, 12);
    expect({ steps, measured }).toEqual({ steps: 4, measured: T });
    expect(measure(spec, Float64Array.of(1, 1, 1)).steps).toBeNull();
    expect(measure(spec, Float64Array.of(1, 1, 3)).gains[T]).toBeCloseTo(243, 8);
  });

  it("is not cut by truncation, and the same by the float32 engine", () => {
    const whole = measure(specOf("gru"));
    expect(measure(specOf("gru", { truncate: 2 })).gains).toEqual(whole.gains);
    const single = measure(specOf("gru"), parametersOf(specOf("gru")), (spec) => createWasmNetwork(spec));
    for (const [back, gain] of single.gains.entries()) expect(gain).toBeCloseTo(whole.gains[back] ?? NaN, 5);
  });

  it("leaves out entries that float32 does not hold", () => {
    const [length, weight] = [120, 0.4];
    const spec = specOf("linear", { inputSize: 1, hiddenSize: 1, bias: false, readout: "state", outputSize: 1 });
    const measureLong = (smallest: number) =>
      measureMemory(
        (wide) => createWasmNetwork(wide),
        spec,
        Float64Array.of(1, weight),
        { inputs: new Float64Array(length), sequences: 1, timeSteps: length, smallest },
        createRandom(1),
      );
    const all = measureLong(0);
    const { gains, steps } = measureLong(smallestGradient("float32"));
    const held = Math.floor(Math.log(smallestGradient("float32")) / Math.log(weight));
    expect(all.gains[held + 2]).toBeGreaterThan(0);
    for (let back = 0; back <= held; back++) expect(gains[back]! / weight ** back).toBeCloseTo(1, 4);
    expect(Array.from(gains.subarray(held + 1))).toEqual(Array.from({ length: length - held }, () => 0));
    expect(steps).toBe(all.steps);
  });

  it("of many units is estimated from random combinations of rows, near to the exact one", () => {
    // An orthogonal recurrence keeps every length: the gain is exactly 1 at every step back.
    const H = 40;
    const spec = specOf("linear", { hiddenSize: H, bias: false, readout: "state", outputSize: H });
    const parameters = new Float64Array(H * I + H * H);
    for (let j = 0; j < H; j++) parameters[H * I + j * H + ((j + 7) % H)] = 1;
    for (const gain of measure(spec, parameters).gains) expect(gain).toBeCloseTo(1, 10);
    for (let j = 0; j < H; j++) parameters[H * I + j * H + ((j + 7) % H)] = 0.5 + j / H;
    const mean = Math.sqrt(
      Array.from({ length: H }, (_, j) => (0.5 + j / H) ** 2).reduce((sum, square) => sum + square, 0) / H,
    );
    expect(measure(spec, parameters).gains[1]).toBeCloseTo(mean, 1);
  });
});
