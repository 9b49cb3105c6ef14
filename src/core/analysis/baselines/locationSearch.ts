import { slopeAt, type ErrorLoss } from "../../network/losses";

/** Halvings of the range of the targets: to the last bits of a double. */
export const LOCATION_PASSES = 50;

/**
 * The constant c that minimizes Σ w l(c - t) over targets t with weights w: their mean for mse, a median for mae, and
 * for huber the estimate between the two (Huber, Robust Estimation of a Location Parameter, 1964). The slope
 * Σ w l'(c - t) does not fall as c rises, so that its zero is found by bisection. Each of {@link LOCATION_PASSES}
 * passes adds all targets and then narrows.
 */
export class LocationSearch {
  private slope = 0;

  /** @param low lowest target, @param high highest */
  constructor(
    private readonly loss: ErrorLoss,
    private low: number,
    private high: number,
  ) {}

  get middle(): number {
    return this.low + (this.high - this.low) / 2;
  }

  add(target: number, weight: number): void {
    this.slope += weight * slopeAt(this.loss, this.middle - target);
  }

  narrow(): void {
    const { middle, slope } = this;
    if (slope >= 0) this.high = middle;
    if (slope <= 0) this.low = middle;
    this.slope = 0;
  }
}
