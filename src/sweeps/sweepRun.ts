import type { Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import { MemoryBudget } from "../lib/memoryBudget";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import type { TrialResult } from "../shared/wire/sweep";
import type { SweepPhase } from "../shared/wire/sweepProtocol";
import type { ReadSweep } from "../sweepPlan/readSweep";
import { SweepPool } from "../threads/sweepPool";
import { describeError } from "../lib/outsideText";

/**
 * One sweep and what it has given so far. The file may change meanwhile: this is about the text it was started with.
 */
export class SweepRun implements Disposable {
  /** In the order in which the runs ended; bounded by the number of trials of a sweep. */
  readonly results: TrialResult[] = [];
  private currentPhase: SweepPhase = "running";
  private failure: string | null = null;
  private endedAt: number | null = null;
  private readonly startedAt: number;
  private readonly pool: SweepPool;
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;

  /**
   * @param text of the file
   * @param scriptPath dist/sweep.js
   */
  constructor(
    readonly read: ReadSweep,
    readonly text: string,
    files: ExperimentFiles,
    scriptPath: string,
    budget = new MemoryBudget(Infinity),
    private readonly now: () => number = Date.now,
  ) {
    this.startedAt = now();
    this.pool = new SweepPool(
      scriptPath,
      read.job,
      files,
      read.info.trials,
      {
        onResult: (result) => {
          this.results.push(result);
          this.changes.fire();
        },
        onEnd: () => this.end("done", null),
        onFailure: (error) => this.end("failed", describeError(error)),
      },
      { budget },
    );
  }

  /** Threads that share the runs; 0 while the sweep waits for its memory. */
  get threads(): number {
    return this.pool.started;
  }

  get phase(): SweepPhase {
    return this.currentPhase;
  }

  /** Why it failed. */
  get message(): string | null {
    return this.failure;
  }

  get elapsedMs(): number {
    return (this.endedAt ?? this.now()) - this.startedAt;
  }

  /** What is done stays. */
  stop(): void {
    if (this.currentPhase === "running") {
      void this.pool.cancel();
      this.end("stopped", null);
    }
  }

  dispose(): void {
    this.stop();
    this.changes.dispose();
  }

  private end(phase: SweepPhase, message: string | null): void {
    this.currentPhase = phase;
    this.failure = message;
    this.endedAt = this.now();
    this.changes.fire();
  }
}
