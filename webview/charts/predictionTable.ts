/** Predictions as a table: a row a sequence, or a class. */
import { formatSpoken } from "../../src/shared/numberFormat";
import type { Predictions } from "../../src/shared/predictions";
import { symbolText } from "../../src/shared/sequenceOutputs";
import type { ChartModel } from "./model";
import { countConfusion, pictureOf } from "./predictionPictures";
import { tableRows, type TableData } from "./table";

/** Longer sequences are cut in a table. */
const MOST_STEPS = 200;

export function predictionTable({ header, place }: ChartModel, predictions: Predictions): TableData {
  const { sequences, first, steps, width, outputs, targets, targetKind, names } = predictions;
  const caption = `Predictions at iteration ${place.iteration}`;
  if (pictureOf(predictions) === "confusion") {
    const { counts, classes } = countConfusion(predictions);
    const all = Array.from({ length: classes }, (_, c) => c);
    return { caption: `${caption}: how often each answer (row) was given where another or the same (column) was right`, columns: ["Answer", ...all.map((c) => `Right: ${c}`)], rows: all.map((answer) => [String(answer), ...all.map((target) => String(counts[answer * classes + target] ?? 0))]) };
  }
  const { rows, note } = tableRows(0, sequences);
  const text = (values: Float64Array, n: number): string => {
    const shown = values.subarray(n * steps * width, (n * steps + Math.min(steps, MOST_STEPS)) * width);
    if (targetKind === "values") return Array.from(shown, (value) => formatSpoken(value, 4)).join(", ");
    return Array.from(shown, (value) => (targetKind === "classes" ? symbolText(header, value) : String(Math.round(value)))).join("");
  };
  return { caption: `${caption}${note}${names.length > 0 ? `, ${names.join(", ")}` : ""}`, columns: ["Sequence", "Target", "Output"], rows: rows.map((n) => [String(first + n), text(targets, n), text(outputs, n)]) };
}
