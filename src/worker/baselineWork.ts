import { baselinesOf } from "../core/analysis/baselines/baselines";
import type { Trainer } from "../core/training/trainer";
import type { Experiment } from "../config/schema/schema";
import type { SlicedTask } from "../lib/slicedTask";
import type { Baseline } from "../shared/wire/baselines";

/** Computes the baselines of a run, once, in pieces of about a millisecond. */
export class BaselineWork {
  private work: SlicedTask<readonly Baseline[]> | null;

  /** @param report receives them when they are known */
  constructor(
    { dataset, loss }: Pick<Trainer, "dataset" | "loss">,
    experiment: Experiment,
    private readonly now: () => number,
    private readonly report: (baselines: readonly Baseline[]) => void,
  ) {
    this.work = baselinesOf({ dataset, loss, experiment });
  }

  get isDone(): boolean {
    return this.work === null;
  }

  /** One piece. */
  advance(): void {
    const next = this.work?.next();
    if (next?.done !== true) return;
    this.work = null;
    this.report(next.value);
  }

  /** As much as fits into so many milliseconds. */
  advanceFor(milliseconds: number): void {
    const start = this.now();
    while (!this.isDone && this.now() - start < milliseconds) this.advance();
  }

  /** They are known, or nobody will look at them. */
  skip(): void {
    this.work = null;
  }
}
