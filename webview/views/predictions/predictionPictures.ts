/**
 * The picture that suits a kind of prediction: points beside a diagonal, two lines, a grid of answers, or what was
 * taken for what.
 */
import { linearAxis, type AxisSpec } from "../../../src/shared/scale/axisScale";
import { extentOf, joinExtents } from "../../../src/shared/scale/extent";
import type { Predictions } from "../../../src/shared/trace/predictions";
import { classText } from "../../state/sequenceOutputs";
import { withAlpha } from "../../ui/theme";
import type { Point } from "../../chart/base";
import type { TextCell } from "../../chart/cells";
import type { ChartModel } from "../../chart/model";

/**
 * "parity": the output of each sequence over its target. "lines": both over the rows of a series or the steps of a
 * sequence.
 */
export type PictureKind = "parity" | "lines" | "grid" | "confusion";

export function pictureOf({ arrangement, targetKind }: Predictions): PictureKind {
  if (targetKind === "values") return arrangement === "last" ? "parity" : "lines";
  return arrangement === "steps" ? "grid" : "confusion";
}

export interface Picture {
  readonly x: AxisSpec;
  readonly y: AxisSpec;
  readonly cells: readonly TextCell[];
  readonly points: readonly Point[];
  readonly targets: readonly Point[];
  readonly outputs: readonly Point[];
  /** Dashed lines beside the diagonal; null: none. */
  readonly tolerance: number | null;
}

const NOTHING = { cells: [], points: [], targets: [], outputs: [], tolerance: null } as const;

/**
 * @param row sequence, counted from the first of the predictions, whose steps show
 * @param column which of several values a line shows
 */
export function drawPicture(predictions: Predictions, row: number, column: number, model: ChartModel): Picture {
  switch (pictureOf(predictions)) {
    case "parity":
      return parity(predictions);
    case "lines":
      return lines(predictions, row, column);
    case "grid":
      return grid(predictions, model);
    case "confusion":
      return confusion(predictions, model);
  }
}

function parity({ outputs, targets, sequences, width, tolerance }: Predictions): Picture {
  const axis = linearAxis(joinExtents(extentOf(targets), extentOf(outputs)));
  // chart.js takes the points of a line to ascend.
  const points = Array.from({ length: sequences * width }, (_, i) => ({
    x: targets[i] ?? NaN,
    y: outputs[i] ?? NaN,
  })).sort((a, b) => a.x - b.x);
  return { ...NOTHING, x: axis, y: axis, points, tolerance };
}

function lines(predictions: Predictions, row: number, column: number): Picture {
  const { arrangement, outputs, targets, steps, width } = predictions;
  const series = arrangement === "series";
  const places = series
    ? seriesPlaces(predictions)
    : Array.from({ length: steps }, (_, s) => ({ x: s + 1, at: row * steps + s }));
  const at = (values: Float64Array): Point[] =>
    places.map(({ x, at: i }) => ({ x, y: i === null ? NaN : (values[i * width + column] ?? NaN) }));
  const shown = { targets: at(targets), outputs: at(outputs) };
  const extent = joinExtents(extentOf(shown.targets.map(({ y }) => y)), extentOf(shown.outputs.map(({ y }) => y)));
  const from = places[0]?.x ?? 1;
  const to = Math.max(from + 1, places.at(-1)?.x ?? from);
  return { ...NOTHING, x: { kind: "linear", min: from, max: to, whole: true }, y: linearAxis(extent), ...shown };
}

/** The rows of the file, and which of the predictions belongs to each; a gap where no row is predicted. */
function seriesPlaces(predictions: Predictions): { readonly x: number; readonly at: number | null }[] {
  const { rows, sequences } = predictions;
  const split = splitRow(predictions);
  const places: { x: number; at: number | null }[] = [];
  for (let n = 0; n < sequences; n++) {
    const x = rows[n] ?? n;
    if (split !== null && n === predictions.training) places.push({ x: split, at: null });
    places.push({ x, at: n });
  }
  return places;
}

/** Between the last training row and the first row of validation windows; null where one part is not shown. */
export function splitRow({ arrangement, rows, training, sequences }: Predictions): number | null {
  if (arrangement !== "series" || training === 0 || training === sequences) return null;
  return (rows[training - 1] ?? 0) + 0.5;
}

/** The prediction, counted from the first, whose row is nearest. */
export function nearestRow({ rows }: Predictions, row: number): number {
  let best = 0;
  for (let n = 1; n < rows.length; n++) if (Math.abs(rows[n]! - row) < Math.abs(rows[best]! - row)) best = n;
  return best;
}

/** A row a sequence, a column a time step; how sure the network is of what is right is how strong the color is. */
function grid(
  { outputs, targets, confidence, sequences, steps, width, first, targetKind }: Predictions,
  { header, theme }: ChartModel,
): Picture {
  const cells: TextCell[] = [];
  for (let n = 0; n < sequences; n++) {
    for (let s = 0; s < steps; s++) {
      const at = n * steps + s;
      const answer = Array.from({ length: width }, (_, i) =>
        targetKind === "bits" ? Math.round(outputs[at * width + i] ?? NaN) : (outputs[at * width + i] ?? NaN),
      );
      // Padding, and steps that do not count.
      if (answer.every(Number.isNaN) && Number.isNaN(targets[at * width])) continue;
      const right = answer.every((value, i) => value === targets[at * width + i]);
      const sure = confidence[at] ?? NaN;
      const strength = Number.isFinite(sure) ? Math.min(1, Math.max(0, sure)) : 0;
      cells.push({
        x: s + 1,
        y: first + n,
        text: answer
          .map((value) =>
            targetKind === "classes" ? classText(header, value) : Number.isFinite(value) ? String(value) : "?",
          )
          .join(""),
        fill: right
          ? withAlpha(theme.series[0] ?? theme.foreground, 0.08 + 0.5 * strength)
          : withAlpha(theme.error, 0.2 + 0.35 * (1 - strength)),
        mark: right ? null : theme.error,
      });
    }
  }
  return {
    ...NOTHING,
    x: { kind: "linear", min: 0.5, max: steps + 0.5, whole: true },
    y: { kind: "linear", min: first - 0.5, max: first + sequences - 0.5, whole: true },
    cells,
  };
}

/** As in the section Metrics: rows are targets, columns are predictions; the color is the share of the row. */
function confusion(predictions: Predictions, { header, theme }: ChartModel): Picture {
  const { counts, classes } = countConfusion(predictions);
  const cells: TextCell[] = [];
  for (let target = 0; target < classes; target++) {
    const row = counts.subarray(target * classes, (target + 1) * classes);
    const total = row.reduce((sum, count) => sum + count, 0);
    for (const [answer, count] of row.entries()) {
      const share = total === 0 ? 0 : count / total;
      const color = answer === target ? (theme.series[0] ?? theme.foreground) : theme.error;
      cells.push({
        x: answer,
        y: classes - 1 - target,
        fill: count === 0 ? withAlpha(theme.foreground, 0.04) : withAlpha(color, 0.12 + 0.55 * share),
        text: String(count),
        mark: answer !== target && count > 0 ? theme.error : null,
      });
    }
  }
  const labels = Array.from({ length: classes }, (_, c) => classText(header, c));
  const axis = { kind: "linear", min: -0.5, max: classes - 0.5, whole: true } as const;
  return { ...NOTHING, x: { ...axis, labels }, y: { ...axis, labels: labels.toReversed() }, cells };
}

/** `counts[target * classes + answer]` of all outputs. */
export function countConfusion({ outputs, targets, targetKind }: Predictions): {
  readonly counts: Float64Array;
  readonly classes: number;
} {
  const answers = Array.from(outputs, (value) => (targetKind === "bits" ? Math.round(value) : value));
  const classes = 1 + Math.max(1, ...targets, ...answers.filter(Number.isFinite));
  const counts = new Float64Array(classes * classes);
  for (const [i, answer] of answers.entries()) {
    const at = (targets[i] ?? NaN) * classes + answer;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return { counts, classes };
}
