/** The search for fixed points, which takes longer than a question may: it goes on from one question to the next. */
import { analyzeFixedPoints } from "../core/dynamics/fixedPoints";
import type { RunSnapshot } from "../core/analysis/runSnapshot";
import type { Trainer } from "../core/training/trainer";
import type { SlicedTask } from "../lib/slicedTask";
import type { FixedPoints } from "../shared/trace/dynamics";
import type { AnswerTo, Question } from "../shared/wire/questions";

/** Work before an answer says how far it is. It decides how often that is, and nothing else. */
const ANSWER_EVERY_MS = 60;

interface Search {
  readonly asked: number;
  /** Of the parameters that it is about. */
  readonly iteration: number;
  readonly work: SlicedTask<FixedPoints>;
  readonly progress: { done: number; total: number };
  found: FixedPoints | null;
}

/** The last one of each run. */
const searches = new WeakMap<Trainer, Search>();

/** Goes on with the search at this iteration, or begins it, which ends an earlier one of the run. */
export function* searchFixedPoints(
  snapshot: RunSnapshot,
  { iteration: asked, poll }: Extract<Question, { kind: "fixedPoints" }>,
): SlicedTask<AnswerTo<"fixedPoints">> {
  const { trainer } = snapshot;
  const known = searches.get(trainer);
  const search = known?.asked === asked && poll > 0 ? known : begin(snapshot, asked);
  searches.set(trainer, search);
  const { work, progress, iteration } = search;
  for (let spent = 0; search.found === null && spent < ANSWER_EVERY_MS;) {
    const start = performance.now();
    const { done, value } = work.next();
    if (done === true) search.found = value;
    spent += performance.now() - start;
    yield;
  }
  return { kind: "fixedPoints", iteration, poll, ...progress, found: search.found };
}

function begin(snapshot: RunSnapshot, asked: number): Search {
  const progress = { done: 0, total: 1 };
  // The network of the snapshot belongs to the question; the search has one of its own.
  const work = analyzeFixedPoints(snapshot, null, (done, total) => Object.assign(progress, { done, total }));
  return { asked, iteration: snapshot.iteration, work, progress, found: null };
}
