import { dirname, join } from "node:path";
import type { Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import { MemoryBudget } from "../lib/memoryBudget";
import { THIS_PROCESS, type ThreadPlace } from "./carriers/threadPlace";
import type { WorkerRequest } from "./trainingMessages";
import { ReservedMemory } from "./reservedMemory";
import { TableCounter } from "./tableCounter";
import { TrainingWorker, type TrainingWorkerEvents } from "./trainingWorker";

interface SessionWorkerEvents extends TrainingWorkerEvents {
  /** The thread had no work, and was ended because others wait for its memory. */
  onReclaim?(): void;
}

/**
 * The thread of one session: started on first need, kept warm while something shows the session, replaced after a
 * failure. Of a thread that was dropped nothing is passed on but whether its runs are saved.
 */
export class SessionWorker {
  private worker: TrainingWorker | null = null;
  private users = 0;
  private readonly shown = new Emitter<boolean>();
  /** Somebody shows the session now, or nobody any more. */
  readonly onDidChangeRetained = this.shown.event;
  private readonly memory: ReservedMemory;
  /** Counts the table of a run that starts. */
  readonly counter: TableCounter;

  constructor(
    readonly scriptPath: string,
    private readonly events: SessionWorkerEvents,
    /** There is work for the thread, so it has to stay whoever looks. */
    private readonly isBusy: () => boolean,
    /** What all training in the window shares. */
    readonly budget = new MemoryBudget(Infinity),
    readonly place: ThreadPlace = THIS_PROCESS,
  ) {
    this.memory = new ReservedMemory(budget, () => place.overheadBytes);
    this.counter = new TableCounter(join(dirname(scriptPath), "table.js"));
  }

  get isHeld(): boolean {
    return this.worker !== null;
  }

  get isRetained(): boolean {
    return this.users > 0;
  }

  /** Only to a thread that lives. */
  post(request: WorkerRequest): void {
    this.worker?.post(request);
  }

  /** Starts the thread when there is none. */
  postOrStart(request: WorkerRequest): void {
    this.worker ??= this.create();
    this.worker.post(request);
  }

  /**
   * Starts a run that takes so much memory, when that is free.
   * @returns why it waits, for a person; null: it is on its way
   */
  begin(bytes: number, request: WorkerRequest): string | null {
    if (this.worker?.isOutdated === true) this.leave();
    return this.memory.begin(bytes, () => this.postOrStart(request));
  }

  /** A run waits for its table to be counted, or for its memory. */
  get isWaiting(): boolean {
    return this.counter.isCounting || this.memory.isWaiting;
  }

  /** The run that waits is no longer wanted. */
  cancel(): void {
    this.counter.cancel();
    if (this.memory.isWaiting) this.memory.release();
  }

  /** The run has ended: its thread is kept for questions until others need the memory. */
  lendMemory(): void {
    this.memory.lend(() => {
      this.leave();
      this.events.onReclaim?.();
    });
  }

  /** Keeps the thread between runs until the result is disposed of. */
  retain(): Disposable {
    if (++this.users === 1) this.shown.fire(true);
    let held = true;
    return {
      dispose: () => {
        if (held) {
          held = false;
          this.users--;
          this.releaseIdle();
          if (this.users === 0) this.shown.fire(false);
        }
      },
    };
  }

  releaseIdle(): void {
    if (this.users === 0 && !this.isBusy()) {
      this.leave();
    }
  }

  /** Ends the thread, whatever it does. */
  drop(): void {
    void this.detach()?.terminate();
  }

  /** Ends the thread; a run that is under way can go on elsewhere. */
  close(): void {
    this.detach()?.release();
  }

  /** Ends the thread, which trains nothing, but not before the ends of its runs are saved. */
  leave(): void {
    this.detach()?.leave();
  }

  private detach(): TrainingWorker | null {
    const worker = this.worker;
    this.worker = null;
    this.counter.cancel();
    this.memory.release();
    return worker;
  }

  private create(): TrainingWorker {
    const worker: TrainingWorker = new TrainingWorker(this.place.openRoom(), this.scriptPath, {
      onReport: (report) => {
        // Whether a run is saved is known later than its end, when the thread may have been left.
        if (this.worker === worker || report.type === "recording") {
          this.events.onReport(report);
        }
      },
      onFailure: (error) => {
        if (this.worker === worker) {
          this.worker = null;
          this.memory.release();
          this.events.onFailure(error);
        }
      },
    });
    return worker;
  }
}
