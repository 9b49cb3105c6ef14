import type { TraceRecorder } from "../../shared/trace/trace";
import { drawsInTraining } from "../../shared/trace/networkSpec";
import { evaluateLoss } from "../network/losses";
import type { Checkpoint } from "../numerics/checkpoint";
import { createRandom, STREAM, type SeededRandom } from "../numerics/random";
import type { UpdateSettings } from "../optimizers/schedule";
import type { BestCheckpoint } from "./bestParameters";
import { CarriedState } from "./carriedState";
import type { InspectedSequence } from "./inspectedSequence";
import { ParameterUpdates } from "./parameterUpdates";
import { RowScores } from "./rowScores";
import { hasAccuracy, hasExactAccuracy } from "./score";
import { createTraceWriter, type TraceWriter, type WritableMetrics } from "./traceWriter";
import { captureCheckpoint, restoreCheckpoint } from "./trainerCheckpoint";
import type { TrainingSetup } from "./trainingSetup";

export type StepResult = "running" | "finished" | "diverged";

/** The steps of a training, one after the other, and what changes from one to the next. */
export class TrainingLoop {
  /** Updates made so far. */
  iteration = 0;
  readonly metrics: WritableMetrics = {
    loss: NaN,
    gradientNorm: NaN,
    clippedNorm: NaN,
    updateRatio: 0,
    learningRate: NaN,
    validationLoss: NaN,
    accuracy: NaN,
    exactAccuracy: NaN,
    clipCosine: NaN,
  };
  readonly writer: TraceWriter;
  readonly carried: CarriedState;
  private readonly updates: ParameterUpdates;
  private readonly scores: RowScores;
  /** Of dropout and noise. */
  private readonly draws: SeededRandom | null;
  /** dL/d(outputs) of the batch. */
  private readonly outputGradient: Float64Array;
  private ended: StepResult | null = null;
  private early = false;
  /** Updates to make where the training goes on past its end, which may have come early; null: it does not. */
  private extendedTo: number | null = null;
  /** What the evaluation of a row that may be the last one changes, as it was before. */
  private beforeLast: (Pick<Checkpoint, "dropout" | "scores"> & Partial<Checkpoint>) | null = null;

  constructor(
    private readonly setup: TrainingSetup,
    private readonly inspected: InspectedSequence,
    private readonly scoresEveryStep: boolean,
  ) {
    const { experiment, dataset, spec, network, batches, heldOut } = setup;
    this.updates = new ParameterUpdates(setup, this.metrics);
    this.scores = new RowScores(setup, this.metrics, scoresEveryStep);
    this.carried = new CarriedState(setup);
    this.draws = drawsInTraining(spec) ? createRandom(experiment.seed, STREAM.dropout) : null;
    this.outputGradient = new Float64Array(batches.size * dataset.outputSteps * dataset.outputSize);
    const { timeSteps } = dataset;
    this.writer = createTraceWriter(
      {
        network,
        timeSteps,
        inspector: inspected.network,
        inspectedRow: inspected.row,
        inspectedSteps: inspected.steps,
        lengths: dataset.lengths === undefined ? null : () => batches.batch.lengths!,
      },
      {
        learningRate: this.updates.hasLearningRate,
        validationLoss: heldOut > 0,
        accuracy: hasAccuracy(dataset),
        exactAccuracy: hasExactAccuracy(dataset),
        clipCosine: this.updates.clipsByValue,
      },
    );
  }

  /** See Trainer.best. */
  get best(): BestCheckpoint | null {
    return this.scores.best.checkpoint;
  }

  /** See Trainer.stoppedEarly. */
  get stoppedEarly(): boolean {
    return this.early;
  }

  /** See Trainer.iterations. */
  get iterations(): number {
    return this.extendedTo ?? this.setup.iterations;
  }

  /** See Trainer.step. */
  step(recorder: TraceRecorder | null): StepResult {
    if (this.ended !== null) return this.ended;
    const { setup, metrics, updates, iteration } = this;
    this.beforeLast = this.mayBeLast(iteration) ? this.rowState() : null;
    const outputs = this.propagate();
    if (!Number.isFinite(metrics.loss) || !updates.areFinite) this.ended = "diverged";
    else if (iteration >= this.iterations) this.ended = "finished";
    if (this.scores.validateRow(iteration, this.ended !== null) && this.extendedTo === null) {
      this.early = true;
      this.ended = "finished";
    }
    const isLast = this.ended !== null;
    if (!isLast && this.scores.isDue(iteration)) updates.followValidation(metrics.validationLoss);
    const due = recorder !== null && (isLast || iteration % setup.experiment.trace.every === 0);
    updates.clip(due || this.scoresEveryStep);
    metrics.updateRatio = 0;
    metrics.learningRate = updates.learningRate(iteration);
    this.scores.scoreRow(isLast || due, outputs);
    const row = due ? this.writer.writeRow(recorder, iteration, metrics, this.inspected.run(outputs)) : 0;
    if (this.ended !== null) return this.ended;

    updates.apply(iteration);
    if (setup.heldOut === 0) updates.followTraining(metrics.loss);
    if (due) this.writer.writeUpdateRatio(recorder, row, metrics.updateRatio);
    this.carried.advance();
    this.iteration++;
    return "running";
  }

  /** See Trainer.changeUpdates. */
  changeUpdates(settings: UpdateSettings): void {
    this.updates.change(settings);
  }

  /** See Trainer.extend. */
  extend(iterations: number): void {
    this.extendedTo = iterations;
    this.ended = null;
    this.early = false;
  }

  checkpoint(): Checkpoint {
    const captured = captureCheckpoint(this.state(), this.iteration);
    return this.ended === null || this.beforeLast === null ? captured : { ...captured, ...this.beforeLast };
  }

  restore(checkpoint: Checkpoint): void {
    restoreCheckpoint(this.state(), checkpoint);
    this.iteration = checkpoint.iteration;
    this.updates.restorePlateau(checkpoint.plateau);
    this.updates.checkFinite();
    this.ended = null;
    this.early = false;
  }

  private mayBeLast(iteration: number): boolean {
    const { experiment, validationInterval } = this.setup;
    const { accumulate, stop } = experiment.training;
    // Any row may be the last one, by diverging, and would have gone through its batches.
    if (accumulate > 1) return true;
    return iteration >= this.iterations || (stop !== null && iteration % validationInterval === 0);
  }

  private rowState(): NonNullable<TrainingLoop["beforeLast"]> {
    const { loss, validationLoss, accuracy, exactAccuracy } = this.metrics;
    const { batches, experiment } = this.setup;
    return {
      dropout: this.draws?.save() ?? null,
      scores: { loss, validationLoss, accuracy, exactAccuracy },
      ...(experiment.training.accumulate === 1
        ? {}
        : { batches: batches.save(), carried: this.carried.values?.slice() ?? null }),
    };
  }

  private state() {
    const { network, batches } = this.setup;
    const { draws, carried, scores, metrics } = this;
    const plateau = this.updates.savePlateau();
    return { network, batches, dropout: draws, carried: carried.values, best: scores.best, plateau, metrics };
  }

  /**
   * Forward, loss and backward of the batches of the row, one after the other. Loss and gradient are the means of
   * theirs, as of one batch so many times the size where they count alike.
   * @returns the outputs of the last batch, which stays in the network
   */
  private propagate(): Float64Array {
    const { network, batches, dataset, loss, experiment } = this.setup;
    const { accumulate } = experiment.training;
    let sum = 0;
    for (let batch = 1; ; batch++) {
      const { inputs, targets, weights, lengths } = batches.batch;
      const outputs = network.forward(inputs, batches.size, dataset.timeSteps, this.draws, lengths);
      sum += evaluateLoss(loss, outputs, targets, this.outputGradient, dataset.outputSize, weights);
      sum += network.penalize?.() ?? 0;
      if (batch === 1) network.zeroGradients();
      network.backward(this.outputGradient);
      if (batch < accumulate) {
        this.scores.addBatch(outputs);
        this.carried.advance();
        continue;
      }
      if (accumulate > 1) network.scaleGradients(1 / accumulate);
      this.metrics.loss = sum / accumulate;
      return outputs;
    }
  }
}
