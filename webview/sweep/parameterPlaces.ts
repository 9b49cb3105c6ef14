/** The places of the values of a parameter on an axis: numbers at themselves, choices one beside the other. */
import * as l10n from "@vscode/l10n";
import { fromUnit, linearAxis, logAxis, toUnits, type AxisSpec } from "../../src/shared/scale/axisScale";
import { extentOf } from "../../src/shared/scale/extent";
import { valueLabel, type SweepParameter } from "../../src/shared/wire/sweep";
import { gather } from "../../src/shared/wire/trialOrder";
import type { TrialColumns } from "../../src/shared/wire/trialColumns";

/** One value of a parameter. */
interface Place {
  readonly at: number;
  readonly label: string;
}

export interface ParameterPlaces {
  readonly axis: AxisSpec;
  /** On the axis, by row; NaN where a run has no value. */
  readonly at: Float64Array<ArrayBuffer>;
  /** In their order; null: there are too many for each to have a meaning. */
  readonly distinct: readonly Place[] | null;
  /** Whether the places are those of a list and not numbers. */
  readonly named: boolean;
}

/** More values than this get no places of their own. */
const MAX_NAMED = 40;
/** More numbers than this are not told apart. */
const MAX_DISTINCT = 1000;
/** Ratios that differ by less are the same. */
const SAME_RATIO = 0.01;

/** @param named places of a list even for numbers, as the cells of a map want them */
export function placesOf(
  parameter: SweepParameter,
  index: number,
  trials: TrialColumns,
  named: boolean,
): ParameterPlaces {
  const { places, choices } = trials.values(index);
  if (choices !== null) {
    const labels = choices.map(shortLabel);
    return { axis: namedAxis(labels), at: places, distinct: labels.map((label, at) => ({ at, label })), named: true };
  }
  const values = distinctNumbers(places);
  if (named && values !== null && values.length <= MAX_NAMED) {
    const labels = values.map(shortLabel);
    const order = new Map(values.map((value, at) => [value, at]));
    const at = places.map((value) => order.get(value) ?? NaN);
    return { axis: namedAxis(labels), at, distinct: labels.map((label, place) => ({ at: place, label })), named: true };
  }
  return {
    axis: numberAxis(parameter, places, values),
    at: places,
    distinct: values?.map((at) => ({ at, label: shortLabel(at) })) ?? null,
    named: false,
  };
}

function namedAxis(labels: readonly string[]): AxisSpec {
  return { kind: "linear", min: -0.5, max: Math.max(0, labels.length - 1) + 0.5, labels };
}

function numberAxis({ scale }: SweepParameter, places: Float64Array, values: readonly number[] | null): AxisSpec {
  if (values !== null && isGeometric(values))
    return { kind: "log", min: Math.min(...values), max: Math.max(...values), at: values };
  const extent = extentOf(places);
  return scale === "log" ? logAxis(extent) : linearAxis(extent);
}

/** From the least to the largest; null: more than {@link MAX_DISTINCT}. */
function distinctNumbers(numbers: Float64Array): number[] | null {
  const seen = new Set<number>();
  for (const value of numbers) {
    if (!Number.isNaN(value)) seen.add(value);
    if (seen.size > MAX_DISTINCT) return null;
  }
  return [...seen].sort((a, b) => a - b);
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
  readonly rows: Int32Array<ArrayBuffer>;
}

/** Rows by the value of the parameter, or by equal parts of the axis where hardly two runs have the same. */
export function placedGroups(places: ParameterPlaces, rows: Int32Array<ArrayBuffer>): PlacedGroup[] {
  const { axis, at, distinct, named } = places;
  if (distinct !== null && (named || distinct.length <= MAX_GROUPS)) {
    const order = new Map(distinct.map((place, group) => [place.at, group]));
    return rowsByGroup(rows, distinct.length, (row) => order.get(at[row]!) ?? -1).flatMap((of, group) =>
      of.length === 0 ? [] : [{ x: distinct[group]!.at, label: distinct[group]!.label, rows: of }],
    );
  }
  const units = toUnits(axis, at);
  const partOf = (row: number): number =>
    Math.min(JOINED_GROUPS - 1, Math.max(0, Math.floor(units[row]! * JOINED_GROUPS)));
  return rowsByGroup(rows, JOINED_GROUPS, partOf).flatMap((of, part) => {
    const extent = extentOf(gather(of, at));
    if (extent === null) return [];
    return [
      {
        x: fromUnit(axis, (part + 0.5) / JOINED_GROUPS),
        label: l10n.t("{0} to {1}", shortLabel(extent.min), shortLabel(extent.max)),
        rows: of,
      },
    ];
  });
}

/** @param groupOf a number below `count`; of others the row is in no group */
export function rowsByGroup(
  rows: Int32Array<ArrayBuffer>,
  count: number,
  groupOf: (row: number) => number,
): Int32Array<ArrayBuffer>[] {
  const groups = rows.map(groupOf);
  const sizes = new Int32Array(count);
  for (const group of groups) if (group >= 0 && group < count) sizes[group]!++;
  const lists = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i]!;
    const list = lists[group];
    if (list === undefined) continue;
    list[sizes[group]!] = rows[i]!;
    sizes[group]!++;
  }
  return lists;
}

/** "training.optimizer.learningRate" is learningRate, unless another parameter ends alike. */
export function shortKey(parameters: readonly SweepParameter[], index: number): string {
  const parts = (parameters[index]?.key ?? "").split(".");
  const alike = parameters.filter(({ key }) => key.split(".").at(-1) === parts.at(-1)).length > 1;
  return alike ? parts.slice(-2).join(".") : (parts.at(-1) ?? "");
}
