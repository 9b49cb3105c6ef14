/** The predicted decay of the gradient at the iteration of the cursor, hung onto what is measured. */
import type { GradientDecay } from "../../../src/shared/trace/gradientDecay";
import { predictedFactor } from "../../chart/predictedFactor";
import { vectorColumn } from "../../../src/shared/trace/trace";
import type { CardHost } from "../../chart/card";
import { QueryThrottle } from "../../chart/queryThrottle";
import { isBackward, layerOf, type ChartModel } from "../../chart/model";

export interface PredictedLine {
  readonly decay: GradientDecay;
  /** What the decay is about, which may be earlier than the cursor. */
  readonly iteration: number;
  /** [T + 1], equal to the measured line at step T. */
  readonly values: Float64Array;
  /** [T + 1], what passes the gates alone, equal to the measured line where it begins; null for cells without gates. */
  readonly cellAlone: Float64Array | null;
}

export class PredictedLines {
  private readonly question: QueryThrottle;

  constructor(host: CardHost) {
    this.question = new QueryThrottle(host);
  }

  /** @param measured the line that it is held against; null: there is none */
  of(model: ChartModel, measured: ArrayLike<number> | null): PredictedLine | null {
    const layer = layerOf(model);
    if (isBackward(model, layer)) return null;
    this.question.ask(model, { kind: "decay", iteration: model.place.iteration, layer });
    const answer = model.answerTo("decay");
    if (measured === null || answer === null || "failure" in answer || answer.layer !== layer) return null;
    const exact = answer.iteration === model.place.iteration ? null : linearDecay(model, layer, answer.decay);
    const decay = exact ?? answer.decay;
    const { curve, cellAlone } = decay;
    return {
      decay,
      iteration: exact === null ? answer.iteration : model.place.iteration,
      values: hang(curve, curve.length - 1, measured),
      cellAlone: cellAlone === null ? null : hang(cellAlone.curve, cellAlone.from, measured),
    };
  }
}

/** NaN behind the step where the curve begins. */
function hang(curve: Float64Array, from: number, measured: ArrayLike<number>): Float64Array {
  const start = measured[from] ?? NaN;
  return curve.map((value, t) => (t > from ? NaN : value * start));
}

/** For one linear unit the row of the cursor says all there is to know, also while answers lag behind a fast run. */
function linearDecay(model: ChartModel, layer: number, latest: GradientDecay): GradientDecay | null {
  const weights = model.rowOf(vectorColumn.parameters, model.place.row);
  const weight = weights === null ? null : predictedFactor(model.header, layer, weights);
  if (weight === null) return null;
  const last = latest.curve.length - 1;
  // Zero behind a cut, wherever the weight is.
  return {
    ...latest,
    factor: weight,
    curve: latest.curve.map((value, t) => (value === 0 ? 0 : weight ** (last - t))),
  };
}
