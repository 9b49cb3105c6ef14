/** Series as sequences of their own lengths, one of each, padded to the longest. */
import * as l10n from "@vscode/l10n";
import { trainingRowsOf, type Division } from "../../config/facts/seriesPlan";
import type { OutputSteps } from "../../config/facts/taskTraits";
import type { RowRange } from "../../tables/series";
import { lengthWeights } from "./paddedSequences";
import { paddedWindowsOf } from "./sequenceValues";
import type { PlacedSequences } from "./seriesWindows";

/**
 * The last series are held out, at least one where any is asked for. Every step has an output; those of the padding do
 * not count, and where a sequence has one target, it is that of its last step.
 * @throws Error where no series has a row with a target
 */
export function placeSeries(
  series: readonly RowRange[],
  { horizon }: { readonly horizon: number },
  outputs: OutputSteps,
  division: Division,
): PlacedSequences {
  const used = series.filter(({ from, to }) => to - from > horizon);
  if (used.length === 0)
    throw new Error(
      l10n.t(
        "none of the {0} series has more rows than task.horizon, which is {1}",
        series.length.toLocaleString("en-US"),
        horizon,
      ),
    );
  const lengths = Uint32Array.from(used, ({ from, to }) => to - from - horizon);
  const timeSteps = lengths.reduce((most, length) => Math.max(most, length), 0);
  const trainingRows = trainingRowsOf(series, { length: "series", horizon }, division);
  const answersOnce = outputs === "last";
  const firstRowOf = (sequence: number): number => used[sequence]!.from;
  const firstTargetOf = (sequence: number): number => firstRowOf(sequence) + horizon;
  return {
    shape: {
      sequences: used.length,
      trainingSequences: trainingRows.length,
      timeSteps,
      outputSteps: timeSteps,
      weights: lengthWeights(lengths, timeSteps, answersOnce),
      lengths,
      answersOnce,
      stream: false,
    },
    trainingRows,
    unusedSeries: series.length - used.length,
    inputsOf: (columns) => paddedWindowsOf(columns, timeSteps, firstRowOf, lengths),
    targetsOf: (columns) => paddedWindowsOf(columns, timeSteps, firstTargetOf, lengths),
    lastTargetRow: (sequence) => used[sequence]!.to - 1,
  };
}
