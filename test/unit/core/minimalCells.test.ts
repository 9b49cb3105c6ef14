/** minGRU and minLSTM: what joins, what stays positive, what the extremes are, and the decay of their gradient. */
import { describe, expect, it } from "vitest";
import { checkGradients } from "../../../src/core/analysis/gradientCheck";
import { predictDecay } from "../../../src/core/analysis/gradientDecay";
import { spectrumOf } from "../../../src/core/analysis/weightReport";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import { evaluateLoss } from "../../../src/core/network/losses";
import type { Network, NetworkSpec } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { createTrainer } from "../../../src/core/training/trainer";
import { finishWork } from "../../../src/lib/slicedTask";
import { TraceBuffer } from "../../../src/shared/trace/traceBuffer";
import { BUILDS, createKernelNetwork, specOf, uniform, writeRandomParameters } from "../kernel/support";
import { goldenMinimal } from "./pytorchGolden";
import { expectClose, experimentOf, latestSnapshot } from "./support";

const CELLS = (["mingru", "minlstm"] as const).flatMap((cell) =>
  (["plain", "log-space"] as const).map((variant) => ({ cell, variant })),
);
const ENGINES: readonly { readonly engine: string; readonly create: (spec: NetworkSpec) => Network }[] = [
  { engine: "the reference", create: createReferenceNetwork },
  ...BUILDS.map((build) => ({
    engine: `the ${build.floats} kernel with ${build.variant} SIMD`,
    create: (spec: NetworkSpec) => createKernelNetwork(spec, build),
  })),
];

/** The last layer's states for inputs [B, T, I], read in pieces that carry the state on: [B, T, H]. */
function inPieces(network: Network, inputs: Float64Array, B: number, pieces: readonly number[]): Float64Array {
  const { inputSize: I, hiddenSize: H, numLayers: L } = network.spec;
  const T = pieces.reduce((sum, steps) => sum + steps, 0);
  const all = new Float64Array(B * T * H);
  const last = new Float64Array(L * B * H);
  let first = 0;
  network.writeInitialState(null);
  for (const steps of pieces) {
    const piece = new Float64Array(B * steps * I);
    for (let b = 0; b < B; b++)
      piece.set(inputs.subarray((b * T + first) * I, (b * T + first + steps) * I), b * steps * I);
    network.forward(piece, B, steps, null);
    const states = new Float64Array(B * (steps + 1) * H);
    network.readStates(L - 1, null, states);
    for (let b = 0; b < B; b++) {
      const start = (b * (steps + 1) + 1) * H;
      all.set(states.subarray(start, start + steps * H), (b * T + first) * H);
    }
    network.readFinalState(last);
    network.writeInitialState(last);
    first += steps;
  }
  return all;
}

describe.each(CELLS)("$cell, $variant,", ({ cell, variant }) => {
  it.each(ENGINES)("computed by $engine is the same to the last bit in steps, in chunks and as a whole", (engine) => {
    for (const B of [1, 2, 5]) {
      const network = engine.create(specOf(cell, { variant, inputSize: 3, hiddenSize: 9, numLayers: 2 }));
      const random = createRandom(B);
      writeRandomParameters(random, network);
      // Longer than a chunk of the kernel, with a rest that is smaller than its tiles.
      const T = 130;
      const inputs = uniform(random, B * T * 3, 1.5);
      const whole = inPieces(network, inputs, B, [T]);
      expect(inPieces(network, inputs, B, [1, 2, 3, 64, 60])).toEqual(whole);
      expect(
        inPieces(
          network,
          inputs,
          B,
          Array.from({ length: T }, () => 1),
        ),
      ).toEqual(whole);
    }
  });

  it.each(ENGINES.slice(1))(
    "agrees with the reference where gates are shut, open and in between: $engine",
    (engine) => {
      const spec = specOf(cell, { variant, inputSize: 1, hiddenSize: 5, readout: "every", outputSize: 2 });
      const [network, reference] = [engine.create(spec), createReferenceNetwork(spec)];
      writeRandomParameters(createRandom(3), network, reference);
      // Pre-activations to about 100 in both directions, where a sigmoid of float32 has no digits left.
      const inputs = Float64Array.from({ length: 24 }, (_, t) => Math.fround((t - 12) ** 3 / 12));
      const actual = network.forward(inputs, 1, 24, null).slice();
      const expected = reference.forward(inputs, 1, 24, null);
      const size = Math.max(...expected.map(Math.abs));
      expectClose(actual, expected, 0, size * (engine.engine.includes("float32") ? 2e-5 : 1e-12));
      const gradient = Float64Array.from(expected, Math.sign);
      const gradients = [network, reference].map((each) => {
        each.backward(gradient);
        const values = new Float64Array(each.parameterCount);
        each.readGradients(values);
        return values;
      });
      const largest = Math.max(...gradients[1]!.map(Math.abs));
      expectClose(gradients[0]!, gradients[1]!, 0, largest * (engine.engine.includes("float32") ? 2e-5 : 1e-12));
    },
  );

  it("has a gradient that the check finds right, with a learned initial state and pieces", () => {
    const trainer = createTrainer(
      experimentOf({
        task: { kind: "adding", sequences: 8, length: 9 },
        model: { cell, variant, hiddenSize: 4, numLayers: 2, learnedInitialState: true },
        training: { truncate: 4, optimizer: { kind: "adam", learningRate: 0.01 } },
        engine: "float64",
      }),
    );
    for (let k = 0; k < 3; k++) trainer.step(null);
    const { tensors } = checkGradients(trainer);
    expect(tensors.map(({ name }) => name)).not.toContain("weight_hh_l0");
    for (const { maxRelativeError } of tensors) expect(maxRelativeError).toBeLessThan(1e-6);
  });

  it("has the exact decay of one sequence as its prediction, and what a unit keeps as eigenvalues", () => {
    const experiment = experimentOf({
      task: { kind: "adding", sequences: 1, length: 12 },
      model: { cell, variant, hiddenSize: 3 },
      training: { optimizer: { kind: "adam", learningRate: 0.02 } },
      engine: "float64",
    });
    const trainer = createTrainer(experiment);
    for (let k = 0; k < 5; k++) trainer.step(null);
    const snapshot = latestSnapshot(experiment, trainer);
    const decay = finishWork(predictDecay(snapshot, 0));
    const { re, im } = finishWork(spectrumOf(snapshot, 0));
    expect(Math.max(...re)).toBeCloseTo(decay.factor, 12);
    expect([...im]).toEqual([0, 0, 0]);
    const buffer = new TraceBuffer(trainer.columns, 8);
    trainer.step(buffer);
    const norms = buffer.column("stateGradNorm.l0")!;
    expectClose(
      decay.curve,
      Float64Array.from(norms, (norm) => norm / norms[12]!),
      1e-10,
    );
    // The share that is kept never grows: neither does the gradient.
    expect([...re].every((share) => share > 0 && share < 1)).toBe(true);
  });
});

it("a state of the log-space variant is never negative, whatever its learned start is", () => {
  for (const cell of ["mingru", "minlstm"] as const) {
    const network = createReferenceNetwork(specOf(cell, { variant: "log-space", learnedInitialState: true }));
    const parameters = uniform(createRandom(1), network.parameterCount, 3);
    network.writeParameters(parameters);
    network.forward(uniform(createRandom(2), 20, 3), 1, 10, null);
    const states = new Float64Array(11 * 8);
    network.readStates(0, null, states);
    expect(Math.min(...states)).toBeGreaterThan(0);
    const start = network.layout.find(({ name }) => name === "h0_l0")!;
    const p = parameters.subarray(start.offset, start.offset + 8);
    expect(Math.min(...p)).toBeLessThan(0);
    expectClose(
      states.subarray(0, 8),
      p.map((value) => (value >= 0 ? value + 0.5 : 1 / (1 + Math.exp(-value)))),
      1e-15,
    );
  }
});

it("the fixture has models of the package, whose outputs are the formulas'", () => {
  const models = goldenMinimal.models.filter((model) => model.package);
  expect(models.map(({ cell }) => cell)).toEqual(["mingru", "mingru", "minlstm"]);
  for (const model of models) {
    const outputs = Float64Array.from(model.outputs);
    const gradient = new Float64Array(outputs.length);
    const loss = evaluateLoss(model.loss, outputs, Float64Array.from(model.targets), gradient, model.outputSize);
    expect(loss).toBeCloseTo(model.lossValue, 12);
  }
});
