import { tensorsOf, type NamedTensor } from "../core/numerics/tensor";
import type { MetricsLog } from "../core/training/metricsLog";
import type { Trainer } from "../core/training/trainer";
import type { StepResult } from "../core/training/trainingLoop";
import { bestValidation } from "../worker/bestValidation";
import type { ProgressBar } from "./progressBar";
import { OPTIONAL_COLUMN, type BestValidation } from "../shared/trace/trace";
import { formatValue } from "../shared/words/numberFormat";
import type { Baseline } from "../shared/wire/baselines";
import type { Finding } from "../shared/wire/findings";
import type { RunDiagnosis } from "./runDiagnosis";
import type { RunFiles } from "./runFiles";

/** Steps between two looks at the clock; longer ones only make the progress bar coarser. */
const STEPS_PER_SLICE = 256;

/**
 * The figures that a run is told by, beside those that every run has. Of numbers the loss says enough, unless some are
 * held out: whether one was near enough counts for little on a batch that training has just seen.
 */
export function figuresOf(trainer: Trainer): OptionalFigure[] {
  const { columns, dataset } = trainer;
  const asks = dataset.targetKind !== "values" || validates(trainer);
  return Object.values(OPTIONAL_COLUMN).filter(
    (name) =>
      columns.some((column) => column.name === name) &&
      (name === OPTIONAL_COLUMN.learningRate || (asks && name !== OPTIONAL_COLUMN.clipCosine)),
  );
}

/** Whether it has a validation set. */
export function validates({ dataset }: Trainer): boolean {
  return dataset.trainingSequences < dataset.sequences;
}

type OptionalFigure = (typeof OPTIONAL_COLUMN)[keyof typeof OPTIONAL_COLUMN];

export interface TrainingResult {
  readonly status: "done" | "diverged";
  /** Updates made. */
  readonly iterations: number;
  readonly finalLoss: number;
  readonly engine: Trainer["engine"];
  /** Training alone: without reading, writing and drawing. */
  readonly trainMs: number;
  readonly parameters: readonly NamedTensor[];
  /** The lowest validation loss; null where nothing was validated. */
  readonly best: BestValidation | null;
  /** Whether the patience of `training.stop` ran out. */
  readonly stoppedEarly: boolean;
  /** Validation loss and accuracies at the end, those that the run has. */
  readonly scores: Readonly<Record<string, number>>;
  /** What is wrong with the run, the cause first. */
  readonly findings: readonly Finding[];
  /** Losses of simple answers. */
  readonly baselines: readonly Baseline[];
  /** What it is compared by with runs that have a fix; see JudgedLoss. */
  readonly judgedLoss: number;
  /** At the end; null where nothing is held out. */
  readonly validationLoss: number | null;
}

/**
 * Trains to the end. The metrics are of every iteration, whatever the experiment's trace says; the rows that the
 * diagnosis looks at are the ones that it says.
 * @param metrics takes the scalars of each iteration
 */
export function train(
  trainer: Trainer,
  dumpSteps: ReadonlySet<number>,
  files: RunFiles | null,
  progress: ProgressBar,
  diagnosis: RunDiagnosis,
  metrics: MetricsLog | null = null,
): TrainingResult {
  const { iterations } = trainer;
  files?.writeParameters("initial", trainer.parameterTensors(), { iteration: "0" });
  let result: StepResult = "running";
  let trainMs = 0;
  while (result === "running") {
    const startedAt = performance.now();
    let captureMs = 0;
    for (let i = 0; i < STEPS_PER_SLICE && result === "running"; i++) {
      const iteration = trainer.iteration;
      if (dumpSteps.has(iteration)) {
        const capturedAt = performance.now();
        files?.writeStep(iteration, trainer.captureStep());
        captureMs += performance.now() - capturedAt;
      }
      result = trainer.step(diagnosis.rows);
      diagnosis.observe(iteration);
      metrics?.add(iteration, trainer.metrics);
      files?.addMetrics(iteration, trainer.metrics);
    }
    trainMs += performance.now() - startedAt - captureMs;
    files?.flush();
    progress.show(
      trainer.iteration,
      iterations,
      () => `iteration ${trainer.iteration} of ${iterations}  loss ${formatValue(trainer.metrics.loss)}`,
    );
  }
  progress.clear();
  const parameters = trainer.parameterTensors();
  files?.writeParameters("final", parameters, { iteration: String(trainer.iteration) });
  const best = bestValidation(trainer);
  if (trainer.best !== null && best !== null)
    files?.writeParameters("best", tensorsOf(trainer.layout, trainer.best.parameters()), {
      iteration: String(best.iteration),
      validationLoss: String(best.validationLoss),
    });
  return {
    best,
    stoppedEarly: trainer.stoppedEarly,
    scores: scoresOf(trainer),
    ...diagnosis.conclude(result),
    judgedLoss: diagnosis.judged.value,
    validationLoss: diagnosis.judged.validationLoss,
    status: result === "diverged" ? "diverged" : "done",
    iterations: trainer.iteration,
    finalLoss: trainer.metrics.loss,
    engine: trainer.engine,
    trainMs,
    parameters,
  };
}

function scoresOf(trainer: Trainer): TrainingResult["scores"] {
  return Object.fromEntries(
    figuresOf(trainer)
      .filter((name) => name !== OPTIONAL_COLUMN.learningRate)
      .map((name) => [name, trainer.metrics[name]]),
  );
}
