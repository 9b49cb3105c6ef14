/** Measures of the answers to a whole part of the data, as `Measures` says. */
import type { Measures } from "../../shared/trace/measures";
import type { SlicedTask } from "../../lib/slicedTask";
import type { Loss } from "../../config/facts/taskTraits";
import { parameterCountOf, parameterLayout } from "../../shared/trace/networkSpec";
import type { Network } from "../network/network";
import type { Dataset } from "../tasks/task";
import type { Trainer } from "../training/trainer";
import { forwardParts, type ForwardPart } from "../training/evaluate";
import { bitThreshold, indexOfLargest } from "../training/score";
import { ClassCounts } from "./classCounts";
import { ValueSums } from "./valueSums";

/** Sequences that go through the network at once, where none goes on from another one. */
const AT_ONCE = 32;
/** What measuring may cost beside training, in sequences that are read. */
export const MEASURED_SHARE = 0.1;
/** What it may cost where training has cost less, in multiply-adds: seconds. */
const LEAST_WORK = 2 ** 33;

/** What is measured, and how the network is trained. */
export interface MeasuredRun {
  readonly dataset: Dataset;
  readonly loss: Loss;
  readonly carriesState: boolean;
  readonly batchSize: number;
}

/**
 * Of the validation set, or of the training set where nothing is held out, at the current parameters. Of a part with
 * very many sequences some are measured, see {@link measure}.
 */
export function measureAtEnd(trainer: Trainer, part: Measures["part"] = partOf(trainer.dataset)): SlicedTask<Measures> {
  const { dataset, carriesState, batchSize } = trainer;
  const batch = carriesState ? batchSize : Math.min(AT_ONCE, batchSize);
  return measure(trainer, trainer.cloneNetwork({ batch, timeSteps: dataset.timeSteps }), trainer.iteration, part);
}

/** The part that a run is judged by. */
export function partOf({ trainingSequences, sequences }: Dataset): Measures["part"] {
  return trainingSequences < sequences ? "validation" : "training";
}

/**
 * A stream is read in as many rows as in training, so that the answers are those of which the loss is known. A piece of
 * work is a batch. At most a tenth as many sequences are read as by training, or so many as make {@link LEAST_WORK}
 * multiply-adds: by that count alone, so that every machine measures the same ones.
 * @param network at the parameters to measure, those after `iteration` iterations
 */
export function* measure(
  run: MeasuredRun,
  network: Network,
  iteration: number,
  part = partOf(run.dataset),
  leastWork = LEAST_WORK,
): SlicedTask<Measures> {
  const { dataset, carriesState, batchSize } = run;
  const { sequences, trainingSequences } = dataset;
  const [from, to] = part === "training" ? [0, trainingSequences] : [trainingSequences, sequences];
  const each = parameterCountOf(parameterLayout(network.spec)) * dataset.timeSteps;
  const most = Math.max(1, Math.floor(Math.max(leastWork / each, MEASURED_SHARE * iteration * batchSize)));
  let measured = 0;
  const counter = dataset.targetKind === "values" ? new ValueCounter(dataset) : new ClassCounter(dataset, run.loss);
  for (const answers of forwardParts(
    network,
    dataset,
    from,
    to,
    carriesState ? batchSize : Math.min(AT_ONCE, batchSize),
    carriesState,
    most,
  )) {
    counter.add(answers);
    measured += answers.sequences.length;
    yield;
  }
  return { part, sequences: measured, of: to - from, values: null, classes: null, ...counter.measures() };
}

/** Every output step of a batch that counts in the score. */
function* scoredRows({ outputSteps: S, score }: Dataset, { sequences, batch }: ForwardPart): Generator<number> {
  for (let b = 0; b < sequences.length; b++)
    for (let row = (b + 1) * S - score.steps; row < (b + 1) * S; row++) if (batch.weights?.[row] !== 0) yield row;
}

class ClassCounter {
  private readonly counts: ClassCounts;
  private readonly threshold: number;

  constructor(
    private readonly dataset: Dataset,
    loss: Loss,
  ) {
    const { targetKind, outputSize, classes } = dataset;
    const size = targetKind === "bits" ? 2 : outputSize;
    this.counts = new ClassCounts(classes ?? Array.from({ length: size }, (_, c) => String(c)));
    this.threshold = bitThreshold(loss);
  }

  add(part: ForwardPart): void {
    const { outputSize: O, targetKind } = this.dataset;
    const { outputs, batch } = part;
    for (const row of scoredRows(this.dataset, part)) {
      if (targetKind === "classes") {
        this.counts.add(batch.targets[row]!, indexOfLargest(outputs, row * O, O));
        continue;
      }
      for (let i = row * O; i < (row + 1) * O; i++)
        this.counts.add(Number(batch.targets[i]! > 0.5), Number(outputs[i]! > this.threshold));
    }
  }

  measures(): Pick<Measures, "classes"> {
    return { classes: this.counts.measures() };
  }
}

class ValueCounter {
  private readonly sums: readonly ValueSums[];
  /** The window before, and the row of the file that its last target is from. */
  private before: { readonly sequence: number; readonly row: number } | null = null;
  /** Rows of the file from a window of a series to its next one; null while no two are known. */
  private gap: number | null = null;

  constructor(private readonly dataset: Dataset) {
    this.sums = Array.from({ length: dataset.outputSize }, (_, output) => new ValueSums(dataset, output));
  }

  add(part: ForwardPart): void {
    const { outputSize: O, units } = this.dataset;
    const { outputs, batch, sequences } = part;
    for (const row of scoredRows(this.dataset, part))
      for (const [o, sums] of this.sums.entries()) sums.add(outputs[row * O + o]!, batch.targets[row * O + o]!);
    if (units !== undefined) for (const [b, sequence] of sequences.entries()) this.addPoints(part, b, sequence);
  }

  /** The rows of a window that follow those of the window before it; of the first one of a series all. */
  private addPoints({ outputs, batch }: ForwardPart, b: number, sequence: number): void {
    const { outputSize: O, outputSteps: S, stride } = this.dataset;
    const goesOn = this.goesOn(sequence);
    if (!goesOn) for (const sums of this.sums) sums.startSegment();
    const steps = goesOn && stride !== undefined ? Math.min(S, stride) : S;
    for (let row = (b + 1) * S - steps; row < (b + 1) * S; row++) {
      const counts = batch.weights?.[row] !== 0;
      for (const [o, sums] of this.sums.entries())
        sums.addPoint(counts ? outputs[row * O + o]! : NaN, counts ? batch.targets[row * O + o]! : NaN);
    }
  }

  /** Windows of one series follow one another at one distance; where a stride leaves rows out, there is no series. */
  private goesOn(sequence: number): boolean {
    const { targetRow, stride, outputSteps } = this.dataset;
    const row = targetRow?.(sequence) ?? sequence;
    const { before } = this;
    this.before = { sequence, row };
    if (before === null || sequence !== before.sequence + 1 || stride === undefined) return false;
    if (stride > outputSteps && outputSteps > 1) return false;
    this.gap ??= row - before.row;
    return row - before.row === this.gap && this.gap > 0;
  }

  measures(): Pick<Measures, "values"> {
    return { values: this.sums.map((sums) => sums.errors()) };
  }
}
