import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { CellKind, Network, OptimizerUpdate } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { isLstm, KERNEL_CELLS } from "../../../src/shared/trace/cells";
import { smallestGradient } from "../../../src/shared/trace/gradientLimits";
import { BUILDS, createKernelNetwork, specOf, uniform, type Build } from "./support";

const [BATCH, STEPS, HIDDEN, INPUTS] = [9, 120, 19, 3];
const ADAM: OptimizerUpdate = {
  kind: "adam",
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
};
const UPDATES: Readonly<Record<string, OptimizerUpdate>> = {
  adam: ADAM,
  rmsprop: { kind: "rmsprop", learningRate: 0.001, alpha: 0.99, epsilon: 1e-8, momentum: 0.9, weightDecay: 0 },
  momentum: { kind: "momentum", learningRate: 0.01, momentum: 0.9, weightDecay: 0 },
};

/** With weights of about this size of what keeps a gradient; the last input is there in the first time steps only. */
function createCase(cell: CellKind, size: number, build: Pick<Build, "floats" | "variant">) {
  const spec = specOf(cell, { inputSize: INPUTS, hiddenSize: HIDDEN });
  // A leak that lets a gradient vanish.
  const ctrnn = spec.ctrnn === undefined ? {} : { ctrnn: { ...spec.ctrnn, alpha: 0.95 } };
  const network = createKernelNetwork({ ...spec, ...ctrnn }, build);
  const random = createRandom(3);
  network.writeParameters(uniform(random, network.parameterCount, size / Math.sqrt(HIDDEN)));
  const input = uniform(random, BATCH * STEPS * INPUTS, 1).map((value, i) =>
    i % INPUTS === INPUTS - 1 && Math.floor(i / INPUTS) % STEPS > 5 ? 0 : value,
  );
  const target = uniform(random, BATCH * network.spec.outputSize, 1);
  return {
    network,
    step(update: OptimizerUpdate): void {
      const outputs = network.forward(input, BATCH, STEPS, null);
      network.zeroGradients();
      network.backward(outputs.map((output, i) => (output - target[i]!) / target.length));
      network.applyUpdate(update);
    },
  };
}

function stateGradients(network: Network): Float64Array {
  const values = new Float64Array(BATCH * (STEPS + 1) * HIDDEN);
  network.readStateGradients(0, null, values);
  return values;
}

function parameters(network: Network): Float64Array {
  const values = new Float64Array(network.parameterCount);
  network.readParameters(values);
  return values;
}

const isZero = (value: number): boolean => value === 0;

describe.each(BUILDS)("the $floats kernel with $variant SIMD", (build) => {
  const smallestNormal = build.floats === "float32" ? 2 ** -126 : 2 ** -1022;
  const isSubnormal = (value: number): boolean => value !== 0 && Math.abs(value) < smallestNormal;
  // In float64 a gradient takes ten times as long to vanish, or a tenth of the weights.
  const size = build.floats === "float32" ? 0.6 : 0.002;

  test.each([...KERNEL_CELLS])("has no subnormal numbers on the way back: %s", (cell) => {
    const { network, step } = createCase(cell, isLstm(cell) || cell === "gru" ? size / 4 : size, build);
    const gradients = new Float64Array(network.parameterCount);
    for (let i = 0; i < 3; i++) {
      step({ ...ADAM, learningRate: 1e-9 });
      const back = stateGradients(network);
      expect(back.filter(isSubnormal).length).toBe(0);
      network.readGradients(gradients);
      expect(gradients.filter(isSubnormal).length).toBe(0);
      // Gates of 1/2 let through what float64 holds.
      if (build.floats === "float32" || cell === "linear" || cell === "rnn")
        expect(back.filter(isZero).length).toBeGreaterThan(back.length / 50);
    }
  });

  test.each(Object.keys(UPDATES))("keeps no subnormal moment of a gradient that has vanished: %s", (kind) => {
    const { network, step } = createCase("rnn", 1, build);
    const update = UPDATES[kind]!;
    for (let i = 0; i < 3; i++) step(update);
    const state = network.readOptimizer();
    const tiny = (values: Float64Array | null) => values?.map((value) => value * smallestNormal) ?? null;
    network.writeOptimizer({ ...state, first: tiny(state.first), second: tiny(state.second) });
    network.zeroGradients();
    for (let i = 0; i < 5; i++) network.applyUpdate(update);
    const { first, second } = network.readOptimizer();
    for (const moment of [first, second]) {
      expect(moment?.every(isZero) ?? true).toBe(true);
    }
  });

  test("keeps the gradient of the last step however small it is", () => {
    const { network } = createCase("rnn", 1, build);
    network.forward(new Float64Array(BATCH * STEPS * INPUTS), BATCH, STEPS, null);
    network.zeroGradients();
    network.backward(new Float64Array(BATCH * network.spec.outputSize).fill(smallestNormal * 64));
    expect(network.gradientNorm()).toBeGreaterThan(0);
    expect(stateGradients(network).some((value) => !isZero(value))).toBe(true);
  });

  test("computes all gradients above the limit of the charts to their digits", () => {
    const [cut, exact] = [1, build.floats === "float32" ? 2 ** 90 : 2 ** 900].map((scale) => {
      const { network } = createCase("rnn", size, build);
      const random = createRandom(5);
      const outputs = network.forward(uniform(random, BATCH * STEPS * INPUTS, 1), BATCH, STEPS, null);
      network.backward(uniform(random, outputs.length, 1).map((value) => value * scale));
      const norms = new Float64Array(STEPS + 1);
      network.readStateGradientNorms(0, norms);
      return norms.map((norm) => norm / scale);
    });
    const limit = smallestGradient(build.floats);
    expect(exact!.some((norm) => norm < limit)).toBe(true);
    cut!.forEach((norm, t) => {
      if (norm >= limit) expect(norm / exact![t]!).toBeCloseTo(1, 3);
    });
  });
});

/** Of the weights after 40 steps, as the versions that cut nothing had them. Plain SIMD: the same on every machine. */
const WEIGHTS: Readonly<Record<string, string>> = {
  "rnn 1.6 adam": "d645fbf3e303e08b",
  "lstm 1.6 adam": "2b10a1bfdf0189e7",
  "gru 1.6 adam": "9c47d7a5dd8fc958",
  "rnn 0.6 adam": "514b10b85b64896e",
  "rnn 0.6 rmsprop": "6545abdc20db2616",
  "rnn 0.6 momentum": "887cdd62e91d17e4",
  "lstm 0.15 adam": "67251611445a161f",
  "gru 0.15 adam": "49262bfbbca9a9b5",
};

test.each(Object.keys(WEIGHTS))("weights keep their bits in float32, whether or not gradients are cut: %s", (name) => {
  const [cell, size, kind] = name.split(" ") as [CellKind, string, string];
  const { network, step } = createCase(cell, Number(size), { floats: "float32", variant: "plain" });
  let cut = false;
  for (let i = 0; i < 40; i++) {
    step(UPDATES[kind]!);
    cut ||= stateGradients(network).some(isZero);
  }
  expect(cut).toBe(Number(size) < 1);
  expect(createHash("sha256").update(parameters(network)).digest("hex").slice(0, 16)).toBe(WEIGHTS[name]);
});
