/** Analyses that take longer than a question may: each goes on from one question to the next. */
import { analyzeFixedPoints } from "../core/dynamics/fixedPoints";
import { analyzeJacobians } from "../core/dynamics/jacobians";
import { analyzeLyapunov } from "../core/dynamics/lyapunov";
import { analyzeMemory } from "../core/dynamics/memory";
import type { OnProgress } from "../core/dynamics/progress";
import { analyzeSharpness } from "../core/dynamics/sharpness";
import type { RunSnapshot } from "../core/analysis/runSnapshot";
import type { Trainer } from "../core/training/trainer";
import type { SlicedTask } from "../lib/slicedTask";
import type { AnalysisAnswer, AnalysisKind, AnalysisQuestion, AnalysisResults } from "../shared/wire/questions";

/** Work before an answer says how far it is. It decides how often that is, and nothing else. */
const ANSWER_EVERY_MS = 60;

type Analyze<K extends AnalysisKind> = (
  snapshot: RunSnapshot,
  question: AnalysisQuestion<K>,
  onProgress: OnProgress,
) => SlicedTask<AnalysisResults[K]>;

const ANALYSES: { readonly [K in AnalysisKind]: Analyze<K> } = {
  fixedPoints: (snapshot, { input }, onProgress) => analyzeFixedPoints(snapshot, input, onProgress),
  jacobians: (snapshot, { sequence }, onProgress) => analyzeJacobians(snapshot, sequence, onProgress),
  lyapunov: (snapshot, { input }, onProgress) => analyzeLyapunov(snapshot, input, onProgress),
  sharpness: (snapshot, _, onProgress) => analyzeSharpness(snapshot, onProgress),
  memory: (snapshot, _, onProgress) => analyzeMemory(snapshot, onProgress),
};

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
const analyses = new WeakMap<Trainer, Map<AnalysisKind, Analysis>>();

/** Goes on with the analysis that is asked for, or begins it, which ends an earlier one of its kind of the run. */
export function* continueAnalysis<K extends AnalysisKind>(
  snapshot: RunSnapshot,
  question: AnalysisQuestion<K>,
): SlicedTask<AnalysisAnswer<K>> {
  const { kind, attempt, poll } = question;
  const ofRun = analyses.get(snapshot.trainer) ?? new Map<AnalysisKind, Analysis>();
  analyses.set(snapshot.trainer, ofRun);
  const asked = JSON.stringify({ ...question, poll: 0 });
  const known = ofRun.get(kind);
  const analysis = known?.asked === asked && poll > 0 ? known : begin(snapshot, question, asked);
  ofRun.set(kind, analysis);
  const { work, progress, iteration } = analysis;
  for (let spent = 0; analysis.found === null && spent < ANSWER_EVERY_MS;) {
    const start = performance.now();
    const { done, value } = work.next();
    if (done === true) analysis.found = value;
    spent += performance.now() - start;
    yield;
  }
  return { kind, iteration, attempt, poll, ...progress, found: analysis.found as AnalysisResults[K] | null };
}

function begin<K extends AnalysisKind>(snapshot: RunSnapshot, question: AnalysisQuestion<K>, asked: string): Analysis {
  const progress = { done: 0, total: 1 };
  const analyze: Analyze<K> = ANALYSES[question.kind];
  // The network of the snapshot belongs to the question; the analysis has one of its own.
  const work = analyze(snapshot, question, (done, total) => Object.assign(progress, { done, total }));
  return { asked, iteration: snapshot.iteration, work, progress, found: null };
}
