import * as l10n from "@vscode/l10n";
import { describeValue } from "../../lib/outsideText";
import { unscaled, type SeriesRunner } from "./seriesRunner";
import { PredictionError } from "./trainedModel";

/**
 * The predictions of every row of a table that a whole window comes before.
 * @returns of each target the values by row of the table, in its units; NaN where the window would begin too early
 */
export function predictRows(runner: SeriesRunner): Float64Array[] {
  const { length: T, horizon, inputs, targets } = runner.model.recipe;
  const first = T - 1 + horizon;
  const count = Math.max(0, runner.rows - first);
  const outputs = runner.run(count, (window, into, offset) => {
    for (let t = 0; t < T; t++)
      for (let i = 0; i < inputs.length; i++) into[offset + t * inputs.length + i] = runner.inputAt(i, window + t);
  });
  return targets.map((unit, o) => {
    const values = new Float64Array(runner.rows).fill(NaN);
    for (let n = 0; n < count; n++) values[first + n] = unscaled(outputs[n * targets.length + o]!, unit);
    return values;
  });
}

/**
 * Forecasts of `steps` rows after each of some rows, as they could have been made there: the network reads nothing
 * later. The forecast of step k comes from the window that ends `horizon` rows before it; where that reaches beyond the
 * row, the network reads what it has predicted itself. NaN where a window would begin before the table.
 * @param origins rows of the table, the last ones that are known
 * @returns of each target [origins, steps] values in its units
 * @throws PredictionError when an input beyond a row is not known
 */
export function forecast(runner: SeriesRunner, origins: readonly number[], steps: number): Float64Array[] {
  const { length: T, horizon, inputs, targets } = runner.model.recipe;
  const [I, O] = [inputs.length, targets.length];
  refuseUnknownInputs(runner, steps);
  /** Scaled as the network has them, [origins, steps, O]. */
  const made = new Float64Array(origins.length * steps * O);
  const knownLater = knownInputs(runner, Math.max(0, ...origins) + steps - horizon);
  for (let step = 1; step <= steps; step++) {
    const outputs = runner.run(origins.length, (n, into, offset) => {
      const origin = origins[n]!;
      for (let t = 0; t < T; t++) {
        const row = origin + step - horizon - (T - 1) + t;
        for (let i = 0; i < I; i++) {
          const later = row > origin ? runner.later[i]! : null;
          into[offset + t * I + i] =
            later?.kind === "target"
              ? made[(n * steps + row - origin - 1) * O + later.target]!
              : row < runner.rows
                ? runner.inputAt(i, Math.max(0, row))
                : knownLater[i]![row - runner.rows]!;
        }
      }
    });
    for (let n = 0; n < origins.length; n++) {
      const isWhole = origins[n]! + step - horizon - (T - 1) >= 0;
      for (let o = 0; o < O; o++) made[(n * steps + step - 1) * O + o] = isWhole ? outputs[n * O + o]! : NaN;
    }
  }
  return targets.map((unit, o) =>
    Float64Array.from({ length: origins.length * steps }, (_, at) => unscaled(made[at * O + o]!, unit)),
  );
}

/** A forecast that goes no further than the horizon reads rows of the table alone. */
function refuseUnknownInputs({ later, model: { recipe } }: SeriesRunner, steps: number): void {
  if (steps <= recipe.horizon) return;
  const unknown = later.find((input) => input.kind === "unknown");
  if (unknown === undefined) return;
  const { column, reason } = unknown;
  if (recipe.horizon === 0)
    throw new PredictionError(
      l10n.t(
        "with task.horizon 0, a forecast reads column {0} beyond the last row, and {1}",
        describeValue(column),
        reason,
      ),
    );
  throw new PredictionError(
    l10n.t(
      "a forecast of {0} steps reads column {1} beyond the last row, and {2}. Forecast at most {3} steps (task.horizon).",
      steps.toLocaleString("en-US"),
      describeValue(column),
      reason,
      recipe.horizon,
    ),
  );
}

/** Of each input the values after the last row of the table, scaled, up to that of row `last`. */
function knownInputs({ rows, later, model }: SeriesRunner, last: number): Float64Array[] {
  const count = Math.max(0, last - rows + 1);
  return later.map((input, i) => {
    const { mean, deviation } = model.recipe.inputs[i]!;
    return Float64Array.from({ length: input.kind === "known" ? count : 0 }, (_, k) =>
      input.kind === "known" ? (input.at(k + 1) - mean) / deviation : NaN,
    );
  });
}
