import * as l10n from "@vscode/l10n";
import { ExperimentError } from "../../config/facts/experimentError";
import { isSameRate } from "../../config/facts/sameRate";
import type { PlateauState } from "../numerics/checkpoint";
import { cosineAfterClamp, factorOfNorm, limitsOf } from "../optimizers/clipping";
import { createUpdateSchedule, type UpdateSchedule, type UpdateSettings } from "../optimizers/schedule";
import type { TrainingSetup } from "./trainingSetup";
import type { WritableMetrics } from "./traceWriter";

/** From the gradient of a step to the next parameters: clipping, learning rate schedule and optimizer. */
export class ParameterUpdates {
  private settings: UpdateSettings;
  private schedule: UpdateSchedule;
  private limits: ReturnType<typeof limitsOf>;
  private finite: boolean;

  constructor(
    private readonly setup: TrainingSetup,
    private readonly metrics: WritableMetrics,
  ) {
    this.settings = setup.experiment.training;
    this.schedule = this.createSchedule(this.settings);
    this.limits = limitsOf(this.settings.clip);
    this.finite = this.readFinite();
  }

  get hasLearningRate(): boolean {
    return this.schedule.hasLearningRate;
  }

  get clipsByValue(): boolean {
    return this.limits.value !== null;
  }

  /** False once a parameter has overflowed. */
  get areFinite(): boolean {
    return this.finite;
  }

  /**
   * Clips the gradient of the network, and notes its norms.
   * @param due whether the scalars are recorded: what only a record shows is computed for it alone
   */
  clip(due: boolean): void {
    const { network, scratch } = this.setup;
    const { metrics } = this;
    const { norm, value } = this.limits;
    metrics.gradientNorm = network.gradientNorm();
    metrics.clippedNorm = metrics.gradientNorm;
    const factor = norm === null ? 1 : factorOfNorm(metrics.gradientNorm, norm);
    if (factor !== 1) {
      network.scaleGradients(factor);
      metrics.clippedNorm = network.gradientNorm();
    } else if (value !== null) {
      if (due) network.readGradients(scratch);
      network.clampGradients(value);
      metrics.clippedNorm = network.gradientNorm();
      if (due) metrics.clipCosine = cosineAfterClamp(scratch, value, metrics.gradientNorm, metrics.clippedNorm);
    }
  }

  learningRate(iteration: number): number {
    return this.schedule.learningRate(iteration);
  }

  /** After each validation that an update follows, before that update. */
  followValidation(loss: number): void {
    this.schedule.plateau?.observe(loss);
  }

  /** After each update, where there is no validation set. */
  followTraining(loss: number): void {
    this.schedule.plateau?.addTrainingLoss(loss);
  }

  /** See Checkpoint.plateau. */
  savePlateau(): PlateauState | null {
    return this.schedule.plateau?.save() ?? null;
  }

  restorePlateau(saved: PlateauState | null): void {
    if (saved !== null) this.schedule.plateau?.restore(saved);
  }

  apply(iteration: number): void {
    const norms = this.setup.network.applyUpdate(this.schedule.updateAt(iteration));
    this.metrics.updateRatio = norms.update === 0 ? 0 : norms.update / norms.parameters;
    // A finite sum of both norms bounds every new parameter: they are read only when something overflows.
    this.finite = Number.isFinite(norms.update + norms.parameters) || this.readFinite();
  }

  /** See Trainer.changeUpdates. */
  change(settings: UpdateSettings): void {
    const { network, scratch } = this.setup;
    const { optimizer, clip } = settings;
    const before = this.settings;
    const changed = this.createSchedule(settings);
    if (changed.hasLearningRate !== this.schedule.hasLearningRate)
      throw new ExperimentError(
        "misfit",
        ["training", "optimizer", "kind"],
        l10n.t(
          "the optimizer cannot be changed from {1} to {0} during a run, because only one of them has a learning rate",
          optimizer.kind,
          before.optimizer.kind,
        ),
      );
    if (optimizer.kind !== before.optimizer.kind) {
      // To write the parameters empties the moments.
      network.readParameters(scratch);
      network.writeParameters(scratch);
    }
    // A learning rate that was reduced stays so where only the clip has changed.
    if (!isSameRate(before, settings)) this.schedule = changed;
    this.settings = settings;
    this.limits = limitsOf(clip);
    this.metrics.clipCosine = NaN;
  }

  private createSchedule({ optimizer, schedule }: UpdateSettings): UpdateSchedule {
    const { iterations, iterationsPerEpoch } = this.setup;
    return createUpdateSchedule(optimizer, schedule, { iterations, epoch: Math.ceil(iterationsPerEpoch) });
  }

  /** The parameters have been written from outside. */
  checkFinite(): void {
    this.finite = this.readFinite();
  }

  private readFinite(): boolean {
    const { network, scratch } = this.setup;
    network.readParameters(scratch);
    return scratch.every(Number.isFinite);
  }
}
