import * as l10n from "@vscode/l10n";
import { FileMark } from "../runs/fileMark";
import type { WorkerReport, WorkerRequest } from "./trainingMessages";
import type { Carrier } from "./carriers/carrier";
import { endError } from "./carriers/endError";
import type { ThreadRoom } from "./carriers/threadPlace";

export interface TrainingWorkerEvents {
  onReport(report: WorkerReport): void;
  /** The thread is gone without having been asked to go. Nothing more comes from it. */
  onFailure(error: Error): void;
}

/** So many threads may wait for a disk that accepts nothing; each has the last part of a few runs. */
const MAX_LEAVING = 4;

export const TRAINING_THREAD = { name: "RNN Lab training", trains: true };

/** A training thread as the session sees it. */
export class TrainingWorker {
  /** Threads that have not exited yet. */
  static readonly live = new Set<TrainingWorker>();
  /** Threads that end by themselves, the oldest first. */
  private static readonly leaving = new Set<TrainingWorker>();

  readonly thread: Carrier<WorkerRequest>;
  private gone = false;
  /** Of the recorded runs whose files the thread may still write. */
  private marks: readonly FileMark[] = [];

  /** @param scriptPath dist/worker.js */
  constructor(
    private readonly room: ThreadRoom,
    scriptPath: string,
    events: TrainingWorkerEvents,
  ) {
    const exited = (code: number): string => l10n.t("The training worker exited unexpectedly with code {0}.", code);
    this.thread = room.start<WorkerRequest, WorkerReport>(scriptPath, TRAINING_THREAD, {
      onReport: (report) => {
        if (!this.gone) events.onReport(report);
      },
      onEnd: (end) => {
        if (this.gone) return;
        this.gone = true;
        events.onFailure(endError(end, exited));
      },
    });
    TrainingWorker.live.add(this);
    void this.thread.exited.then(() => this.forget());
  }

  /** A setting has changed that it was started with. */
  get isOutdated(): boolean {
    return this.room.isOutdated;
  }

  post(request: WorkerRequest): void {
    if (!this.gone) {
      this.thread.post(request);
      if (request.type === "start" && request.record?.mark !== undefined)
        this.marks = [...this.marks.filter((mark) => mark.isEndWaiting), new FileMark(request.record.mark)];
    }
  }

  /** Ends the thread, which trains nothing: at once, or when the disk has accepted the ends of its runs. */
  leave(): void {
    if (!this.marks.some((mark) => mark.isEndWaiting)) return void this.terminate();
    this.post({ type: "leave" });
    this.thread.unref();
    const { leaving } = TrainingWorker;
    leaving.add(this);
    const [oldest] = leaving;
    if (leaving.size > MAX_LEAVING) void oldest?.terminate();
  }

  /** Ends the thread; a run that is under way can go on elsewhere. */
  release(): void {
    this.gone = true;
    this.thread.release();
  }

  /** Ends the thread, even in the middle of a step. Resolves when it has exited. */
  async terminate(): Promise<void> {
    this.gone = true;
    await this.thread.terminate();
    TrainingWorker.live.delete(this);
  }

  private forget(): void {
    TrainingWorker.live.delete(this);
    TrainingWorker.leaving.delete(this);
    for (const mark of this.marks) mark.setEndWaiting(false);
  }
}
