/** A frame that is not acknowledged by then is taken for lost. */
const LOST_AFTER_MS = 5000;

/**
 * Frames on their way to a page: numbered from 1, and each counts until the page acknowledges it. `T` is what is to be
 * known of it then.
 */
export class FrameCredits<T> {
  private readonly frames = new Map<number, T>();
  private last = 0;
  private sentAt = -Infinity;

  /** @param now milliseconds */
  constructor(private readonly now: () => number) {}

  /** Frames so far. */
  get sent(): number {
    return this.last;
  }

  get inFlight(): number {
    return this.frames.size;
  }

  /** The number of the next frame, which is on its way from now on. */
  send(what: T): number {
    this.frames.set(++this.last, what);
    this.sentAt = this.now();
    return this.last;
  }

  /** Undefined when it is none of those on their way. */
  acknowledge(sequence: number): T | undefined {
    const what = this.frames.get(sequence);
    this.frames.delete(sequence);
    return what;
  }

  /** `most` frames are on their way. */
  isFull(most: number): boolean {
    return this.inFlight >= most;
  }

  /** The last frame was sent so long ago that none of those on their way will be acknowledged. */
  get timedOut(): boolean {
    return this.inFlight > 0 && this.now() - this.sentAt > LOST_AFTER_MS;
  }

  /** What is on its way does not count any more. */
  clear(): void {
    this.frames.clear();
  }
}
