import * as l10n from "@vscode/l10n";
import type { Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import { MemoryBudget } from "../lib/memoryBudget";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import type { TrialResult } from "../shared/wire/sweep";
import { TrialColumns } from "../shared/wire/trialColumns";
import type { SweepPhase, SweepProgress } from "../shared/wire/sweepProtocol";
import { formatCount } from "../shared/words/numberFormat";
import type { ReadSweep } from "../sweepPlan/readSweep";
import { isLearning } from "../sweepPlan/searchEvents";
import type { FolderSweep, FolderSweepEnd, FolderSweepEvents, SweepState } from "../engines/folderSweep";
import { describeSweepState } from "../engines/stateText";
import { SweepPool, type SweepPoolOptions } from "../threads/sweepPool";
import { describeError } from "../lib/outsideText";
import type { JudgedRung } from "../sweepPlan/stopping";
import type { SavedTrials } from "./sweepFile";

type FollowedSweep = Pick<FolderSweep, "path" | "run" | "cancel" | "detach">;

/** A sweep on an engine: its folder once it is there, and what the engine said last. */
interface EngineWork {
  followed: FollowedSweep | null;
  progress: SweepProgress | null;
}

/** Where results go as they come. */
interface ResultTarget extends Disposable {
  /** There are more. */
  update(): void;
}

/**
 * One sweep and what it has given so far. The file may change meanwhile: this is about the text it was started with.
 */
export class SweepRun implements Disposable {
  /** In the order in which the runs ended; bounded by the number of trials of a sweep. */
  readonly results: TrialColumns;
  /** Of those trained here: what was decided at the rungs of early stopping, also of runs that have not ended. */
  private readonly here: { readonly rungs: JudgedRung[]; readonly earlierThreads: number };
  private currentPhase: SweepPhase;
  private currentMessage: string | null = null;
  private startedAt = 0;
  private endedAt: number | null;
  private pool: SweepPool | null = null;
  private engine: EngineWork | null = null;
  private target: ResultTarget | null = null;
  private readonly disposal = new AbortController();
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;

  /**
   * @param text of the file
   * @param earlier of a sweep whose window was closed, or whose host ended
   */
  constructor(
    readonly read: ReadSweep,
    readonly text: string,
    earlier: SavedTrials | null = null,
    private readonly now: () => number = Date.now,
  ) {
    this.results = earlier?.trials ?? new TrialColumns(read.info.parameters);
    this.here = { rungs: [...(earlier?.rungs ?? [])], earlierThreads: earlier?.threads ?? 0 };
    this.endedAt = this.results.column("endedMs").at(-1) ?? 0;
    this.currentPhase = this.canContinue ? "stopped" : "done";
    if (this.canContinue)
      this.currentMessage = l10n.t(
        "Interrupted after {0} of {1} runs.",
        formatCount(this.results.length),
        formatCount(read.info.trials),
      );
  }

  /** Of a sweep on an engine; null: it is trained here. */
  get folder(): string | null {
    return this.engine?.followed?.path ?? null;
  }

  /** The folder that an engine works on now. */
  private get following(): FollowedSweep | null {
    return this.currentPhase === "running" ? (this.engine?.followed ?? null) : null;
  }

  /** Threads that share the runs; 0 while the sweep waits for its memory. */
  get threads(): number {
    return this.pool?.started ?? this.here.earlierThreads;
  }

  /** Runs that have not ended; null where nobody trains them, or has said. */
  get progress(): SweepProgress | null {
    if (this.currentPhase !== "running") return null;
    if (this.engine !== null) return this.engine.progress;
    if (this.pool === null) return null;
    const left = this.read.info.trials - this.results.length;
    const running = Math.min(left, this.threads);
    return { place: "", queued: left - running, running };
  }

  get phase(): SweepPhase {
    return this.currentPhase;
  }

  /** Aborted when this is disposed of: work on its results ends with it. */
  get disposed(): AbortSignal {
    return this.disposal.signal;
  }

  /** Why it failed, or what became of it. */
  get message(): string | null {
    return this.currentMessage;
  }

  get elapsedMs(): number {
    return (this.endedAt ?? this.now()) - this.startedAt;
  }

  /** Whether runs are left that nobody trains. */
  get canContinue(): boolean {
    return this.currentPhase !== "running" && this.results.length < this.read.info.trials;
  }

  /**
   * Trains the runs that have no result yet.
   * @param scriptPath dist/sweep.js
   * @param begin where the results go: those that are there, and those that come
   */
  start(
    files: ExperimentFiles,
    scriptPath: string,
    { budget = new MemoryBudget(Infinity), place }: Pick<SweepPoolOptions, "budget" | "place"> = {},
    begin: (current: () => SavedTrials) => ResultTarget | null = () => null,
  ): void {
    if (this.currentPhase === "running") return;
    const { elapsedMs } = this;
    this.engine = null;
    this.target = begin(() => ({ trials: this.results, rungs: this.here.rungs, threads: this.threads }));
    this.startedAt = this.now() - elapsedMs;
    this.endedAt = null;
    this.currentPhase = "running";
    this.currentMessage = null;
    this.pool = new SweepPool(
      scriptPath,
      this.read.job,
      files,
      this.read.info.trials - this.results.length,
      {
        onResult: (result) => this.add(result),
        onRung: (rung) => this.addRung(rung),
        onEnd: () => this.end("done", null),
        onFailure: (error) => this.end("failed", describeError(error)),
      },
      {
        budget,
        done: [...this.results.column("index")],
        rungs: this.here.rungs,
        earlier: isLearning(this.read.job.sweep) ? [...this.results] : [],
        ...(place === undefined ? {} : { place }),
      },
    );
    this.changes.fire();
  }

  /**
   * Has an engine train the runs that have no result in a folder, and follows it.
   * @param open the folder
   * @param place what the engine is called
   */
  async startOn(open: (events: FolderSweepEvents) => Promise<FollowedSweep>, place = ""): Promise<void> {
    if (this.currentPhase === "running") return;
    const engine: EngineWork = { followed: null, progress: null };
    this.engine = engine;
    this.pool = null;
    this.startedAt = this.now() - this.elapsedMs;
    this.endedAt = null;
    this.currentPhase = "running";
    this.changes.fire();
    try {
      const opened = await open({
        onResults: (results) => this.addAll(results),
        onState: (state) => {
          engine.progress = { place, queued: state.queued, running: state.running };
          // It names these counts, and so changes with them.
          this.say(describeState(state));
        },
      });
      // Stopped meanwhile.
      if (this.endedAt !== null) return;
      engine.followed = opened;
      const end = await opened.run();
      this.end(PHASES[end.kind], end.kind === "failed" ? end.message : null);
    } catch (error) {
      this.end("failed", describeError(error));
    }
  }

  /** What is done stays. */
  stop(): void {
    if (this.following !== null) {
      this.following.cancel();
      this.say(l10n.t("The runs are writing checkpoints…"));
    } else if (this.currentPhase === "running") {
      void this.pool?.cancel();
      this.end("stopped", null);
    }
  }

  dispose(): void {
    this.disposal.abort();
    // An engine goes on by itself.
    if (this.following !== null) this.following.detach();
    else this.stop();
    this.changes.dispose();
  }

  private add(result: TrialResult): void {
    this.results.add(result, this.elapsedMs);
    this.target?.update();
    this.changes.fire();
  }

  private addRung(rung: JudgedRung): void {
    this.here.rungs.push(rung);
    this.target?.update();
  }

  /** A folder may hold results that are known. */
  private addAll(results: readonly TrialResult[]): void {
    const known = new Set(this.results.column("index"));
    for (const result of results) if (!known.has(result.index)) this.results.add(result, this.elapsedMs);
    this.changes.fire();
  }

  private say(message: string): void {
    if (message === this.currentMessage || this.currentPhase !== "running") return;
    this.currentMessage = message;
    this.changes.fire();
  }

  private end(phase: SweepPhase, message: string | null): void {
    this.currentPhase = phase;
    this.currentMessage = message;
    this.endedAt = this.now();
    this.target?.dispose();
    this.target = null;
    this.changes.fire();
  }
}

const PHASES: Readonly<Record<FolderSweepEnd["kind"], SweepPhase>> = {
  done: "done",
  canceled: "stopped",
  detached: "stopped",
  failed: "failed",
};

function describeState(state: SweepState): string {
  return [`${describeSweepState(state)}.`, ...state.problems].join(" ");
}
