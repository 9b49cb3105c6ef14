/** At most 20 reports a second: the page, which pauses between two draws, seldom shows more. */
const REPORT_INTERVAL_MS = 50;
/** Weight of the speed until now against that since the last report. */
const SMOOTHING = 0.7;

/** When a run reports, and how fast it was between its reports. Times in milliseconds. */
export class ReportClock {
  private reportedAt = -Infinity;
  private speed = 0;

  /** @param reportedSteps steps that were reported before: of a run that is resumed */
  constructor(private reportedSteps = 0) {}

  /** Smoothed. */
  get stepsPerSecond(): number {
    return this.speed;
  }

  /** A run that pauses or has ended reports whatever it has not reported yet. */
  isDue(isRunning: boolean, steps: number, now: number): boolean {
    return isRunning ? now - this.reportedAt >= REPORT_INTERVAL_MS : steps !== this.reportedSteps;
  }

  /**
   * Call it before the rows are sent.
   * @param trainMs stands in for the time since the last report before the first one
   */
  measure(steps: number, trainMs: number, now: number): void {
    const elapsed = this.reportedAt === -Infinity ? trainMs : now - this.reportedAt;
    const speed = elapsed > 0 ? ((steps - this.reportedSteps) / elapsed) * 1000 : 0;
    this.speed = this.speed === 0 ? speed : this.speed * SMOOTHING + speed * (1 - SMOOTHING);
    this.reportedAt = now;
  }

  /** The rows of so many steps have been sent. */
  sent(steps: number): void {
    this.reportedSteps = steps;
  }

  /** The time until now does not count, as after a pause. */
  restart(steps: number, now: number): void {
    this.reportedAt = now;
    this.reportedSteps = steps;
    this.speed = 0;
  }
}
