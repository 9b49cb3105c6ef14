/** lru and rglru against lrnnx and recurrentgemma, see test/fixtures/lru/generate.py. */
import { describe, expect, it } from "vitest";
import { inputScale, inputScaleSlope, logDecay } from "../../../src/core/cells/rglru";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import type { Network, NetworkSpec } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { statePartCount } from "../../../src/shared/trace/cells";
import { expectClose, readFixture } from "./support";

interface GoldenCase {
  readonly cell: "lru" | "rglru";
  readonly B: number;
  readonly T: number;
  readonly H: number;
  readonly heads: number;
  readonly parameters: Readonly<
    Record<string, { readonly shape: number[]; readonly values: number[]; readonly gradient: number[] }>
  >;
  readonly x: number[];
  readonly first: number[];
  readonly dy: number[];
  readonly y: number[];
  readonly last: number[];
  readonly dx: number[];
  readonly dFirst: number[];
}

const { cases } = readFixture<{ readonly cases: readonly GoldenCase[] }>("lru/golden.json");

/** The packages' names of our tensors; theirs are transposed in each head. */
const PACKAGE_NAMES: Readonly<Record<string, string>> = {
  input_gate_weight: "input_gate.w",
  input_gate_bias: "input_gate.b",
  a_gate_weight: "a_gate.w",
  a_gate_bias: "a_gate.b",
};

/** There 1 - a^2 of the package, which subtracts, has fewer digits. */
function isCapped({ parameters }: GoldenCase): boolean {
  return parameters["a_param"]?.values.some((value) => value < -20) === true;
}

function specOf({ cell, H, heads }: Pick<GoldenCase, "cell" | "H" | "heads">): NetworkSpec {
  return {
    cell,
    nonlinearity: "tanh",
    inputSize: H,
    hiddenSize: H,
    numLayers: 1,
    bias: true,
    dropout: 0,
    readout: "every",
    outputSize: H,
    truncate: null,
    heads,
  };
}

/** Of one of the case's tensors its values or gradient, in our order. */
function inOurOrder(found: GoldenCase, name: string, which: "values" | "gradient"): number[] {
  const own = name.replace(/_l0$/, "");
  const tensor = found.parameters[PACKAGE_NAMES[own] ?? own]!;
  const values = tensor[which];
  if (tensor.shape.length < 3) return values;
  const [heads, width] = tensor.shape as [number, number];
  return values.map((_, i) => {
    const head = Math.floor(i / (width * width));
    const output = Math.floor(i / width) % width;
    const input = i % width;
    expect(head).toBeLessThan(heads);
    return values[(head * width + input) * width + output]!;
  });
}

/** Own tensors from the case; the read-out is the identity without bias, so that the output is h. */
function parametersOf(network: Network, found: GoldenCase): Float64Array {
  const parameters = new Float64Array(network.parameterCount);
  for (const { name, offset } of network.layout) {
    if (name === "readout.weight") for (let j = 0; j < found.H; j++) parameters[offset + j * (found.H + 1)] = 1;
    else if (!name.startsWith("readout")) parameters.set(inOurOrder(found, name, "values"), offset);
  }
  return parameters;
}

describe("lru as in lrnnx 1.0.0.post1, rglru as in recurrentgemma 1.0.1", () => {
  it.each(cases.map((found, index) => ({ ...found, index })))(
    "$cell with $H units and $heads heads: outputs, states and every gradient (case $index)",
    (found) => {
      const [digits, gradientDigits] = isCapped(found) ? [1e-9, 1e-6] : [1e-12, 1e-11];
      const network = createReferenceNetwork(specOf(found));
      network.writeParameters(parametersOf(network, found));
      network.writeInitialState(Float64Array.from(found.first));
      expectClose(network.forward(Float64Array.from(found.x), found.B, found.T, null), found.y, digits, 1e-15);
      const last = new Float64Array(found.last.length);
      network.readFinalState(last);
      expectClose(last, found.last, digits, 1e-15);
      network.zeroGradients();
      network.backward(Float64Array.from(found.dy));
      const gradients = new Float64Array(network.parameterCount);
      network.readGradients(gradients);
      const compared = network.layout.filter(({ name }) => !name.startsWith("readout"));
      expect(compared).toHaveLength(Object.keys(found.parameters).length);
      for (const { name, offset } of compared) {
        const expected = inOurOrder(found, name, "gradient");
        expectClose(gradients.subarray(offset, offset + expected.length), expected, gradientDigits, 1e-14);
      }
      expectFirstGradient(network, found);
    },
  );

  it("are compared where the derivative of the square root is capped, too", () => {
    expect(cases.filter(isCapped)).toHaveLength(1);
    // At a_param -25 and r = 0.5, m is about 1e-5, and the derivative would be 47,000.
    const m = inputScale(logDecay(0.5, -25));
    expect(1 / (2 * m)).toBeGreaterThan(40_000);
    expect(inputScaleSlope(m)).toBe(1000);
    expect(inputScaleSlope(0.1)).toBe(5);
  });
});

/** Of the states before the first step: by the modulus for lru. */
function expectFirstGradient(network: Network, { cell, B, T, H, dFirst }: GoldenCase): void {
  const gradients = new Float64Array(B * (T + 1) * H);
  network.readStateGradients(0, null, gradients);
  for (let b = 0; b < B; b++) {
    const first = gradients.subarray(b * (T + 1) * H, (b * (T + 1) + 1) * H);
    const re = dFirst.slice(b * H, (b + 1) * H);
    const im = dFirst.slice((B + b) * H, (B + b + 1) * H);
    expectClose(first, cell === "lru" ? re.map((value, j) => Math.hypot(value, im[j]!)) : re, 1e-12, 1e-15);
  }
}

describe.each(["lru", "rglru"] as const)("%s", (cell) => {
  it("gives the same for a whole sequence, chunks of it and single steps", () => {
    const spec: NetworkSpec = { ...specOf({ cell, H: 4, heads: 2 }), inputSize: 3, numLayers: 2, outputSize: 2 };
    const [B, T] = [2, 7];
    const network = createReferenceNetwork(spec);
    const random = createRandom(4);
    network.writeParameters(Float64Array.from({ length: network.parameterCount }, () => random.double() - 0.5));
    const input = Float64Array.from({ length: B * T * 3 }, () => random.double() - 0.5);
    const whole = network.forward(input, B, T, null).slice();
    const state = new Float64Array(statePartCount(cell) * 2 * B * 4);
    for (const length of [1, 3]) {
      network.writeInitialState(null);
      for (let from = 0; from < T; from += length) {
        const steps = Math.min(length, T - from);
        const rows = Array.from({ length: B }, (_, b) =>
          Array.from(input.subarray((b * T + from) * 3, (b * T + from + steps) * 3)),
        ).flat();
        const outputs = network.forward(Float64Array.from(rows), B, steps, null);
        for (let b = 0; b < B; b++)
          expect(Array.from(outputs.subarray(b * steps * 2, (b + 1) * steps * 2))).toEqual(
            Array.from(whole.subarray((b * T + from) * 2, (b * T + from + steps) * 2)),
          );
        network.readFinalState(state);
        network.writeInitialState(state);
      }
    }
  });
});
