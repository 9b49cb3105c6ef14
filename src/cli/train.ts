import { tensorsOf, type NamedTensor } from "../core/numerics/tensor";
import type { MetricsLog } from "../core/training/metricsLog";
import type { Trainer } from "../core/training/trainer";
import type { StepResult } from "../core/training/trainingLoop";
import { runStatus } from "./runStatus";
import { bestValidation } from "../worker/bestValidation";
import { ChunkClock } from "../worker/chunkClock";
import type { ProgressBar } from "./progressBar";
import { OPTIONAL_COLUMN, type BestValidation, type RunPhase, type RunStatus } from "../shared/trace/trace";
import { formatValue } from "../shared/words/numberFormat";
import type { Baseline } from "../shared/wire/baselines";
import type { Finding } from "../shared/wire/findings";
import type { RunDiagnosis } from "./runDiagnosis";
import type { RunFiles } from "./runFiles";
import type { RunRecording } from "./runRecording";

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
  /** "stopped": with Ctrl+C or SIGTERM. */
  readonly status: "done" | "diverged" | "stopped";
  /** Updates made. */
  readonly iterations: number;
  readonly finalLoss: number;
  readonly engine: Trainer["engine"];
  readonly backend: Trainer["backend"];
  readonly arithmetic: Trainer["arithmetic"];
  /** Training alone: without reading, writing and drawing. */
  readonly trainMs: number;
  readonly parameters: readonly NamedTensor[];
  /** Null where nothing is held out. */
  readonly validation: { readonly sequences: number; readonly every: number } | null;
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

/** Writes the metadata of weights. */
export interface WeightsSource {
  /** @param validationLoss of weights that are the best ones */
  metadata(iteration: number, validationLoss: number | null): Readonly<Record<string, string>>;
}

interface TrainOptions {
  readonly dumpSteps: ReadonlySet<number>;
  readonly files: RunFiles | null;
  readonly recording: RunRecording | null;
  readonly progress: ProgressBar;
  readonly diagnosis: RunDiagnosis;
  /** Take the scalars of each iteration. */
  readonly metrics: readonly MetricsLog[];
  /** Stops the run after its present step. */
  readonly interruption: AbortSignal;
  /** What the files of weights say of their data and experiment. */
  readonly origin: WeightsSource;
  /** Training time of the part of the run that was made before; null of a new run. */
  readonly earlierMs: number | null;
}

/**
 * Trains to the end, or until it is interrupted. The metrics are of every iteration, whatever the experiment's trace
 * says; the rows that the diagnosis looks at are the ones that it says.
 */
export async function train(trainer: Trainer, options: TrainOptions): Promise<TrainingResult> {
  const { files, recording, progress, diagnosis, interruption, earlierMs, origin } = options;
  if (earlierMs === null) files?.writeParameters("initial", trainer.parameterTensors(), origin.metadata(0, null));
  const progressOf = (trainMs: number, phase: RunPhase): RunStatus => runStatus(trainer, trainMs, phase);
  const clock = new ChunkClock(() => performance.now());
  const stepper = new Stepper(trainer, options);
  let trainMs = earlierMs ?? 0;
  recording?.begin(progressOf(trainMs, "running"));
  while (stepper.result === "running" && !interruption.aborted) {
    const { elapsedMs } = clock.run(
      Infinity,
      () => stepper.result === "running",
      stepper.step,
      () => {},
    );
    trainMs += elapsedMs - stepper.takeCaptureMs();
    files?.flush();
    recording?.write(progressOf(trainMs, "running"));
    progress.show(
      trainer.iteration,
      trainer.iterations,
      () => `iteration ${trainer.iteration} of ${trainer.iterations}  loss ${formatValue(trainer.metrics.loss)}`,
    );
    await nextTurn();
  }
  progress.clear();
  const status = { running: "stopped", finished: "done", diverged: "diverged" } as const;
  const phase = status[stepper.result];
  const concluded = diagnosis.conclude(stepper.result);
  recording?.finish(progressOf(trainMs, phase), concluded.findings, concluded.baselines);
  return {
    ...writeWeights(trainer, files, origin),
    ...concluded,
    ...resultOf(trainer, diagnosis),
    status: phase,
    trainMs,
  };
}

/** Lets signals come through, which wait while code runs. */
const nextTurn = (): Promise<void> => new Promise((done) => setImmediate(done));

/** One step after the other, each with all that looks at it. */
class Stepper {
  result: StepResult = "running";
  private captureMs = 0;

  constructor(
    private readonly trainer: Trainer,
    private readonly options: TrainOptions,
  ) {}

  readonly step = (): void => {
    const { trainer } = this;
    const { dumpSteps, files, diagnosis, metrics } = this.options;
    const { iteration } = trainer;
    if (dumpSteps.has(iteration)) {
      const capturedAt = performance.now();
      files?.writeStep(iteration, trainer.captureStep());
      this.captureMs += performance.now() - capturedAt;
    }
    this.result = trainer.step(diagnosis.rows);
    diagnosis.observe(iteration);
    for (const log of metrics) log.add(iteration, trainer.metrics);
    files?.addMetrics(iteration, trainer.metrics);
  };

  /** Since the last call: time spent on files of `--dump-step`. */
  takeCaptureMs(): number {
    const { captureMs } = this;
    this.captureMs = 0;
    return captureMs;
  }
}

function writeWeights(
  trainer: Trainer,
  files: RunFiles | null,
  origin: WeightsSource,
): Pick<TrainingResult, "parameters" | "best"> {
  const parameters = trainer.parameterTensors();
  files?.writeParameters("final", parameters, origin.metadata(trainer.iteration, null));
  const best = bestValidation(trainer);
  if (trainer.best !== null && best !== null)
    files?.writeParameters(
      "best",
      tensorsOf(trainer.layout, trainer.best.parameters()),
      origin.metadata(best.iteration, best.validationLoss),
    );
  return { parameters, best };
}

function resultOf(trainer: Trainer, { judged }: RunDiagnosis) {
  const { dataset } = trainer;
  return {
    stoppedEarly: trainer.stoppedEarly,
    validation: validates(trainer)
      ? { sequences: dataset.sequences - dataset.trainingSequences, every: trainer.validationInterval }
      : null,
    scores: scoresOf(trainer),
    judgedLoss: judged.value,
    validationLoss: judged.validationLoss,
    iterations: trainer.iteration,
    finalLoss: trainer.metrics.loss,
    engine: trainer.engine,
    backend: trainer.backend,
    arithmetic: trainer.arithmetic,
  };
}

function scoresOf(trainer: Trainer): TrainingResult["scores"] {
  return Object.fromEntries(
    figuresOf(trainer)
      .filter((name) => name !== OPTIONAL_COLUMN.learningRate)
      .map((name) => [name, trainer.metrics[name]]),
  );
}
