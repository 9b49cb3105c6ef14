/** A few units as lines over time, the output beside its target, and the same as a table. */
import * as l10n from "@vscode/l10n";
import { linearAxis, symlogAxis, type AxisSpec } from "../../../src/shared/scale/axisScale";
import { extentOf, joinExtents } from "../../../src/shared/scale/extent";
import type { Quantity } from "../../state/quantities";
import type { StepOutput } from "../../state/sequenceOutputs";
import type { Theme } from "../../ui/theme";
import type { PointMark } from "../../chart/marks";
import type { ChartModel } from "../../chart/model";
import type { Cell, TableData, TableLimit } from "../../chart/table";

const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [8, 3, 2, 3]];
const MAX_TABLE_STEPS = 1000;
/** Values over more decades than a linear axis can show. */
const LINEAR_LIMIT = 1e4;

export function unitColor(unit: number, theme: Theme): string {
  return theme.series[unit % theme.series.length] ?? theme.foreground;
}

export function unitDash(unit: number): readonly number[] {
  return DASHES[Math.floor(unit / 2) % DASHES.length] ?? [];
}

/** One series a unit, of `values[step * units + unit]`. */
export function collectUnits(values: Float64Array, units: number): Float64Array[] {
  return Array.from({ length: units }, (_, unit) =>
    Float64Array.from({ length: values.length / units }, (_unused, step) => values[step * units + unit] ?? NaN),
  );
}

export function endMarks(ends: readonly StepOutput[], theme: Theme): PointMark[] {
  const marks = (shape: PointMark["shape"], color: string, pick: (end: StepOutput) => readonly number[]): PointMark[] =>
    ends.flatMap((end) => pick(end).map((y) => ({ x: end.timeStep, y, color, shape })));
  return [
    ...marks("dot", theme.series[1] ?? theme.foreground, ({ output }) => output),
    ...marks("diamond", theme.foreground, ({ target }) => target),
  ];
}

export function unitTable(
  { header }: ChartModel,
  quantity: Quantity,
  values: Float64Array,
  units: number,
  caption: string,
  limit: TableLimit,
  firstUnit: number,
): TableData {
  const { input, inputSize } = header.inspected;
  const shown = Math.min(units, limit.columns);
  const first = Math.min(firstUnit, units - shown);
  const oneHot = header.data?.inputKind === "one-hot";
  const features = oneHot ? 1 : Math.min(inputSize, Math.max(1, limit.columns - shown));
  const inputsAt = (t: number): Cell[] => {
    if (t === 0) return Array.from({ length: features }, () => "–");
    const step = input.slice((t - 1) * inputSize, t * inputSize);
    return oneHot ? [step.indexOf(1)] : step.slice(0, features);
  };
  return {
    caption: shown < units ? l10n.t("{0}, units {1} to {2} of {3}", caption, first, first + shown - 1, units) : caption,
    columns: [
      l10n.t("Time step"),
      ...(features === 1 ? [l10n.t("Input")] : Array.from({ length: features }, (_, i) => l10n.t("Input {0}", i))),
      ...Array.from({ length: shown }, (_, unit) => (units === 1 ? l10n.t("State") : l10n.t("Unit {0}", first + unit))),
    ],
    rows: Array.from(
      { length: Math.min(header.timeSteps + 1 - quantity.firstStep, Math.max(limit.rows, MAX_TABLE_STEPS)) },
      (_, i) => {
        const t = i + quantity.firstStep;
        return [
          t,
          ...inputsAt(t),
          ...Array.from({ length: shown }, (_unused, unit) => values[i * units + first + unit] ?? NaN),
        ];
      },
    ),
  };
}

export function valueAxis(quantity: Quantity, series: readonly ArrayLike<number>[]): AxisSpec {
  if (quantity.scale === "share") return { kind: "linear", min: 0, max: 1 };
  const extent = series
    .map((values) => extentOf(values))
    .reduce(joinExtents, quantity.scale === "size" ? null : extentOf([0]));
  if (quantity.scale === "size") return symlogAxis(extent);
  return extent !== null && Math.max(extent.max, -extent.min) > LINEAR_LIMIT ? symlogAxis(extent) : linearAxis(extent);
}
