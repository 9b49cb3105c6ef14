import { refuseUnlessItApplies } from "../config/edit/liveSettings";
import type { Answer, Question } from "../shared/wire/questions";
import type { GradientCheck } from "../shared/trace/trace";
import type { SampleOptions, WorkerReport } from "../threads/trainingMessages";
import { PendingRequests } from "../lib/pendingRequests";
import type { RunState, RunRequest } from "./runState";
import type { SessionWorker } from "../threads/sessionWorker";

export type AnswerReport = Exclude<Extract<WorkerReport, { requestId: number }>, { type: "curves" }>;

/** Questions to the thread on the side of training, each settled once. */
export class ThreadQuestions {
  private readonly pending = new PendingRequests();

  constructor(
    private readonly worker: SessionWorker,
    private readonly currentRun: () => RunState | null,
  ) {}

  get size(): number {
    return this.pending.size;
  }

  /** At the parameters of the present run if it was started with this config, else at the initial ones. */
  checkGradients({
    experiment,
    files,
    configHash,
  }: Pick<RunRequest, "experiment" | "files" | "configHash">): Promise<GradientCheck> {
    const run = this.currentRun();
    const runId = run?.configHash === configHash ? run.runId : null;
    return this.pending.ask<GradientCheck>((requestId) =>
      this.worker.postOrStart({
        type: "checkGradients",
        requestId,
        runId,
        experiment,
        ...(files === undefined ? {} : { files }),
      }),
    );
  }

  /** Text by the network of the present run as it is now, if it trains on text. */
  sampleText(options: SampleOptions): Promise<string> {
    const runId = this.currentRun()?.runId ?? null;
    return this.pending.ask<string>((requestId) =>
      this.worker.postOrStart({ type: "sampleText", requestId, runId, options }),
    );
  }

  /** About the present run. */
  ask(question: Question): Promise<Answer> {
    const runId = this.currentRun()?.runId ?? null;
    return this.pending.ask<Answer>((requestId) =>
      this.worker.postOrStart({ type: "ask", requestId, runId, question }),
    );
  }

  /** How the present run, when it is under way, makes its updates from now on. @throws Error in words for a person when it cannot */
  async changeUpdates(
    { experiment, configHash }: Pick<RunRequest, "experiment" | "configHash">,
    isActive: boolean,
  ): Promise<void> {
    const run = this.currentRun();
    refuseUnlessItApplies(run !== null && isActive ? run.experiment : null, experiment);
    const runId = run?.runId ?? null;
    const iteration = await this.pending.ask<number>((requestId) =>
      this.worker.postOrStart({ type: "changeUpdates", requestId, runId, experiment }),
    );
    run?.changeUpdates(iteration, experiment, configHash);
  }

  onReport(report: AnswerReport): void {
    switch (report.type) {
      case "gradientCheck":
        this.pending.answer(report.requestId, report.result);
        break;
      case "textSample":
        this.pending.answer(report.requestId, report.text);
        break;
      case "updatesChanged":
        this.pending.answer(report.requestId, report.iteration);
        break;
      case "answer":
        this.pending.answer(report.requestId, report.answer);
        break;
      case "requestFailed":
        this.pending.fail(report.requestId, new Error(report.message));
        break;
      default:
        report satisfies never;
    }
    this.worker.releaseIdle();
  }

  abandon(reason: Error): void {
    this.pending.abandon(reason);
  }
}
