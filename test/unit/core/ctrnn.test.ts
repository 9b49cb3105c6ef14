/** The leaky cell against PyTorch's autograd, PsychRNN's own simulator and finite differences. */
import { describe, expect, it } from "vitest";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import { evaluateLoss } from "../../../src/core/network/losses";
import type { Network, NetworkSpec } from "../../../src/core/network/network";
import { createRandom, STREAM } from "../../../src/core/numerics/random";
import type { CtrnnForm, CtrnnNonlinearity } from "../../../src/shared/trace/ctrnnSpec";
import { leakySpec } from "./leaky";
import { expectClose, readFixture } from "./support";

interface Sizes {
  readonly alpha: number;
  readonly batch: number;
  readonly timeSteps: number;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly outputSize: number;
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly input: readonly number[];
  readonly initialState: readonly number[];
  readonly outputs: readonly number[];
  readonly finalState: readonly number[];
}

interface GoldenNetwork extends Sizes {
  readonly form: CtrnnForm;
  readonly nonlinearity: CtrnnNonlinearity;
  readonly learnedTau: boolean;
  readonly noise: number;
  readonly inputNoise: number;
  readonly noiseSeed: number;
  readonly numLayers: number;
  readonly targets: readonly number[];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

/** What test/fixtures/ctrnn/generate.py wrote. */
const golden = readFixture<{ readonly networks: readonly GoldenNetwork[]; readonly psychrnn: Sizes }>(
  "ctrnn/golden.json",
);

function networkOf(sizes: Sizes, numLayers: number, ctrnn: NetworkSpec["ctrnn"]): Network {
  const { inputSize, hiddenSize, outputSize } = sizes;
  const network = createReferenceNetwork({
    cell: ctrnn?.form === "current" ? "ctrnn-current" : "ctrnn",
    nonlinearity: "tanh",
    inputSize,
    hiddenSize,
    numLayers,
    bias: true,
    dropout: 0,
    readout: "every",
    outputSize,
    truncate: null,
    ctrnn: ctrnn!,
  });
  const parameters = new Float64Array(network.parameterCount);
  for (const { name, offset } of network.layout) parameters.set(sizes.parameters[name]!, offset);
  network.writeParameters(parameters);
  network.writeInitialState(Float64Array.from(sizes.initialState));
  return network;
}

describe.each(golden.networks)(
  "the form $form, $nonlinearity, learned tau $learnedTau, noise $noise, $numLayers layers",
  (case_) => {
    const { form, nonlinearity, alpha, learnedTau, noise, inputNoise } = case_;
    const network = networkOf(
      case_,
      case_.numLayers,
      leakySpec({ form, nonlinearity, alpha, learnedTau, noise, inputNoise }),
    );
    const random = noise > 0 ? createRandom(case_.noiseSeed, STREAM.dropout) : null;
    const outputs = network.forward(Float64Array.from(case_.input), case_.batch, case_.timeSteps, random);

    it("has the outputs, the loss, the final state and every gradient of the equations in PyTorch", () => {
      expectClose(outputs, case_.outputs, 1e-11, 1e-13);
      const slope = new Float64Array(outputs.length);
      const loss = evaluateLoss("mse", outputs, Float64Array.from(case_.targets), slope, case_.outputSize);
      expectClose([loss], [case_.loss], 1e-12);
      const final = new Float64Array(case_.finalState.length);
      network.readFinalState(final);
      expectClose(final, case_.finalState, 1e-11, 1e-13);
      network.backward(slope);
      const gradients = new Float64Array(network.parameterCount);
      network.readGradients(gradients);
      expect(network.layout.map(({ name }) => name).sort()).toEqual(Object.keys(case_.gradients).sort());
      for (const { name, offset } of network.layout) {
        const expected = case_.gradients[name]!;
        expectClose(gradients.subarray(offset, offset + expected.length), expected, 1e-10, 1e-13);
      }
    });
  },
);

it("computes what PsychRNN computes, with Dale's law", () => {
  const { psychrnn } = golden;
  const connections = { excitatory: 8, connectivity: 1, seed: 1 };
  const ctrnn = leakySpec({ form: "current", nonlinearity: "relu", alpha: psychrnn.alpha, connections });
  const network = networkOf(psychrnn, 1, ctrnn);
  const outputs = network.forward(Float64Array.from(psychrnn.input), psychrnn.batch, psychrnn.timeSteps, null);
  expectClose(outputs, psychrnn.outputs, 1e-11, 1e-13);
  const final = new Float64Array(psychrnn.finalState.length);
  network.readFinalState(final);
  expectClose(final, psychrnn.finalState, 1e-11, 1e-13);
});

describe("the noise", () => {
  const case_ = golden.networks.find(({ noise }) => noise > 0)!;
  const { form, nonlinearity, alpha, learnedTau, noise, inputNoise } = case_;
  const network = networkOf(
    case_,
    case_.numLayers,
    leakySpec({ form, nonlinearity, alpha, learnedTau, noise, inputNoise }),
  );
  const run = (seed: number | null): Float64Array =>
    network
      .forward(Float64Array.from(case_.input), case_.batch, case_.timeSteps, seed === null ? null : createRandom(seed))
      .slice();

  it("is the same for the same seed, and none in evaluation, whatever came before", () => {
    const quiet = run(null);
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(run(null)).toEqual(quiet);
    const noiseless = networkOf(case_, case_.numLayers, leakySpec({ form, nonlinearity, alpha, learnedTau }));
    expect(noiseless.forward(Float64Array.from(case_.input), case_.batch, case_.timeSteps, null)).toEqual(quiet);
  });

  it("has the variance of the continuous process, whatever the step", () => {
    // Without weights, dv = -v dt / tau + sqrt(2 / tau) sigma dW has the variance sigma^2; Euler's step makes it
    // 2 alpha sigma^2 / (1 - (1 - alpha)^2) = sigma^2 / (1 - alpha / 2).
    for (const step of [0.02, 0.2]) {
      const ctrnn = leakySpec({ form: "current", alpha: step, noise: 0.5 });
      const empty: Sizes = {
        ...case_,
        inputSize: 1,
        hiddenSize: 20,
        outputSize: 1,
        parameters: {
          weight_ih_l0: Array(20).fill(0),
          weight_hh_l0: Array(400).fill(0),
          bias_ih_l0: Array(20).fill(0),
          bias_hh_l0: Array(20).fill(0),
          "readout.weight": Array(20).fill(0),
          "readout.bias": [0],
        },
        initialState: Array(20).fill(0),
      };
      const alone = networkOf(empty, 1, ctrnn);
      const T = 6000;
      alone.forward(new Float64Array(T), 1, T, createRandom(3));
      const v = new Float64Array((T + 1) * 20);
      alone.readPart(0, "v", 0, v);
      const settled = v.subarray(400 * 20);
      const variance = settled.reduce((sum, value) => sum + value * value, 0) / settled.length;
      expect(variance / (0.25 / (1 - step / 2))).toBeGreaterThan(0.93);
      expect(variance / (0.25 / (1 - step / 2))).toBeLessThan(1.07);
    }
  });
});
