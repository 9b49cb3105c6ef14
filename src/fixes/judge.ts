/** Whether a fix helped, and which of several helped most. */
import type { Baseline } from "../shared/wire/baselines";
import type { TrialFigures } from "./fixTrial";

/** A loss is clearly lower below this share of the other. */
const CLEARLY_LOWER = 0.8;
/** A loss from here on, as a share of a baseline, ends on the baseline. */
const ON_BASELINE = 0.98;

/** What a fixed run is compared with. */
export interface Comparison {
  /** Judged loss of the run without the fix. */
  readonly runLoss: number;
  readonly baselines: readonly Pick<Baseline, "name" | "loss">[];
}

/**
 * Whether a loss is clearly better than the run's. A run that was no better than the best simple baseline is not helped
 * by a fix that only reaches it; a linear map of the window is none of them, as it may be exact. A loss that is not
 * finite never helps; any other helps a run without one.
 */
export function helps(loss: number, { runLoss, baselines }: Comparison): boolean {
  if (!Number.isFinite(loss)) return false;
  const simple = baselines.filter(
    ({ name, loss: simpleLoss }) => name !== "linear-window" && Number.isFinite(simpleLoss),
  );
  const lowest = Math.min(...simple.map((baseline) => baseline.loss));
  const isOnBaseline = (value: number): boolean => !(value < ON_BASELINE * lowest);
  if (Number.isFinite(lowest) && isOnBaseline(runLoss) && isOnBaseline(loss)) return false;
  return !Number.isFinite(runLoss) || loss < CLEARLY_LOWER * runLoss;
}

/** What was seen of a fix: at the run's seed, and at more seeds where the run is short. */
export interface FixVerdict {
  readonly figures: TrialFigures;
  /** Whether it helped, the run's seed first; other seeds only where they were tried. */
  readonly helped: readonly boolean[];
  /** Over the seeds that were tried. */
  readonly medianLoss: number;
}

/** Whether it may be offered: it helped at the run's seed, and not at one of three alone. */
export function isReliable({ helped }: FixVerdict): boolean {
  return helped[0] === true && (helped.length < 3 || helped.filter(Boolean).length > 1);
}

/** The most reliable first, then the lowest loss. */
export function compareVerdicts(a: FixVerdict, b: FixVerdict): number {
  const failures = ({ helped }: FixVerdict): number => helped.filter((did) => !did).length;
  return failures(a) - failures(b) || a.medianLoss - b.medianLoss || 0;
}

/** The middle one, or the lower middle; a loss that is not finite counts as the highest. */
export function medianLoss(losses: readonly number[]): number {
  const sorted = losses.map((loss) => (Number.isFinite(loss) ? loss : Infinity)).sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] ?? NaN;
}
