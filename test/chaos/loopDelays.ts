/** Delays of an event loop: how late a timer fires, counted in buckets. */
import { BUCKETS, bucketOf } from "./protocol";

const EVERY_MS = 10;

export class LoopDelays {
  private counts = Array.from({ length: BUCKETS }, () => 0);
  private expected = performance.now() + EVERY_MS;
  private readonly timer = setInterval(() => this.count(), EVERY_MS);

  /** Of this thread, from now on; the timer keeps no process alive. */
  constructor() {
    this.timer.unref();
  }

  /** Since the last call. */
  take(): readonly number[] {
    const { counts } = this;
    this.counts = counts.map(() => 0);
    return counts;
  }

  dispose(): void {
    clearInterval(this.timer);
  }

  private count(): void {
    const now = performance.now();
    const bucket = bucketOf(now - this.expected);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.expected = now + EVERY_MS;
  }
}
