import { shareOf, type Point, type Space } from "./space";

/** The trials of a search in the order of their place in each dimension, kept as they come. */
export class SortedColumns {
  /** For each dimension the shares of all trials, NaN where it has no value there. */
  readonly shares: Float64Array[];
  private readonly orders: Int32Array[];
  private readonly counts: number[];
  private size = 0;

  constructor(private readonly space: Space) {
    this.shares = space.map(() => new Float64Array(64));
    this.orders = space.map(() => new Int32Array(64));
    this.counts = space.map(() => 0);
  }

  add(point: Point): void {
    const trial = this.size++;
    for (const [d, dimension] of this.space.entries()) {
      if (trial === this.shares[d]!.length) this.grow(d);
      const share = shareOf(dimension, point[d]!);
      this.shares[d]![trial] = share;
      if (dimension.kind !== "choice" && !Number.isNaN(share)) this.insert(d, trial, share);
    }
  }

  /** The trials that have a value in this dimension, from the lowest to the highest. */
  order(dimension: number): Int32Array {
    return this.orders[dimension]!.subarray(0, this.counts[dimension]);
  }

  private insert(d: number, trial: number, share: number): void {
    const order = this.orders[d]!;
    const shares = this.shares[d]!;
    const count = this.counts[d]!++;
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (share < shares[order[middle]!]!) high = middle;
      else low = middle + 1;
    }
    order.copyWithin(low + 1, low, count);
    order[low] = trial;
  }

  private grow(d: number): void {
    const shares = new Float64Array(2 * this.shares[d]!.length);
    shares.set(this.shares[d]!);
    this.shares[d] = shares;
    const order = new Int32Array(shares.length);
    order.set(this.orders[d]!);
    this.orders[d] = order;
  }
}
