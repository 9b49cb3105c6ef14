import type { Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import type { WorkerRequest } from "./trainingMessages";
import { TrainingWorker, type TrainingWorkerEvents } from "./trainingWorker";

/**
 * The thread of one session: started on first need, kept warm while something shows the session, replaced after a
 * failure. Reports of a thread that was dropped are not passed on.
 */
export class SessionWorker {
  private worker: TrainingWorker | null = null;
  private users = 0;
  private readonly shown = new Emitter<boolean>();
  /** Somebody shows the session now, or nobody any more. */
  readonly onDidChangeRetained = this.shown.event;

  constructor(
    readonly scriptPath: string,
    private readonly events: TrainingWorkerEvents,
    /** There is work for the thread, so it has to stay whoever looks. */
    private readonly isBusy: () => boolean,
  ) {}

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
      this.drop();
    }
  }

  drop(): void {
    const worker = this.worker;
    this.worker = null;
    void worker?.terminate();
  }

  private create(): TrainingWorker {
    const worker: TrainingWorker = new TrainingWorker(this.scriptPath, {
      onReport: (report) => {
        if (this.worker === worker) {
          this.events.onReport(report);
        }
      },
      onFailure: (error) => {
        if (this.worker === worker) {
          this.worker = null;
          this.events.onFailure(error);
        }
      },
    });
    return worker;
  }
}
