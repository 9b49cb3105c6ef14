/**
 * What a plotted gradient does, in words. Badge, caption, readout, table and summary of a chart all read their text
 * here, from one measurement of the plotted numbers.
 */
import * as l10n from "@vscode/l10n";
import type { GradientCurve, GradientTrend } from "../../src/shared/trace/gradientCurve";
import { smallestGradient } from "../../src/shared/trace/gradientLimits";
import { isCut } from "../../src/shared/trace/networkSpec";
import type { TraceHeader } from "../../src/shared/trace/trace";
import { formatCount, formatFactor, formatValue } from "../../src/shared/words/numberFormat";

/** Of gradients in float32, as a text says it: 2^-93. */
const FLOAT32_RANGE = "1.0e-28";

/** The sentences of a caption, the trend first. */
export function curveSentences(curve: GradientCurve, header: TraceHeader, lastStep = header.timeSteps): string[] {
  return [
    ...(curve.trend === null ? [] : [trendSentence(curve.trend)]),
    ...(curve.cutBefore === null ? [] : [cutSentence(curve.cutBefore, lastStep, header)]),
    ...(isFloat32Limit(curve, header) ? [rangeSentence(curve.tooSmall, lastStep)] : []),
  ];
}

/** "×0.54 over 10 steps": the badge. */
export function totalText({ total, from, to }: GradientTrend): string {
  const steps = to - from;
  return steps === 1
    ? l10n.t("{0} over 1 step", formatFactor(total))
    : l10n.t("{0} over {1} steps", formatFactor(total), formatCount(steps));
}

/** "×0.940 ± 0.012 per step back", without an error that the digits of the factor do not show. */
function factorText({ factor, error }: GradientTrend): string {
  const shown = errorText(factor, error);
  return shown === null
    ? l10n.t("{0} per step back", formatFactor(factor))
    : l10n.t("{0} ± {1} per step back", formatFactor(factor), shown);
}

/** In the digits of {@link formatFactor}; null where they would all be 0. */
function errorText(factor: number, error: number): string | null {
  const decimals = /\.(\d+)$/.exec(formatFactor(factor))?.[1]?.length;
  if (formatFactor(factor).includes("e")) return error < Math.abs(factor) * 5e-3 ? null : formatValue(error, 1);
  const text = error.toFixed(decimals ?? 0);
  return Number(text) === 0 ? null : text;
}

function trendSentence(trend: GradientTrend): string {
  const [near, far] = trend.stretches ?? [null, null];
  const total = totalText(trend);
  if (near === null || far === null) {
    if (trend.to - trend.from === 1) return l10n.t("Measured: {0}.", total);
    return trend.fits
      ? l10n.t("Measured: {0}, {1}.", factorText(trend), total)
      : l10n.t(
          "Measured: {0}. No single factor per step describes it: an exponential misses it by up to {1}.",
          total,
          formatFactor(trend.deviation),
        );
  }
  const first = formatFactor(near.total);
  const within = formatCount(near.steps);
  if (far.steady) return thenSteady(near.total, near.steps, total);
  const second = formatFactor(far.total);
  if (near.steady && near.steps > 1)
    return l10n.t(
      "Measured: steady for {0} steps back, then {1} over {2} steps; {3}.",
      within,
      second,
      formatCount(far.steps),
      total,
    );
  return near.steps === 1
    ? l10n.t("Measured: {0} within 1 step, then {1} over {2} steps; {3}.", first, second, formatCount(far.steps), total)
    : l10n.t(
        "Measured: {0} within {1} steps, then {2} over {3} steps; {4}.",
        first,
        within,
        second,
        formatCount(far.steps),
        total,
      );
}

function thenSteady(factor: number, steps: number, total: string): string {
  const first = formatFactor(factor);
  if (steps === 1)
    return factor < 1
      ? l10n.t("Measured: falls by {0} within 1 step, then steady; {1}.", first, total)
      : l10n.t("Measured: grows by {0} within 1 step, then steady; {1}.", first, total);
  return factor < 1
    ? l10n.t("Measured: falls by {0} within {1} steps, then steady; {2}.", first, formatCount(steps), total)
    : l10n.t("Measured: grows by {0} within {1} steps, then steady; {2}.", first, formatCount(steps), total);
}

function cutSentence(before: number, lastStep: number, { timeSteps, truncate }: TraceHeader): string {
  if (before > lastStep) return l10n.t("Exactly 0 at every step.");
  return isCut(before, timeSteps, truncate ?? null)
    ? l10n.t("Exactly 0 before step {0}: cut by truncation.", before)
    : l10n.t("Exactly 0 before step {0}: no path.", before);
}

/** Only float32's limit is shown: that of float64 lies beyond what a chart has room for. */
export function isFloat32Limit(
  curve: GradientCurve,
  header: TraceHeader,
): curve is GradientCurve & { readonly tooSmall: NonNullable<GradientCurve["tooSmall"]> } {
  return header.engine === "float32" && curve.tooSmall !== null;
}

/** Whether float32 does not hold the value of this step: it keeps few of its digits, or rounds it to 0. */
export function isBelowRange(
  gradient: ArrayLike<number>,
  step: number,
  curve: GradientCurve,
  header: TraceHeader,
): boolean {
  if (!isFloat32Limit(curve, header)) return false;
  const { from, to } = curve.tooSmall;
  return step >= from && step <= to && Math.abs(gradient[step] ?? NaN) < smallestGradient(header.engine);
}

/** For a band and its legend. */
export function belowRangeText(): string {
  return l10n.t("below float32's range");
}

/** In the place of a value that float32 does not hold. */
export function belowRangeValue(): string {
  return l10n.t("below {0}", FLOAT32_RANGE);
}

function rangeSentence({ from, to }: { readonly from: number; readonly to: number }, lastStep: number): string {
  if (to >= lastStep)
    return l10n.t("Below float32's range ({0}) at step {1} and before; not counted.", FLOAT32_RANGE, to);
  return from === 0
    ? l10n.t("Below float32's range ({0}) before step {1}; not counted.", FLOAT32_RANGE, to + 1)
    : l10n.t("Below float32's range ({0}) at steps {1} to {2}; not counted.", FLOAT32_RANGE, from, to);
}
