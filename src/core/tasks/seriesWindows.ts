/** Where the windows of one or several series begin. */
import * as l10n from "@vscode/l10n";
import { countTrainingRows, planWindows } from "../../config/facts/dataCounts";
import {
  heldOutShares,
  planSeries,
  trainingRowsOf,
  type Division,
  type SeriesSizes,
} from "../../config/facts/seriesPlan";
import type { OutputSteps } from "../../config/facts/taskTraits";
import type { RowRange } from "../../tables/series";
import { windowsOf, type Column, type SequenceValues } from "./sequenceValues";
import type { Dataset } from "./task";

/** Sequences as rows of a table. Those for training come first, series after series; then those for validation. */
export interface PlacedSequences {
  readonly shape: Pick<
    Dataset,
    | "sequences"
    | "trainingSequences"
    | "timeSteps"
    | "outputSteps"
    | "weights"
    | "lengths"
    | "answersOnce"
    | "stream"
    | "startsSeries"
  >;
  /** Rows that nothing for validation depends on. */
  readonly trainingRows: readonly RowRange[];
  /** Series that are too short for a sequence. */
  readonly unusedSeries: number;
  inputsOf(columns: readonly Column[]): SequenceValues;
  targetsOf(columns: readonly Column[]): SequenceValues;
  /** The row of the last target of a sequence. */
  lastTargetRow(sequence: number): number;
}

/**
 * A window never crosses from one series to the next; {@link planWindows} says where those of a series begin.
 * @throws Error where there are too few rows for one
 */
export function placeWindows(
  series: readonly RowRange[],
  options: SeriesSizes & { readonly stream?: boolean },
  outputs: OutputSteps,
  division: Division,
): PlacedSequences {
  const { length, horizon, stream = false } = options;
  const plan = planAll(series, options, division);
  refuseTooFew(plan, options, series);
  const outputSteps = outputs === "every" ? length : 1;
  /** From the first row of a window to that of its first target. */
  const ahead = length - outputSteps + horizon;
  const firstRowOf = (sequence: number): number => plan.firstRowOf(sequence);
  return {
    shape: {
      sequences: plan.sequences,
      trainingSequences: plan.trainingSequences,
      timeSteps: length,
      outputSteps,
      ...(plan.reachesBack && outputSteps > 1 ? { weights: heldOutWeights(plan, outputSteps, ahead) } : {}),
      stream,
      ...(stream && series.length > 1 ? { startsSeries: (sequence) => plan.startsSeries(sequence) } : {}),
    },
    trainingRows: trainingRowsOf(series, options, division),
    unusedSeries: plan.unusedSeries,
    inputsOf: (columns) => windowsOf(columns, length, firstRowOf),
    targetsOf: (columns) => windowsOf(columns, outputSteps, (sequence) => firstRowOf(sequence) + ahead),
    lastTargetRow: (sequence) => firstRowOf(sequence) + length - 1 + horizon,
  };
}

interface WindowsOfSeries {
  readonly sequences: number;
  readonly trainingSequences: number;
  readonly unusedSeries: number;
  /** Of each series: how many of its rows are not held out. */
  readonly trainingRows: readonly number[];
  /** Whether there are windows for validation that begin before the held-out rows. */
  readonly reachesBack: boolean;
  firstRowOf(sequence: number): number;
  /** The first held-out row of the series that a window is of. */
  heldOutFrom(sequence: number): number;
  /** Whether a window is the first of its series for training, or for validation. */
  startsSeries(sequence: number): boolean;
}

function planAll(series: readonly RowRange[], sizes: SeriesSizes, division: Division): WindowsOfSeries {
  const rows = series.map(({ from, to }) => to - from);
  const shares = heldOutShares(sizes, rows, division);
  const trainingRows = rows.map((count, index) => countTrainingRows(count, shares[index]!));
  const plans = rows.map((count, index) => planWindows(sizes, count, shares[index]!));
  const { trainingSequences, validationSequences, unusedSeries } = planSeries(sizes, rows, shares);
  /** The first sequence of each series, for training and for validation. */
  const training = new Uint32Array(series.length);
  const validation = new Uint32Array(series.length);
  let [nextTraining, nextValidation] = [0, trainingSequences];
  for (const [index, plan] of plans.entries()) {
    training[index] = nextTraining;
    validation[index] = nextValidation;
    nextTraining += plan.trainingSequences;
    nextValidation += plan.validationSequences;
  }
  const seriesOf = (sequence: number): number =>
    lastAtMost(sequence < trainingSequences ? training : validation, sequence);
  return {
    sequences: trainingSequences + validationSequences,
    trainingSequences,
    unusedSeries,
    trainingRows,
    reachesBack: plans.some((plan) => plan.reachesBack && plan.validationSequences > 0),
    firstRowOf(sequence) {
      const index = seriesOf(sequence);
      const { from } = series[index]!;
      return sequence < trainingSequences
        ? from + (sequence - training[index]!) * sizes.stride
        : from + plans[index]!.firstValidationRow + (sequence - validation[index]!) * sizes.stride;
    },
    heldOutFrom(sequence) {
      const index = seriesOf(sequence);
      return series[index]!.from + trainingRows[index]!;
    },
    startsSeries(sequence) {
      const firsts = sequence < trainingSequences ? training : validation;
      return firsts[seriesOf(sequence)] === sequence;
    },
  };
}

/** The last place whose number is not above `value`: of several alike the one that has sequences. */
function lastAtMost(ascending: Uint32Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ascending[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** 1 for held-out targets, and for all of training; 0 for the others. @param ahead rows from a window to its targets */
function heldOutWeights(
  { trainingSequences, firstRowOf, heldOutFrom }: WindowsOfSeries,
  outputSteps: number,
  ahead: number,
): SequenceValues {
  const firstCounted = (sequence: number): number =>
    sequence < trainingSequences ? 0 : Math.max(0, heldOutFrom(sequence) - firstRowOf(sequence) - ahead);
  return {
    length: outputSteps,
    at: (sequence, step) => Number(step >= firstCounted(sequence)),
    fill(sequence, target, offset = 0) {
      const first = Math.min(outputSteps, firstCounted(sequence));
      target.fill(0, offset, offset + first);
      target.fill(1, offset + first, offset + outputSteps);
    },
  };
}

/** @throws Error where there are too few rows for a window of training, or of validation */
function refuseTooFew(
  { trainingSequences, sequences, trainingRows }: WindowsOfSeries,
  { length, horizon }: SeriesSizes,
  series: readonly RowRange[],
): void {
  const isTraining = trainingSequences === 0;
  const heldOutRows = series.map(({ from, to }, index) => to - from - trainingRows[index]!);
  if (!isTraining && (heldOutRows.every((count) => count === 0) || sequences > trainingSequences)) return;
  const counts = isTraining ? trainingRows : heldOutRows;
  const most = counts.reduce((largest, count) => Math.max(largest, count), 0);
  if (series.length > 1) throw new Error(describeShortSeries(series.length, most, isTraining, { length, horizon }));
  throw new Error(
    isTraining
      ? l10n.t(
          "{0} training rows are too few for one window of task.length {1} plus horizon {2}",
          most,
          length,
          horizon,
        )
      : l10n.t(
          "{0} validation rows are too few for one window of task.length {1} plus horizon {2}; use a larger share",
          most,
          length,
          horizon,
        ),
  );
}

/** @param most rows of a part that a series has at most */
function describeShortSeries(
  series: number,
  most: number,
  isTraining: boolean,
  { length, horizon }: Omit<SeriesSizes, "stride">,
): string {
  const sizes = [series.toLocaleString("en-US"), length, horizon, most] as const;
  return isTraining
    ? l10n.t(
        "all {0} series are too short for a window of task.length {1} plus horizon {2}: at most {3} training rows",
        ...sizes,
      )
    : l10n.t(
        "all {0} series are too short to validate a window of task.length {1} plus horizon {2}: at most {3} rows",
        ...sizes,
      );
}
