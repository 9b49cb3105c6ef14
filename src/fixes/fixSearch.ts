/**
 * The search for fixes that help: trains copies of the experiment, one after the other, and compares them with the run.
 * First each candidate by itself at the run's seed; those that help are tried at two more seeds where the run is short.
 * When none helps, the best are tried in pairs. All of it within a limited time.
 */
import type { Experiment } from "../config/schema/schema";
import type { ConfigPath, Fix, FixProgress } from "../shared/wire/findings";
import { withFix } from "./fixedText";
import { keyOf } from "./fixKey";
import { runFixTrial, type TrialFigures, type TrialResources } from "./fixTrial";
import { compareVerdicts, helps, isReliable, medianLoss, type Comparison, type FixVerdict } from "./judge";

/** For all trials together, in milliseconds. */
export const SEARCH_MS = 60_000;
/** A run below that is judged at {@link MORE_SEEDS}, too. */
const SHORT_RUN_MS = 2000;
/** Added to the run's seed. */
const MORE_SEEDS = [1, 2] as const;
/** Of a search, the share that trials at the run's seed may use while the run is short. */
const FIRST_SEED_SHARE = 0.6;
/** Of candidates that are tried together when none helps by itself. */
const MAX_PAIRS = 40;

/** The run that is to be fixed. */
export interface SearchedRun {
  /** Of its experiment file. */
  readonly text: string;
  readonly experiment: Experiment;
  readonly judgedLoss: number;
  /** Its validation loss where it has one, else its final loss: what a person compares with. */
  readonly shownLoss: number;
  readonly trainMs: number;
  readonly baselines: Comparison["baselines"];
}

/** One copy that was trained; null figures: it could not be. */
export interface TrialRecord {
  /** See keyOf. */
  readonly key: string;
  /** Added to the run's seed. */
  readonly seed: number;
  readonly figures: TrialFigures | null;
}

export interface SearchOutcome {
  /** That helped, the best first, each with its trial. */
  readonly helped: readonly Fix[];
  /** For which there was no time. */
  readonly untried: readonly Fix[];
}

/** Key of the run without a fix. */
const UNFIXED = "";

export class FixSearch {
  private readonly records = new Map<string, TrialFigures | null>();
  private pairs: readonly Fix[] = [];
  private spentMs = 0;

  /** @param known trials of an earlier search for the same experiment, which are not repeated */
  constructor(
    private readonly run: SearchedRun,
    private readonly candidates: readonly Fix[],
    private readonly resources: TrialResources,
    known: readonly TrialRecord[] = [],
  ) {
    for (const record of known) this.add(record);
  }

  get progress(): FixProgress {
    const all = [...this.candidates, ...this.pairs];
    return { tried: all.filter((fix) => this.isTried(fix)).length, total: all.length };
  }

  /** As far as the search is. */
  get outcome(): SearchOutcome {
    const helped = [...this.candidates, ...this.pairs]
      .flatMap((fix) => {
        const verdict = this.verdictOf(fix);
        return verdict !== null && isReliable(verdict) ? [{ fix, verdict }] : [];
      })
      .sort((a, b) => compareVerdicts(a.verdict, b.verdict));
    return {
      helped: helped.map(({ fix, verdict }) => this.withTrial(fix, verdict)),
      untried: this.candidates.filter((fix) => !this.isTried(fix)),
    };
  }

  /** Yields after each trial; what is left when nobody goes on is untried. */
  *trials(): Generator<TrialRecord, void> {
    const isShort = this.run.trainMs < SHORT_RUN_MS;
    for (const untilMs of isShort ? [FIRST_SEED_SHARE * SEARCH_MS, SEARCH_MS] : [SEARCH_MS]) {
      yield* this.tryAll(this.candidates, untilMs);
      if (isShort) yield* this.confirm(this.candidates);
    }
    if (this.outcome.helped.length > 0) return;
    this.pairs = this.pairsOfBest();
    for (const pair of this.pairs) {
      yield* this.tryAll([pair], SEARCH_MS);
      if (isShort) yield* this.confirm([pair]);
    }
  }

  private *tryAll(fixes: readonly Fix[], untilMs: number): Generator<TrialRecord, void> {
    for (const fix of fixes) {
      if (this.isTried(fix)) continue;
      if (this.spentMs >= untilMs) return;
      yield this.train(keyOf(fix), fix, 0);
    }
  }

  /** At more seeds, the best first. A fix that fails at the first of them is tried at the other all the same. */
  private *confirm(fixes: readonly Fix[]): Generator<TrialRecord, void> {
    const helpful = fixes
      .map((fix) => ({ fix, verdict: this.verdictOf(fix) }))
      .filter((tried): tried is { fix: Fix; verdict: FixVerdict } => tried.verdict?.helped[0] === true)
      .sort((a, b) => compareVerdicts(a.verdict, b.verdict));
    for (const { fix } of helpful)
      for (const seed of MORE_SEEDS) {
        if (!this.isKnown(UNFIXED, seed) && this.spentMs < SEARCH_MS) yield this.train(UNFIXED, null, seed);
        if (!this.isKnown(keyOf(fix), seed) && this.spentMs < SEARCH_MS) yield this.train(keyOf(fix), fix, seed);
      }
  }

  private train(key: string, fix: Fix | null, seed: number): TrialRecord {
    const record: TrialRecord = { key, seed, figures: this.figuresOf(fix, seed) };
    this.add(record);
    return record;
  }

  private figuresOf(fix: Fix | null, seed: number): TrialFigures | null {
    const fixed = fix === null ? this.run : withFix(this.run.text, fix.edits);
    if (fixed === null) return null;
    const { experiment } = fixed;
    try {
      return runFixTrial(
        seed === 0 ? experiment : { ...experiment, seed: experiment.seed + seed },
        this.resources,
        SEARCH_MS - this.spentMs,
      );
    } catch {
      // Values that are valid by themselves may not go with the data, or need too much memory.
      return null;
    }
  }

  private add({ key, seed, figures }: TrialRecord): void {
    this.records.set(recordKey(key, seed), figures);
    this.spentMs += figures?.trainMs ?? 0;
  }

  private isKnown(key: string, seed: number): boolean {
    return this.records.has(recordKey(key, seed));
  }

  private isTried(fix: Fix): boolean {
    return this.isKnown(keyOf(fix), 0);
  }

  /** Null before it was tried, or when it cannot be trained. */
  private verdictOf(fix: Fix): FixVerdict | null {
    const key = keyOf(fix);
    const figures = this.records.get(recordKey(key, 0)) ?? null;
    if (figures === null) return null;
    const helped = [helps(figures.judgedLoss, this.comparison(this.run.judgedLoss))];
    const losses = [figures.judgedLoss];
    for (const seed of MORE_SEEDS) {
      const unfixed = this.records.get(recordKey(UNFIXED, seed)) ?? null;
      if (unfixed === null || !this.isKnown(key, seed)) continue;
      const loss = this.records.get(recordKey(key, seed))?.judgedLoss ?? NaN;
      losses.push(loss);
      helped.push(helps(loss, this.comparison(unfixed.judgedLoss)));
    }
    return { figures, helped, medianLoss: medianLoss(losses) };
  }

  private comparison(runLoss: number): Comparison {
    return { runLoss, baselines: this.run.baselines };
  }

  private withTrial({ title, edits }: Fix, { figures }: FixVerdict): Fix {
    const { iterations, finalLoss, bestLoss, validationLoss } = figures;
    return {
      title,
      edits,
      trial: { iterations, finalLoss, bestLoss, validationLoss, runLoss: this.run.shownLoss },
    };
  }

  /** The candidates combined two by two, those that were best by themselves first. */
  private pairsOfBest(): readonly Fix[] {
    const ranked = this.candidates
      .filter((fix) => this.isTried(fix))
      .map((fix) => ({ fix, loss: this.records.get(recordKey(keyOf(fix), 0))?.judgedLoss ?? NaN }))
      .sort((a, b) => orderOf(a.loss) - orderOf(b.loss));
    return ranked
      .flatMap(({ fix: first }, rank) =>
        ranked.slice(0, rank).map(({ fix: second }, better) => ({ first: second, second: first, rank: rank + better })),
      )
      .filter(({ first, second }) => !overlap(first, second))
      .sort((a, b) => a.rank - b.rank)
      .slice(0, MAX_PAIRS)
      .map(({ first, second }) => ({
        title: `${first.title}; ${second.title}`,
        edits: [...first.edits, ...second.edits],
      }));
  }
}

function recordKey(key: string, seed: number): string {
  return `${seed} ${key}`;
}

/** Not a number goes last. */
function orderOf(loss: number): number {
  return Number.isFinite(loss) ? loss : Number.MAX_VALUE;
}

/** Whether the two change the same value, or one what is in the other's. */
function overlap(first: Fix, second: Fix): boolean {
  const within = (a: ConfigPath, b: ConfigPath): boolean => a.every((key, index) => b[index] === key);
  return first.edits.some(({ path: a }) => second.edits.some(({ path: b }) => within(a, b) || within(b, a)));
}
