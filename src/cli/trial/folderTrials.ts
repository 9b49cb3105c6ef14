import { UsageError } from "../args";
import type { Trial } from "../../shared/wire/sweep";
import { JournalTrials } from "../../sweepFolder/journal";
import type { SweepFolder } from "../../sweepFolder/planFile";
import { hasDecisions } from "../../sweepPlan/decisions";
import { isLearning } from "../../sweepPlan/searchEvents";
import { trialsOf } from "../../worker/trialsOf";

/** The trials of a sweep folder that a process is to train: of the plan, or of the journal as it grows. */
export class FolderTrials {
  /** Null where nothing is decided while trials are trained. */
  readonly journal: JournalTrials | null;
  readonly wanted: readonly number[];
  private readonly planned: readonly Trial[] | null;

  /**
   * @param indices null: all
   * @throws UsageError for an index that the sweep does not have
   */
  constructor(folder: SweepFolder, indices: readonly number[] | null) {
    const { job, info } = folder.read;
    this.journal = hasDecisions(job.sweep) ? new JournalTrials(folder) : null;
    this.planned = isLearning(job.sweep) ? null : trialsOf(job);
    const beyond = indices?.find((index) => index >= info.trials);
    if (beyond !== undefined)
      throw new UsageError(`--index ${beyond}: the sweep has ${info.trials} trials, counted from 0`);
    this.wanted = indices ?? Array.from({ length: info.trials }, (_, index) => index);
  }

  /** Whether the values of all trials that are wanted are known. */
  get isWhole(): boolean {
    return this.wanted.every((index) => this.at(index) !== undefined);
  }

  /** @returns whether trials are known that were not before */
  async refresh(): Promise<boolean> {
    const before = this.journal?.known.size;
    await this.journal?.refresh();
    return this.journal?.known.size !== before;
  }

  /** Known, and not among the results. */
  left(results: ReadonlyMap<number, unknown>): Trial[] {
    return this.wanted.flatMap((index) => (results.has(index) ? [] : (this.at(index) ?? [])));
  }

  private at(index: number): Trial | undefined {
    return this.planned === null ? this.journal?.known.get(index) : this.planned[index];
  }
}
