import * as l10n from "@vscode/l10n";
import { ExperimentError } from "../../config/facts/experimentError";
import type { OptimizerConfig } from "../../config/schema/schema";
import { cosineAfterClamp, factorOfNorm, limitsOf } from "../optimizers/clipping";
import { createUpdateSchedule, type UpdateSchedule, type UpdateSettings } from "../optimizers/schedule";
import type { TrainingSetup } from "./trainingSetup";
import type { WritableMetrics } from "./traceWriter";

/** From the gradient of a step to the next parameters: clipping, learning rate schedule and optimizer. */
export class ParameterUpdates {
  private kind: OptimizerConfig["kind"];
  private schedule: UpdateSchedule;
  private limits: ReturnType<typeof limitsOf>;
  private finite: boolean;

  constructor(
    private readonly setup: TrainingSetup,
    private readonly metrics: WritableMetrics,
  ) {
    const { optimizer, schedule, clip } = setup.experiment.training;
    this.kind = optimizer.kind;
    this.schedule = createUpdateSchedule(optimizer, schedule, setup.iterations);
    this.limits = limitsOf(clip);
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

  apply(iteration: number): void {
    const norms = this.setup.network.applyUpdate(this.schedule.updateAt(iteration));
    this.metrics.updateRatio = norms.update === 0 ? 0 : norms.update / norms.parameters;
    // A finite sum of both norms bounds every new parameter: they are read only when something overflows.
    this.finite = Number.isFinite(norms.update + norms.parameters) || this.readFinite();
  }

  /** See Trainer.changeUpdates. */
  change({ optimizer, schedule, clip }: UpdateSettings): void {
    const { network, iterations, scratch } = this.setup;
    const changed = createUpdateSchedule(optimizer, schedule, iterations);
    if (changed.hasLearningRate !== this.schedule.hasLearningRate)
      throw new ExperimentError(
        "misfit",
        ["training", "optimizer", "kind"],
        l10n.t(
          "the optimizer cannot be changed from {1} to {0} during a run, because only one of them has a learning rate",
          optimizer.kind,
          this.kind,
        ),
      );
    if (optimizer.kind !== this.kind) {
      // To write the parameters empties the moments.
      network.readParameters(scratch);
      network.writeParameters(scratch);
    }
    this.schedule = changed;
    this.kind = optimizer.kind;
    this.limits = limitsOf(clip);
    this.metrics.clipCosine = NaN;
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
