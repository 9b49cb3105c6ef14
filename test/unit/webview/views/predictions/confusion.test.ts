import { expect, test } from "vitest";
import { ClassCounts } from "../../../../../src/core/analysis/classCounts";
import type { Predictions } from "../../../../../src/shared/trace/predictions";
import type { ChartModel } from "../../../../../webview/chart/model";
import { countConfusion, drawPicture } from "../../../../../webview/views/predictions/predictionPictures";

const LABELS = ["calm", "rising", "falling"];
const TARGETS = [0, 0, 0, 1, 1, 2];
const ANSWERS = [0, 1, 1, 1, 2, 2];

test("the picture has the rows and columns of the confusion matrix in the section Metrics", () => {
  const predictions = {
    arrangement: "last",
    targetKind: "classes",
    targets: Float64Array.from(TARGETS),
    outputs: Float64Array.from(ANSWERS),
  } as unknown as Predictions;
  const counts = new ClassCounts(LABELS);
  for (const [i, target] of TARGETS.entries()) counts.add(target, ANSWERS[i]!);
  const { confusion } = counts.measures();
  expect(countConfusion(predictions)).toEqual({ counts: confusion, classes: 3 });
  const model = {
    header: { data: { classes: LABELS } },
    theme: { series: ["#0000ff"], foreground: "#000000", error: "#ff0000" },
  } as unknown as ChartModel;
  const { x, y, cells } = drawPicture(predictions, 0, 0, model);
  expect([x, y]).toMatchObject([{ labels: LABELS }, { labels: LABELS.toReversed() }]);
  // From the top of the picture down, from left to right.
  const read = [2, 1, 0].flatMap((row) =>
    [0, 1, 2].map((column) => Number(cells.find((cell) => cell.x === column && cell.y === row)!.text)),
  );
  expect(read).toEqual([...confusion]);
});
