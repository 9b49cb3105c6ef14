import { configHash } from "../config/compare/hash";
import { NO_FILES } from "../config/facts/dataFiles";
import { IN_TRIAL } from "../config/facts/memoryEstimate";
import { learningRateOf, planRateTest, RATE_RANGE } from "../config/facts/rateTestPlan";
import { trainingBytes } from "../config/facts/trainingBytes";
import type { Experiment } from "../config/schema/schema";
import type { Disposable } from "../lib/dispose";
import { MemoryBudget } from "../lib/memoryBudget";
import type { RateTestState, ShownRateTest } from "../shared/wire/rateTest";
import type { RaceRequest, RateTestReport } from "../threads/raceMessages";
import { THIS_PROCESS, type ThreadPlace } from "../threads/carriers/threadPlace";
import { JobThread } from "../threads/jobThread";
import { ReservedMemory } from "../threads/reservedMemory";
import type { RunRequest } from "./runState";

/**
 * The learning-rate range test of one experiment: its thread while it runs, and its curve for as long as the file says
 * the experiment with any learning rate.
 */
export class RateTestSession implements Disposable {
  private worker: Disposable | null = null;
  private state: RateTestState | null = null;
  /** Of the experiment as it is tested. */
  private testedHash: string | null = null;
  /** As the file is now; null while its text is no experiment, which may be for a moment. */
  private inFile: Experiment | null = null;
  private readonly memory: ReservedMemory;

  /** @param scriptPath dist/race.js */
  constructor(
    private readonly scriptPath: string,
    private readonly onDidChange: () => void,
    budget = new MemoryBudget(Infinity),
    private readonly place: ThreadPlace = THIS_PROCESS,
  ) {
    this.memory = new ReservedMemory(budget, () => place.overheadBytes);
  }

  /** Also while it waits for its memory. */
  get isRunning(): boolean {
    return this.worker !== null || this.memory.isWaiting;
  }

  /** Null when there was none, or the file is about something else now. */
  get shown(): ShownRateTest | null {
    const { state, inFile } = this;
    if (state === null || !this.isAbout(inFile)) return null;
    return { ...state, inFile: inFile === null ? null : learningRateOf(inFile) };
  }

  /**
   * Ends the test before it, if one runs.
   * @throws ExperimentError where the optimizer has no learning rate
   */
  start({ experiment, files }: Pick<RunRequest, "experiment" | "files">): void {
    const tested = planRateTest(experiment);
    this.end();
    this.testedHash = configHash(tested);
    this.inFile = experiment;
    const request: RaceRequest = { type: "rateTest", experiment, files: files ?? NO_FILES };
    const message = this.memory.begin(trainingBytes(tested, request.files, IN_TRIAL), () => {
      const job = { name: "RNN Lab range test", data: request };
      this.worker = new JobThread<RateTestReport>(this.place, this.scriptPath, job, (report) => this.onReport(report));
    });
    this.state = { phase: "starting", message, ...RATE_RANGE, test: null };
    this.onDidChange();
  }

  /** What has been recorded stays. */
  stop(): void {
    if (this.isRunning) this.finish("stopped", null);
  }

  /** The file has changed: a test that is not about it any more ends. */
  follow(experiment: Experiment | null): void {
    const before = this.shown;
    this.inFile = experiment;
    if (this.state === null) return;
    if (!this.isAbout(experiment)) this.stop();
    if (this.shown?.inFile !== before?.inFile) this.onDidChange();
  }

  dispose(): void {
    this.end();
    this.state = null;
  }

  private onReport(report: RateTestReport): void {
    if (report.type === "failed") return this.finish("failed", report.message);
    const { test, isDone } = report;
    if (this.state !== null) this.state = { ...this.state, phase: "running", message: null, test };
    if (isDone) this.finish("done", null);
    else this.onDidChange();
  }

  private finish(phase: RateTestState["phase"], message: string | null): void {
    this.end();
    if (this.state !== null) this.state = { ...this.state, phase, message };
    this.onDidChange();
  }

  private isAbout(experiment: Experiment | null): boolean {
    if (experiment === null) return true;
    return learningRateOf(experiment) !== null && configHash(planRateTest(experiment)) === this.testedHash;
  }

  private end(): void {
    this.worker?.dispose();
    this.worker = null;
    this.memory.release();
  }
}
