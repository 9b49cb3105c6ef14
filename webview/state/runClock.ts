import { indexAt } from "../../src/shared/trace/decimate";

/** Reports that are kept; when there are more, every second one goes. */
const MAX_REPORTS = 2048;

/**
 * At what training time a run reached its iterations, from its status reports. It is no part of the trace, which is the
 * same bit for bit however fast the machine is. Between two reports, and beyond the last one, the speed is taken as
 * constant.
 */
export class RunClock {
  private iterations = [0];
  private times = [0];

  /** @param batchesPerEpoch 1 where training does not go through its sequences in batches */
  constructor(
    readonly runId: string,
    readonly batchesPerEpoch: number,
  ) {}

  /** Two reports at least: with one alone, every curve would be the one of a constant speed. */
  get isKnown(): boolean {
    return this.iterations.length > 2;
  }

  /** @param trainMs training time so far, in milliseconds */
  note(iteration: number, trainMs: number): void {
    const last = this.iterations.length - 1;
    if (!(iteration > this.iterations[last]! && trainMs > this.times[last]!)) return;
    this.iterations.push(iteration);
    this.times.push(trainMs);
    if (this.iterations.length <= MAX_REPORTS) return;
    // The first and the latest stay.
    const keeps = (_: number, i: number): boolean => i === 0 || (MAX_REPORTS - i) % 2 === 0;
    this.iterations = this.iterations.filter(keeps);
    this.times = this.times.filter(keeps);
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
