/** Which runs of a sweep are stopped early because others do better: successive halving, and the median rule. */
import * as l10n from "@vscode/l10n";
import type { SweepGoal, SweepStopping } from "../config/schema/schema";
import { isLoss, type TrialFigure, type TrialResult } from "../shared/wire/sweep";
import { leadingFigure, median } from "../shared/wire/sweepSummary";
import { formatValue } from "../shared/words/numberFormat";

/** What a run is judged by: the metric of the goal, or else the lowest validation loss, or the loss. */
export function judgedValue(
  result: Pick<TrialResult, TrialFigure>,
  goal: SweepGoal | null,
): { readonly figure: TrialFigure; readonly value: number; readonly sign: 1 | -1 } {
  const figure = leadingFigure([result], goal?.metric ?? null);
  return { figure, value: result[figure], sign: isLoss(figure) ? 1 : -1 };
}

/** Whether runs are compared at this iteration. */
export function isRung(stopping: SweepStopping, iteration: number): boolean {
  switch (stopping.kind) {
    case "diagnosis":
      return false;
    case "asha": {
      let rung = stopping.minIterations;
      while (rung < iteration) rung *= stopping.reductionFactor;
      return rung === iteration;
    }
    case "median":
      return iteration >= stopping.minIterations && (iteration - stopping.minIterations) % stopping.interval === 0;
  }
}

/** A run at a rung. */
export interface RungReport {
  readonly index: number;
  readonly iteration: number;
  readonly figure: TrialFigure;
  readonly value: number;
}

/** What a run reported at a rung, and what was made of it. */
export interface JudgedRung extends RungReport {
  /** Why the run was to stop; null: it was not. */
  readonly stopped: string | null;
}

/** Of a run at a rung; smaller is better. */
interface RungStanding {
  /** Of all runs that have come to it. */
  readonly values: ReadonlyMap<number, number>;
  readonly value: number;
  /** Of the run so far. */
  readonly best: number;
  readonly sign: 1 | -1;
}

/** Decides in the order in which runs report: with one worker the same file gives the same decisions. */
export class TrialStopper {
  /** By iteration, then by run; smaller is better. */
  private readonly rungs = new Map<number, Map<number, number>>();
  /** By run, its best value so far. */
  private readonly best = new Map<number, number>();

  constructor(private readonly stopping: SweepStopping) {}

  /** A value that is not finite is the worst. @returns why the run is to stop; null: it is not */
  judge(report: RungReport): string | null {
    return this.reasonFor(report, this.note(report));
  }

  /** A run has come to a rung, and others are compared with it from now on. */
  note({ index, iteration, figure, value: shown }: RungReport): RungStanding {
    const sign = isLoss(figure) ? 1 : -1;
    const value = Number.isFinite(shown) ? sign * shown : Infinity;
    const values = this.rungs.get(iteration) ?? new Map<number, number>();
    this.rungs.set(iteration, values.set(index, value));
    const best = Math.min(value, this.best.get(index) ?? Infinity);
    this.best.set(index, best);
    return { values, value, best, sign };
  }

  /** Whether the run has come to this rung before. */
  knows({ index, iteration }: Pick<RungReport, "index" | "iteration">): boolean {
    return this.rungs.get(iteration)?.has(index) === true;
  }

  private reasonFor({ index, iteration, figure, value: shown }: RungReport, at: RungStanding): string | null {
    const { stopping } = this;
    if (stopping.kind === "asha") {
      const kept = Math.max(1, Math.floor(at.values.size / stopping.reductionFactor));
      const better = [...at.values.values()].filter((other) => other < at.value).length;
      if (better < kept) return null;
      return l10n.t(
        "Successive halving: at iteration {0} its {1} of {2} was not among the best {3} of {4} runs.",
        iteration,
        figure,
        formatValue(shown),
        kept,
        at.values.size,
      );
    }
    if (stopping.kind !== "median") return null;
    const others = [...at.values].filter(([other]) => other !== index).map(([, value]) => value);
    const middle = median(others);
    if (others.length < stopping.minRuns || at.best <= middle) return null;
    return l10n.t(
      "Median rule: by iteration {0} its best {1} was {2}, worse than the median of {3} runs, {4}.",
      iteration,
      figure,
      formatValue(at.sign * at.best),
      others.length,
      formatValue(at.sign * middle),
    );
  }
}
