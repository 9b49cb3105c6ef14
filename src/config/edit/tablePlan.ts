/** Settings for a table by what is recognized of it: a start that learns, to be tuned from there. */
import type { ColumnOverview, TableOverview } from "../../tables/describeTable";
import { KNOWN_MARKERS } from "../../tables/cellKind";
import { countTrainingRows, planWindows } from "../facts/dataCounts";

export interface TablePlan {
  readonly length: number;
  /** Of the target; null where none stands out, or its windows would be too few. */
  readonly period: number | null;
  readonly trainingWindows: number;
  readonly hiddenSize: number;
  readonly learningRate: number;
  readonly batchSize: number;
  readonly iterations: number;
  readonly patience: number;
  readonly validationShare: number;
}

export const HORIZON = 1;
const VALIDATION_SHARE = 0.2;
const BATCH_SIZE = 32;
/** Rows of a window: where nothing repeats, and what a window has in any case. */
const USUAL_LENGTH = 24;
const LEAST_LENGTH = 4;
const MOST_LENGTH = 200;
/** A window takes at most one in so many training rows, so that there are several that do not overlap. */
const FEWEST_WINDOWS = 6;
/** Passes over the windows at most, within these bounds of iterations. */
const EPOCHS = 60;
const ITERATIONS = { least: 500, most: 5000 } as const;
/** Of a table with fewer training windows the first size that is as large serves. */
const SIZES = [
  { below: 1_000, hiddenSize: 8, learningRate: 0.01 },
  { below: 10_000, hiddenSize: 16, learningRate: 0.01 },
  { below: Infinity, hiddenSize: 32, learningRate: 0.005 },
] as const;

export function planForTable(rows: number, target: ColumnOverview | undefined): TablePlan {
  const trainingRows = countTrainingRows(rows, VALIDATION_SHARE);
  const most = Math.max(1, Math.min(MOST_LENGTH, Math.floor(trainingRows / FEWEST_WINDOWS)));
  const { length, period } = lengthFor(target?.period ?? null, most);
  const sizes = { length, horizon: HORIZON, stride: 1 };
  const { trainingSequences: trainingWindows } = planWindows(sizes, rows, VALIDATION_SHARE);
  const batchSize = Math.max(1, Math.min(BATCH_SIZE, trainingWindows));
  const passes = Math.ceil((EPOCHS * trainingWindows) / batchSize / 100) * 100;
  const iterations = Math.max(ITERATIONS.least, Math.min(ITERATIONS.most, passes));
  const { hiddenSize, learningRate } = SIZES.find(({ below }) => trainingWindows < below) ?? SIZES[0];
  return {
    length,
    period,
    trainingWindows,
    hiddenSize,
    learningRate,
    batchSize,
    iterations,
    patience: Math.max(200, Math.ceil(iterations / 500) * 100),
    validationShare: VALIDATION_SHARE,
  };
}

/** Two cycles, or one where two are too long. */
function lengthFor(period: number | null, most: number): Pick<TablePlan, "length" | "period"> {
  if (period !== null && period + 1 <= most) {
    const cycles = Math.max(1, Math.ceil(USUAL_LENGTH / period));
    for (const count of [cycles, 1]) if (count * period <= most) return { length: count * period, period };
  }
  return { length: Math.min(most, Math.max(LEAST_LENGTH, Math.min(USUAL_LENGTH, most))), period: null };
}

/** Columns that can be predicted, the best first. */
export function targetsIn({ columns }: TableOverview): readonly ColumnOverview[] {
  const isUsual = (column: ColumnOverview): boolean => !column.isCounter && !column.isConstant && column.misfits === 0;
  const numbers = columns.filter(({ kind, cells }) => kind === "number" && cells > 0);
  return [...numbers.filter(isUsual), ...numbers.filter((column) => !isUsual(column))];
}

/** More inputs are worth a try only where they lower the loss. */
const MOST_INPUTS = 8;

/** The target's own past, and the other columns of numbers that say something. */
export function usualInputs(overview: TableOverview, target: string): readonly string[] {
  const others = overview.columns.filter(
    ({ name, kind, isConstant, isCounter, misfits, missing, cells }) =>
      name !== target && kind === "number" && !isConstant && !isCounter && misfits === 0 && cells > missing,
  );
  const chosen = new Set([target, ...others.slice(0, MOST_INPUTS - 1).map(({ name }) => name)]);
  return overview.columns.map(({ name }) => name).filter((name) => chosen.has(name));
}

export interface MissingPlan {
  readonly markers: readonly string[];
  readonly fill: "forward";
}

/** Of all marks that the table has, so that what is left out of the inputs now can be added. Null where none is. */
export function missingFor({ markers, columns, problems }: TableOverview): MissingPlan | null {
  const sentinels = problems.flatMap(({ key, fixes }) => (key === "missing" ? fixes : []));
  const texts = sentinels.flatMap((fix) => ("key" in fix && fix.key === "missing" ? markersIn(fix.value) : []));
  const written = markers.map(({ text }) => text).filter((text) => text !== "" && KNOWN_MARKERS.includes(text));
  const isMissing = columns.some(({ missing }) => missing > 0);
  return isMissing || texts.length > 0 ? { markers: [...new Set([...written, ...texts])], fill: "forward" } : null;
}

function markersIn(value: unknown): readonly string[] {
  return (value as { readonly markers: readonly string[] }).markers;
}
