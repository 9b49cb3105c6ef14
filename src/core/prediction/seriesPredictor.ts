/** What a trained network says of the rows of series, as raw outputs. */
export interface SeriesPredictor {
  /** [rows, O], each beside the row that it is the prediction of; NaN where there is none. */
  within(): Float64Array<ArrayBuffer>;
  /**
   * Forecasts of `steps` rows after each of some rows, as they could have been made there: the network reads nothing
   * later but its own predictions.
   * @param origins rows of the table, the last ones that are known, ascending
   * @returns [origins, steps, O]; NaN where nothing is predicted
   * @throws PredictionError when an input beyond a row is not known
   */
  forecast(origins: readonly number[], steps: number): Float64Array<ArrayBuffer>;
}
