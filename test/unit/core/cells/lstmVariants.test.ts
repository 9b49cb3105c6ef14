import { describe, expect, it } from "vitest";
import { checkGradients } from "../../../../src/core/analysis/gradientCheck";
import { createReferenceNetwork } from "../../../../src/core/engine/referenceNetwork";
import { cellKindOf, lstmOptionsOf } from "../../../../src/config/facts/cellKind";
import { backendOf } from "../../../../src/config/facts/engineChoice";
import type { Network } from "../../../../src/core/network/network";
import { initialParameters } from "../../../../src/core/network/initialize";
import { createTrainer } from "../../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { createRandom } from "../../../../src/core/numerics/random";
import { sizeOf, type NetworkSpec } from "../../../../src/shared/trace/networkSpec";
import { expectClose, experimentOf, readFixture } from "../support";

interface Golden {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly outputSize: number;
  readonly batch: number;
  readonly timeSteps: number;
  readonly cases: readonly {
    readonly peephole: boolean;
    readonly coupledInputForget: boolean;
    readonly layerNorm: boolean;
    readonly parameters: Readonly<Record<string, readonly number[]>>;
    readonly input: readonly number[];
    readonly outputGradient: readonly number[];
    readonly outputs: readonly number[];
    readonly states: Readonly<Record<"h" | "c", readonly number[]>>;
    readonly gradients: Readonly<Record<string, readonly number[]>>;
  }[];
}

const GOLDEN = readFixture<Golden>("lstm/golden.json");

function specOf(options: object): NetworkSpec {
  const { model } = experimentOf({ model: { cell: "lstm", hiddenSize: GOLDEN.hiddenSize, ...options } });
  const lstm = lstmOptionsOf(model);
  return {
    cell: cellKindOf(model),
    ...(lstm === null ? {} : { lstm }),
    nonlinearity: "tanh",
    inputSize: GOLDEN.inputSize,
    hiddenSize: model.hiddenSize,
    numLayers: 1,
    bias: true,
    dropout: 0,
    readout: "every",
    outputSize: GOLDEN.outputSize,
    truncate: null,
  };
}

/** Of a layout with a bias in the readout, which the fixture has not: zero. */
function networkOf(spec: NetworkSpec, tensors: Readonly<Record<string, readonly number[]>>): Network {
  const network = createReferenceNetwork(spec);
  const parameters = new Float64Array(network.parameterCount);
  for (const { name, offset } of network.layout) parameters.set(tensors[name] ?? [], offset);
  network.writeParameters(parameters);
  return network;
}

function gradientsOf(network: Network, outputGradient: readonly number[]): Record<string, Float64Array> {
  network.zeroGradients();
  network.backward(Float64Array.from(outputGradient));
  const gradients = new Float64Array(network.parameterCount);
  network.readGradients(gradients);
  return Object.fromEntries(
    network.layout.map(({ name, shape, offset }) => [name, gradients.slice(offset, offset + sizeOf(shape))]),
  );
}

describe("lstm with options is what the formulas make of it in PyTorch", () => {
  it.each(GOLDEN.cases)(
    "peephole $peephole, coupledInputForget $coupledInputForget, layerNorm $layerNorm",
    ({ peephole, coupledInputForget, layerNorm, parameters, input, outputs, outputGradient, states, gradients }) => {
      const { batch: B, timeSteps: T, hiddenSize: H } = GOLDEN;
      const network = networkOf(specOf({ peephole, coupledInputForget, layerNorm }), parameters);
      const own = network.layout.map(({ name }) => name).filter((name) => name !== "readout.bias");
      expect(own.toSorted()).toEqual(Object.keys(parameters).toSorted());
      expectClose(network.forward(Float64Array.from(input), B, T, null), outputs, 1e-13, 1e-14);
      for (const part of ["h", "c"] as const) {
        const values = new Float64Array(B * (T + 1) * H);
        network.readPart(0, part, null, values);
        const steps = Array.from({ length: B }, (_, b) => [
          ...values.subarray((b * (T + 1) + 1) * H, (b + 1) * (T + 1) * H),
        ]);
        expectClose(steps.flat(), states[part], 1e-13, 1e-14);
      }
      const found = gradientsOf(network, outputGradient);
      for (const [name, expected] of Object.entries(gradients)) expectClose(found[name]!, expected, 1e-11, 1e-12);
    },
  );

  it("is lstm itself, to the last bit, with peepholes of weight 0", () => {
    const { parameters, input, outputGradient } = GOLDEN.cases.find(
      ({ peephole, coupledInputForget, layerNorm }) => peephole && !coupledInputForget && !layerNorm,
    )!;
    const tensors = { ...parameters, weight_peephole_l0: [] };
    const [plain, variant] = [{}, { peephole: true }].map((options) => {
      const network = networkOf(specOf(options), tensors);
      const outputs = network.forward(Float64Array.from(input), GOLDEN.batch, GOLDEN.timeSteps, null).slice();
      const { weight_peephole_l0: own, ...gradients } = gradientsOf(network, outputGradient);
      return { outputs, gradients, peepholes: own?.some((value) => value !== 0) };
    });
    expect(variant).toEqual({ ...plain, peepholes: true });
  });
});

it.each([
  ["auto", 1 / Math.sqrt(400)],
  ["xavier", Math.sqrt(3 / 400)],
] as const)("starts, with the scheme %s, with peepholes uniform and norms that change nothing", (scheme, bound) => {
  const spec = { ...specOf({ peephole: true, layerNorm: true }), hiddenSize: 400 };
  const { init } = experimentOf({ model: { cell: "lstm", init: { scheme } } }).model;
  const parameters = initialParameters(init, spec, 10, createRandom(1), null);
  const { layout } = createReferenceNetwork(spec);
  const tensor = (name: string) => {
    const { offset, shape } = layout.find((info) => info.name === name)!;
    return parameters.subarray(offset, offset + sizeOf(shape));
  };
  const largest = Math.max(...tensor("weight_peephole_l0").map(Math.abs));
  expect(largest).toBeLessThan(bound);
  expect(largest).toBeGreaterThan(0.98 * bound);
  for (const name of ["weight_ln_ih_l0", "weight_ln_hh_l0", "weight_ln_c_l0"])
    expect(new Set(tensor(name))).toEqual(new Set([1]));
  expect(new Set(tensor("bias_ln_c_l0"))).toEqual(new Set([0]));
});

it.each(["peephole", "coupledInputForget", "layerNorm"])(
  "with %s is computed by the kernel, and goes on by the reference where that began a run",
  (key) => {
    const experiment = experimentOf({ model: { cell: "lstm", hiddenSize: 8, [key]: true } });
    expect([null, { engine: "float64" } as const].map((recorded) => backendOf(experiment, recorded))).toEqual([
      "float32",
      "reference",
    ]);
  },
);

it("with a projection is computed by the reference, whatever the engine", () => {
  const model = { cell: "lstm", hiddenSize: 8, peephole: true, projSize: 4 } as const;
  for (const engine of ["auto", "float32"] as const)
    expect(backendOf(experimentOf({ engine, model }))).toBe("reference");
});

it("passes the gradient check where a normalization bends sharply: from a learned state that starts at 0", () => {
  const experiment = experimentOf({
    seed: 1,
    task: { kind: "flip-flop", sequences: 4, length: 5 },
    model: { cell: "lstm", hiddenSize: 3, layerNorm: true, learnedInitialState: true },
  });
  const { passed, tensors } = checkGradients(createTrainer(experiment, { kernel: createWasmNetwork }));
  expect(tensors.map(({ name }) => name)).toContain("h0_l0");
  expect(passed).toBe(true);
});
