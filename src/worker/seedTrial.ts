/** One of several seeds: the run of the experiment, with a curve that is small enough to be sent. */
import { baselinesOf } from "../core/analysis/baselines/baselines";
import { runTrial, type TrialFigures } from "../core/training/runTrial";
import type { Trainer } from "../core/training/trainer";
import type { TrainerResources } from "../core/training/trainingSetup";
import type { Experiment, SweepGoal } from "../config/schema/schema";
import { createJudgedLoss } from "../fixes/fixTrial";
import { TAIL_SHARE, type JudgedLoss } from "../fixes/judgedLoss";
import { finishWork } from "../lib/slicedTask";
import { OPTIONAL_COLUMN } from "../shared/trace/trace";
import { curveIterations, type SeedLoss } from "../shared/wire/seeds";
import type { SeedFigures } from "../threads/sweepMessages";

/**
 * Trains to the end, whether the goal says to stop or not: a curve that breaks off at the goal says nothing of what
 * would have followed.
 * @param now milliseconds
 * @param onStep after each step, with the share of the iterations that are done; training goes on when it returns
 * @throws ExperimentError as {@link runTrial} does
 */
export function runSeedTrial(
  experiment: Experiment,
  goal: SweepGoal | null,
  resources: TrainerResources,
  { now, onStep }: { readonly now: () => number; readonly onStep: (share: number) => void },
): { readonly figures: TrialFigures; readonly seed: SeedFigures } {
  let watch: SeedWatch | null = null;
  const figures = runTrial(
    experiment,
    goal === null ? null : { ...goal, stop: false },
    resources,
    now,
    (trainer, iteration) => {
      watch ??= new SeedWatch(experiment, trainer, goal === null);
      watch.add(iteration, trainer.metrics);
      onStep(iteration / Math.max(1, trainer.iterations));
    },
  );
  // A run has its first row at least, so there is a watch.
  return { figures, seed: watch!.figures(figures.status === "diverged") };
}

/** Follows a run: its curve, and the one loss that it ends with. */
class SeedWatch {
  private readonly iterations: Float64Array<ArrayBuffer>;
  private readonly curve: number[] = [];
  private readonly loss: SeedLoss;
  private readonly judged: JudgedLoss;
  private readonly baseline: number | null;
  /** The latest losses, for the mean of a point: at most 5 % of the iterations. */
  private readonly recent: Float64Array;
  private seen = 0;

  constructor(
    experiment: Experiment,
    { columns, iterations, iterationsPerEpoch, dataset, loss }: Trainer,
    wantsBaseline: boolean,
  ) {
    const validates = columns.some(({ name }) => name === OPTIONAL_COLUMN.validationLoss);
    this.iterations = curveIterations(iterations);
    this.loss = {
      on: validates ? "validation" : "training",
      // One epoch, because each batch has a loss of its own.
      window: validates ? 1 : Math.max(1, Math.min(Math.ceil(iterationsPerEpoch), Math.ceil(TAIL_SHARE * iterations))),
      final: !validates ? "mean" : experiment.training.stop === null ? "last" : "lowest",
    };
    this.judged = createJudgedLoss(experiment, { columns, iterations });
    this.recent = new Float64Array(this.loss.window);
    this.baseline = wantsBaseline ? lowestOf(finishWork(baselinesOf({ dataset, loss, experiment }))) : null;
  }

  add(iteration: number, { loss, validationLoss }: Trainer["metrics"]): void {
    this.judged.add(loss, validationLoss);
    const { recent } = this;
    recent[this.seen++ % recent.length] = this.loss.on === "validation" ? validationLoss : loss;
    if (iteration !== this.iterations[this.curve.length]) return;
    const count = Math.min(this.seen, recent.length);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += recent[i]!;
    this.curve.push(sum / count);
  }

  figures(diverged: boolean): SeedFigures {
    const broken = this.curve.findIndex((value) => !Number.isFinite(value));
    return {
      loss: this.loss,
      iterations: this.iterations,
      finalLoss: diverged ? NaN : this.judged.value,
      baseline: this.baseline,
      curve: Float64Array.from(broken < 0 ? this.curve : this.curve.slice(0, broken)),
    };
  }
}

function lowestOf(baselines: readonly { readonly loss: number }[]): number | null {
  return baselines.length === 0 ? null : Math.min(...baselines.map(({ loss }) => loss));
}
