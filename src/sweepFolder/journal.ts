/** journal.jsonl: what was decided while runs were trained. One process writes it; anybody may read it. */
import { open } from "node:fs/promises";
import { combinationTrials } from "../sweepPlan/trialDirector";
import { decodeDecision, encodeDecision, type Decision, type TrainedDecision } from "../sweepPlan/decisions";
import { seedsOf } from "../config/schema/sweepAxes";
import type { Trial } from "../shared/wire/sweep";
import { journalPath } from "./folderNames";
import type { SweepFolder } from "./planFile";
import { readWholeLines } from "./results";

/** Follows the journal; each byte is read once. */
export class JournalReader {
  /** Bytes of whole lines. */
  length = 0;

  constructor(private readonly folder: string) {}

  /** @returns those that are new */
  async refresh(): Promise<readonly Decision[]> {
    const { lines, end } = await readWholeLines(journalPath(this.folder), this.length);
    this.length = end;
    return lines.map(decodeDecision).filter((decision) => decision !== null);
  }
}

export class JournalWriter {
  /** @param length bytes of whole lines; what a writer that was killed has left behind them is cut off */
  constructor(
    private readonly folder: string,
    private length: number,
  ) {}

  /**
   * Opened and closed each time: then a network folder shows others all of it.
   * @throws the system's error
   */
  async append(decisions: readonly Decision[]): Promise<void> {
    if (decisions.length === 0) return;
    const bytes = Buffer.from(decisions.map(encodeDecision).join(""));
    const file = await open(journalPath(this.folder), this.length === 0 ? "w" : "r+");
    try {
      await file.truncate(this.length);
      for (let written = 0; written < bytes.length;)
        written += (await file.write(bytes, written, bytes.length - written, this.length + written)).bytesWritten;
      await file.sync();
    } finally {
      await file.close();
    }
    this.length += bytes.length;
  }
}

/** The runs that the journal has, as far as it goes. */
export class JournalTrials {
  private readonly trials = new Map<number, Trial>();
  private readonly ended = new Map<number, TrainedDecision>();
  private readonly seeds: readonly number[];
  private readonly reader: JournalReader;

  constructor({ path, read: { job } }: SweepFolder) {
    this.seeds = seedsOf(job.sweep, job.seed);
    this.reader = new JournalReader(path);
  }

  /** By their indices. */
  get known(): ReadonlyMap<number, Trial> {
    return this.trials;
  }

  /** How a run ended according to the journal; null where it says nothing of that. */
  endOf(index: number): TrainedDecision | null {
    return this.ended.get(index) ?? null;
  }

  async refresh(): Promise<void> {
    for (const decision of await this.reader.refresh()) {
      if (decision.kind === "trained") this.ended.set(decision.index, decision);
      if (decision.kind !== "begun") continue;
      for (const trial of combinationTrials(decision.combination, decision.values, this.seeds))
        this.trials.set(trial.index, trial);
    }
  }
}
