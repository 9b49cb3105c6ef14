import type { BestValidation } from "../../shared/trace/trace";
import type { Checkpoint } from "../numerics/checkpoint";
import type { Network } from "../network/network";

/** The parameters of the lowest validation loss so far. */
export interface BestCheckpoint extends BestValidation {
  /** A copy, flat. */
  parameters(): Float64Array<ArrayBuffer>;
}

/** Keeps a copy of the parameters at the lowest validation loss; of equal losses, the first. */
export class BestParameters {
  private iteration = 0;
  private loss = Infinity;
  /** Null until a validation loss was finite. */
  private kept: Float64Array<ArrayBuffer> | null = null;

  /** @param patience iterations without a new best after which training stops; null: it does not stop early */
  constructor(private readonly patience: number | null) {}

  /** After each validation, while the network still has the parameters that were validated. Copies on improvement. */
  observe(iteration: number, validationLoss: number, network: Network): void {
    if (!(validationLoss < this.loss)) return;
    this.iteration = iteration;
    this.loss = validationLoss;
    this.kept ??= new Float64Array(network.parameterCount);
    network.readParameters(this.kept);
  }

  /** Whether training stops at this row, whose validation loss has been observed. */
  hasRunOut(iteration: number): boolean {
    return this.patience !== null && iteration - this.iteration >= this.patience;
  }

  get checkpoint(): BestCheckpoint | null {
    const { iteration, loss: validationLoss, kept } = this;
    return kept === null ? null : { iteration, validationLoss, parameters: () => kept.slice() };
  }

  save(): Checkpoint["best"] {
    const { iteration, loss: validationLoss, kept } = this;
    return kept === null ? null : { iteration, validationLoss, parameters: kept.slice() };
  }

  restore(saved: Checkpoint["best"]): void {
    this.iteration = saved?.iteration ?? 0;
    this.loss = saved?.validationLoss ?? Infinity;
    this.kept = saved === null ? null : Float64Array.from(saved.parameters);
  }
}
