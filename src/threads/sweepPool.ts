import { availableParallelism } from "node:os";
import * as l10n from "@vscode/l10n";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import { MemoryBudget, type Reservation } from "../lib/memoryBudget";
import type { Trial, TrialResult } from "../shared/wire/sweep";
import { trialBytes } from "../sweepPlan/trialBytes";
import { isLearning, type SearchEvent } from "../sweepPlan/searchEvents";
import { TrialDirector } from "../sweepPlan/trialDirector";
import { RungJudge } from "../sweepPlan/rungJudge";
import type { JudgedRung, RungReport } from "../sweepPlan/stopping";
import type { SweepJob } from "../sweepPlan/trials";
import {
  answerSlot,
  currentSlot,
  heldSlot,
  NO_TRIAL,
  rungAnswer,
  SWEEP_CONTROL,
  type SeedFigures,
  type SweepThreadData,
  type SweepThreadReport,
  type SweepThreadRequest,
} from "./sweepMessages";
import { SweepLedger } from "./sweepLedger";
import { describeError } from "../lib/outsideText";
import type { Carrier, CarrierEnd } from "./carriers/carrier";
import { endError } from "./carriers/endError";
import { THIS_PROCESS, type ThreadPlace, type ThreadRoom } from "./carriers/threadPlace";
import { TrialDesk } from "./trialDesk";

export interface SweepPoolEvents {
  /** @param seed null unless curves are wanted and the trial could be run */
  onResult(result: TrialResult, seed: SeedFigures | null): void;
  /** A run has come to a rung, and was judged. */
  onRung?(rung: JudgedRung): void;
  /** Of a trial whose curve is wanted, a few times a second. @param share of its iterations */
  onProgress?(index: number, share: number): void;
  /** After the last result. */
  onEnd(): void;
  /** No thread can work: the sweep ends with what it has. */
  onFailure(error: Error): void;
}

export interface SweepPoolOptions {
  /** Whether the loss curve of each trial is wanted too. */
  readonly wantsCurves?: boolean;
  /** Threads that may work at first; see {@link SweepPool.allow}. */
  readonly processors?: number;
  /** Indices of the trials that need not be trained. */
  readonly done?: readonly number[];
  /** Their results, in the order in which they ended: a search that learns goes on from there. */
  readonly earlier?: readonly TrialResult[];
  /** What was decided at the rungs before: it holds. */
  readonly rungs?: readonly JudgedRung[];
  /** What a search that learns decides, as it does. */
  readonly onSearch?: (event: SearchEvent) => void;
  /** Shared with other training. Left out: there is no limit. */
  readonly budget?: MemoryBudget;
  /** Where the threads are, all in one process. */
  readonly place?: ThreadPlace;
}

/**
 * The threads of one sweep, one for each core that there is and each trial that there is memory for. The first one
 * waits for its memory; the others are left out where there is none for them. A trial that breaks its thread is
 * reported as failed by a new thread, which goes on with the others. Where their process ends, new threads train what
 * has no result yet; a trial that was under way twice when that happened is reported as failed.
 */
export class SweepPool {
  /** Threads that have not exited yet, of all pools. */
  static readonly live = new Set<Carrier<SweepThreadRequest>>();

  private readonly threads = new Map<number, Carrier<SweepThreadRequest>>();
  private readonly memory: Reservation[] = [];
  private readonly control: Int32Array<SharedArrayBuffer>;
  /** The same for each thread. */
  private readonly work: Pick<SweepThreadData, "job" | "files" | "wantsCurves" | "control">;
  private readonly ledger: SweepLedger;
  /** Threads that are started once all suspects have results. */
  private readonly later: number[] = [];
  private readonly room: ThreadRoom;
  private allowed: number;
  private ended = false;
  private startedThreads = 0;
  /** Null where the runs are planned from the start. */
  private readonly desk: TrialDesk | null;
  /** Null where all runs are trained to their end. */
  private readonly judge: RungJudge | null;

  /**
   * @param scriptPath dist/sweep.js
   * @param trials how many are left; no more threads than that are started
   */
  constructor(
    private readonly scriptPath: string,
    private readonly job: SweepJob,
    files: ExperimentFiles,
    trials: number,
    private readonly events: SweepPoolEvents,
    {
      wantsCurves = false,
      processors = Infinity,
      done = [],
      budget = new MemoryBudget(Infinity),
      earlier = [],
      rungs = [],
      onSearch,
      place = THIS_PROCESS,
    }: SweepPoolOptions = {},
  ) {
    this.desk = isLearning(job.sweep) ? this.openDesk(earlier, onSearch) : null;
    const { stopping } = job.sweep;
    this.judge = stopping.kind === "none" ? null : new RungJudge(stopping);
    for (const rung of rungs) this.judge?.note(rung);
    const count = Math.max(1, Math.min(availableParallelism(), trials));
    this.ledger = new SweepLedger(done);
    this.room = place.openRoom();
    this.allowed = processors;
    this.control = new Int32Array(new SharedArrayBuffer(currentSlot(count) * Int32Array.BYTES_PER_ELEMENT));
    this.work = { job, files, wantsCurves, control: this.control };
    for (let thread = 0; thread < count; thread++) this.control[currentSlot(thread)] = NO_TRIAL;
    const bytes = Math.min(budget.limit, trialBytes(job, files));
    const ofFirst = Math.min(budget.limit, bytes + place.overheadBytes);
    this.memory.push(budget.reserve(ofFirst, () => this.startAll(count, () => budget.tryReserve(bytes))));
  }

  /** Threads that were started; fewer may be at work by now. */
  get started(): number {
    return this.startedThreads;
  }

  /** Threads at work. */
  get size(): number {
    return this.threads.size;
  }

  /** Whether no thread has the memory that it needs yet. */
  get isWaiting(): boolean {
    return this.memory[0]?.isGranted === false;
  }

  /** Threads that are not held. */
  get working(): number {
    return Math.min(this.allowed, this.size);
  }

  /** Lets so many threads work, and holds the others between two iterations; 0 holds all. */
  allow(processors: number): void {
    if (processors === this.allowed) return;
    this.allowed = processors;
    this.holdOthers();
  }

  /** Ends all threads, even in the middle of a step; nothing more is reported. Resolves when they have exited. */
  async cancel(): Promise<void> {
    this.ended = true;
    const threads = [...this.threads.values()];
    this.threads.clear();
    this.later.length = 0;
    this.releaseMemory();
    await Promise.all(threads.map((thread) => thread.terminate()));
  }

  private openDesk(earlier: readonly TrialResult[], onSearch: SweepPoolOptions["onSearch"]): TrialDesk {
    const director = new TrialDirector(this.job.sweep, this.job.seed, onSearch);
    director.restore(earlier);
    return new TrialDesk(director, (thread, request) => this.threads.get(thread)?.post(request));
  }

  private holdOthers(): void {
    for (const [i, thread] of [...this.threads.keys()].entries()) {
      const slot = heldSlot(thread);
      Atomics.store(this.control, slot, i < this.allowed ? 0 : 1);
      Atomics.notify(this.control, slot);
    }
    for (const thread of this.threads.values()) thread.flush();
  }

  /** The first thread has its memory. @param reserve memory for another one; null: there is none */
  private startAll(count: number, reserve: () => Reservation | null): void {
    for (let thread = 0; thread < count; thread++) {
      const reservation = thread === 0 ? null : reserve();
      if (thread > 0 && reservation === null) break;
      if (reservation !== null) this.memory.push(reservation);
      this.control[heldSlot(thread)] = thread < this.allowed ? 0 : 1;
      this.startThread(thread, null);
      this.startedThreads++;
    }
  }

  private releaseMemory(): void {
    for (const reservation of this.memory.splice(0)) reservation.dispose();
  }

  private startThread(thread: number, broken: SweepThreadData["broken"]): void {
    Atomics.store(this.control, answerSlot(thread), 0);
    const data: SweepThreadData = { ...this.work, done: this.ledger.doneAtStart, thread, broken };
    const worker = this.room.start<SweepThreadRequest, SweepThreadReport>(
      this.scriptPath,
      { name: "RNN Lab sweep", data },
      {
        onReport: (report) => this.onReport(thread, report),
        onEnd: (end) => {
          // One that has finished has left before it exits.
          if (!this.ended && this.threads.get(thread) === worker) this.onBreak(thread, end);
        },
      },
    );
    SweepPool.live.add(worker);
    this.threads.set(thread, worker);
    void worker.exited.then(() => SweepPool.live.delete(worker));
  }

  private onReport(thread: number, report: SweepThreadReport): void {
    if (this.ended) return;
    switch (report.type) {
      case "result":
        return this.onResult(report);
      case "begun":
        return;
      case "progress":
        return this.events.onProgress?.(report.index, report.share);
      case "rung": {
        const stops = this.judgeRung(report.report);
        const slot = answerSlot(thread);
        Atomics.store(this.control, slot, rungAnswer(report.asked, stops));
        Atomics.notify(this.control, slot);
        return this.threads.get(thread)?.flush();
      }
      case "ask":
        return this.desk?.asked(thread);
      case "proposed":
        return this.desk?.proposed(report.values);
      case "finished":
        return this.leave(thread);
      default:
        report satisfies never;
    }
  }

  /** @returns whether the run is to stop */
  private judgeRung(report: RungReport): boolean {
    const { judge } = this;
    if (judge === null) return false;
    const { stopped, isNew } = judge.judge(report);
    const rung: JudgedRung = { ...report, stopped };
    if (isNew) judge.note(rung);
    if (isNew) this.events.onRung?.(rung);
    return stopped !== null;
  }

  private onResult({ result: reported, seed }: Extract<SweepThreadReport, { type: "result" }>): void {
    const reason = this.judge?.reasonOf(reported.index) ?? null;
    const result = reported.status === "stopped" ? { ...reported, message: reported.message ?? reason } : reported;
    this.ledger.add(result.index);
    this.desk?.ended(result);
    this.startLater();
    this.events.onResult(result, seed);
  }

  private onBreak(thread: number, end: CarrierEnd): void {
    const reason = endError(end, (code) => l10n.t("A sweep worker exited unexpectedly with code {0}.", code));
    if (end.isOfProcess === true) return this.restart(reason);
    const at = Atomics.exchange(this.control, currentSlot(thread), NO_TRIAL);
    const trial = this.desk?.lost(thread) ?? null;
    // It did not even begin: another one would not either.
    if (at === NO_TRIAL) return this.fail(reason);
    this.startThread(thread, brokenAt(at, reason, trial));
  }

  /**
   * The process is gone, with all threads. What was under way is trained again, by one thread alone until that has
   * results: what then ends the process a second time has failed, and nothing else.
   */
  private restart(reason: Error): void {
    const threads = [...this.threads.keys(), ...this.later.splice(0)];
    this.threads.clear();
    const trials = threads.flatMap((thread) => this.desk?.lost(thread) ?? []);
    const current = threads.map((thread) => Atomics.exchange(this.control, currentSlot(thread), NO_TRIAL));
    const broken = this.ledger.processEnded(current);
    if (broken === "vain") return this.fail(reason);
    const lost = trials.filter(({ index }) => index !== broken && !this.ledger.isDone(index));
    for (const trial of lost) this.desk?.repeat(trial);
    Atomics.store(this.control, SWEEP_CONTROL.next, 0);
    const [first = 0, ...others] = threads;
    this.later.push(...others);
    const failed = trials.find(({ index }) => index === broken) ?? null;
    this.startThread(first, broken === null ? null : brokenAt(broken, reason, failed));
    this.startLater();
  }

  /** Those that wait until nothing is suspected any more. */
  private startLater(): void {
    if (this.later.length === 0 || this.ledger.hasSuspects) return;
    for (const thread of this.later.splice(0)) this.startThread(thread, null);
    this.holdOthers();
  }

  private fail(reason: Error): void {
    void this.cancel();
    this.events.onFailure(reason);
  }

  private leave(thread: number): void {
    this.threads.delete(thread);
    // One after the other: whatever was reserved last is free first.
    if (this.threads.size > 0) {
      this.memory.pop()?.dispose();
      return this.holdOthers();
    }
    this.ended = true;
    this.releaseMemory();
    this.events.onEnd();
  }
}

/** @param trial null where the runs are planned from the start */
function brokenAt(index: number, reason: Error, trial: Trial | null): SweepThreadData["broken"] {
  return { index, message: l10n.t("Worker crashed: {0}", describeError(reason)), trial };
}
