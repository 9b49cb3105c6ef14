import type { Evidence } from "../core/analysis/evidence";
import type { Baseline, BaselineName } from "../shared/wire/baselines";
import type { History } from "./history";
import { median } from "./lossHistory";
import { THRESHOLDS } from "./thresholds";

/** How a run went so far, measured against what simple answers reach. */
export interface Outcome {
  /** Median of the first losses, and of the last ones. */
  readonly early: number;
  readonly recent: number;
  /** The loss that counts: of the held-out sequences where there are any, else the recent mean of the training loss. */
  readonly judged: number;
  /** Null when it is not known, or does not exist for the task. */
  readonly baseline: (name: BaselineName) => Baseline | null;
  /** The loss of the best constant; that of the first iterations where it is not known. */
  readonly constant: number;
  /** The lowest loss of the answers that use at most one step; that of the first iterations where none is known. */
  readonly simplest: number;
  /** The network does not do what a simple answer could not do as well. */
  readonly isUnsolved: boolean;
  /**
   * Where a linear map of the whole window does no better than a simple answer, and the run does as well: there is
   * nothing in the past to learn.
   */
  readonly isExhausted: boolean;
  /** The judged loss has stopped falling; false as long as the run is short. */
  readonly isFlat: boolean;
}

export function outcomeOf(history: History, evidence: Evidence | null): Outcome {
  const early = history.first.medianLoss();
  const recent = median(history.recent.losses(THRESHOLDS.recentRows));
  const isHeldOut = history.bestValidation !== null;
  const judged = isHeldOut ? history.validationLoss : history.recent.meanLoss();
  const course = isHeldOut && history.validations >= 3 ? history.validation : history.loss;
  const baseline = (name: BaselineName): Baseline | null =>
    evidence?.baselines.find((candidate) => candidate.name === name) ?? null;
  const simple = [baseline("best-constant"), baseline("last-value"), baseline("memoryless")].flatMap((known) =>
    known === null ? [] : [known.loss],
  );
  const isKnown = simple.length > 0;
  const simplest = isKnown ? Math.min(...simple) : early;
  return {
    early,
    recent,
    judged,
    baseline,
    constant: baseline("best-constant")?.loss ?? early,
    simplest,
    isUnsolved: !(judged < (isKnown ? THRESHOLDS.solvedBaseline : THRESHOLDS.solvedShare) * simplest),
    isExhausted:
      judged < THRESHOLDS.atBaseline[1] * simplest &&
      (baseline("linear-window")?.loss ?? 0) > THRESHOLDS.distinctBaseline * simplest,
    isFlat:
      history.rows >= THRESHOLDS.judgedRows &&
      course.meanOver(5 / 6, 1) > THRESHOLDS.flat * course.meanOver(4 / 6, 5 / 6),
  };
}
