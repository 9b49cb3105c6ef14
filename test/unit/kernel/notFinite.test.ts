import { describe, expect, test } from "vitest";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import type { Network, NetworkSpec, OptimizerUpdate } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { statePartCount } from "../../../src/shared/trace/cells";
import { leakySpec } from "../core/leaky";
import { BUILDS, createKernelNetwork, specOf, uniform, writeRandomParameters } from "./support";

const BATCH = 3;
const STEPS = 4;
/** 1e-40 is below float32's normal range and above its smallest number. */
const ODD = [NaN, Infinity, -Infinity, -0, 1e-40, -1e-40].map(Math.fround);
const CELLS = [
  { cell: "linear", nonlinearity: "tanh" },
  { cell: "rnn", nonlinearity: "tanh" },
  { cell: "rnn", nonlinearity: "relu" },
  { cell: "lstm", nonlinearity: "tanh" },
  { cell: "gru", nonlinearity: "tanh" },
  { cell: "ctrnn", nonlinearity: "tanh" },
  { cell: "ctrnn", nonlinearity: "relu", ctrnn: leakySpec({ form: "leak-inside", nonlinearity: "relu" }) },
] as const;
/** Below, at and above a whole panel of eight columns. */
const SIZES = [1, 3, 8, 11];
const UPDATES: readonly OptimizerUpdate[] = [
  { kind: "sgd", learningRate: 0.1, weightDecay: 0 },
  { kind: "momentum", learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 },
  { kind: "rprop", initialStep: 0.1, etaPlus: 1.2, etaMinus: 0.5 },
  { kind: "rprop-pytorch", initialStep: 0.1, etaPlus: 1.2, etaMinus: 0.5, minStep: 1e-6, maxStep: 50 },
  { kind: "rmsprop", learningRate: 0.1, alpha: 0.99, epsilon: 1e-8, momentum: 0.5, weightDecay: 0 },
  { kind: "adam", learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
];
type Place = "input" | "initial state" | "output gradient" | "hidden weight" | "input weight";
const PLACES: readonly Place[] = ["input", "initial state", "output gradient", "hidden weight", "input weight"];

/** Everything that one step leaves behind, by name. */
function stepWith(network: Network, place: Place, odd: number): Record<string, Float64Array> {
  const { spec } = network;
  const { hiddenSize: H, inputSize: I, outputSize: O, numLayers: L } = spec;
  const random = createRandom(11);
  writeRandomParameters(random, network);
  if (place.endsWith("weight")) {
    const parameters = new Float64Array(network.parameterCount);
    network.readParameters(parameters);
    const name = place === "hidden weight" ? "weight_hh_l0" : "weight_ih_l0";
    parameters[network.layout.find((tensor) => tensor.name === name)!.offset] = odd;
    network.writeParameters(parameters);
  }
  const input = uniform(random, BATCH * STEPS * I, 1);
  if (place === "input") input[(STEPS + 1) * I] = odd;
  if (place === "initial state") {
    const states = uniform(random, statePartCount(spec.cell) * L * BATCH * H, 0.5);
    states[H] = odd;
    network.writeInitialState(states);
  }
  const outputs = network.forward(input, BATCH, STEPS, createRandom(5)).slice();
  const outputGradient = uniform(random, outputs.length, 1);
  if (place === "output gradient") outputGradient[O] = odd;
  network.zeroGradients();
  network.backward(outputGradient);
  return { outputs, ...readStep(network) };
}

function readStep(network: Network): Record<string, Float64Array> {
  const { hiddenSize: H, numLayers: L } = network.spec;
  const parts: Record<string, Float64Array> = {};
  for (let l = 0; l < L; l++) {
    const states = (parts[`states ${l}`] = new Float64Array(BATCH * (STEPS + 1) * H));
    network.readStates(l, null, states);
    const gradients = (parts[`state gradients ${l}`] = new Float64Array(BATCH * (STEPS + 1) * H));
    network.readStateGradients(l, null, gradients);
    const norms = (parts[`norms ${l}`] = new Float64Array(STEPS + 1));
    network.readStateGradientNorms(l, norms);
  }
  const gradients = new Float64Array(network.parameterCount);
  network.readGradients(gradients);
  for (const { name, shape, offset } of network.layout)
    parts[name] = gradients.subarray(offset, offset + shape.reduce((product, axis) => product * axis, 1));
  parts["gradient norm"] = Float64Array.of(network.gradientNorm());
  return parts;
}

/** What kind of number it is: the two engines differ in the digits, not in this. */
function kindOf(value: number): string {
  return Number.isFinite(value) ? "finite" : String(value);
}

/** tanh and sigmoid of infinity are 1 up to rounding in the kernel: a factor of 0 may be 1e-8, and NaN infinite. */
function coarseKindOf(value: number): string {
  return Number.isFinite(value) ? "finite" : "not finite";
}

function kindsOf(parts: Record<string, Float64Array>, kind: (value: number) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(parts).map(([name, values]) => [name, Array.from(values, kind).join(" ")]));
}

describe.each(BUILDS)(
  "the $floats kernel with $variant SIMD keeps what is not finite where the reference does",
  (build) => {
    const pairOf = (spec: NetworkSpec): readonly [Network, Network] => [
      createKernelNetwork(spec, build),
      createReferenceNetwork(spec),
    ];

    describe.each(PLACES)("in an %s:", (place) => {
      test.each(CELLS)("$cell $nonlinearity", ({ cell, ...rest }) => {
        const saturates = cell !== "linear" && rest.nonlinearity !== "relu";
        for (const hiddenSize of SIZES) {
          for (const odd of ODD) {
            // A GRU's state is a mean of numbers within ±1: an infinite one is beyond it, and decides nothing.
            if (cell === "gru" && place === "initial state" && Math.abs(odd) === Infinity) continue;
            const isCoarse = saturates && Math.abs(odd) === Infinity;
            const kind = isCoarse ? coarseKindOf : kindOf;
            const numLayers = isCoarse ? 1 : 2;
            const spec = specOf(cell, { ...rest, hiddenSize, numLayers, readout: "every", dropout: 0.25 });
            const [wasm, reference] = pairOf(spec).map((network) => kindsOf(stepWith(network, place, odd), kind));
            expect(wasm, `${odd}, ${hiddenSize} units, ${numLayers} layers`).toEqual(reference);
          }
        }
      });
    });

    test.each(["sigmoid", "exponential"] as const)("of an sLSTM with the forget gate %s", (forgetGate) => {
      for (const hiddenSize of SIZES)
        for (const place of PLACES)
          for (const odd of ODD) {
            const slstm = { heads: 1, forgetGate };
            const spec = specOf("slstm", { hiddenSize, numLayers: 2, readout: "every", dropout: 0.25, slstm });
            const [wasm, reference] = pairOf(spec).map((network) => kindsOf(stepWith(network, place, odd), kindOf));
            expect(wasm, `${odd} in an ${place}, ${hiddenSize} units`).toEqual(reference);
          }
    });

    test("through a relu whose states overflow: NaN in every gradient that it reaches", () => {
      const spec = specOf("rnn", { nonlinearity: "relu", hiddenSize: 5, readout: "last" });
      const [wasm, reference] = pairOf(spec).map((network) => {
        const parameters = new Float64Array(network.parameterCount);
        parameters.fill(1e30, 0, network.layout.find(({ name }) => name === "readout.weight")!.offset);
        network.writeParameters(parameters);
        network.forward(new Float64Array(STEPS * 2).fill(Infinity), 1, STEPS, null);
        network.backward(Float64Array.of(1, NaN, 1));
        const norms = new Float64Array(STEPS + 1);
        network.readStateGradientNorms(0, norms);
        return norms;
      });
      expect(wasm).toEqual(reference);
      expect([...wasm!]).toEqual(Array.from({ length: STEPS + 1 }, () => NaN));
    });

    test("in the updates: padding stays out of the norms, and the weights of every optimizer agree", () => {
      const spec = specOf("rnn", { nonlinearity: "relu", hiddenSize: 3, readout: "last" });
      for (const update of UPDATES) {
        const [wasm, reference] = pairOf(spec).map((network) => {
          const parts = stepWith(network, "output gradient", Infinity);
          const norms = { ...network.applyUpdate(update) };
          const parameters = new Float64Array(network.parameterCount);
          network.readParameters(parameters);
          return kindsOf({ ...parts, parameters, norms: Float64Array.of(norms.update, norms.parameters) }, kindOf);
        });
        expect(wasm, update.kind).toEqual(reference);
      }
    });

    test("in clipping, by value and by norm", () => {
      const spec = specOf("rnn", { nonlinearity: "relu", hiddenSize: 3, readout: "last" });
      for (const odd of ODD) {
        for (const clip of [
          (network: Network) => network.clampGradients(0.1),
          (network: Network) => network.scaleGradients(0.1 / network.gradientNorm()),
        ]) {
          const [wasm, reference] = pairOf(spec).map((network) => {
            stepWith(network, "output gradient", odd);
            clip(network);
            return kindsOf(readStep(network), kindOf);
          });
          expect(wasm, String(odd)).toEqual(reference);
        }
      }
    });
  },
);
