import * as l10n from "@vscode/l10n";
import { FRAME } from "./format/encodeRun";
import { probeCurves, type NamedColumns } from "./probeCurves";
import { isProbeFile } from "./probeFile";
import { readRunFile } from "./readRunFile";
import { COLUMN, OPTIONAL_COLUMN } from "../shared/trace/trace";
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
  const isProbe = isProbeFile(path);
  const columns = isProbe ? probeCurves(path) : savedCurves(path);
  if ((columns[0]?.[1].length ?? 0) > 0) return thinned(columns, points);
  return { problem: isProbe ? l10n.t("Nothing was recorded yet.") : l10n.t("Only the config of this run was saved.") };
}

function savedCurves(path: string): NamedColumns {
  const { metrics } = readRunFile(path, [FRAME.header, FRAME.metrics]);
  return metrics.columns.flatMap(({ name }, index) =>
    WANTED.has(name) ? [[name, metrics.rows.columns[index]!] as const] : [],
  );
}

/** @param columns of equal length, `iteration` first */
export function thinned(columns: NamedColumns, points: number): RunCurves {
  const exact = evenPart((points - 1) / 2);
  const series = new ScalarSeries(
    columns.map(([name]) => ({ name, length: 1, shape: [1] })),
    { exact, buckets: evenPart((points - 1 - exact) / 2) },
  );
  series.append({ rows: columns[0]?.[1].length ?? 0, columns: columns.map(([, values]) => values) });
  return { curves: Object.fromEntries(columns.map(([name]) => [name, series.column(name)!.slice()])) };
}

function evenPart(value: number): number {
  return 2 * Math.floor(value / 2);
}
