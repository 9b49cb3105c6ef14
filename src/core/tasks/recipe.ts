/**
 * What a network needs to know of its data beside its weights: which columns, in which order, how they were encoded and
 * scaled. Files of weights carry it as texts, see docs/weights.md.
 */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../../lib/outsideText";
import type { ColumnRecipe } from "../../tables/columnRecipe";
import type { RowRange } from "../../tables/series";
import type { TaskTable } from "../../tables/taskTable";
import { TIME_FORMATS } from "../../tables/timeText";
import type { Dataset, Unit } from "./task";

/** Of a table. */
export interface Recipe {
  /** Rows of a window; of whole series those of the longest. */
  readonly length: number;
  readonly horizon: number;
  /** Of each input of the network: a value v of its column is (v - mean) / deviation. */
  readonly inputs: readonly Unit[];
  /** Of each output. */
  readonly targets: readonly Unit[];
  readonly targetKind: Dataset["targetKind"];
  /** Of classes, as written, in the order of their numbers; null for values and bits. */
  readonly classes: readonly string[] | null;
  readonly columns: readonly ColumnRecipe[];
  /** Rows of the table that training read, and how many of them it was trained on: the first ones of each series. */
  readonly rows: number;
  readonly trainingRows: number;
  /** Series that the rows were divided into. */
  readonly series: number;
}

/** Texts by key, as `__metadata__` of safetensors has them. */
export type RecipeTexts = Readonly<Record<string, string>>;

const KEYS = {
  length: "length",
  horizon: "horizon",
  inputs: "inputs",
  targets: "targets",
  targetKind: "target_kind",
  classes: "classes",
  columns: "columns",
  rows: "rows",
  trainingRows: "training_rows",
  series: "series",
} as const;

/** @param trainingRows of each series */
export function recipeOf(
  { units, timeSteps, targetKind, classes }: Dataset,
  { table, recipes, series }: Pick<TaskTable, "table" | "recipes" | "series">,
  horizon: number,
  trainingRows: readonly RowRange[],
): Recipe | null {
  if (units === undefined) return null;
  return {
    length: timeSteps,
    horizon,
    inputs: units.input,
    targets: units.target,
    targetKind,
    classes: classes ?? null,
    columns: recipes,
    rows: table.rows,
    trainingRows: trainingRows.reduce((sum, { from, to }) => sum + to - from, 0),
    series: series.length,
  };
}

export function writeRecipe(recipe: Recipe): RecipeTexts {
  return Object.fromEntries(
    Object.entries(KEYS).map(([key, name]) => [name, JSON.stringify(recipe[key as keyof Recipe])]),
  );
}

/**
 * @returns null when the texts have none
 * @throws Error when one of them is not what it should be
 */
export function readRecipe(texts: RecipeTexts): Recipe | null {
  if (!Object.hasOwn(texts, KEYS.columns) || !Object.hasOwn(texts, KEYS.inputs)) return null;
  // An earlier version predicted the values of one series, and did not write the rest.
  const read = <T>(key: keyof Recipe, check: (value: unknown) => value is T, absent?: T): T => {
    if (absent !== undefined && !Object.hasOwn(texts, KEYS[key])) return absent;
    const value = parsed(texts[KEYS[key]]);
    if (check(value)) return value;
    const text = describeValue(texts[KEYS[key]] ?? "");
    throw new Error(l10n.t("the metadata {0} of the weights is invalid: {1}", KEYS[key], text));
  };
  return {
    length: read("length", isPositive),
    horizon: read("horizon", isCount),
    inputs: read("inputs", isListOf(isUnit)),
    targets: read("targets", isListOf(isUnit)),
    targetKind: read("targetKind", isTargetKind, "values"),
    classes: read("classes", isClasses, null),
    columns: read("columns", isListOf(isColumnRecipe)),
    rows: read("rows", isCount),
    trainingRows: read("trainingRows", isCount),
    series: read("series", isPositive, 1),
  };
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isPositive = (value: unknown): value is number => isCount(value) && value > 0;
const isText = (value: unknown): value is string => typeof value === "string";
const isFinite = (value: unknown): value is number => Number.isFinite(value);

const isClasses = (value: unknown): value is readonly string[] | null => value === null || isListOf(isText)(value);

function isTargetKind(value: unknown): value is Recipe["targetKind"] {
  return value === "values" || value === "bits" || value === "classes";
}

function isListOf<T>(check: (value: unknown) => value is T): (value: unknown) => value is readonly T[] {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(check);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isUnit(value: unknown): value is Unit {
  return isRecord(value) && isText(value["name"]) && isFinite(value["mean"]) && isScale(value["deviation"]);
}

const isScale = (value: unknown): value is number => isFinite(value) && value > 0;

const TIME_ENCODINGS: readonly unknown[] = ["elapsed", "hour-of-day", "day-of-week", "day-of-month", "month-of-year"];

function isColumnRecipe(value: unknown): value is ColumnRecipe {
  if (!isRecord(value) || !isText(value["name"])) return false;
  const { kind, encoding, categories, fill, format, origin } = value;
  switch (kind) {
    case "number":
      return (fill === null || isFinite(fill)) && typeof value["hasMask"] === "boolean";
    case "category":
      return (
        (encoding === "one-hot" || encoding === "index") &&
        isListOf(isText)(categories) &&
        typeof value["hasMissing"] === "boolean"
      );
    case "time":
      return (
        TIME_ENCODINGS.includes(encoding) &&
        (format === null || TIME_FORMATS.some((known) => known === format)) &&
        isFinite(origin)
      );
    default:
      return false;
  }
}
