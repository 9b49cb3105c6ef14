import { expect, test } from "vitest";
import type { Baseline } from "../../../../../src/shared/wire/baselines";
import {
  baselineColumns,
  baselineItems,
  baselineMarks,
  describeBaselines,
} from "../../../../../webview/views/scalars/baselineLines";

const CONSTANT: Baseline = { name: "best-constant", loss: 0.16642, label: "best constant", on: "validation" };
const LINEAR: Baseline = {
  name: "linear-window",
  loss: 0.032543,
  label: "linear map of the last 12 steps",
  on: "validation",
};
const baselines = [CONSTANT, LINEAR];

test("each baseline is a line at its loss, with a short name and its value", () => {
  const theme = { muted: "gray" } as Parameters<typeof baselineMarks>[0]["theme"];
  expect(baselineMarks({ baselines, theme }).map(({ at, label, color }) => [at, label, color])).toEqual([
    [0.16642, "best constant 0.166", "gray"],
    [0.032543, "linear map 0.0325", "gray"],
  ]);
});

test("the legend has the same names and values", () => {
  expect(baselineItems([LINEAR], "gray")).toEqual([
    { label: "linear map", value: "0.0325", swatch: { kind: "dash", color: "gray" } },
  ]);
});

test("table and file have a column for each, with all digits", () => {
  expect(baselineColumns({ baselines })).toEqual([
    { heading: "Baseline: best constant", loss: 0.16642 },
    { heading: "Baseline: linear map of the last 12 steps", loss: 0.032543 },
  ]);
});

test("a sentence for a screen reader names them, and what they are measured on", () => {
  expect(describeBaselines(baselines)).toBe(
    "Baselines on the validation set: best constant 0.166, linear map of the last 12 steps 0.0325.",
  );
  expect(describeBaselines([{ ...CONSTANT, on: "training" }])).toBe(
    "Baselines on the training set: best constant 0.166.",
  );
  expect(describeBaselines([])).toBeNull();
});

test("a label from a file cannot bring control characters along", () => {
  expect(describeBaselines([{ ...CONSTANT, label: "best\u202E constant" }])).not.toContain("\u202E");
});
