/** The places of the values of a parameter on an axis: numbers at themselves, choices one beside the other. */
import * as l10n from "@vscode/l10n";
import { fromUnit, linearAxis, logAxis, toUnit, type AxisSpec } from "../../src/shared/scale/axisScale";
import { extentOf } from "../../src/shared/scale/extent";
import { valueLabel, type SweepParameter, type TrialResult } from "../../src/shared/wire/sweep";
import { groupByValue, type ValueGroup } from "../../src/shared/wire/sweepSummary";

export interface ParameterPlaces {
  readonly axis: AxisSpec;
  readonly groups: readonly ValueGroup[];
  /** Of a value of the parameter. */
  place(value: unknown): number;
  /** Whether the places are those of a list and not numbers. */
  readonly named: boolean;
}

/** More values than this get no places of their own. */
const MAX_NAMED = 40;
/** Ratios that differ by less are the same. */
const SAME_RATIO = 0.01;

/** @param named places of a list even for numbers, as the cells of a map want them */
export function placesOf(
  parameter: SweepParameter,
  index: number,
  results: readonly TrialResult[],
  named: boolean,
): ParameterPlaces {
  const groups = groupByValue(results, index);
  if (parameter.kind === "number" && !(named && groups.length <= MAX_NAMED)) {
    const extent = extentOf(groups.map(({ value }) => Number(value)));
    const values = groups.map(({ value }) => Number(value));
    const axis: AxisSpec = isGeometric(values)
      ? { kind: "log", min: Math.min(...values), max: Math.max(...values), at: values }
      : parameter.scale === "log"
        ? logAxis(extent)
        : linearAxis(extent);
    return { axis, groups, place: Number, named: false };
  }
  const order = new Map(groups.map(({ value }, place) => [JSON.stringify(value), place]));
  return {
    axis: {
      kind: "linear",
      min: -0.5,
      max: Math.max(0, groups.length - 1) + 0.5,
      labels: groups.map(({ value }) => shortLabel(value)),
    },
    groups,
    place: (value) => order.get(JSON.stringify(value)) ?? NaN,
    named: true,
  };
}

/** Such as 4, 8, 16, 32: each so many times the one before, and short enough for labels. */
function isGeometric(values: readonly number[]): boolean {
  const [first = 0, second = 0] = values;
  return (
    values.length > 2 &&
    first > 0 &&
    values.every((value) => value === Number(value.toPrecision(2)) || Number.isInteger(value)) &&
    values.slice(1).every((value, i) => Math.abs(value / values[i]! / (second / first) - 1) < SAME_RATIO)
  );
}

/** As written in the file, to three digits. */
function shortNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** As short as possible: { "kind": "adam", … } is adam, { "norm": 1 } is norm 1. */
export function shortLabel(value: unknown): string {
  if (typeof value === "number") return shortNumber(value);
  if (value === null) return l10n.t("none");
  if (typeof value !== "object" || Array.isArray(value)) return valueLabel(value);
  const entries = Object.entries(value);
  const kind = entries.find(([key]) => key === "kind");
  if (kind !== undefined && entries.length === 1) return valueLabel(kind[1]);
  return entries.map(([key, item]) => (key === "kind" ? valueLabel(item) : `${key} ${valueLabel(item)}`)).join(", ");
}

/** Keeps the outermost values off the frame. */
export function withMargin(axis: AxisSpec): AxisSpec {
  if (axis.kind === "linear" && axis.labels !== undefined) return axis;
  const share = 0.03;
  if (axis.kind === "log")
    return { ...axis, min: axis.min * (axis.min / axis.max) ** share, max: axis.max * (axis.max / axis.min) ** share };
  return { ...axis, min: axis.min - share * (axis.max - axis.min), max: axis.max + share * (axis.max - axis.min) };
}

/** More values than this, as of a random search, are grouped: a fraction of one run says nothing. */
const MAX_GROUPS = 16;
const JOINED_GROUPS = 8;

export interface PlacedGroup {
  readonly x: number;
  readonly label: string;
  readonly results: readonly TrialResult[];
}

/** The runs by their value, or by equal parts of the axis where hardly two have the same. */
export function placedGroups({ axis, groups, place, named }: ParameterPlaces): PlacedGroup[] {
  if (named || groups.length <= MAX_GROUPS)
    return groups.map(({ value, results }) => ({ x: place(value), label: shortLabel(value), results }));
  const parts = Array.from({ length: JOINED_GROUPS }, () => [] as ValueGroup[]);
  for (const group of groups)
    parts[Math.min(JOINED_GROUPS - 1, Math.max(0, Math.floor(toUnit(axis, place(group.value)) * JOINED_GROUPS)))]?.push(
      group,
    );
  return parts.flatMap((part, i) => {
    const [first, last] = [part[0], part.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [
      {
        x: fromUnit(axis, (i + 0.5) / JOINED_GROUPS),
        label: l10n.t("{0} to {1}", shortLabel(first.value), shortLabel(last.value)),
        results: part.flatMap(({ results }) => results),
      },
    ];
  });
}

/** "training.optimizer.learningRate" is learningRate, unless another parameter ends alike. */
export function shortKey(parameters: readonly SweepParameter[], index: number): string {
  const parts = (parameters[index]?.key ?? "").split(".");
  const alike = parameters.filter(({ key }) => key.split(".").at(-1) === parts.at(-1)).length > 1;
  return alike ? parts.slice(-2).join(".") : (parts.at(-1) ?? "");
}
