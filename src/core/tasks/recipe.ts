/**
 * What a network needs to know of its data beside its weights: which columns, in which order, how they were encoded and
 * scaled. Files of weights carry it as texts, see docs/weights.md.
 */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../../lib/outsideText";
import type { ColumnRecipe } from "../../tables/columnRecipe";
import type { TaskTable } from "../../tables/taskTable";
import { TIME_FORMATS } from "../../tables/timeText";
import type { Dataset, Unit } from "./task";

/** Of a series of values from a table. */
export interface Recipe {
  /** Rows of a window. */
  readonly length: number;
  readonly horizon: number;
  /** Of each input of the network: a value v of its column is (v - mean) / deviation. */
  readonly inputs: readonly Unit[];
  /** Of each output. */
  readonly targets: readonly Unit[];
  readonly columns: readonly ColumnRecipe[];
  /** Rows of the table that training read, and how many of them it was trained on: the first ones. */
  readonly rows: number;
  readonly trainingRows: number;
}

/** Texts by key, as `__metadata__` of safetensors has them. */
export type RecipeTexts = Readonly<Record<string, string>>;

const KEYS = {
  length: "length",
  horizon: "horizon",
  inputs: "inputs",
  targets: "targets",
  columns: "columns",
  rows: "rows",
  trainingRows: "training_rows",
} as const;

/** Null where the data were not scaled. */
export function recipeOf(
  { units, timeSteps }: Pick<Dataset, "units" | "timeSteps">,
  { table, recipes }: Pick<TaskTable, "table" | "recipes">,
  horizon: number,
  trainingRows: number,
): Recipe | null {
  if (units === undefined) return null;
  const { input: inputs, target: targets } = units;
  return { length: timeSteps, horizon, inputs, targets, columns: recipes, rows: table.rows, trainingRows };
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
  const read = <T>(key: keyof Recipe, check: (value: unknown) => value is T): T => {
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
    columns: read("columns", isListOf(isColumnRecipe)),
    rows: read("rows", isCount),
    trainingRows: read("trainingRows", isCount),
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
