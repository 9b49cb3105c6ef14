import type { Experiment } from "../../src/config/schema/schema";
import { TRIED_SEEDS, type SeedResult, type SeedTrials } from "../../src/shared/wire/seeds";
import { runSeedTrial } from "../../src/worker/seedTrial";

/** The seeds of the host in the page: real ones, each trained at once on the thread of the page. */
export class FakeSeeds {
  private experiment: Experiment | null = null;
  private data: string | null = null;
  private trials: SeedTrials | null = null;

  /** @param data the text of the data file that the experiment names, if it names one */
  start(experiment: Experiment, data: string | null): void {
    this.experiment = experiment;
    this.data = data;
    this.trials = {
      phase: "running",
      message: null,
      waiting: false,
      percent: 0,
      seeds: Array.from({ length: TRIED_SEEDS }, (_, i) => experiment.seed + i),
      goal: experiment.sweep?.goal ?? null,
      loss: null,
      iterations: new Float64Array(0),
      results: [],
    };
  }

  stop(): void {
    if (this.trials?.phase === "running") this.trials = { ...this.trials, phase: "stopped" };
  }

  remove(): void {
    this.trials = null;
  }

  /** Trains the next seed. Returns whether there is something new. */
  advance(): boolean {
    const { experiment, trials } = this;
    if (experiment === null || trials?.phase !== "running") return false;
    const seed = trials.seeds[trials.results.length]!;
    const goal = experiment.sweep?.goal ?? null;
    const { figures, seed: tried } = runSeedTrial(
      { ...experiment, seed },
      goal,
      { files: { data: this.data, weights: null } },
      { now: () => performance.now(), onStep: () => undefined },
    );
    const { status, iterations, accuracy, exactAccuracy, reachedAt } = figures;
    const { finalLoss, baseline, curve } = tried;
    const reached = goal === null ? null : reachedAt !== null;
    const rest = { message: null, iterations, accuracy, exactAccuracy, reached, finalLoss, baseline, curve };
    const results: SeedResult[] = [...trials.results, { seed, status, ...rest }];
    this.trials = {
      ...trials,
      loss: tried.loss,
      iterations: tried.iterations,
      results,
      percent: (100 * results.length) / trials.seeds.length,
      phase: results.length === trials.seeds.length ? "done" : "running",
    };
    return true;
  }

  state(): SeedTrials | null {
    return this.trials;
  }
}
