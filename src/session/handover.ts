import { pausesForEdit, type EditState, type HandoverState } from "../shared/handover/policy";
import { HANDOVER_MS } from "../shared/handover/times";
import type { WorkerRequest } from "../threads/trainingMessages";
import type { RunRequest } from "./runState";

/** The run that is there, as far as the next one depends on it. */
export interface PresentRun {
  readonly isActive: boolean;
  /** Null while there is no run. */
  readonly run: {
    readonly configHash: string;
    readonly request: RunRequest;
    readonly trace: { readonly rows: number } | null;
  } | null;
}

/** What is to come after the present run of a session: the run that was asked for, and what the last edit means. */
export class Handover {
  /** Asked for, and not started yet. */
  private next: RunRequest | null = null;
  private edit: EditState = "settled";
  private stops = 0;

  /**
   * @param post to the thread, if there is one
   * @param onChange the state of the edit has changed
   */
  constructor(
    private readonly present: PresentRun,
    private readonly post: (request: WorkerRequest) => void,
    private readonly onChange: () => void,
  ) {}

  get editState(): EditState {
    return this.edit;
  }

  /** The text was edited, or what became of the edit is known. */
  setEditState(edit: EditState): void {
    if (pausesForEdit(edit, this.present.isActive))
      this.post({ type: "throttle", milliseconds: HANDOVER_MS.pauseAfterEdit });
    if (edit === this.edit) return;
    this.edit = edit;
    this.onChange();
  }

  /**
   * The text and the run are the same now: another run starts, or this one was changed. Whoever calls it fires the
   * event.
   */
  settle(): void {
    this.edit = "settled";
  }

  get hasNext(): boolean {
    return this.next !== null;
  }

  /** The run that was asked for, and has not started yet. */
  get upcoming(): RunRequest | null {
    return this.next;
  }

  /** It starts when the present run has ended; the latest wins. */
  queue(request: RunRequest): void {
    this.next = request;
  }

  /** The run that was asked for last, which is on its way from now on. */
  dequeue(): RunRequest | null {
    const { next } = this;
    this.next = null;
    return next;
  }

  /** Stop: neither a run that was asked for nor a start that still reads its files is wanted any more. */
  cancel(): void {
    this.stops++;
    this.next = null;
  }

  /** A page has drawn rows of a run: a typed one need not leave it the processor any longer. */
  drawn(runId: string): void {
    if (this.present.isActive) this.post({ type: "drawn", runId });
  }

  /** For a start that takes time. @returns whether it is still wanted: nobody has said Stop since */
  watch(): () => boolean {
    const { stops } = this;
    return () => this.stops === stops;
  }

  /** Hash of the config of the run that was asked for last; null when there is none. */
  get targetHash(): string | null {
    return this.next?.configHash ?? this.present.run?.configHash ?? null;
  }

  get state(): HandoverState {
    const { isActive, run } = this.present;
    return {
      expectsRun: this.next !== null || this.edit === "coming",
      isBlank: isActive && (run?.trace?.rows ?? 0) === 0,
      byTyping: run?.request.byTyping === true,
    };
  }
}
