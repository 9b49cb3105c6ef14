/** What the cards of a sweep draw, worked out once for all of them. */
import type { SweepInfo } from "../../src/shared/wire/sweep";
import type { TrialColumns } from "../../src/shared/wire/trialColumns";
import { gather } from "../../src/shared/wire/trialOrder";
import { figureValues, summaryOf } from "./figures";
import { placesOf, type ParameterPlaces } from "./parameterPlaces";
import type { ShownFigure } from "./state";

export class SweepModel {
  /** Of the metric that shows, by row; NaN where a run has none. */
  readonly values: Float64Array<ArrayBuffer>;
  private known = new Map<string, ParameterPlaces>();

  /** @param rows that the reader has not left out */
  constructor(
    readonly info: SweepInfo,
    readonly trials: TrialColumns,
    readonly rows: Int32Array<ArrayBuffer>,
    readonly figure: ShownFigure,
    values?: Float64Array<ArrayBuffer>,
  ) {
    this.values = values ?? figureValues(figure, trials);
  }

  /** The same with fewer rows. */
  only(rows: Int32Array<ArrayBuffer>): SweepModel {
    const model = new SweepModel(this.info, this.trials, rows, this.figure, this.values);
    model.known = this.known;
    return model;
  }

  /** The same runs by another metric. */
  withFigure(figure: ShownFigure): SweepModel {
    if (figure === this.figure) return this;
    const model = new SweepModel(this.info, this.trials, this.rows, figure);
    model.known = this.known;
    return model;
  }

  /** @param named places of a list even for numbers */
  places(parameter: number, named = false): ParameterPlaces {
    const key = `${parameter} ${named}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const places = placesOf(this.info.parameters[parameter]!, parameter, this.trials, named);
    this.known.set(key, places);
    return places;
  }

  valuesOf(rows: Int32Array): Float64Array<ArrayBuffer> {
    return gather(rows, this.values);
  }

  /** The fraction of these runs that converged, or the median of their values. */
  summaryOf(rows: Int32Array): number {
    return summaryOf(this.figure, this.valuesOf(rows));
  }
}
