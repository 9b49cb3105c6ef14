import { countsKey } from "../config/facts/dataCounts";
import { isTableFile, type ExperimentFiles } from "../config/facts/dataFiles";
import type { Experiment } from "../config/schema/schema";
import { describeError } from "../lib/outsideText";
import type { TableCounts } from "../tables/byteSource";
import { countTableOnThread, type TableWork } from "./runTableThread";

export interface CountEvents {
  /** How far it is, in words for a person. */
  onProgress(message: string): void;
  /** @param files with a table that is counted, or without one that has to be */
  onCounted(files: ExperimentFiles): void;
  /** @param message in words for a person */
  onFailure(message: string): void;
}

/** So many tables are remembered. */
const MOST_KNOWN = 16;

/**
 * Counts the table of an experiment before memory is set aside for it, on a thread, so that no table blocks the editor.
 * What is known of a table is remembered until the file is written again.
 */
export class TableCounter {
  private static readonly known = new Map<string, TableCounts>();
  private work: TableWork<TableCounts> | null = null;

  /** @param scriptPath dist/table.js */
  constructor(private readonly scriptPath: string) {}

  get isCounting(): boolean {
    return this.work !== null;
  }

  /** Ends a counting before it. Where there is nothing to count, `onCounted` is called before this returns. */
  count(experiment: Experiment, files: ExperimentFiles, events: CountEvents): void {
    this.cancel();
    const table = files.data;
    if (!isTableFile(table)) return events.onCounted(files);
    const { path, identity, size, modified } = table;
    const key = JSON.stringify([path, identity, size, modified, countsKey(experiment)]);
    const counted = (counts: TableCounts): void => events.onCounted({ ...files, data: { ...table, counts } });
    const known = TableCounter.known.get(key);
    if (known !== undefined) return counted(known);
    const work = countTableOnThread(this.scriptPath, { table, experiment }, (message) => events.onProgress(message));
    this.work = work;
    const settle = (then: () => void): void => {
      if (this.work !== work) return;
      this.work = null;
      then();
    };
    work.result.then(
      (counts) =>
        settle(() => {
          TableCounter.remember(key, counts);
          counted(counts);
        }),
      (error: unknown) => settle(() => events.onFailure(describeError(error))),
    );
  }

  private static remember(key: string, counts: TableCounts): void {
    const { known } = TableCounter;
    known.set(key, counts);
    const [oldest] = known.keys();
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
  }

  /**
   * The same for work beside the run, which this counter goes on to count for.
   * @throws Error in words for a person when the table cannot be read
   */
  countBeside(experiment: Experiment, files: ExperimentFiles): Promise<ExperimentFiles> {
    return new Promise((onCounted, reject) =>
      new TableCounter(this.scriptPath).count(experiment, files, {
        onProgress: () => undefined,
        onCounted,
        onFailure: (message) => reject(new Error(message)),
      }),
    );
  }

  /** Nothing more is reported. */
  cancel(): void {
    this.work?.cancel();
    this.work = null;
  }
}
