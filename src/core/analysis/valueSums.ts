import type { ValueErrors } from "../../shared/trace/measures";
import type { Dataset } from "../tasks/task";
import { matchLag, type SeriesPoints } from "./lagMatch";

/**
 * The errors of one number that is predicted, summed over all that counts, in the units of the data:
 *
 *   RMSE = sqrt(1/n Σ (y - ŷ)²),  MAE = 1/n Σ |y - ŷ|
 *   sMAPE = 200/n Σ |y - ŷ| / (|y| + |ŷ|), 0 where both are 0 (Makridakis, Spiliotis and Assimakopoulos, The M4
 *     Competition, 2018)
 *   MASE = MAE / (1/(n - m) Σ_{t=m+1}^n |y_t - y_{t-m}|), over the n training rows of each series, m the rows of a
 *     season, 1 where there is none (Hyndman and Koehler, Another look at measures of forecast accuracy, 2006)
 */
export class ValueSums {
  private count = 0;
  private squares = 0;
  private absolutes = 0;
  private shares = 0;
  /** Of a table alone. */
  private readonly segments: { predictions: number[]; targets: number[] }[] = [];
  private readonly unit: { readonly name: string; readonly mean: number; readonly deviation: number };
  private readonly isSeries: boolean;
  private readonly naive: number | null;
  private readonly season: number | undefined;

  /** @param output its number among those of a step */
  constructor(dataset: Dataset, output: number) {
    this.isSeries = dataset.units !== undefined;
    this.unit = dataset.units?.target[output] ?? { name: "", mean: 0, deviation: 1 };
    this.naive = dataset.naiveErrors?.[output] ?? null;
    this.season = dataset.season;
  }

  /** Of the network and of the data, as the network sees them. */
  add(output: number, target: number): void {
    const { mean, deviation } = this.unit;
    const error = Math.abs(output - target) * deviation;
    this.count++;
    this.squares += error ** 2;
    this.absolutes += error;
    const size = Math.abs(output * deviation + mean) + Math.abs(target * deviation + mean);
    if (error > 0 || Number.isNaN(error)) this.shares += error / size;
  }

  /** A row after those of the segment; NaN where it has none. */
  addPoint(output: number, target: number): void {
    const segment = this.segments.at(-1);
    segment?.predictions.push(output);
    segment?.targets.push(target);
  }

  startSegment(): void {
    this.segments.push({ predictions: [], targets: [] });
  }

  errors(): ValueErrors {
    const { count, unit, naive, isSeries, season } = this;
    const mae = this.absolutes / count;
    const scale = naive === null ? 0 : naive * unit.deviation;
    const points: readonly SeriesPoints[] = this.segments;
    return {
      name: unit.name,
      rmse: Math.sqrt(this.squares / count),
      mae,
      smape: isSeries ? (200 * this.shares) / count : null,
      mase: scale > 0 ? mae / scale : null,
      ...(season === undefined ? {} : { season }),
      lag: isSeries ? matchLag(points) : null,
    };
  }
}
