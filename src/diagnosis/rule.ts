import type { Finding } from "../shared/wire/findings";
import type { History } from "./history";
import type { Row, RunEnd, Sample } from "./row";
import type { RunFacts } from "./runFacts";

/** One thing that can be wrong. Its state is bounded. */
export interface Rule {
  /** Every iteration; keep it to a few comparisons. */
  observe?(row: Row): void;
  /** Every traced row; keep it to a few comparisons unless there is something to see. */
  watch?(sample: Sample): void;
  /** Some of the traced rows, a few hundred in a run. */
  sample?(sample: Sample): void;
  /** What it finds in all it has seen. */
  conclude(history: History, end: RunEnd): Finding | null;
}

/** Null where the rule does not apply to the experiment. */
export type CreateRule = (facts: RunFacts) => Rule | null;
