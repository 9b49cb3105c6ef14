/**
 * One draw per animation frame: setters mark, the frame draws. A hidden page gets no animation frames, and a covered
 * window may get none for a while, so a timer stands by; the host must get its acknowledgements either way.
 */
const STAND_BY_MS = 250;

export interface FrameClock {
  requestFrame(callback: () => void): number;
  cancelFrame(handle: number): void;
  startTimer(callback: () => void, milliseconds: number): number;
  cancelTimer(handle: number): void;
  isHidden(): boolean;
}

const windowClock: FrameClock = {
  requestFrame: (callback) => requestAnimationFrame(callback),
  cancelFrame: (handle) => cancelAnimationFrame(handle),
  startTimer: (callback, milliseconds) => window.setTimeout(callback, milliseconds),
  cancelTimer: (handle) => window.clearTimeout(handle),
  isHidden: () => document.hidden,
};

export class Frame {
  private pending: { frame: number | null; timer: number } | null = null;

  constructor(
    private readonly draw: () => void,
    private readonly clock: FrameClock = windowClock,
  ) {}

  mark(): void {
    if (this.pending !== null) return;
    const hidden = this.clock.isHidden();
    this.pending = {
      frame: hidden ? null : this.clock.requestFrame(() => this.run()),
      timer: this.clock.startTimer(() => this.run(), hidden ? 0 : STAND_BY_MS),
    };
  }

  private run(): void {
    if (this.pending === null) return;
    if (this.pending.frame !== null) this.clock.cancelFrame(this.pending.frame);
    this.clock.cancelTimer(this.pending.timer);
    this.pending = null;
    this.draw();
  }
}
