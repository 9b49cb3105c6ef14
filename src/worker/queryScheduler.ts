import * as l10n from "@vscode/l10n";
import { createSnapshot, QuestionNetworks, type RunSnapshot } from "../core/analysis/runSnapshot";
import type { Keyframe } from "../core/analysis/keyframes";
import { failedReply } from "../lib/requests";
import type { SlicedTask } from "../lib/slicedTask";
import type { Answer, Question, QuestionKind } from "../shared/wire/questions";
import { answerQuestion } from "./answerQuestion";
import type { WorkerReport, WorkerRequest } from "../threads/trainingMessages";
import type { TrainingRun } from "./trainingRun";

type AskRequest = Extract<WorkerRequest, { type: "ask" }>;

/**
 * Work on answers before training goes on, or messages are looked at. A piece of work that takes longer is its own
 * limit.
 */
const SLICE_MS = 10;
/** While a run trains, answers take this share of the time in the long run, */
export const ANSWER_SHARE = 0.025;
/** and this much at once, so that a single question is not made to wait. */
const MAX_SAVED_MS = 500;
/** Of it, work that nobody waits for leaves so much to questions. */
const SAVED_FOR_QUESTIONS_MS = 250;
/** More questions than these are more than any page asks. */
const MAX_WAITING = 64;
/** Of the parameters that the questions are about; as many as all views of a page ask may wait all the same. */
const MAX_WAITING_BYTES = 2 ** 24;
const LEAST_WAITING = 16;

/** The run that is asked about. */
export type AskedRun = Pick<TrainingRun, "experiment" | "trainer" | "history" | "isBusy" | "isThrottled" | "baselines">;

interface Asked {
  readonly requestId: number;
  readonly kind: QuestionKind;
  readonly frame: Keyframe;
  readonly snapshot: RunSnapshot & { release(): void };
  readonly work: SlicedTask<Answer>;
}

/**
 * Answers the questions about one run beside its training, a slice at a time. It is the turn of the kind of question
 * that has taken the least time so far: what is quick to answer never waits for what is slow. A question that is asked
 * while the run trains is about the parameters of the moment it came in.
 */
export class QueryScheduler {
  private readonly networks: QuestionNetworks;
  /** In the order in which they came. */
  private waiting: Asked[] = [];
  private readonly spentMs = new Map<QuestionKind, number>();
  private savedMs = MAX_SAVED_MS;
  private savedAt: number;

  constructor(
    private readonly run: AskedRun,
    private readonly post: (report: WorkerReport) => void,
    private readonly now: () => number,
    private readonly answer: (snapshot: RunSnapshot, question: Question) => SlicedTask<Answer> = answerQuestion,
  ) {
    this.networks = new QuestionNetworks(run.trainer);
    this.savedAt = now();
  }

  get hasWork(): boolean {
    return this.waiting.length > 0;
  }

  ask({ requestId, question }: AskRequest): void {
    if (this.waiting.length >= mostWaiting(this.run.trainer.parameterCount))
      return this.fail(requestId, new Error(l10n.t("Too many pending requests.")));
    const start = this.now();
    const { experiment, trainer, history } = this.run;
    const frame = this.shared(history.nearest(question.iteration));
    const snapshot = createSnapshot(
      experiment,
      trainer,
      { ...frame, norms: () => history.norms.read() },
      this.networks,
    );
    this.waiting.push({ requestId, kind: question.kind, frame, snapshot, work: this.answer(snapshot, question) });
    if (this.run.isBusy) this.savedMs -= this.now() - start;
  }

  /**
   * Works for one slice, if training leaves time for it. Returns the time until more can be done in ms; null: nothing
   * waits.
   */
  work(): number | null {
    const start = this.now();
    this.savedMs = Math.min(MAX_SAVED_MS, this.savedMs + (start - this.savedAt) * ANSWER_SHARE);
    this.savedAt = start;
    const busy = this.run.isBusy;
    if (!this.hasWork) return this.workAside(start, busy);
    if (busy && this.savedMs <= 0) return -this.savedMs / ANSWER_SHARE;
    let now = start;
    while (this.hasWork && now - start < SLICE_MS) {
      const asked = this.next();
      this.advance(asked);
      const before = now;
      now = this.now();
      this.spentMs.set(asked.kind, this.spentOn(asked) + now - before);
    }
    if (busy) this.savedMs -= now - start;
    return this.hasWork || !this.run.baselines.isDone ? 0 : null;
  }

  /** Baselines, at the times that neither training nor a question needs. */
  private workAside(start: number, busy: boolean): number | null {
    const { baselines } = this.run;
    if (baselines.isDone) return null;
    if (this.run.isThrottled) return SLICE_MS;
    const spare = busy ? this.savedMs - SAVED_FOR_QUESTIONS_MS : Infinity;
    if (spare <= 0) return -spare / ANSWER_SHARE;
    baselines.advanceFor(SLICE_MS);
    if (busy) this.savedMs -= this.now() - start;
    return baselines.isDone ? null : 0;
  }

  /** Nobody will get an answer any more. */
  abandon(reason: Error): void {
    for (const { requestId } of this.waiting.splice(0)) this.fail(requestId, reason);
  }

  /** Questions about one iteration have one copy of its parameters. */
  private shared(frame: Keyframe): Keyframe {
    return this.waiting.find((asked) => asked.frame.iteration === frame.iteration)?.frame ?? frame;
  }

  private next(): Asked {
    return this.waiting.reduce((least, asked) => (this.spentOn(asked) < this.spentOn(least) ? asked : least));
  }

  private spentOn({ kind }: Asked): number {
    return this.spentMs.get(kind) ?? 0;
  }

  /** One piece. */
  private advance(asked: Asked): void {
    try {
      const { done, value } = asked.work.next();
      if (done !== true) return;
      this.post({ type: "reply", requestId: asked.requestId, result: value });
    } catch (error) {
      this.fail(asked.requestId, error);
    }
    this.waiting = this.waiting.filter((other) => other !== asked);
    asked.snapshot.release();
  }

  private fail(requestId: number, error: unknown): void {
    this.post(failedReply(requestId, error));
  }
}

function mostWaiting(parameters: number): number {
  return Math.max(LEAST_WAITING, Math.min(MAX_WAITING, Math.floor(MAX_WAITING_BYTES / (8 * parameters))));
}
