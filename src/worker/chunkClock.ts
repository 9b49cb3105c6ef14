/** Training time between two looks at the messages. */
const CHUNK_MS = 8;
/** Steps between two looks at the clock: doubled and halved to take about this long. */
const CLOCK_INTERVAL_MS = 0.5;
const MAX_STEPS_PER_LOOK = 4096;

/** What one chunk came to. Times in milliseconds. */
export interface Chunk {
  readonly steps: number;
  readonly elapsedMs: number;
  readonly endedAt: number;
}

/** Measures training in chunks, and looks at the clock seldom enough for the shortest steps. */
export class ChunkClock {
  private stepsPerLook = 1;

  constructor(private readonly now: () => number) {}

  /**
   * Takes steps for one chunk at most.
   * @param most steps at most
   * @param mayGoOn asked before each step
   * @param onLook called whenever the clock has been looked at
   */
  run(most: number, mayGoOn: () => boolean, step: () => void, onLook: (now: number) => void): Chunk {
    const start = this.now();
    let steps = 0;
    let lookedAt = start;
    while (steps < most && lookedAt - start < CHUNK_MS && mayGoOn()) {
      const until = Math.min(most, steps + this.stepsPerLook);
      while (steps < until && mayGoOn()) {
        step();
        steps++;
      }
      const now = this.now();
      onLook(now);
      this.adapt(now - lookedAt);
      lookedAt = now;
    }
    return { steps, elapsedMs: lookedAt - start, endedAt: lookedAt };
  }

  private adapt(elapsedMs: number): void {
    if (elapsedMs < CLOCK_INTERVAL_MS / 2) this.stepsPerLook = Math.min(MAX_STEPS_PER_LOOK, this.stepsPerLook * 2);
    else if (elapsedMs > CLOCK_INTERVAL_MS * 2) this.stepsPerLook = Math.max(1, this.stepsPerLook >> 1);
  }
}
