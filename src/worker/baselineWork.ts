import { gatherEvidence, type Evidence } from "../core/analysis/evidence";
import type { Trainer } from "../core/training/trainer";
import type { Experiment } from "../config/schema/schema";
import type { SlicedTask } from "../lib/slicedTask";

/** Computes the baselines of a run and the facts of its data, once, in pieces of about a millisecond. */
export class BaselineWork {
  private work: SlicedTask<Evidence> | null;

  /** @param report receives them when they are known */
  constructor(
    { dataset, loss }: Pick<Trainer, "dataset" | "loss">,
    experiment: Experiment,
    private readonly now: () => number,
    private readonly report: (evidence: Evidence) => void,
  ) {
    this.work = gatherEvidence(experiment, { dataset, loss });
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
