import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBatch } from "../../../src/core/tasks/batches";
import { evaluateLoss } from "../../../src/core/network/losses";
import type { CellKind, Network, NetworkSpec } from "../../../src/core/network/network";
import { createRandom, type RandomSource } from "../../../src/core/numerics/random";
import { STATE_PARTS } from "../../../src/shared/trace/cells";
import { partWidth } from "../../../src/shared/trace/networkSpec";
import { createReferenceNetwork } from "../../../src/core/engine/referenceNetwork";
import type { Dataset } from "../../../src/core/tasks/task";
import { createTruncatedLoss } from "../../../src/core/training/truncatedLoss";
import type { Loss } from "../../../src/config/facts/taskTraits";
import { statePartCount } from "../../../src/shared/trace/cells";
import { leakySpec } from "./leaky";
import { expectClose } from "./support";

const BASE: NetworkSpec = {
  cell: "linear",
  nonlinearity: "tanh",
  inputSize: 1,
  hiddenSize: 1,
  numLayers: 1,
  bias: false,
  dropout: 0,
  readout: "last",
  outputSize: 1,
  truncate: null,
};

/** With what a leaky cell, or an lstm with options, has beside. */
function specOf(spec: NetworkSpec): NetworkSpec {
  if (spec.cell.startsWith("lstm-")) return { lstm: { peephole: true, layerNorm: true }, ...spec };
  if (!spec.cell.startsWith("ctrnn")) return spec;
  const form = spec.cell === "ctrnn" ? "rate" : "current";
  return { ...spec, ctrnn: leakySpec({ form, learnedTau: true, noise: 0.3, inputNoise: 0.2 }) };
}

/** n numbers of [-scale, scale). */
function draws(random: RandomSource, n: number, scale = 1): Float64Array {
  return Float64Array.from({ length: n }, () => (2 * random.double() - 1) * scale);
}

interface Problem {
  readonly network: Network;
  readonly parameters: Float64Array;
  readonly inputs: Float64Array;
  readonly targets: Float64Array;
  readonly initial: Float64Array | null;
  readonly loss: Loss;
  readonly dropoutSeed: number | null;
  readonly B: number;
  readonly T: number;
}

function problemOf(
  spec: NetworkSpec,
  B: number,
  T: number,
  seed: number,
  options: { loss?: Loss; carried?: boolean; dropoutSeed?: number } = {},
): Problem {
  const random = createRandom(seed);
  const network = createReferenceNetwork(specOf(spec));
  const loss = options.loss ?? "mse";
  const S = spec.readout === "every" ? T : 1;
  const parameters = draws(random, network.parameterCount, 0.8);
  const inputs = draws(random, B * T * spec.inputSize);
  const targets =
    loss === "cross-entropy"
      ? Float64Array.from({ length: B * S }, () => Math.floor(random.double() * spec.outputSize))
      : draws(random, B * S * spec.outputSize).map((v) => (loss === "mse" ? v : v > 0 ? 1 : 0));
  return {
    network,
    parameters,
    inputs,
    targets,
    initial: options.carried === true ? carriedState(spec, B, random) : null,
    loss,
    dropoutSeed: options.dropoutSeed ?? null,
    B,
    T,
  };
}

/** Whatever a step may hand on: the normalizer n of slstm is positive. */
function carriedState(spec: NetworkSpec, B: number, random: RandomSource): Float64Array {
  const parts = STATE_PARTS[spec.cell].map((part) => {
    const values = draws(random, spec.numLayers * B * partWidth(spec, part));
    return part === "n" ? values.map((value) => 1.5 + value) : values;
  });
  return Float64Array.from(parts.flatMap((values) => [...values]));
}

function evaluate(
  { network, inputs, targets, initial, loss, dropoutSeed, B, T }: Problem,
  at: Float64Array,
): { loss: number; gradient: Float64Array } {
  network.writeParameters(at);
  network.writeInitialState(initial);
  const outputs = network.forward(inputs, B, T, dropoutSeed === null ? null : createRandom(dropoutSeed));
  const gradient = new Float64Array(outputs.length);
  return { loss: evaluateLoss(loss, outputs, targets, gradient, network.spec.outputSize), gradient };
}

function backpropagate(problem: Problem): Float64Array {
  const { network } = problem;
  const { gradient } = evaluate(problem, problem.parameters);
  network.zeroGradients();
  network.backward(gradient);
  const gradients = new Float64Array(network.parameterCount);
  network.readGradients(gradients);
  return gradients;
}

/** Every parameter against the five-point difference quotient of the loss. */
function expectGradients(problem: Problem, lossAt = (at: Float64Array) => evaluate(problem, at).loss): void {
  const gradients = backpropagate(problem);
  const at = problem.parameters.slice();
  // A normalized sum bends sharply where its terms are nearly equal.
  const e = problem.network.spec.lstm?.layerNorm === true ? 1e-5 : 1e-3;
  const numeric = gradients.map((_, i) => {
    const value = at[i]!;
    const moved = [-2, -1, 1, 2].map((steps) => {
      at[i] = value + steps * e;
      return lossAt(at);
    }) as [number, number, number, number];
    at[i] = value;
    return (8 * (moved[2] - moved[1]) - (moved[3] - moved[0])) / (12 * e);
  });
  for (const { name, shape, offset } of problem.network.layout) {
    const length = shape.reduce((a, b) => a * b, 1);
    const largest = Math.max(...gradients.map(Math.abs));
    try {
      expectClose(
        numeric.subarray(offset, offset + length),
        gradients.subarray(offset, offset + length),
        1e-6,
        1e-9 * Math.max(1, largest),
      );
    } catch (error) {
      throw new Error(`${name}: ${String(error)}`);
    }
  }
}

const CELLS: readonly CellKind[] = [
  "linear",
  "rnn",
  "lstm",
  "lstm-variant",
  "lstm-coupled",
  "gru",
  "ctrnn",
  "ctrnn-current",
  "mingru",
  "minlstm",
  "lru",
  "rglru",
  "slstm",
];
const everyModel = CELLS.flatMap((cell) =>
  [1, 2, 3].flatMap((numLayers) => [true, false].map((bias) => ({ cell, numLayers, bias }))),
);

describe("backpropagation through time agrees with finite differences", () => {
  it.each(everyModel)("$cell, $numLayers layers, bias $bias", ({ cell, numLayers, bias }) => {
    const spec: NetworkSpec = { ...BASE, cell, numLayers, bias, inputSize: 2, hiddenSize: 3, outputSize: 2 };
    for (const readout of ["last", "every"] as const) expectGradients(problemOf({ ...spec, readout }, 2, 4, 11));
  });

  it.each(CELLS)("%s at random sizes", (cell) => {
    const size = (max: number) => fc.integer({ min: 1, max });
    const shape = fc.record({
      B: size(3),
      T: size(5),
      I: size(3),
      H: size(4),
      O: size(3),
      L: size(2),
      bias: fc.boolean(),
      carried: fc.boolean(),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(shape, ({ B, T, I, H, O, L, bias, carried, seed }) => {
        expectGradients(
          problemOf(
            { ...BASE, cell, bias, numLayers: L, inputSize: I, hiddenSize: H, outputSize: O, readout: "every" },
            B,
            T,
            seed,
            { carried },
          ),
        );
      }),
      // The same sizes each time: of some, a difference is less exact than a derivative.
      { numRuns: 25, seed: 5 },
    );
  });

  it.each([
    { heads: 2, forgetGate: "sigmoid" },
    { heads: 4, forgetGate: "exponential" },
  ] as const)("of slstm with $heads heads and a forget gate that is $forgetGate", (slstm) => {
    const spec: NetworkSpec = { ...BASE, cell: "slstm", slstm, bias: true, numLayers: 2, inputSize: 2, hiddenSize: 4 };
    for (const learnedInitialState of [false, true])
      expectGradients(problemOf({ ...spec, outputSize: 2, readout: "every", learnedInitialState }, 2, 5, 13));
  });

  it.each([
    ["lstm-variant", { peephole: true, layerNorm: false }],
    ["lstm-variant", { peephole: false, layerNorm: true }],
    ["lstm-coupled", { peephole: false, layerNorm: false }],
    ["lstm-coupled", { peephole: true, layerNorm: false }],
    ["lstm-coupled", { peephole: false, layerNorm: true }],
    ["lstm-variant", { peephole: false, layerNorm: false, projSize: 1 }],
    ["lstm-coupled", { peephole: true, layerNorm: false, projSize: 3 }],
    ["lstm-variant", { peephole: true, layerNorm: true, projSize: 2 }],
  ] as const)("of %s with %o", (cell, lstm) => {
    const spec: NetworkSpec = { ...BASE, cell, lstm, bias: true, numLayers: 2, inputSize: 2, hiddenSize: 4 };
    for (const learnedInitialState of [false, true])
      expectGradients(problemOf({ ...spec, outputSize: 2, readout: "every", learnedInitialState }, 2, 5, 13));
    expectGradients(problemOf({ ...spec, readout: "last" }, 2, 4, 14, { carried: true }));
  });

  it("of relu, away from its kink", () => {
    // Seeds at which no unit is within the stencil of zero.
    for (const seed of [1, 3, 5, 6, 7, 8])
      expectGradients(
        problemOf(
          { ...BASE, cell: "rnn", nonlinearity: "relu", bias: true, numLayers: 2, inputSize: 2, hiddenSize: 4 },
          2,
          5,
          seed,
        ),
      );
  });

  it.each(["mse", "bce-with-logits", "cross-entropy"] as const)("of the loss %s", (loss) => {
    for (const readout of ["last", "every"] as const)
      expectGradients(
        problemOf({ ...BASE, cell: "gru", bias: true, inputSize: 2, hiddenSize: 3, outputSize: 4, readout }, 3, 4, 5, {
          loss,
        }),
      );
  });

  it.each(CELLS)("%s with the state itself as output", (cell) => {
    expectGradients(
      problemOf({ ...BASE, cell, inputSize: 2, hiddenSize: 3, outputSize: 3, readout: "state", bias: true }, 2, 4, 3),
    );
  });

  it.each(CELLS)("%s with dropout between three layers, at a fixed mask", (cell) => {
    expectGradients(
      problemOf(
        { ...BASE, cell, bias: true, numLayers: 3, dropout: 0.4, inputSize: 2, hiddenSize: 4, readout: "every" },
        3,
        4,
        8,
        { dropoutSeed: 21 },
      ),
    );
  });
});

describe("truncated backpropagation", () => {
  const truncated = CELLS.flatMap((cell) => [1, 2, 3, 5, 6, 7, 50].map((truncate) => ({ cell, truncate })));

  it.each(truncated)(
    "is the gradient with the states before the pieces held fast: $cell, pieces of $truncate",
    ({ cell, truncate }) => {
      for (const readout of ["last", "every"] as const) {
        const problem = problemOf(
          { ...BASE, cell, bias: true, numLayers: 2, inputSize: 2, hiddenSize: 3, outputSize: 2, readout, truncate },
          2,
          7,
          4,
          { carried: true },
        );
        const { network, inputs, targets, B, T } = problem;
        const dataset = {
          timeSteps: T,
          inputSize: 2,
          outputSize: 2,
          outputSteps: readout === "every" ? T : 1,
          targetKind: "values",
        } as Dataset;
        const batch = { ...createBatch(dataset, B), inputs, targets };
        const loss = createTruncatedLoss(network, dataset, batch, "mse", problem.parameters, problem.initial);
        expect(loss(problem.parameters)).toBeCloseTo(evaluate(problem, problem.parameters).loss, 12);
        expectGradients(problem, loss);
      }
    },
  );

  it("leaves no gradient of the last output in the states before the last piece", () => {
    const problem = problemOf({ ...BASE, cell: "lstm", bias: true, inputSize: 2, hiddenSize: 3, truncate: 3 }, 2, 8, 6);
    backpropagate(problem);
    const norms = new Float64Array(9);
    problem.network.readStateGradientNorms(0, norms);
    expect(Array.from(norms.subarray(0, 6))).toEqual([0, 0, 0, 0, 0, 0]);
    expect(norms.subarray(6).every((norm) => norm > 0)).toBe(true);
  });
});

describe("the fast path of the tutorial's cell", () => {
  it("is the same as the general cell", () => {
    fc.assert(
      fc.property(
        fc.record({
          B: fc.integer({ min: 1, max: 5 }),
          T: fc.integer({ min: 1, max: 12 }),
          carried: fc.boolean(),
          seed: fc.nat(),
        }),
        ({ B, T, carried, seed }) => {
          const fast = problemOf({ ...BASE, readout: "state" }, B, T, seed, { carried });
          // Longer than the sequence, so nothing is cut; but a cell that could be cut is the general one.
          const general: Problem = {
            ...fast,
            network: createReferenceNetwork({ ...BASE, readout: "state", truncate: T + 1 }),
          };
          expectClose(backpropagate(fast), backpropagate(general), 1e-12, 1e-15);
          const [a, b] = [new Float64Array(B * (T + 1)), new Float64Array(B * (T + 1))];
          for (const read of ["readStates", "readStateGradients"] as const) {
            fast.network[read](0, null, a);
            general.network[read](0, null, b);
            expectClose(a, b, 1e-12, 1e-15);
          }
        },
      ),
    );
  });
});

describe("the engine", () => {
  const spec: NetworkSpec = {
    ...BASE,
    cell: "lstm",
    bias: true,
    numLayers: 2,
    inputSize: 2,
    hiddenSize: 3,
    outputSize: 2,
    readout: "every",
  };

  it("accumulates gradients until they are zeroed", () => {
    const problem = problemOf(spec, 2, 4, 9);
    const once = backpropagate(problem);
    problem.network.backward(evaluate(problem, problem.parameters).gradient);
    const twice = new Float64Array(once.length);
    problem.network.readGradients(twice);
    expectClose(
      twice,
      once.map((value) => 2 * value),
      1e-12,
    );
    problem.network.zeroGradients();
    expect(problem.network.gradientNorm()).toBe(0);
  });

  it.each(CELLS)("goes on from a carried state as if the sequence were one: %s", (cell) => {
    const whole = problemOf({ ...spec, cell }, 3, 8, 12);
    const { outputs, network } = { outputs: run(whole, whole.inputs, 8), network: whole.network };
    const halves = [0, 4].map((from) =>
      Float64Array.from({ length: 3 * 4 * 2 }, (_, i) => whole.inputs[Math.floor(i / 8) * 16 + from * 2 + (i % 8)]!),
    );
    network.writeInitialState(null);
    const first = run(whole, halves[0]!, 4);
    const state = new Float64Array(statePartCount(cell) * 2 * 3 * 3);
    network.readFinalState(state);
    network.writeInitialState(state);
    const second = run(whole, halves[1]!, 4);
    for (let b = 0; b < 3; b++) {
      expectClose(
        [...first.subarray(b * 8, b * 8 + 8), ...second.subarray(b * 8, b * 8 + 8)],
        outputs.subarray(b * 16, b * 16 + 16),
        1e-13,
      );
    }

    function run(problem: Problem, inputs: Float64Array, steps: number): Float64Array {
      problem.network.writeParameters(problem.parameters);
      return problem.network.forward(inputs, 3, steps, null).slice();
    }
  });

  it("refuses a state of another batch", () => {
    const { network, inputs } = problemOf(spec, 2, 4, 1);
    network.writeInitialState(new Float64Array(2 * 2 * 3 * 3));
    expect(() => network.forward(inputs, 2, 4, null)).toThrow(/does not fit a batch of 2/);
  });

  it("drops about its share of what goes between layers, keeps the mean, and drops nothing in evaluation", () => {
    const problem = problemOf(
      { ...spec, cell: "linear", bias: false, dropout: 0.25, hiddenSize: 1, inputSize: 1, outputSize: 1 },
      100,
      50,
      2,
    );
    // Through layers of weight 1 and no memory the output is the input times the mask.
    problem.network.writeParameters(Float64Array.of(1, 0, 1, 0, 1));
    const ones = new Float64Array(5000).fill(1);
    const dropped = problem.network.forward(ones, 100, 50, createRandom(5)).slice();
    expect([...new Set(dropped)].sort()).toEqual([0, 1 / 0.75]);
    expect(dropped.filter((value) => value === 0).length / 5000).toBeCloseTo(0.25, 1);
    expect(new Set(problem.network.forward(ones, 100, 50, null))).toEqual(new Set([1]));
  });

  it("reads one sequence of the batch as it reads all", () => {
    const problem = problemOf(spec, 3, 4, 7);
    backpropagate(problem);
    const { network } = problem;
    for (const [steps, read] of [
      [5, (b: number | null, into: Float64Array) => network.readStates(1, b, into)],
      [5, (b: number | null, into: Float64Array) => network.readStateGradients(1, b, into)],
      [5, (b: number | null, into: Float64Array) => network.readPart(1, "c", b, into)],
      [4, (b: number | null, into: Float64Array) => network.readGate(1, "f", b, into)],
    ] as const) {
      const all = new Float64Array(3 * steps * 3);
      const one = new Float64Array(steps * 3);
      read(null, all);
      read(1, one);
      expect(one).toEqual(all.slice(steps * 3, 2 * steps * 3));
      expect(new Set(one).size).toBeGreaterThan(3);
    }
  });
});
