/** Between two writes, unless they take long: then so long that they cost a twentieth of the time. Milliseconds. */
const WRITE_INTERVAL_MS = 500;
const CHECKPOINT_INTERVAL_MS = 2000;
const MIN_TIME_BETWEEN = 20;
/** Whatever a write costs: what a process that is killed loses is bounded. */
const MAX_WRITE_INTERVAL_MS = 5000;
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
    const cost = (end - start) * MIN_TIME_BETWEEN;
    const interval = Math.max(WRITE_INTERVAL_MS, Math.min(cost, MAX_WRITE_INTERVAL_MS));
    this.writeDueAt = start + (failed ? RETRY_INTERVAL_MS : interval);
    if (withCheckpoint && !failed) this.checkpointDueAt = start + Math.max(CHECKPOINT_INTERVAL_MS, cost);
  }
}
