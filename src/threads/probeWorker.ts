import * as l10n from "@vscode/l10n";
import type { Disposable } from "../lib/dispose";
import type { MemoryBudget, Reservation } from "../lib/memoryBudget";
import type { ProbeJob, ProbeReport, ProbeRequest } from "./probeMessages";
import type { Carrier, CarrierEvents } from "./carriers/carrier";
import { endError } from "./carriers/endError";
import { THIS_PROCESS, type ThreadPlace } from "./carriers/threadPlace";

export interface ProbeWorkerEvents {
  onReport(report: ProbeReport): void;
  /** The file is read anew: what was asked is not answered. */
  onRestart(): void;
  /** The thread is gone without having been asked to go. Nothing more comes from it. */
  onFailure(error: Error): void;
}

/** Where there may be room for a process. */
export interface ProbeRoom {
  /** dist/probe.js */
  readonly scriptPath: string;
  readonly budget: MemoryBudget;
  readonly place: ThreadPlace;
}

/**
 * The thread that follows the file of one probe: in a process of its own as long as training does not need the memory
 * of that, else in this one.
 */
export class ProbeWorker implements Disposable {
  private thread: Carrier<ProbeRequest>;
  /** Of the process. */
  private readonly memory: Reservation | null;
  private gone = false;

  constructor(
    private readonly room: ProbeRoom,
    private readonly job: ProbeJob,
    private readonly events: ProbeWorkerEvents,
  ) {
    const { budget, place } = room;
    this.memory = budget.tryReserve(place.overheadBytes);
    this.thread = this.start(this.memory === null ? THIS_PROCESS : place);
    this.memory?.lend(() => this.giveUpMemory());
  }

  post(request: ProbeRequest): void {
    if (!this.gone) this.thread.post(request);
  }

  dispose(): void {
    this.gone = true;
    void this.thread.terminate();
    this.memory?.dispose();
  }

  private giveUpMemory(): void {
    this.memory?.dispose();
    if (this.gone) return;
    const { thread } = this;
    this.thread = this.start(THIS_PROCESS);
    void thread.terminate();
    this.events.onRestart();
  }

  private start(place: ThreadPlace): Carrier<ProbeRequest> {
    const exited = (code: number): string =>
      l10n.t("The thread that reads the run exited unexpectedly with code {0}.", code);
    const isCurrent = (): boolean => !this.gone && this.thread === thread;
    const events: CarrierEvents<ProbeReport> = {
      onReport: (report) => {
        if (isCurrent()) this.events.onReport(report);
      },
      onEnd: (end) => {
        if (!isCurrent()) return;
        this.gone = true;
        this.memory?.dispose();
        this.events.onFailure(endError(end, exited));
      },
    };
    const thread: Carrier<ProbeRequest> = place
      .openRoom()
      .start(this.room.scriptPath, { name: "RNN Lab probe", data: this.job }, events);
    return thread;
  }
}
