import { describe, expect, it } from "vitest";
import { evaluateLoss } from "../../../src/core/network/losses";
import type { NetworkSpec } from "../../../src/core/network/network";
import { createRandom } from "../../../src/core/numerics/random";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import type { Dataset } from "../../../src/core/tasks/task";
import { createTruncatedLoss } from "../../../src/core/training/truncatedLoss";
import { expectClose, readFixture } from "./support";

const SPEC: NetworkSpec = {
  cell: "lstm",
  nonlinearity: "tanh",
  inputSize: 2,
  hiddenSize: 2,
  numLayers: 2,
  directions: 2,
  bias: true,
  dropout: 0,
  readout: "every",
  outputSize: 2,
  truncate: null,
};
const B = 3;
const T = 5;
const LENGTHS = Uint32Array.of(5, 2, 4);

interface Options {
  readonly lengths?: Uint32Array;
  readonly dropoutSeed?: number;
}

function problemOf(spec: NetworkSpec, { lengths, dropoutSeed }: Options = {}) {
  const random = createRandom(7);
  const draw = (n: number) => Float64Array.from({ length: n }, () => 2 * random.double() - 1);
  const network = createReferenceNetwork(spec);
  const parameters = draw(network.parameterCount);
  const inputs = draw(B * T * spec.inputSize);
  const steps = spec.readout === "every" ? T : 1;
  const targets = draw(B * steps * spec.outputSize);
  const weights =
    lengths === undefined
      ? null
      : Float64Array.from({ length: B * T }, (_, i) => Number(i % T < lengths[Math.floor(i / T)]!));
  const forward = (at: Float64Array) => {
    network.writeParameters(at);
    return network.forward(inputs, B, T, dropoutSeed === undefined ? null : createRandom(dropoutSeed), lengths);
  };
  const lossAt = (at: Float64Array) => {
    const outputs = forward(at);
    const gradient = new Float64Array(outputs.length);
    return { loss: evaluateLoss("mse", outputs, targets, gradient, spec.outputSize, weights), gradient };
  };
  const gradients = () => {
    const { gradient } = lossAt(parameters);
    network.zeroGradients();
    network.backward(gradient);
    const values = new Float64Array(network.parameterCount);
    network.readGradients(values);
    return values;
  };
  return { network, parameters, inputs, targets, weights, lengths: lengths ?? null, lossAt, gradients };
}

type Problem = ReturnType<typeof problemOf>;

/** Every tensor against the five-point difference quotient. */
function expectGradients(problem: Problem, lossAt = (at: Float64Array) => problem.lossAt(at).loss): void {
  const { network, parameters } = problem;
  const found = problem.gradients();
  const e = 1e-3;
  const numeric = found.map((_, i) => {
    const [a, b, c, d] = [-2, -1, 1, 2].map((steps) =>
      lossAt(parameters.map((value, j) => (j === i ? value + steps * e : value))),
    ) as [number, number, number, number];
    return (8 * (c - b) - (d - a)) / (12 * e);
  });
  const largest = Math.max(...found.map(Math.abs));
  for (const { name, shape, offset } of network.layout) {
    const end = offset + shape.reduce((a, b) => a * b, 1);
    expect(
      found.subarray(offset, end).some((value) => value !== 0),
      name,
    ).toBe(true);
    expectClose(numeric.subarray(offset, end), found.subarray(offset, end), 1e-6, 1e-9 * Math.max(1, largest));
  }
}

const CELLS = ["rnn", "lstm", "gru"] as const;

describe("the gradients of a bidirectional network agree with finite differences", () => {
  it.each(CELLS)("%s at every step, and at the ends", (cell) => {
    expectGradients(problemOf({ ...SPEC, cell, numLayers: 4 }));
    expectGradients(problemOf({ ...SPEC, cell, readout: "last", readsEnds: true }));
  });

  it.each(CELLS)("%s with sequences of different lengths, learned initial states and dropout", (cell) => {
    const spec: NetworkSpec = { ...SPEC, cell, numLayers: 4, dropout: 0.3, learnedInitialState: true };
    for (const readsEnds of [undefined, true] as const)
      expectGradients(problemOf({ ...spec, ...(readsEnds && { readsEnds }) }, { lengths: LENGTHS, dropoutSeed: 5 }));
  });

  it("lstm with a projection, whose directions put out fewer numbers than they have units", () => {
    const spec: NetworkSpec = {
      ...SPEC,
      cell: "lstm-variant",
      lstm: { peephole: false, layerNorm: false, projSize: 1 },
      numLayers: 4,
      learnedInitialState: true,
    };
    expectGradients(problemOf({ ...spec, dropout: 0.3 }, { lengths: LENGTHS, dropoutSeed: 5 }));
    expectGradients(problemOf({ ...spec, readout: "last", readsEnds: true }));
  });

  it.each(CELLS)("%s truncated, with the states before the pieces of each direction held fast", (cell) => {
    for (const truncate of [1, 2]) {
      const problem = problemOf({ ...SPEC, cell, hiddenSize: 2, numLayers: 4, truncate, learnedInitialState: true });
      const { network, inputs, targets, weights, lengths, parameters } = problem;
      const batch = { size: B, inputs, targets, weights, lengths };
      const loss = createTruncatedLoss(network, { timeSteps: T } as Dataset, batch, "mse", parameters, null);
      expect(loss(parameters)).toBeCloseTo(problem.lossAt(parameters).loss, 12);
      expectGradients(problem, loss);
    }
  });
});

interface GoldenModel {
  cell: "rnn" | "lstm" | "gru";
  hiddenSize: number;
  layers: number;
  readout: "last" | "every";
  lengths: number[] | null;
  parameters: Record<string, number[]>;
  input: number[];
  targets: number[];
  top: number[];
  outputs: number[];
  loss: number;
  gradients: Record<string, number[]>;
  losses: number[];
  trained: Record<string, number[]>;
}
/** What test/fixtures/directions/generate.py wrote. */
const golden = readFixture<{ torch: string; models: GoldenModel[] }>("directions/golden.json");

describe.each(golden.models)(
  `PyTorch ${golden.torch}: bidirectional $cell in $layers layers, $readout, lengths $lengths`,
  (model) => {
    const { cell, hiddenSize: H, readout } = model;
    const lengths = model.lengths === null ? null : Uint32Array.from(model.lengths);
    // Of sequences of different lengths every step has an output, and one counts.
    const every = readout === "every" || lengths !== null;
    const network = createReferenceNetwork({
      ...SPEC,
      cell,
      hiddenSize: H,
      numLayers: 2 * model.layers,
      readout: every ? "every" : "last",
      ...(readout === "last" && { readsEnds: true }),
    });
    const steps = every ? T : 1;
    const last = (b: number) => (every ? (lengths?.[b] ?? T) - 1 : 0);
    const targets = new Float64Array(B * steps * 2);
    const weights = new Float64Array(B * steps);
    for (let b = 0; b < B; b++)
      for (let t = 0; t < steps; t++) {
        if (readout === "last" ? t !== last(b) : t > last(b)) continue;
        const from = readout === "last" ? b : b * T + t;
        targets.set(model.targets.slice(from * 2, (from + 1) * 2), (b * steps + t) * 2);
        weights[b * steps + t] = 1;
      }
    const write = (tensors: Record<string, number[]>) => {
      const flat = new Float64Array(network.parameterCount);
      for (const { name, offset } of network.layout) flat.set(tensors[name]!, offset);
      return flat;
    };
    const step = () => {
      const outputs = network.forward(Float64Array.from(model.input), B, T, null, lengths);
      const gradient = new Float64Array(outputs.length);
      const loss = evaluateLoss("mse", outputs, targets, gradient, 2, weights);
      network.zeroGradients();
      network.backward(gradient);
      return { outputs, loss };
    };

    it("has the tensors, outputs, states and gradients", () => {
      expect(network.layout.map(({ name }) => name)).toEqual(Object.keys(model.parameters));
      network.writeParameters(write(model.parameters));
      const { outputs, loss } = step();
      expectClose([loss], [model.loss], 1e-12);
      for (let b = 0; b < B; b++)
        for (let t = 0; t < T; t++) {
          const n = lengths?.[b] ?? T;
          if (readout === "every" ? t < n : t === 0) {
            const from = readout === "every" ? b * T + t : b;
            const at = readout === "every" ? b * T + t : b * steps + last(b);
            expectClose(outputs.subarray(at * 2, (at + 1) * 2), model.outputs.slice(from * 2, (from + 1) * 2), 1e-12);
          }
          for (const d of [0, 1]) {
            const states = new Float64Array((T + 1) * H);
            network.readStates(2 * model.layers - 2 + d, b, states);
            const at = (b * T + t) * 2 * H + d * H;
            if (t < n) expectClose(states.subarray((t + 1) * H, (t + 2) * H), model.top.slice(at, at + H), 1e-12);
          }
        }
      const found = new Float64Array(network.parameterCount);
      network.readGradients(found);
      expectClose(found, write(model.gradients), 1e-10, 1e-13);
    });

    it("makes the 20 training steps", () => {
      network.writeParameters(write(model.parameters));
      const losses = model.losses.map(() => {
        const { loss } = step();
        network.applyUpdate({
          kind: "adam",
          learningRate: 0.05,
          beta1: 0.9,
          beta2: 0.999,
          epsilon: 1e-8,
          weightDecay: 0,
        });
        return loss;
      });
      expectClose(losses, model.losses, 1e-9);
      const trained = new Float64Array(network.parameterCount);
      network.readParameters(trained);
      expectClose(trained, write(model.trained), 1e-8, 1e-10);
    });
  },
);
