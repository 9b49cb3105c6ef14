import type { Network } from "../network/network";
import { BestParameters } from "./bestParameters";
import { evaluateSequences } from "./evaluate";
import { createScorer, type Scorer } from "./score";
import type { WritableMetrics } from "./traceWriter";
import { copyParameters, type TrainingSetup } from "./trainingSetup";

/** Validation loss and accuracies of the rows: of the held-out sequences where there are any, else of the batch. */
export class RowScores {
  readonly best: BestParameters;
  private readonly scorer: Scorer;
  /** Of its own, so that the batch that trains stays in the other; made at the first validation. */
  private evaluator: Network | null = null;

  /** @param everyStep whether the batch is scored at steps that are not recorded, too */
  constructor(
    private readonly setup: TrainingSetup,
    private readonly metrics: WritableMetrics,
    private readonly everyStep: boolean,
  ) {
    this.scorer = createScorer(setup.dataset, setup.loss);
    this.best = new BestParameters(setup.experiment.training.stop?.patience ?? null);
  }

  /**
   * Validates where the row is to be validated. Returns whether training stops early at this row.
   * @param isLast whether no step follows
   */
  validateRow(iteration: number, isLast: boolean): boolean {
    const { heldOut, network } = this.setup;
    if (heldOut === 0 || !(isLast || this.isDue(iteration))) return false;
    this.validate();
    this.best.observe(iteration, this.metrics.validationLoss, network);
    return !isLast && this.best.hasRunOut(iteration);
  }

  /** Whether the row is one of those that are validated, wherever training ends. */
  isDue(iteration: number): boolean {
    const { heldOut, validationInterval } = this.setup;
    return heldOut > 0 && iteration % validationInterval === 0;
  }

  /** Scores a batch of the row that is not its last one, where nothing is held out. */
  addBatch(outputs: Float64Array): void {
    if (this.setup.heldOut === 0) this.scorer.add(outputs, this.setup.batches.batch);
  }

  /**
   * Scores the last batch of the row, and with it the row, where nothing is held out.
   * @param wanted whether the row is recorded or the last
   * @param outputs of that batch
   */
  scoreRow(wanted: boolean, outputs: Float64Array): void {
    if (this.setup.heldOut > 0) return;
    if (wanted || this.everyStep) this.scoreBatch(outputs);
    this.scorer.reset();
  }

  private validate(): void {
    const { dataset, loss, spec, batches, createNetwork } = this.setup;
    const { trainingSequences, sequences, timeSteps } = dataset;
    this.evaluator ??= createNetwork(spec, { batch: batches.size, timeSteps });
    copyParameters(this.setup, this.evaluator);
    const result = evaluateSequences(
      this.evaluator,
      dataset,
      loss,
      trainingSequences,
      sequences,
      batches.size,
      this.setup.carriesState,
    );
    this.metrics.validationLoss = result.loss;
    this.metrics.accuracy = result.accuracy ?? NaN;
    this.metrics.exactAccuracy = result.exactAccuracy ?? NaN;
  }

  private scoreBatch(outputs: Float64Array): void {
    this.scorer.add(outputs, this.setup.batches.batch);
    this.metrics.accuracy = this.scorer.accuracy();
    this.metrics.exactAccuracy = this.scorer.exactAccuracy();
  }
}
