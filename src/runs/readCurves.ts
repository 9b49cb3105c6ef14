import * as l10n from "@vscode/l10n";
import { FRAME } from "./format/encodeRun";
import { isProbeFile, readProbeFile } from "./probeFile";
import { readRunFile } from "./readRunFile";
import { COLUMN, OPTIONAL_COLUMN } from "../shared/trace/trace";
import { knownScalar } from "../shared/trace/scalarColumns";
import { ScalarSeries } from "../shared/trace/scalarSeries";
import { describeError } from "../lib/outsideText";

/** The curves of a recorded run in few enough points to be drawn. */
export interface RunCurves {
  /** Columns of equal length by name, `iteration` first. */
  readonly curves: Readonly<Record<string, Float64Array<ArrayBuffer>>>;
}

/** Why a run cannot be shown, in words for a person. */
export interface UnreadRun {
  readonly problem: string;
}

const WANTED: ReadonlySet<string> = new Set([
  COLUMN.iteration,
  COLUMN.loss,
  COLUMN.gradientNorm,
  COLUMN.clippedNorm,
  OPTIONAL_COLUMN.validationLoss,
  OPTIONAL_COLUMN.accuracy,
]);

/** Each file by itself: one that is damaged or gone does not keep the others from being shown. */
export function readCurves(paths: readonly string[], points: number): (RunCurves | UnreadRun)[] {
  return paths.map((path) => {
    try {
      return readOne(path, points);
    } catch (error) {
      return { problem: describeError(error) };
    }
  });
}

function readOne(path: string, points: number): RunCurves | UnreadRun {
  if (isProbeFile(path)) return readProbed(path, points);
  const { metrics } = readRunFile(path, [FRAME.header, FRAME.metrics]);
  if (metrics.rows.rows === 0) return { problem: l10n.t("Only the config of this run was saved.") };
  const kept = metrics.columns.flatMap((column, index) =>
    WANTED.has(column.name) ? [{ column, values: metrics.rows.columns[index]! }] : [],
  );
  return inFewPoints(
    kept.map(({ column, values }) => [column.name, values]),
    points,
  );
}

/** Of a run that a probe has recorded in Python. NaN where a step did not name the scalar. */
function readProbed(path: string, points: number): RunCurves | UnreadRun {
  const { scalars } = readProbeFile(path);
  const columns = new Map([[COLUMN.iteration as string, scalars.get(COLUMN.iteration)!]]);
  for (const [name, values] of scalars) {
    const column = knownScalar(name);
    if (column !== null && WANTED.has(column) && !columns.has(column)) columns.set(column, values);
  }
  if (!columns.has(COLUMN.loss)) return { problem: l10n.t("This run has no scalar that is named loss.") };
  return inFewPoints([...columns], points);
}

function inFewPoints(
  columns: readonly (readonly [name: string, values: Float64Array<ArrayBuffer>])[],
  points: number,
): RunCurves {
  const exact = evenPart((points - 1) / 2);
  const series = new ScalarSeries(
    columns.map(([name]) => ({ name, length: 1, shape: [1] })),
    { exact, buckets: evenPart((points - 1 - exact) / 2) },
  );
  series.append({ rows: columns[0]![1].length, columns: columns.map(([, values]) => values) });
  return { curves: Object.fromEntries(columns.map(([name]) => [name, series.column(name)!.slice()])) };
}

function evenPart(value: number): number {
  return 2 * Math.floor(value / 2);
}
