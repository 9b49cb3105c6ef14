/** The predicted decay of the gradient at the iteration of the cursor, hung onto what is measured. */
import type { GradientDecay } from "../../../src/shared/trace/gradientDecay";
import { predictedFactor } from "../../chart/predictedFactor";
import { measureGradient } from "../../../src/shared/trace/gradientCurve";
import { vectorColumn } from "../../../src/shared/trace/trace";
import type { CardHost } from "../../chart/card";
import { QueryThrottle } from "../../chart/queryThrottle";
import { layerOf, type ChartModel } from "../../chart/model";

export interface PredictedLine {
  readonly decay: GradientDecay;
  /** What the decay is about, which may be earlier than the cursor. */
  readonly iteration: number;
  /** Per step back. */
  readonly factor: number;
  /** [T + 1], NaN behind the step where the prediction begins. */
  readonly values: Float64Array;
}

export class PredictedLines {
  private readonly question: QueryThrottle;

  constructor(host: CardHost) {
    this.question = new QueryThrottle(host);
  }

  /** @param measured the line that it is held against; null: there is none */
  of(model: ChartModel, measured: ArrayLike<number> | null): PredictedLine | null {
    const layer = layerOf(model);
    this.question.ask(model, { kind: "decay", iteration: model.place.iteration, layer });
    const answer = model.answerTo("decay");
    if (measured === null || answer === null || "failure" in answer || answer.layer !== layer) return null;
    const exact = answer.iteration === model.place.iteration ? null : linearDecay(model, layer, answer.decay);
    const decay = exact ?? answer.decay;
    // Computed in float64 whatever the engine.
    const factor = measureGradient(decay.curve.subarray(0, decay.from + 1), { engine: "float64" }).trend?.factor ?? NaN;
    const start = measured[decay.from] ?? NaN;
    const values = decay.curve.map((value, t) => (t > decay.from ? NaN : value * start));
    return { decay, iteration: exact === null ? answer.iteration : model.place.iteration, factor, values };
  }
}

/** For one linear unit the row of the cursor says all there is to know, also while answers lag behind a fast run. */
function linearDecay(model: ChartModel, layer: number, latest: GradientDecay): GradientDecay | null {
  const weights = model.rowOf(vectorColumn.parameters, model.place.row);
  const weight = weights === null ? null : predictedFactor(model.header, layer, weights);
  if (weight === null) return null;
  // Zero behind a cut, wherever the weight is.
  return {
    ...latest,
    radius: weight,
    curve: latest.curve.map((value, t) => (value === 0 ? 0 : weight ** (latest.from - t))),
  };
}
