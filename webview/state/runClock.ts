import { indexAt } from "../../src/shared/trace/decimate";

/** Reports that are kept. */
const MAX_REPORTS = 2048;

/**
 * At what training time a run reached its iterations, from its status reports. It is no part of the trace, which is the
 * same bit for bit however fast the machine is. Between two reports, and beyond the last one, the speed is taken as
 * constant.
 */
export class RunClock {
  private iterations = [0];
  private times = [0];
  /** Milliseconds from one kept report to the next, at least. */
  private gap = 0;

  /** @param batchesPerEpoch 1 where training does not go through its sequences in batches */
  constructor(
    readonly runId: string,
    readonly batchesPerEpoch: number,
  ) {}

  /** Those that are kept, with the start. */
  get reports(): number {
    return this.iterations.length;
  }

  /** Two reports at least: with one alone, every curve would be the one of a constant speed. */
  get isKnown(): boolean {
    return this.iterations.length > 2;
  }

  /** @param trainMs training time so far, in milliseconds */
  note(iteration: number, trainMs: number): void {
    const last = this.iterations.length - 1;
    if (!(iteration > this.iterations[last]! && trainMs > this.times[last]!)) return;
    // The latest one stays, however soon after another.
    const at = last > 1 && this.times[last]! - this.times[last - 1]! < this.gap ? last : last + 1;
    this.iterations[at] = iteration;
    this.times[at] = trainMs;
    if (this.iterations.length > MAX_REPORTS) this.thin(trainMs);
  }

  /** To half as many, evenly over the time so far. */
  private thin(trainMs: number): void {
    this.gap = (2 * trainMs) / MAX_REPORTS;
    const kept: number[] = [];
    let keptAt = -Infinity;
    for (const [i, time] of this.times.entries()) {
      if (time - keptAt < this.gap && i < this.times.length - 1) continue;
      kept.push(i);
      keptAt = time;
    }
    this.iterations = kept.map((i) => this.iterations[i]!);
    this.times = kept.map((i) => this.times[i]!);
  }

  /** In milliseconds of training. */
  msAt(iteration: number): number {
    return interpolate(this.iterations, this.times, iteration);
  }

  iterationAt(milliseconds: number): number {
    return interpolate(this.times, this.iterations, milliseconds);
  }
}

function interpolate(x: readonly number[], y: readonly number[], at: number): number {
  if (x.length < 2) return at;
  const left = Math.min(indexAt(x, x.length, at), x.length - 2);
  const [x0, x1, y0, y1] = [x[left]!, x[left + 1]!, y[left]!, y[left + 1]!];
  return y0 + ((at - x0) / (x1 - x0)) * (y1 - y0);
}
