/** Trains an experiment as the product does and records what claims are judged by. A job is plain data. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { parseExperiment } from "../../src/config/read/parse";
import type { Experiment } from "../../src/config/schema/schema";
import { evaluateAtLength } from "../../src/core/analysis/evaluateAtLength";
import { gatherEvidence } from "../../src/core/analysis/evidence";
import { createTrainer, type Trainer } from "../../src/core/training/trainer";
import type { StepResult } from "../../src/core/training/trainingLoop";
import { createWasmNetwork } from "../../src/kernel/wasmNetwork";
import type { LogisticFit } from "../../src/shared/trace/psychometric";
import type { Baseline } from "../../src/shared/wire/baselines";
import { vectorColumn } from "../../src/shared/trace/trace";
import { TraceBuffer } from "../../src/shared/trace/traceBuffer";
import { finishWork } from "../../src/lib/slicedTask";
import { countFixedPoints, type FixedPointCounts } from "./fixedPointCounts";
import { fitPsychometric } from "./psychometricFit";

/** An experiment file as JSON. */
export type ExperimentFile = Readonly<Record<string, unknown>>;

export interface RunJob {
  readonly experiment: ExperimentFile;
  /** Iterations at which |dL/dh_t| of the last layer is recorded, or every so many. */
  readonly gradientAt?: readonly number[];
  /** The same at every so many iterations. */
  readonly gradientEvery?: number;
  /** Columns of the trace recorded at the same iterations: "gate.f.l0". */
  readonly columns?: readonly string[];
  /** Ends the run before its last iteration, at the first loss or validation loss below the limit. */
  readonly until?: { readonly lossBelow?: number; readonly validationBelow?: number; readonly accuracyFrom?: number };
  /** Accuracies and loss on new sequences of these lengths, after training. */
  readonly lengths?: readonly number[];
  /** Also the losses of simple answers. */
  readonly baselines?: boolean;
  /** Also the parameters before each update, for models with up to 64 of them. */
  readonly parameters?: boolean;
  /** Iterations at which fixed points without input are searched for. */
  readonly fixedPointsAt?: readonly number[];
  /** Also the psychometric curve after training. */
  readonly psychometric?: boolean;
}

export interface Run {
  readonly seed: number;
  readonly result: "done" | "diverged" | "stopped";
  /** Updates made. */
  readonly iterations: number;
  /** Of each iteration. */
  readonly losses: Float64Array;
  /** Of each iteration: L2 norm of the gradient before clipping. */
  readonly gradientNorms: Float64Array;
  /** Of each iteration: |update| / |parameters|. */
  readonly updateRatios: Float64Array;
  /** Each evaluation of the validation set. */
  readonly validation: readonly {
    readonly iteration: number;
    readonly loss: number;
    /** NaN where outputs are neither right nor wrong. */
    readonly accuracy: number;
    readonly exactAccuracy: number;
  }[];
  /** Share of right outputs of the last batch or evaluation; NaN where outputs are neither right nor wrong. */
  readonly accuracy: Float64Array;
  /** |dL/dh_t| of the last layer, batch mean, t from 0 to T. */
  readonly gradients: readonly { readonly iteration: number; readonly norms: readonly number[] }[];
  /** Of the same iterations: the columns asked for, by name. */
  readonly columns: readonly Readonly<Record<string, readonly number[]>>[];
  /** Of the inspected sequence, which the columns are about; [T, inputs], flat. */
  readonly inspectedInput: readonly number[];
  readonly lengths: readonly {
    readonly length: number;
    readonly loss: number;
    readonly accuracy: number;
    readonly exactAccuracy: number;
  }[];
  readonly baselines: readonly Baseline[];
  /** [iterations, parameters], flat; empty unless asked for. */
  readonly parameters: Float64Array;
  readonly parameterCount: number;
  readonly fixedPoints: readonly FixedPointCounts[];
  /** Null where there is none. */
  readonly psychometric: LogisticFit | null;
}

const EXAMPLES = join(process.cwd(), "examples");
const MAX_PARAMETERS = 64;

/**
 * An example as it ships, with some values changed: `example("09-adding-with-tanh", { "model.cell": "gru" })`. A value
 * of undefined removes the key.
 */
export function example(name: string, changes: Readonly<Record<string, unknown>> = {}): ExperimentFile {
  const file = parse(readFileSync(join(EXAMPLES, `${name}.rnn.json`), "utf8")) as Record<string, unknown>;
  for (const [path, value] of Object.entries(changes)) setValue(file, path.split("."), value);
  return file;
}

function setValue(parent: Record<string, unknown>, [key, ...rest]: readonly string[], value: unknown): void {
  if (rest.length > 0) setValue((parent[key!] ??= {}) as Record<string, unknown>, rest, value);
  else if (value === undefined) delete parent[key!];
  else parent[key!] = value;
}

/** The same job with the seeds 1 to `count`, or from another first one on. */
export function overSeeds(job: RunJob, count = 10, first = 1): RunJob[] {
  return Array.from({ length: count }, (_, i) => ({ ...job, experiment: { ...job.experiment, seed: first + i } }));
}

/** @throws Error that names what is wrong with the experiment */
export function runJob(job: RunJob): Run {
  const { experiment, problems } = parseExperiment(JSON.stringify(job.experiment));
  if (experiment === null) throw new Error(problems.map(({ message }) => message).join(" "));
  const trainer = createTrainer(experiment, {
    kernel: (spec, capacity) => createWasmNetwork(spec, capacity, { variant: "plain" }),
    files: { data: readData(experiment.task), weights: null },
  });
  const recorder = new Recorder(trainer, job);
  const fixedPoints: FixedPointCounts[] = [];
  const searchPoints = (): void => {
    const { iteration } = trainer;
    if (job.fixedPointsAt?.includes(iteration) === true)
      fixedPoints.push({ iteration, ...countFixedPoints(experiment, trainer) });
  };
  let result: StepResult = "running";
  while (result === "running" && !recorder.isEnough) {
    searchPoints();
    result = trainer.step(recorder.rowsFor(trainer.iteration));
    recorder.add();
  }
  searchPoints();
  return {
    seed: experiment.seed,
    result: result === "running" ? "stopped" : result === "diverged" ? "diverged" : "done",
    iterations: trainer.iteration,
    ...recorder.records(),
    fixedPoints,
    psychometric: job.psychometric === true ? fitPsychometric(experiment, trainer) : null,
    lengths: (job.lengths ?? []).map((length) => {
      const { loss, accuracy, exactAccuracy } = evaluateAtLength(trainer, experiment, length);
      return { length, loss, accuracy: accuracy ?? NaN, exactAccuracy: exactAccuracy ?? NaN };
    }),
    baselines: job.baselines === true ? finishWork(gatherEvidence(experiment, trainer)).baselines : [],
  };
}

function readData(task: Experiment["task"]): string | null {
  return "file" in task ? readFileSync(join(EXAMPLES, task.file), "utf8") : null;
}

class Recorder {
  private readonly rows: TraceBuffer;
  private readonly losses: number[] = [];
  private readonly norms: number[] = [];
  private readonly ratios: number[] = [];
  private readonly accuracies: number[] = [];
  private readonly validation: { iteration: number; loss: number; accuracy: number; exactAccuracy: number }[] = [];
  private readonly gradients: { iteration: number; norms: number[] }[] = [];
  private readonly columns: Record<string, number[]>[] = [];
  private readonly parameters: number[] = [];
  private readonly gradientColumn: number;
  private isTraced = false;
  isEnough = false;

  constructor(
    private readonly trainer: Trainer,
    private readonly job: RunJob,
  ) {
    this.rows = new TraceBuffer(trainer.columns, 8);
    const name = vectorColumn.stateGradNorm(trainer.spec.numLayers - 1);
    this.gradientColumn = trainer.columns.findIndex((column) => column.name === name);
    if (job.parameters === true && trainer.parameterCount > MAX_PARAMETERS)
      throw new Error(`Parameters are recorded for up to ${MAX_PARAMETERS} of them.`);
  }

  rowsFor(iteration: number): TraceBuffer | null {
    const { gradientAt = [], gradientEvery = Infinity } = this.job;
    this.isTraced = iteration % gradientEvery === 0 || gradientAt.includes(iteration);
    if (this.job.parameters === true) this.parameters.push(...this.trainer.parameters());
    this.rows.clear();
    return this.isTraced ? this.rows : null;
  }

  add(): void {
    const { job, trainer } = this;
    const { loss, gradientNorm, updateRatio, validationLoss, accuracy, exactAccuracy } = trainer.metrics;
    const iteration = this.losses.length;
    this.losses.push(loss);
    this.norms.push(gradientNorm);
    this.ratios.push(updateRatio);
    this.accuracies.push(accuracy);
    if (this.isTraced) this.addGradient(iteration);
    const last = this.validation.at(-1);
    if (!Number.isNaN(validationLoss) && validationLoss !== last?.loss)
      this.validation.push({ iteration, loss: validationLoss, accuracy, exactAccuracy });
    const { lossBelow = -Infinity, validationBelow = -Infinity, accuracyFrom = Infinity } = job.until ?? {};
    this.isEnough = loss < lossBelow || validationLoss < validationBelow || accuracy >= accuracyFrom;
  }

  private addGradient(iteration: number): void {
    const { columns } = this.trainer;
    const read = (column: number): number[] => [...this.rows.columns[column]!.subarray(0, columns[column]!.length)];
    this.gradients.push({ iteration, norms: read(this.gradientColumn) });
    const names = this.job.columns ?? [];
    this.columns.push(
      Object.fromEntries(names.map((name) => [name, read(columns.findIndex((one) => one.name === name))])),
    );
  }

  records() {
    return {
      losses: Float64Array.from(this.losses),
      gradientNorms: Float64Array.from(this.norms),
      updateRatios: Float64Array.from(this.ratios),
      accuracy: Float64Array.from(this.accuracies),
      validation: this.validation,
      gradients: this.gradients,
      columns: this.columns,
      inspectedInput: this.trainer.inspected.input,
      parameters: Float64Array.from(this.parameters),
      parameterCount: this.trainer.parameterCount,
    };
  }
}
