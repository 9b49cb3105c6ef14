import { describe, expect, test } from "vitest";
import { parseExperiment } from "../../../src/config/read/parse";
import type { Experiment } from "../../../src/config/schema/schema";
import { checkGradients } from "../../../src/core/analysis/gradientCheck";
import { createTrainer, type Trainer } from "../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { largest, tensorErrors } from "./support";

const CELLS = {
  linear: { cell: "linear", hiddenSize: 9, init: { scheme: "orthogonal" } },
  tanh: { cell: "rnn", hiddenSize: 6 },
  relu: { cell: "rnn", nonlinearity: "relu", hiddenSize: 10, init: { scheme: "identity" } },
  lstm: { cell: "lstm", hiddenSize: 7, numLayers: 2, dropout: 0.3, learnedInitialState: true },
  gru: { cell: "gru", hiddenSize: 5, numLayers: 2 },
  leaky: {
    cell: "ctrnn",
    form: "current",
    nonlinearity: "softplus",
    hiddenSize: 6,
    numLayers: 2,
    dropout: 0.2,
    learnedTau: true,
    learnedInitialState: true,
    dale: true,
    connectivity: 0.8,
    noise: 0.1,
    inputNoise: 0.1,
    rateL2: 0.1,
    weightL2: 0.1,
  },
  lru: { cell: "lru", hiddenSize: 5, numLayers: 2, learnedInitialState: true },
  rglru: { cell: "rglru", hiddenSize: 6, numLayers: 2, heads: 2, dropout: 0.3 },
} as const;
const ALL_CELLS = {
  ...CELLS,
  // With a bias, the gradient of that of the input gate is 0 but for its rounding, which RMSprop and Adam enlarge.
  slstm: { cell: "slstm", hiddenSize: 6, heads: 2, numLayers: 2, learnedInitialState: true, bias: false },
  both: { cell: "gru", hiddenSize: 5, numLayers: 2, dropout: 0.3, bidirectional: true, learnedInitialState: true },
} as const;
type CellName = keyof typeof ALL_CELLS;

const OPTIMIZERS = ["sgd", "momentum", "nesterov", "rprop", "rprop-pytorch", "rmsprop", "adam", "adamw"] as const;

const ADDING = { kind: "adding", sequences: 40, length: 6 };
const LOSSES = {
  mse: { task: ADDING },
  mae: { task: ADDING, loss: "mae" },
  huber: { task: ADDING, loss: "huber" },
  bits: { task: { kind: "parity", sequences: 24, length: 5 } },
  classes: { task: { kind: "copy", sequences: 20, symbols: 2, delay: 3 } },
} as const;
type LossName = keyof typeof LOSSES;

const CLIPS = { none: null, norm: { norm: 0.3 }, value: { value: 0.01 } } as const;
type ClipName = keyof typeof CLIPS;

interface Case {
  readonly cell: CellName;
  readonly optimizer: (typeof OPTIMIZERS)[number];
  readonly loss: LossName;
  readonly clip: ClipName;
}

const names = <Name extends string>(of: Readonly<Record<Name, unknown>>): Name[] => Object.keys(of) as Name[];

/** Any three of a cell, an optimizer, a loss and a clip are together in a case. */
const CASES: readonly Case[] = names(CELLS).flatMap((cell, c) =>
  OPTIMIZERS.flatMap((optimizer, o) =>
    names(LOSSES).map((loss, l) => ({ cell, optimizer, loss, clip: names(CLIPS)[(c + o + l) % 3]! })),
  ),
);

/** Each optimizer once. */
const LATER_CASES: readonly Case[] = (["slstm", "both"] as const).flatMap((cell) =>
  OPTIMIZERS.map((optimizer, o) => ({
    cell,
    optimizer,
    loss: names(LOSSES)[o % 5]!,
    clip: names(CLIPS)[o % 3]!,
  })),
);

function experimentOf({ cell, optimizer, loss, clip }: Case, changes: object = {}): Experiment {
  const { task, ...kindOfLoss } = LOSSES[loss];
  const { experiment, problems } = parseExperiment(
    JSON.stringify({
      engine: "float64",
      task,
      model: ALL_CELLS[cell],
      // An odd number: of an even one, the signs that "mae" adds up may leave a rounding, whose sign rprop would go by.
      training: { optimizer: { kind: optimizer }, ...kindOfLoss, clip: CLIPS[clip], iterations: 200, batchSize: 7 },
      ...changes,
    }),
  );
  if (experiment === null) throw new Error(problems.map(({ message }) => message).join("\n"));
  return experiment;
}

/** By the kernel, and by the reference. */
function trainersOf(each: Case): readonly [Trainer, Trainer] {
  const experiment = experimentOf(each);
  const kernel = createTrainer(experiment, { kernel: createWasmNetwork });
  const reference = createTrainer(experiment);
  expect([kernel.backend, reference.backend]).toEqual(["float64", "reference"]);
  return [kernel, reference];
}

function distance(kernel: Trainer, reference: Trainer): number {
  return largest(tensorErrors(reference, kernel.parameters(), reference.parameters()));
}

describe("float64 in WebAssembly against the reference", () => {
  const cases = [...CASES, ...LATER_CASES];

  test.each(cases)("makes the same step at states along a run: $cell, $loss, $optimizer, clip $clip", (each) => {
    const [fast, reference] = trainersOf(each);
    const portable = createTrainer(experimentOf(each, { arithmetic: "portable" }), { kernel: createWasmNetwork });
    const kernels = [fast, portable];
    expect(kernels.map(({ arithmetic }) => arithmetic)).toEqual(["fast", "portable"]);
    // Where Rprop has saturated the gates of slstm, the sign of a gradient, and so the step, is that of its rounding.
    const states = each.cell === "slstm" && each.optimizer.startsWith("rprop") ? 10 : 20;
    for (let state = 0; state < states; state++) {
      for (let step = 0; step < 4; step++) reference.step(null);
      const checkpoint = reference.checkpoint();
      for (const kernel of kernels) kernel.restore(checkpoint);
      for (const trainer of [...kernels, reference]) trainer.step(null);
      for (const kernel of kernels) {
        expect(distance(kernel, reference), `state ${state}, ${kernel.arithmetic}`).toBeLessThan(1e-12);
        expect(Math.abs(kernel.metrics.loss / reference.metrics.loss - 1)).toBeLessThan(1e-12);
      }
    }
  });

  test("the cases have each three of a cell, an optimizer, a loss and a clip together", () => {
    const keys = ["cell", "optimizer", "loss", "clip"] as const;
    const sizes = [CELLS, OPTIMIZERS, LOSSES, CLIPS].map((of) => Object.keys(of).length);
    for (const left of keys.keys()) {
      const together = CASES.map((each) =>
        keys
          .filter((_, index) => index !== left)
          .map((key) => each[key])
          .join(),
      );
      expect(new Set(together).size).toBe(sizes.reduce((product, size) => product * size) / sizes[left]!);
    }
  });

  test.each(names(ALL_CELLS))(
    "is where the reference is after 100 steps that do not magnify differences: %s",
    (cell) => {
      const [kernel, reference] = trainersOf({ cell, optimizer: "sgd", loss: "mse", clip: "norm" });
      const [, changed] = trainersOf({ cell, optimizer: "sgd", loss: "mse", clip: "norm" });
      const start = changed.checkpoint();
      const parameters = start.parameters.map((value, index) => value * (1 + (index % 2 === 0 ? 1e-15 : -1e-15)));
      changed.restore({ ...start, parameters });
      for (let step = 0; step < 100; step++) for (const trainer of [kernel, reference, changed]) trainer.step(null);
      expect(distance(changed, reference)).toBeLessThan(1e-13);
      expect(distance(changed, reference)).toBeGreaterThan(0);
      expect(distance(kernel, reference)).toBeLessThan(1e-12);
    },
  );

  test.each(names(ALL_CELLS))("has the gradient that differences of the loss have: %s", (cell) => {
    const [kernel] = trainersOf({ cell, optimizer: "sgd", loss: "mse", clip: "none" });
    for (let step = 0; step < 5; step++) kernel.step(null);
    const { passed, tensors } = checkGradients(kernel, { tolerance: 1e-6 });
    expect(passed, JSON.stringify(tensors)).toBe(true);
  });

  test("says so in the header of the run; a run without that goes on by the reference", () => {
    const experiment = experimentOf({ cell: "gru", optimizer: "adam", loss: "mse", clip: "none" });
    const inWebAssembly = createTrainer(experiment, { kernel: createWasmNetwork });
    const asBefore = createTrainer(experiment, { kernel: createWasmNetwork, recorded: { engine: "float64" } });
    expect([inWebAssembly.backend, asBefore.backend]).toEqual(["float64", "reference"]);
    expect([inWebAssembly, asBefore].map((trainer) => trainer.header("a", "b").webAssembly)).toEqual([true, undefined]);
    expect([inWebAssembly, asBefore].map(({ engine }) => engine)).toEqual(["float64", "float64"]);
  });

  test("goes on by the reference where the cell of a run had no kernel when it began", () => {
    const leaky = { cell: "leaky", optimizer: "adam", loss: "mse", clip: "none" } as const;
    const experiment = experimentOf(leaky, { engine: "auto" });
    const [now, asBefore, inFloat32] = [null, { engine: "float64" } as const, { engine: "float32" } as const].map(
      (recorded) => createTrainer(experiment, { kernel: createWasmNetwork, recorded }).backend,
    );
    expect([now, asBefore, inFloat32]).toEqual(["float32", "reference", "float32"]);
  });

  test("leaves the linear cell with up to 8 units to the reference", () => {
    for (const [hiddenSize, backend] of [
      [8, "reference"],
      [9, "float64"],
    ] as const) {
      const each = { cell: "linear", optimizer: "sgd", loss: "mse", clip: "none" } as const;
      const experiment = experimentOf(each, { model: { cell: "linear", hiddenSize } });
      expect(createTrainer(experiment, { kernel: createWasmNetwork }).backend).toBe(backend);
    }
  });
});
