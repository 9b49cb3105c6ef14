/** Whether the first fix that the product offers for a case helps at other seeds, too. */
import { fixCandidates } from "../../src/diagnosis/candidates";
import { withFix } from "../../src/fixes/fixedText";
import { FixSearch } from "../../src/fixes/fixSearch";
import { isFixable } from "../../src/fixes/offer";
import { medianLoss } from "../../src/fixes/judge";
import type { CorpusCase } from "./case";
import { createSubjectTrainer, experimentOf, judgedLossOf, type Outcome } from "./runCase";

/** Added to the case's own. */
const SEEDS = [0, 1, 2, 3, 4] as const;

export interface FixResult {
  /** Null where nothing is offered that helped. */
  readonly title: string | null;
  /** Median of the judged losses over five seeds, without the fix and with it. */
  readonly before: number;
  readonly after: number;
}

export function tryFirstFix(one: CorpusCase, outcome: Outcome): FixResult {
  const nothing = { title: null, before: outcome.judged, after: outcome.judged };
  if (!isFixable(outcome.findings)) return nothing;
  const text = JSON.stringify(one.file);
  const experiment = experimentOf(one);
  const trainer = createSubjectTrainer(one);
  const search = new FixSearch(
    {
      text,
      experiment,
      judgedLoss: outcome.judged,
      shownLoss: outcome.judged,
      trainMs: outcome.ms,
      baselines: outcome.baselines,
    },
    fixCandidates(
      experiment,
      { timeSteps: trainer.dataset.timeSteps, fullBatch: trainer.iterationsPerEpoch <= 1 },
      outcome.findings,
    ),
    {
      now: () => performance.now(),
      prepare: (changed) => ({ trainer: createSubjectTrainer(one, changed), dispose: () => undefined }),
    },
  );
  for (const _trial of search.trials());
  const [first] = search.outcome.helped;
  const fixed = first === undefined ? null : withFix(text, first.edits);
  if (first === undefined || fixed === null) return nothing;
  const judged = (changed: typeof experiment): number =>
    medianLoss(SEEDS.map((seed) => judgedLossOf(one, { ...changed, seed: changed.seed + seed })));
  return { title: first.title, before: judged(experiment), after: judged(fixed.experiment) };
}
