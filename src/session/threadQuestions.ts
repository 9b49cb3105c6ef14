import * as l10n from "@vscode/l10n";
import { refuseUnlessItApplies } from "../config/edit/liveSettings";
import { IN_TRIAL } from "../config/facts/memoryEstimate";
import { formatBytes } from "../config/facts/tooLarge";
import { trainingBytes } from "../config/facts/trainingBytes";
import { Emitter } from "../lib/emitter";
import { Requests, type Reply } from "../lib/requests";
import type { Answer, Question } from "../shared/wire/questions";
import type { GradientCheck } from "../shared/trace/trace";
import { ReservedMemory } from "../threads/reservedMemory";
import type { WorkerRequest } from "../threads/trainingMessages";
import type { RunState, RunRequest } from "./runState";
import type { SessionWorker } from "../threads/sessionWorker";

/** Beyond any iteration: the nearest that is known is the latest. */
const LATEST = Number.MAX_SAFE_INTEGER;

/** What sampling needs beside the run. */
type SampleOptions = Pick<Extract<Question, { kind: "sample" }>, "prime" | "length" | "temperature">;

type AnswerTo<Q extends Question> = Extract<Answer, { readonly kind: Q["kind"] }>;

type Unnumbered<R> = R extends { readonly requestId: number } ? Omit<R, "requestId"> : never;

/** Requests to the thread beside its training, each settled once. */
export class ThreadQuestions {
  private readonly requests = new Requests();
  private readonly drained = new Emitter<void>();
  /** All of them have been settled. */
  readonly onDidDrain = this.drained.event;
  private samples = 0;
  private lastCheck: GradientCheck | null = null;

  constructor(
    private readonly worker: SessionWorker,
    private readonly currentRun: () => RunState | null,
    private readonly onGradientCheck: () => void,
  ) {}

  get size(): number {
    return this.requests.size;
  }

  /**
   * At the parameters of the present run if it was started with this config, else at the initial ones.
   * @throws Error in words for a person when its memory is not free
   */
  async checkGradients({
    experiment,
    files,
    configHash,
  }: Pick<RunRequest, "experiment" | "files" | "configHash">): Promise<GradientCheck> {
    const run = this.currentRun();
    const runId = run?.configHash === configHash ? run.runId : null;
    const memory = new ReservedMemory(this.worker.budget);
    try {
      // The parameters of the present run are in memory that it has.
      if (runId === null || !this.worker.isHeld) reserveNow(memory, trainingBytes(experiment, files, IN_TRIAL));
      this.lastCheck = await this.request<GradientCheck>({
        type: "checkGradients",
        runId,
        experiment,
        ...(files === undefined ? {} : { files }),
      });
    } finally {
      memory.release();
    }
    this.onGradientCheck();
    return this.lastCheck;
  }

  /** The latest of the present run; null when there was none. */
  get gradientCheck(): GradientCheck | null {
    return this.lastCheck;
  }

  /** Another run starts. */
  discardGradientCheck(): void {
    this.lastCheck = null;
  }

  /** Text by the network of the present run as it is now, if it trains on text. Each time another draw. */
  async sampleText(options: SampleOptions): Promise<string> {
    const { text } = await this.ask({ kind: "sample", iteration: LATEST, draw: ++this.samples, ...options });
    return text;
  }

  /** About the present run. */
  ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>> {
    return this.request<AnswerTo<Q>>({ type: "ask", runId: this.currentRun()?.runId ?? null, question });
  }

  /**
   * How the present run, when it is under way, makes its updates from now on.
   * @throws Error in words for a person when it cannot
   */
  async changeUpdates(
    { experiment, configHash }: Pick<RunRequest, "experiment" | "configHash">,
    isActive: boolean,
  ): Promise<void> {
    const run = this.currentRun();
    refuseUnlessItApplies(run !== null && isActive ? run.experiment : null, experiment);
    const iteration = await this.request<number>({ type: "changeUpdates", runId: run?.runId ?? null, experiment });
    run?.changeUpdates(iteration, experiment, configHash);
  }

  onReply(reply: Reply): void {
    this.requests.receive(reply);
    this.worker.releaseIdle();
  }

  /** The thread is gone. */
  abandon(reason: Error): void {
    this.requests.abandon(reason);
  }

  private request<T>(request: Unnumbered<WorkerRequest>): Promise<T> {
    const answer = this.requests.ask<T>((requestId) => this.worker.postOrStart({ ...request, requestId }));
    const settle = (): void => {
      if (this.size === 0) this.drained.fire();
    };
    void answer.then(settle, settle);
    return answer;
  }
}

/** Nobody waits for the answer to a question as for a run. @throws Error in words for a person */
function reserveNow(memory: ReservedMemory, bytes: number): void {
  if (memory.begin(bytes, () => undefined) === null) return;
  throw new Error(
    l10n.t(
      "The gradient check needs about {0} of memory, which other training uses now. Stop it, or raise {1}.",
      formatBytes(bytes),
      "rnnLab.memory.limit",
    ),
  );
}
