import type { Evidence } from "../core/analysis/evidence";
import type { Finding } from "../shared/wire/findings";
import type { History } from "./history";
import type { Outcome } from "./outcome";
import type { RunEnd, Sample } from "./row";
import type { RunFacts } from "./runFacts";
import { THRESHOLDS } from "./thresholds";

/** One thing that can be wrong. Its state is bounded. */
export interface Rule {
  /** Every traced row; keep it to a few comparisons unless there is something to see. */
  watch?(sample: Sample): void;
  /** Some of the traced rows, a few hundred in a run. */
  sample?(sample: Sample): void;
  /** What it finds in all it has seen. */
  conclude(run: RunSoFar): Finding | null;
}

/** A run when a rule concludes. */
export interface RunSoFar {
  readonly history: History;
  readonly end: RunEnd;
  readonly outcome: Outcome;
  /** Null as long as it is not known. */
  readonly evidence: Evidence | null;
}

/** Whether it is time to say that nothing was learned. */
export function isJudged({ history, end }: RunSoFar): boolean {
  return end.state === "ended" || history.rows >= THRESHOLDS.judgedRows;
}

/** Null where the rule does not apply to the experiment. */
export type CreateRule = (facts: RunFacts) => Rule | null;
