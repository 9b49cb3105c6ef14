/** Between two writes, unless they take long: then so long that they cost a twentieth of the time. Milliseconds. */
const WRITE_INTERVAL_MS = 500;
const CHECKPOINT_INTERVAL_MS = 2000;
const MIN_TIME_BETWEEN = 20;
/** After a write that failed. */
const RETRY_INTERVAL_MS = 3000;

/** When the next write of a run is due, and when it has a checkpoint with it. Times of one clock, in milliseconds. */
export class WriteSchedule {
  private writeDueAt: number;
  private checkpointDueAt: number;

  /** @param firstWriteMs from `start` to the first write */
  constructor(start: number, firstWriteMs: number) {
    this.writeDueAt = start + firstWriteMs;
    this.checkpointDueAt = start + CHECKPOINT_INTERVAL_MS;
  }

  isWriteDue(now: number): boolean {
    return now >= this.writeDueAt;
  }

  isCheckpointDue(now: number): boolean {
    return now >= this.checkpointDueAt;
  }

  /** A write took from `start` to `end`. */
  wrote(start: number, end: number, { withCheckpoint, failed }: { withCheckpoint: boolean; failed: boolean }): void {
    const later = (interval: number): number => start + Math.max(interval, (end - start) * MIN_TIME_BETWEEN);
    this.writeDueAt = failed ? start + RETRY_INTERVAL_MS : later(WRITE_INTERVAL_MS);
    if (withCheckpoint && !failed) this.checkpointDueAt = later(CHECKPOINT_INTERVAL_MS);
  }
}
