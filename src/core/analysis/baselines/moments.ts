import type { SlicedTask } from "../../../lib/slicedTask";
import type { RegressionRows } from "./regressionRows";
import { CALL, WorkMeter } from "./workMeter";

/** Rows that are added at once: the matrix is read and written once for all of them. */
const BLOCK = 4;
/** What a block takes beside its products, in multiplications. */
const BLOCK_COST = 500;

/** Sums over rows, from which a linear regression follows: of features x, targets y, x xᵀ (lower half) and y xᵀ. */
export class Moments {
  rows = 0;
  readonly features: Float64Array;
  readonly targets: Float64Array;
  /** [D, D] */
  readonly gram: Float64Array;
  /** [K, D] */
  readonly cross: Float64Array;

  constructor(private readonly source: RegressionRows) {
    const { featureCount: D, targetCount: K } = source;
    this.features = new Float64Array(D);
    this.targets = new Float64Array(K);
    this.gram = new Float64Array(D * D);
    this.cross = new Float64Array(K * D);
  }

  /** Adds rows up to `end`; those before are there already. Costs D (D / 2 + K) multiplications a row. */
  *addUpTo(end: number): SlicedTask<void> {
    const { source } = this;
    const { featureCount: D, targetCount: K } = source;
    const meter = new WorkMeter();
    const block = Array.from({ length: BLOCK }, () => new Float64Array(D));
    while (this.rows < end) {
      const count = Math.min(BLOCK, end - this.rows);
      for (const [b, features] of block.entries())
        if (b < count) source.fillFeatures(this.rows + b, features);
        else features.fill(0);
      for (let i = 0; i < D; i++) {
        addProducts(
          this.gram.subarray(i * D, i * D + i + 1),
          block,
          block[0]![i]!,
          block[1]![i]!,
          block[2]![i]!,
          block[3]![i]!,
        );
        if (meter.isDue(CALL + BLOCK * (i + 1))) yield;
      }
      for (let k = 0; k < K; k++) {
        const used = source.featuresOf(k);
        const [y0, y1, y2, y3] = Array.from({ length: BLOCK }, (_, b) =>
          b < count ? source.targetAt(this.rows + b, k) : 0,
        );
        addProducts(this.cross.subarray(k * D, k * D + used), block, y0!, y1!, y2!, y3!);
        this.targets[k] = this.targets[k]! + y0! + y1! + y2! + y3!;
        if (meter.isDue(CALL + BLOCK * used)) yield;
      }
      addProducts(this.features, block, 1, 1, 1, 1);
      this.rows += count;
      if (meter.isDue(BLOCK_COST)) yield;
    }
  }
}

/** sums_j += Σ_b factor_b block_b[j] */
function addProducts(
  sums: Float64Array,
  [x0, x1, x2, x3]: readonly Float64Array[],
  factor0: number,
  factor1: number,
  factor2: number,
  factor3: number,
): void {
  for (let j = 0; j < sums.length; j++)
    sums[j] = sums[j]! + factor0 * x0![j]! + factor1 * x1![j]! + factor2 * x2![j]! + factor3 * x3![j]!;
}
