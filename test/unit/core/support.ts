import { readFileSync } from "node:fs";
import type { Experiment } from "../../../src/config/schema";
import { createTrainer, type StepResult, type Trainer } from "../../../src/core/trainer";
import { TraceBuffer } from "../../../src/shared/traceBuffer";
import { expect } from "vitest";

export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), "utf8")) as T;
}

/** The tutorial's experiment with parts replaced. */
export function countOnesExperiment(changes: {
  seed?: number;
  task?: Partial<Experiment["task"]>;
  weights?: readonly [number, number];
  training?: Partial<Experiment["training"]>;
  trace?: Partial<Experiment["trace"]>;
} = {}): Experiment {
  const [weight_ih_l0, weight_hh_l0] = changes.weights ?? [-1.5, 2];
  return {
    name: "Count the ones",
    seed: changes.seed ?? 1,
    task: { kind: "count-ones", sequences: 20, length: 10, ...changes.task },
    model: { cell: "linear", hiddenSize: 1, init: { weight_ih_l0, weight_hh_l0 } },
    training: {
      optimizer: { kind: "rprop", etaPlus: 1.2, etaMinus: 0.5, initialStep: 0.001 },
      iterations: 500, batchSize: "full", clip: null, ...changes.training,
    },
    trace: { every: 1, sequence: 0, ...changes.trace },
    engine: "float64",
  };
}

export interface RecordedRun {
  readonly trainer: Trainer;
  readonly result: StepResult;
  readonly rows: number;
  /** All rows of a column, one after the other. */
  column(name: string): Float64Array;
}

/** Trains to the end and keeps every recorded row. */
export function run(experiment: Experiment): RecordedRun {
  const trainer = createTrainer(experiment);
  const buffer = new TraceBuffer(trainer.columns, Math.max(8, experiment.training.iterations + 1));
  let result: StepResult = "running";
  while (result === "running") result = trainer.step(buffer);
  return {
    trainer,
    result,
    rows: buffer.rows,
    column(name) {
      const column = buffer.column(name);
      if (column === null) throw new Error(`the trace has no column ${name}`);
      return column;
    },
  };
}

/** |actual - expected| <= relative * |expected| for every number. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, relative: number, absolute = 0): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!);
    if (!(error <= relative * Math.abs(expected[i]!) + absolute)) {
      expect.fail(`element ${i}: ${actual[i]} is not within ${relative} of ${expected[i]}`);
    }
  }
}
