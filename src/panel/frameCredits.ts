/** A frame that is not acknowledged by then is taken for lost, */
const LOST_AFTER_MS = 5000;
/** and sooner where the page was loaded anew meanwhile: it may have gone to the page before. */
const LOST_AFTER_RELOAD_MS = 1000;

/**
 * Frames on their way to a page: numbered from 1, and each counts until the page acknowledges it or a later one, since
 * a page draws them in their order. `T` is what is to be known of it then.
 */
export class FrameCredits<T> {
  private readonly frames = new Map<number, T>();
  private last = 0;
  private sentAt = -Infinity;
  private patienceMs = LOST_AFTER_MS;

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
    this.patienceMs = LOST_AFTER_MS;
    return this.last;
  }

  /** Undefined when it is none of those on their way. */
  acknowledge(sequence: number): T | undefined {
    const what = this.frames.get(sequence);
    if (what === undefined) return undefined;
    for (const earlier of this.frames.keys()) if (earlier <= sequence) this.frames.delete(earlier);
    return what;
  }

  /** `most` frames are on their way. */
  isFull(most: number): boolean {
    return this.inFlight >= most;
  }

  /** Whether one of those on their way is such. */
  has(isSuch: (what: T) => boolean): boolean {
    return [...this.frames.values()].some(isSuch);
  }

  /** The last frame was sent so long ago that none of those on their way will be acknowledged. */
  get timedOut(): boolean {
    return this.inFlight > 0 && this.lostInMs === 0;
  }

  /** Milliseconds until those on their way are taken for lost. */
  get lostInMs(): number {
    return Math.max(0, this.sentAt + this.patienceMs - this.now());
  }

  /** The page says ready: what is on its way may never reach it. */
  pageReloaded(): void {
    this.patienceMs = LOST_AFTER_RELOAD_MS;
  }

  /** What is on its way does not count any more. */
  clear(): void {
    this.frames.clear();
  }
}
