/**
 * What happened in a run and when, for marks on the iteration axis: stretches in which numbers broke or the gradient
 * was clipped, changes of the learning rate, findings. Rows that are less than a pixel apart are one stretch, so there
 * are never more of them than pixels.
 */
import * as l10n from "@vscode/l10n";
import { indexAt } from "../../src/shared/trace/decimate";
import type { ShownFinding, ShownRule } from "../../src/shared/wire/findings";
import { COLUMN, OPTIONAL_COLUMN } from "../../src/shared/trace/trace";
import type { RowModel } from "./model";
import type { IterationWindow } from "../state/zoom";

/** Iterations, both ends included. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** From the rate before `from` to the one at `to`. */
interface RateChange extends Stretch {
  readonly before: number;
  readonly after: number;
}

export interface RunEvents {
  readonly nonFinite: readonly Stretch[];
  readonly clipped: readonly Stretch[];
  readonly rates: readonly RateChange[];
  readonly findings: readonly ShownFinding[];
}

function isClipped(raw: ArrayLike<number>, clipped: ArrayLike<number>, row: number): boolean {
  return (clipped[row] ?? 0) < (raw[row] ?? 0);
}

/** @param pixels the width that `window` is drawn in */
export function collectEvents(model: RowModel, window: IterationWindow, pixels: number): RunEvents {
  const { iterations, findings, header } = model;
  const loss = model.column(COLUMN.loss);
  // Of a run that is trained in Python the gradient of the weights is not recorded.
  const raw = header.probed === undefined ? model.column(COLUMN.gradientNorm) : null;
  const clipped = model.column(COLUMN.clippedNorm);
  const rate = model.column(OPTIONAL_COLUMN.learningRate);
  const gap = (window.to - window.from) / Math.max(1, pixels);
  return {
    nonFinite: stretches(
      iterations,
      window,
      gap,
      (row) => !Number.isFinite(loss?.[row] ?? 0) || !Number.isFinite(raw?.[row] ?? 0),
    ),
    clipped:
      header.clip === null || raw === null || clipped === null
        ? []
        : stretches(iterations, window, gap, (row) => isClipped(raw, clipped, row)),
    rates: rate === null ? [] : rateChanges(iterations, window, gap, rate),
    findings: findings.filter(({ iteration }) => iteration >= window.from && iteration <= window.to),
  };
}

function stretches(
  iterations: ArrayLike<number>,
  { first, end }: IterationWindow,
  gap: number,
  test: (row: number) => boolean,
): Stretch[] {
  const found: { from: number; to: number }[] = [];
  let last: { from: number; to: number } | null = null;
  let before = -2;
  for (let row = first; row < end; row++) {
    if (!test(row)) continue;
    const at = iterations[row] ?? 0;
    if (last !== null && (row === before + 1 || at - last.to <= gap)) last.to = at;
    else {
      last = { from: at, to: at };
      found.push(last);
    }
    before = row;
  }
  return found;
}

function rateChanges(
  iterations: ArrayLike<number>,
  window: IterationWindow,
  gap: number,
  rate: ArrayLike<number>,
): RateChange[] {
  const differs = (row: number): boolean =>
    row > 0 && rate[row] !== rate[row - 1] && Number.isFinite((rate[row] ?? NaN) + (rate[row - 1] ?? NaN));
  const changes: RateChange[] = [];
  for (const { from, to } of stretches(iterations, window, gap, differs)) {
    const row = (iteration: number): number => indexAt(iterations, window.end, iteration);
    changes.push({ from, to, before: rate[row(from) - 1] ?? NaN, after: rate[row(to)] ?? NaN });
  }
  return changes;
}

const RULE_TITLES: Readonly<Record<ShownRule, string>> = {
  exploding: l10n.t("Exploding gradient"),
  vanishing: l10n.t("Vanishing gradient"),
  "clipped-too-often": l10n.t("Clipped too often"),
  "limit-cycle": l10n.t("Limit cycle"),
  saturated: l10n.t("Saturated units"),
  "dead-relu": l10n.t("Dead ReLU units"),
  "not-decreasing": l10n.t("Loss not decreasing"),
  "learning-rate-too-high": l10n.t("Learning rate too high"),
  "update-ratio": l10n.t("Unusual update size"),
  "loss-not-finite": l10n.t("Non-finite loss"),
  "weights-not-finite": l10n.t("Non-finite weights"),
  overfitting: l10n.t("Overfitting"),
  "mean-only": l10n.t("Only the mean is learned"),
  "last-value-only": l10n.t("No better than the last value"),
  memoryless: l10n.t("No past is used"),
  "contradictory-targets": l10n.t("Contradictory targets"),
  "unscaled-targets": l10n.t("Unscaled targets"),
  "vanishing-in-depth": l10n.t("Vanishing through depth"),
  "linear-layers": l10n.t("Linear layers"),
  "label-noise": l10n.t("Noisy labels"),
  padding: l10n.t("Padded steps"),
  undetached: l10n.t("State not detached"),
  frozen: l10n.t("Frozen layer"),
  "cut-graph": l10n.t("Cut graph"),
  "zero-recurrent-weights": l10n.t("Recurrent weights are 0"),
  "lost-additions": l10n.t("Additions to the cell are lost"),
  "lost-step": l10n.t("Step lost by clipping"),
  "padding-in-loss": l10n.t("Padding in the loss"),
  "mixed-samples": l10n.t("Mixed samples"),
  "not-trustworthy": l10n.t("Recomputation is off"),
};

/** A noun phrase, for a title or a mark. */
export function ruleTitle(rule: ShownRule): string {
  return RULE_TITLES[rule];
}
