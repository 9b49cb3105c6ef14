/** Which trials of a sweep folder are to be trained next: those of its plan, or what a search decides on. */
import type { Trial, TrialResult } from "../shared/wire/sweep";
import { JournalReader, JournalWriter } from "../sweepFolder/journal";
import type { SweepFolder } from "../sweepFolder/planFile";
import { hasDecisions, type Decision } from "../sweepPlan/decisions";
import type { SearchEvent } from "../sweepPlan/searchEvents";
import { TrialDirector } from "../sweepPlan/trialDirector";

/** Proposes the combinations of a sweep; whoever follows one in a window has a thread for it. */
export interface SearchOracle {
  /** @param events that have happened since the last question */
  propose(combination: number, events: readonly SearchEvent[]): Promise<readonly unknown[]>;
  dispose(): void;
}

export interface TrialSource {
  /** Takes in results. */
  ended(results: readonly TrialResult[]): void;
  /** Decides on more trials until there are so many that have no result. What was decided is on the disk then. */
  fill(wanted: number): Promise<void>;
  /** Trials to train: without a result, in their order. */
  left(): number[];
  /** Whether all trials have results. */
  readonly isOver: boolean;
  dispose(): void;
}

/** @param oracle null where the trials are planned from the start */
export async function openSource(folder: SweepFolder, oracle: SearchOracle | null): Promise<TrialSource> {
  const { sweep, seed } = folder.read.job;
  if (!hasDecisions(sweep)) return new PlannedTrials(folder, null);
  const reader = new JournalReader(folder.path);
  const decisions = await reader.refresh();
  const journal = new Journal(new JournalWriter(folder.path, reader.length), decisions, sweep.stopping.kind !== "none");
  if (oracle === null) return new PlannedTrials(folder, journal);
  const director = new TrialDirector(sweep, seed, (event) => journal.add(event));
  director.resume(decisions.filter((decision) => decision.kind !== "trained"));
  return new DecidedTrials(folder, director, oracle, journal);
}

/** Decisions on their way to the disk. */
class Journal {
  private added: Decision[] = [];
  private readonly trained: Set<number>;

  constructor(
    private readonly writer: JournalWriter,
    decisions: readonly Decision[],
    private readonly hasStopping: boolean,
  ) {
    this.trained = new Set(decisions.flatMap((decision) => (decision.kind === "trained" ? [decision.index] : [])));
  }

  add(decision: Decision): void {
    this.added.push(decision);
  }

  /** Whoever trains the sweep again ends its runs where they ended. */
  ended({ index, iterations, status, message }: TrialResult): void {
    if (!this.hasStopping || this.trained.has(index)) return;
    this.trained.add(index);
    this.add({ kind: "trained", index, iterations, stopped: status === "stopped" ? (message ?? "") : null });
  }

  async flush(): Promise<void> {
    const { added } = this;
    this.added = [];
    await this.writer.append(added);
  }
}

class PlannedTrials implements TrialSource {
  private readonly waiting: Set<number>;

  constructor(
    { read }: SweepFolder,
    private readonly journal: Journal | null,
  ) {
    this.waiting = new Set(Array.from({ length: read.info.trials }, (_, index) => index));
  }

  get isOver(): boolean {
    return this.waiting.size === 0;
  }

  ended(results: readonly TrialResult[]): void {
    for (const result of results) {
      this.waiting.delete(result.index);
      this.journal?.ended(result);
    }
  }

  async fill(): Promise<void> {
    await this.journal?.flush();
  }

  left(): number[] {
    return [...this.waiting];
  }

  dispose(): void {}
}

class DecidedTrials implements TrialSource {
  private readonly inHand = new Map<number, Trial>();
  private readonly done = new Set<number>();
  /** Events that the oracle has seen. */
  private seen = 0;

  constructor(
    private readonly folder: SweepFolder,
    private readonly director: TrialDirector,
    private readonly oracle: SearchOracle,
    private readonly journal: Journal,
  ) {}

  get isOver(): boolean {
    return this.done.size >= this.folder.read.info.trials;
  }

  ended(results: readonly TrialResult[]): void {
    for (const result of results) {
      this.done.add(result.index);
      this.inHand.delete(result.index);
      this.journal.ended(result);
      this.director.ended(result);
    }
  }

  async fill(wanted: number): Promise<void> {
    while (this.inHand.size < wanted && (await this.decide()));
    await this.journal.flush();
  }

  left(): number[] {
    return [...this.inHand.keys()].sort((a, b) => a - b);
  }

  dispose(): void {
    this.oracle.dispose();
  }

  /** @returns false when there is nothing more to decide */
  private async decide(): Promise<boolean> {
    const { director } = this;
    const step = director.next(this.seen);
    if (step.kind === "train") this.inHand.set(step.trial.index, step.trial);
    if (step.kind === "propose") {
      const values = await this.oracle.propose(step.combination, step.events);
      this.seen = director.events.length;
      director.begin(step.combination, values);
    }
    return step.kind === "train" || step.kind === "propose";
  }
}
