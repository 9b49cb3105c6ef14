import { describe, expect, it } from "vitest";
import { createReferenceNetwork } from "../../../../src/core/engine/referenceNetwork";
import type { Network } from "../../../../src/core/network/network";
import { createRandom } from "../../../../src/core/numerics/random";
import { STATE_PARTS } from "../../../../src/shared/trace/cells";
import { sizeOf, type NetworkSpec } from "../../../../src/shared/trace/networkSpec";
import { expectClose, readFixture } from "../support";

interface Golden {
  readonly cases: readonly {
    readonly inputSize: number;
    readonly hiddenSize: number;
    readonly heads: number;
    readonly outputSize: number;
    readonly batch: number;
    readonly timeSteps: number;
    readonly parameters: Readonly<Record<string, readonly number[]>>;
    readonly input: readonly number[];
    readonly outputGradient: readonly number[];
    readonly outputs: readonly number[];
    readonly states: readonly number[];
    readonly half: readonly number[];
    readonly gradients: Readonly<Record<string, readonly number[]>>;
  }[];
}

const BASE: NetworkSpec = {
  cell: "slstm",
  nonlinearity: "tanh",
  inputSize: 1,
  hiddenSize: 4,
  numLayers: 1,
  bias: true,
  dropout: 0,
  readout: "every",
  outputSize: 1,
  truncate: null,
};

/** Of a layout with a bias in the readout, which the fixture has not: zero. */
function writeTensors(network: Network, tensors: Readonly<Record<string, readonly number[]>>): void {
  const parameters = new Float64Array(network.parameterCount);
  for (const { name, offset } of network.layout) parameters.set(tensors[name] ?? [], offset);
  network.writeParameters(parameters);
}

describe("slstm is what xlstm 2.0.6 computes", () => {
  it.each(readFixture<Golden>("slstm/golden.json").cases)("with $hiddenSize units in $heads heads", (golden) => {
    const { inputSize, hiddenSize: H, heads, outputSize, batch: B, timeSteps: T } = golden;
    const spec: NetworkSpec = {
      ...BASE,
      inputSize,
      hiddenSize: H,
      outputSize,
      slstm: { heads, forgetGate: "sigmoid" },
    };
    const network = createReferenceNetwork(spec);
    writeTensors(network, golden.parameters);
    const input = Float64Array.from(golden.input);
    expectClose(network.forward(input, B, T, null), golden.outputs, 1e-13, 1e-14);
    STATE_PARTS.slstm.forEach((part, at) => {
      const values = new Float64Array(B * (T + 1) * H);
      network.readPart(0, part, null, values);
      const steps = Array.from({ length: B }, (_, b) => [
        ...values.subarray((b * (T + 1) + 1) * H, (b + 1) * (T + 1) * H),
      ]);
      expectClose(steps.flat(), golden.states.slice(at * B * T * H, (at + 1) * B * T * H), 1e-13, 1e-14);
    });
    network.zeroGradients();
    network.backward(Float64Array.from(golden.outputGradient));
    const gradients = new Float64Array(network.parameterCount);
    network.readGradients(gradients);
    for (const { name, shape, offset } of network.layout.filter(({ name: tensor }) => tensor in golden.gradients))
      expectClose(gradients.subarray(offset, offset + sizeOf(shape)), golden.gradients[name]!, 1e-11, 1e-13);
    const half = Math.floor(T / 2);
    const first = Array.from({ length: B }, (_, b) => [
      ...input.subarray(b * T * inputSize, (b * T + half) * inputSize),
    ]);
    network.forward(Float64Array.from(first.flat()), B, half, null);
    const final = new Float64Array(golden.half.length);
    network.readFinalState(final);
    expectClose(final, golden.half, 1e-13, 1e-14);
  });
});

describe("the stabilizer", () => {
  const draws = (n: number, scale: number) => {
    const random = createRandom(4);
    return Float64Array.from({ length: n }, () => (2 * random.double() - 1) * scale);
  };

  it("keeps states and gradients finite where the exponentials overflow, and where they underflow", () => {
    for (const forgetGate of ["sigmoid", "exponential"] as const)
      for (const shift of [-2000, 0, 2000]) {
        const network = createReferenceNetwork({ ...BASE, slstm: { heads: 2, forgetGate } });
        const parameters = draws(network.parameterCount, 1);
        const bias = network.layout.find(({ name }) => name === "bias_ih_l0")!.offset;
        for (let j = 0; j < 4; j++) parameters[bias + j] = shift;
        network.writeParameters(parameters);
        const outputs = network.forward(draws(20, 30), 2, 10, null);
        network.backward(new Float64Array(20).fill(1));
        const gradients = new Float64Array(network.parameterCount);
        network.readGradients(gradients);
        expect([...outputs, ...gradients].every(Number.isFinite)).toBe(true);
        expect(network.gradientNorm()).toBeGreaterThan(0);
      }
  });

  it("makes a constant in the input gate cancel, and its gradient 0", () => {
    const network = createReferenceNetwork({ ...BASE, slstm: { heads: 1, forgetGate: "sigmoid" } });
    const parameters = draws(network.parameterCount, 1);
    const input = draws(12, 2);
    network.writeParameters(parameters);
    const outputs = network.forward(input, 2, 6, null).slice();
    network.backward(new Float64Array(12).fill(1));
    const gradients = new Float64Array(network.parameterCount);
    network.readGradients(gradients);
    const { offset } = network.layout.find(({ name }) => name === "bias_ih_l0")!;
    expectClose(gradients.subarray(offset, offset + 4), [0, 0, 0, 0], 0, 1e-15);
    for (let j = 0; j < 4; j++) parameters[offset + j] = parameters[offset + j]! + 3;
    network.writeParameters(parameters);
    expectClose(network.forward(input, 2, 6, null), outputs, 1e-12);
  });

  it("leaves h a mean of what was read, so that it is within ±1", () => {
    const network = createReferenceNetwork({ ...BASE, hiddenSize: 6, slstm: { heads: 3, forgetGate: "exponential" } });
    network.writeParameters(draws(network.parameterCount, 4));
    network.forward(draws(60, 4), 2, 30, null);
    const [i, f, h] = [new Float64Array(360), new Float64Array(360), new Float64Array(372)];
    network.readGate(0, "i", null, i);
    network.readGate(0, "f", null, f);
    network.readStates(0, null, h);
    expectClose(
      i.map((share, at) => share + f[at]!),
      new Float64Array(360).fill(1),
      1e-14,
    );
    expect(Math.max(...h.map(Math.abs))).toBeLessThan(1);
  });
});
