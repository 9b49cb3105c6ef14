/**
 * One draw per animation frame: setters mark, the frame draws. A hidden page gets no animation frames, and a covered
 * window may get none for a while, so a timer stands by; the host must get its acknowledgements either way.
 *
 * Drawing leaves the thread at least as much rest as it took, for the messages and the reader. It counts until the
 * browser has painted: without a graphics card that takes longer than our part. What streams in is drawn at most 30
 * times a second and in a tenth of the time, since the training may want the same processor; what the reader does, as
 * soon as the rest is over. A draw that takes long comes in parts, one an animation frame (`goOn`): the rest is for all
 * of them, after the last.
 */
const STAND_BY_MS = 250;
const STREAM_INTERVAL_MS = 33;
const REST = { stream: 9, reader: 1, newRun: 0 } as const;
/** However long a draw took: the picture must not stand still, least of all under the reader's hand. */
const MAX_PAUSE_MS = { stream: 400, reader: 100, newRun: 0 } as const;
/** Waits shorter than this end at the next animation frame anyway. */
const MIN_WAIT_MS = 4;

export interface FrameClock {
  requestFrame(callback: () => void): number;
  cancelFrame(handle: number): void;
  startTimer(callback: () => void, milliseconds: number): number;
  cancelTimer(handle: number): void;
  /** Once the browser has painted what was drawn in this frame. */
  afterPaint(callback: () => void): void;
  isHidden(): boolean;
  /** Milliseconds. */
  now(): number;
}

const windowClock: FrameClock = {
  // A message is a task of its own, and the next one after the frame.
  afterPaint(callback) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      callback();
    };
    port2.postMessage(null);
  },
  requestFrame: (callback) => requestAnimationFrame(callback),
  cancelFrame: (handle) => cancelAnimationFrame(handle),
  startTimer: (callback, milliseconds) => window.setTimeout(callback, milliseconds),
  cancelTimer: (handle) => window.clearTimeout(handle),
  isHidden: () => document.hidden,
  now: () => performance.now(),
};

/** Who wants to see it: the run goes on, the reader has done something, or another run has taken over. */
export type Urgency = "stream" | "reader" | "newRun";

const RANK: Readonly<Record<Urgency, number>> = { stream: 0, reader: 1, newRun: 2 };

export class DrawScheduler {
  private pending: { readonly frame: number | null; readonly timer: number; readonly waits: Urgency | null } | null =
    null;
  private drawnAt = -Infinity;
  private tookMs = 0;
  /** The draw is not over: another part of it follows. */
  private goesOn = false;

  constructor(
    private readonly draw: () => void,
    private readonly clock: FrameClock = windowClock,
  ) {}

  mark(urgency: Urgency = "reader"): void {
    if (this.pending !== null && (this.pending.waits === null || RANK[urgency] <= RANK[this.pending.waits])) return;
    this.cancel();
    const wait = this.pausedUntil(urgency) - this.clock.now();
    if (this.clock.isHidden())
      this.pending = { frame: null, timer: this.clock.startTimer(() => this.run(), Math.max(0, wait)), waits: urgency };
    else if (wait < MIN_WAIT_MS) this.request();
    else this.pending = { frame: null, timer: this.clock.startTimer(() => this.request(), wait), waits: urgency };
  }

  /** Called within a draw: there is more of it, for the next animation frame. */
  goOn(): void {
    this.goesOn = true;
  }

  private pausedUntil(urgency: Urgency): number {
    const rest = Math.min(this.tookMs * REST[urgency], MAX_PAUSE_MS[urgency]);
    return this.drawnAt + (urgency === "stream" ? Math.max(rest, STREAM_INTERVAL_MS - this.tookMs) : rest);
  }

  private request(): void {
    const hidden = this.clock.isHidden();
    this.pending = {
      frame: hidden ? null : this.clock.requestFrame(() => this.run()),
      timer: this.clock.startTimer(() => this.run(), hidden ? 0 : STAND_BY_MS),
      waits: null,
    };
  }

  private cancel(): void {
    if (this.pending === null) return;
    if (this.pending.frame !== null) this.clock.cancelFrame(this.pending.frame);
    this.clock.cancelTimer(this.pending.timer);
    this.pending = null;
  }

  private run(): void {
    if (this.pending === null) return;
    this.cancel();
    const start = this.clock.now() - (this.goesOn ? this.tookMs : 0);
    this.goesOn = false;
    this.draw();
    this.took(start);
    this.clock.afterPaint(() => this.took(start));
    if (!this.goesOn) return;
    this.cancel();
    this.request();
  }

  private took(start: number): void {
    this.drawnAt = this.clock.now();
    this.tookMs = this.drawnAt - start;
  }
}
