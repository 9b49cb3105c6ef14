import { readFileSync } from "node:fs";
import { withDefaults } from "../../../src/config/schema/defaults";
import { experimentSchema } from "../../../src/config/schema/fileSchema";
import { createSnapshot, type RunSnapshot } from "../../../src/core/analysis/runSnapshot";
import type { Experiment, TaskConfig } from "../../../src/config/schema/schema";
import { createTrainer, type Trainer } from "../../../src/core/training/trainer";
import type { StepResult } from "../../../src/core/training/trainingLoop";
import type { TrainerResources } from "../../../src/core/training/trainingSetup";
import type { OutputSteps } from "../../../src/config/facts/taskTraits";
import { createRandom } from "../../../src/core/numerics/random";
import { createDataset } from "../../../src/core/tasks/createDataset";
import type { CsvOptions } from "../../../src/core/tasks/csv";
import { copySequences } from "../../../src/core/tasks/sequenceValues";
import type { Dataset } from "../../../src/core/tasks/task";
import { TraceBuffer } from "../../../src/shared/trace/traceBuffer";
import { expect } from "vitest";

export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), "utf8")) as T;
}

type DeepPartial<T> = T extends object ? { readonly [K in keyof T]?: DeepPartial<T[K]> } : T;

/** An experiment as a file would give it, with the defaults of what is left out. */
export function experimentOf(
  file: Omit<DeepPartial<Experiment>, "task"> & {
    readonly task?: { readonly kind: TaskConfig["kind"]; readonly [key: string]: unknown };
  },
): Experiment {
  return withDefaults(experimentSchema, file) as Experiment;
}

/** The data set of a table as text. */
export function csvDatasetOf(
  text: string,
  { target, ...sizes }: CsvOptions & { readonly columns: readonly string[]; readonly target: string | null },
  outputs: OutputSteps,
  share: number,
): Dataset {
  const { task } = experimentOf({ task: { kind: "csv", file: "t.csv", ...sizes, target: target ?? "" } });
  return createDataset(task, outputs, share, createRandom(1), text).dataset;
}

/** The tutorial's experiment with parts replaced. */
export function countOnesExperiment(
  changes: {
    seed?: number;
    task?: { sequences?: number; length?: number };
    weights?: readonly [number, number];
    training?: DeepPartial<Experiment["training"]>;
    trace?: Partial<Experiment["trace"]>;
  } = {},
): Experiment {
  const [weight_ih_l0, weight_hh_l0] = changes.weights ?? [-1.5, 2];
  return experimentOf({
    name: "Count the ones",
    seed: changes.seed ?? 1,
    task: { kind: "count-ones", ...changes.task },
    model: { init: { weight_ih_l0, weight_hh_l0 } },
    training: changes.training ?? {},
    trace: changes.trace ?? {},
  });
}

export interface RecordedRun {
  readonly trainer: Trainer;
  readonly result: StepResult;
  readonly rows: number;
  /** All rows of a column, one after the other. */
  column(name: string): Float64Array;
}

/** Trains to the end and keeps every recorded row. */
export function run(experiment: Experiment, resources: TrainerResources = {}): RecordedRun {
  const trainer = createTrainer(experiment, resources);
  const buffer = new TraceBuffer(trainer.columns, Math.max(8, trainer.iterations + 1));
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

/** All inputs and targets of a data set, sequence after sequence. */
export function numbersOf({ inputs, targets, sequences }: Dataset): {
  readonly inputs: Float64Array;
  readonly targets: Float64Array;
} {
  return { inputs: copySequences(inputs, 0, sequences), targets: copySequences(targets, 0, sequences) };
}

/** |actual - expected| <= relative * |expected| for every number. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  relative: number,
  absolute = 0,
): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!);
    if (!(error <= relative * Math.abs(expected[i]!) + absolute)) {
      expect.fail(`element ${i}: ${actual[i]} is not within ${relative} of ${expected[i]}`);
    }
  }
}

/** The run as it is now. */
export function latestSnapshot(experiment: Experiment, trainer: Trainer): RunSnapshot {
  return createSnapshot(experiment, trainer, { iteration: trainer.iteration, parameters: trainer.parameters() });
}
