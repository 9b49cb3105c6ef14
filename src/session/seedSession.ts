import { configHash } from "../config/compare/hash";
import { seedsOf } from "../config/schema/sweepAxes";
import { NO_FILES } from "../config/facts/dataFiles";
import type { Disposable } from "../lib/dispose";
import { MemoryBudget } from "../lib/memoryBudget";
import { TRIED_SEEDS, type SeedResult, type SeedTrials } from "../shared/wire/seeds";
import type { TrialResult } from "../shared/wire/sweep";
import type { SeedFigures } from "../threads/sweepMessages";
import { THIS_PROCESS, type ThreadPlace } from "../threads/carriers/threadPlace";
import { SweepPool } from "../threads/sweepPool";
import type { RunRequest } from "./runState";
import { describeError } from "../lib/outsideText";

type TriedExperiment = Pick<RunRequest, "experiment" | "files">;

/**
 * An experiment trained with several seeds: a sweep over the seeds alone, whose results stay for as long as the file
 * says the experiment with one of them.
 */
export class SeedSession implements Disposable {
  private pool: SweepPool | null = null;
  private trials: SeedTrials | null = null;
  /** How far each of the seeds has come, from 0 to 1. */
  private readonly shares = new Map<number, number>();
  /** Hashes of the experiment with each of the seeds. */
  private hashes: ReadonlySet<string> = new Set();
  /** Of the file as it is now; null while its text is no experiment, which may be for a moment. */
  private fileHash: string | null = null;

  /** @param scriptPath dist/sweep.js */
  constructor(
    private readonly scriptPath: string,
    private readonly onDidChange: () => void,
    private readonly budget = new MemoryBudget(Infinity),
    private readonly place: ThreadPlace = THIS_PROCESS,
  ) {}

  get isRunning(): boolean {
    return this.pool !== null;
  }

  /** Threads that there are, and those among them that are not held. */
  get threads(): { readonly all: number; readonly working: number } {
    return { all: this.pool?.size ?? 0, working: this.pool?.working ?? 0 };
  }

  /** Null when nothing was tried, or the file is about something else now. */
  get shown(): SeedTrials | null {
    return this.trials === null || !this.isAbout(this.fileHash) ? null : this.trials;
  }

  /** Ends the trials before, if they still go on. Training begins when it is allowed to. */
  start({ experiment, files }: TriedExperiment): void {
    this.end();
    this.shares.clear();
    const { seed, sweep } = experiment;
    const seeds = seedsOf({ seeds: TRIED_SEEDS }, seed);
    this.hashes = new Set(seeds.map((tried) => configHash({ ...experiment, seed: tried })));
    this.fileHash = configHash(experiment);
    this.trials = {
      phase: "running",
      message: null,
      waiting: false,
      percent: 0,
      seeds,
      goal: sweep?.goal == null ? null : { metric: sweep.goal.metric, value: sweep.goal.value },
      loss: null,
      iterations: new Float64Array(0),
      results: [],
    };
    const block = {
      parameters: {},
      seeds: TRIED_SEEDS,
      search: { kind: "grid" },
      stopping: { kind: "none" },
      constraints: [],
      runOn: "local",
      goal: sweep?.goal ?? null,
    } as const;
    this.pool = new SweepPool(
      this.scriptPath,
      { file: { ...experiment }, seed, sweep: block },
      files ?? NO_FILES,
      TRIED_SEEDS,
      {
        onResult: (result, figures) => this.onResult(result, figures),
        onProgress: (index, share) => this.onProgress(index, share),
        onEnd: () => this.finish("done", null),
        onFailure: (error) => this.finish("failed", describeError(error)),
      },
      { wantsCurves: true, processors: 0, budget: this.budget, place: this.place },
    );
    this.onDidChange();
  }

  /** Processors that training may use from now on; without any it waits. */
  allow(processors: number): void {
    if (this.pool === null || this.trials === null) return;
    this.pool.allow(processors);
    const waiting = processors <= 0;
    if (waiting === this.trials.waiting) return;
    this.trials = { ...this.trials, waiting };
    this.onDidChange();
  }

  /** What has been trained stays. */
  stop(): void {
    if (this.pool !== null) this.finish("stopped", null);
  }

  /** Ends the trials, and nothing of them is shown any more. */
  remove(): void {
    this.end();
    if (this.trials === null) return;
    this.trials = null;
    this.onDidChange();
  }

  /** The file has changed: trials that are not about it any more end. */
  follow(fileHash: string | null): void {
    if (fileHash === this.fileHash) return;
    this.fileHash = fileHash;
    if (this.trials === null) return;
    if (!this.isAbout(fileHash)) this.stop();
    this.onDidChange();
  }

  dispose(): void {
    this.end();
    this.trials = null;
  }

  /** Each message has all curves, so there is one for a percent and no more. */
  private onProgress(index: number, share: number): void {
    if (this.trials === null) return;
    this.shares.set(index, share);
    const percent = this.percent(this.trials);
    if (percent === this.trials.percent) return;
    this.trials = { ...this.trials, percent };
    this.onDidChange();
  }

  private percent({ seeds }: SeedTrials): number {
    const done = [...this.shares.values()].reduce((sum, share) => sum + share, 0);
    return Math.floor((100 * done) / seeds.length);
  }

  private onResult(trial: TrialResult, figures: SeedFigures | null): void {
    if (this.trials === null) return;
    this.shares.set(trial.index, 1);
    const { seed, status, message, iterations, accuracy, exactAccuracy, reachedAt } = trial;
    const result: SeedResult = {
      seed,
      status,
      message,
      iterations,
      finalLoss: figures?.finalLoss ?? NaN,
      accuracy,
      exactAccuracy,
      reached: this.trials.goal === null ? null : reachedAt !== null,
      baseline: figures?.baseline ?? null,
      curve: figures?.curve ?? new Float64Array(0),
    };
    this.trials = {
      ...this.trials,
      percent: this.percent(this.trials),
      loss: this.trials.loss ?? figures?.loss ?? null,
      iterations: figures?.iterations ?? this.trials.iterations,
      results: [...this.trials.results, result],
    };
    this.onDidChange();
  }

  private finish(phase: SeedTrials["phase"], message: string | null): void {
    this.end();
    if (this.trials !== null) this.trials = { ...this.trials, phase, message, waiting: false };
    this.onDidChange();
  }

  private isAbout(hash: string | null): boolean {
    return hash === null || this.hashes.has(hash);
  }

  private end(): void {
    void this.pool?.cancel();
    this.pool = null;
  }
}
