/** Analyses that take longer than a question may: each goes on from one question to the next. */
import type { OnProgress } from "../core/dynamics/progress";
import type { SlicedTask } from "../lib/slicedTask";
import type { AnalysisAnswer, AnalysisKind, AnalysisQuestion, AnalysisResults } from "../shared/wire/questions";

/** Work before an answer says how far it is. It decides how often that is, and nothing else. */
const ANSWER_EVERY_MS = 60;

interface Analysis {
  /** The question, whichever `poll` it has. */
  readonly asked: string;
  /** Of the parameters that it is about. */
  readonly iteration: number;
  readonly work: SlicedTask<AnalysisResults[AnalysisKind]>;
  readonly progress: { done: number; total: number };
  found: AnalysisResults[AnalysisKind] | null;
}

/** The last one of each kind of each run. */
const analyses = new WeakMap<object, Map<AnalysisKind, Analysis>>();

/**
 * Goes on with the analysis that is asked for, or begins it, which ends an earlier one of its kind of the run.
 * @param run the same object for all questions about a run
 * @param begin with parameters and states that later questions do not change
 */
export function* continueAnalysis<K extends AnalysisKind>(
  run: object,
  iteration: number,
  question: AnalysisQuestion<K>,
  begin: (onProgress: OnProgress) => SlicedTask<AnalysisResults[K]>,
): SlicedTask<AnalysisAnswer<K>> {
  const { kind, attempt, poll } = question;
  const ofRun = analyses.get(run) ?? new Map<AnalysisKind, Analysis>();
  analyses.set(run, ofRun);
  const asked = JSON.stringify({ ...question, poll: 0 });
  const known = ofRun.get(kind);
  const analysis = known?.asked === asked && poll > 0 ? known : beginAnalysis(asked, iteration, begin);
  ofRun.set(kind, analysis);
  const { work, progress } = analysis;
  for (let spent = 0; analysis.found === null && spent < ANSWER_EVERY_MS;) {
    const start = performance.now();
    const { done, value } = work.next();
    if (done === true) analysis.found = value;
    spent += performance.now() - start;
    yield;
  }
  const found = analysis.found as AnalysisResults[K] | null;
  return { kind, iteration: analysis.iteration, attempt, poll, ...progress, found };
}

function beginAnalysis(
  asked: string,
  iteration: number,
  begin: (onProgress: OnProgress) => SlicedTask<AnalysisResults[AnalysisKind]>,
): Analysis {
  const progress = { done: 0, total: 1 };
  const work = begin((done, total) => Object.assign(progress, { done, total }));
  return { asked, iteration, work, progress, found: null };
}
