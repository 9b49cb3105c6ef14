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
  /** lru: what some of the units do to a gradient of the measured size at step T, the slowest first; else none. */
  readonly units: readonly Float64Array[];
}

/** Of a larger layer so many units are drawn, evenly spread over their moduli. */
const MAX_UNITS = 32;

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
      units: unitCurves(decay).map((unit) => hang(unit, unit.length - 1, measured)),
    };
  }
}

/** |lambda|^s by time step, for some of the units; 0 where the gradient is cut. */
function unitCurves({ curve, cellAlone }: GradientDecay): Float64Array[] {
  const moduli = Float64Array.from(cellAlone?.moduli ?? []).sort((a, b) => b - a);
  const shown = Math.min(MAX_UNITS, moduli.length);
  const last = curve.length - 1;
  return Array.from({ length: shown }, (_, i) => {
    const modulus = moduli[shown === 1 ? 0 : Math.round((i * (moduli.length - 1)) / (shown - 1))]!;
    return cellAlone!.curve.map((value, t) => (value === 0 ? 0 : modulus ** (last - t)));
  });
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
