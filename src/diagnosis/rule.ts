import type { Finding } from "../shared/wire/findings";
import type { History } from "./history";
import type { Row, RunEnd, Sample } from "./row";
import type { RunFacts } from "./runFacts";

/** One thing that can be wrong. Its state is bounded. */
export interface Rule {
  /** Every recorded row; keep it to a few comparisons. */
  observe?(row: Row, sample: () => Sample): void;
  /** Some of the rows, a few hundred in a run. */
  sample?(sample: Sample): void;
  /** What it finds in all it has seen. */
  conclude(history: History, end: RunEnd): Finding | null;
}

/** Null where the rule does not apply to the experiment. */
export type CreateRule = (facts: RunFacts) => Rule | null;
