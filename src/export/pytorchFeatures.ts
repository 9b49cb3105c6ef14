/** The part of an exported script that makes inputs of columns: missing values, categories, times, the scale. */
import type { SourceTable } from "../core/training/trainingSource";
import type { ColumnRecipe } from "../tables/columnRecipe";
import type { TimeEncoding } from "../tables/encodeColumn";
import { pythonText, pythonTexts } from "./pythonText";

/** `features`: columns of numbers by their names, then `scaled` ones. */
export function featureLines(data: SourceTable): string[] {
  const { task, table } = data;
  const { inputs, targets, recipes } = table;
  const fill = task.missing?.fill ?? null;
  const kinds = new Set(recipes.map(({ kind }) => kind));
  const scaled = [...new Set([...inputs, ...(targets.kind === "values" ? targets.names : [])])];
  const made = featuresOf(data);
  return [
    ...(kinds.has("number") && fill !== null && fill !== "drop" ? [...fillLines(fill), "", ""] : []),
    ...(kinds.has("category") ? [...CODES, "", ""] : []),
    ...(recipes.some((recipe) => recipe.kind === "time" && isCalendar(recipe.encoding)) ? [...CALENDAR, "", ""] : []),
    "features = {}",
    ...made,
    "",
    "",
    ...MOMENTS,
    "",
    "",
    `scales = {name: moments(features[name]) for name in ${pythonTexts(scaled)}}`,
    "scaled = {name: (features[name] - mean) / deviation for name, (mean, deviation) in scales.items()}",
  ];
}

function featuresOf({ task, table: { recipes, inputs, targets } }: SourceTable): string[] {
  const fill = task.missing?.fill ?? null;
  const call = fill === null || fill === "drop" ? (column: string) => column : (column: string) => `filled(${column})`;
  /** The names of inputs in the order in which they are made. */
  const names = inputs[Symbol.iterator]();
  const take = (count: number): string[] => Array.from({ length: count }, () => names.next().value ?? "");
  const entries = task.columns.length;
  const own = recipes.slice(0, entries).flatMap((recipe) => {
    const column = `columns[${pythonText(recipe.name)}]`;
    switch (recipe.kind) {
      case "number": {
        const [name = "", ...masks] = take(recipe.hasMask ? 2 : 1);
        return [
          `features[${pythonText(name)}] = ${call(column)}`,
          ...masks.map((mask) => `features[${pythonText(mask)}] = np.isnan(${column}).astype(float)`),
        ];
      }
      case "category":
        return categoryLines(recipe, take(inputsOf(recipe)));
      case "time":
        return timeFeatures(recipe, take(inputsOf(recipe)));
    }
  });
  const isMade = new Set(inputs);
  const others = targets.kind === "classes" ? [] : [...new Set(targets.names)].filter((name) => !isMade.has(name));
  return [...own, ...others.map((name) => `features[${pythonText(name)}] = ${call(`columns[${pythonText(name)}]`)}`)];
}

function inputsOf(recipe: Exclude<ColumnRecipe, { readonly kind: "number" }>): number {
  if (recipe.kind === "time") return recipe.encoding === "elapsed" ? 1 : 2;
  return recipe.encoding === "index" ? 1 : recipe.categories.length + Number(recipe.hasMissing);
}

function categoryLines(
  { name, categories, encoding, hasMissing }: Extract<ColumnRecipe, { readonly kind: "category" }>,
  inputs: readonly string[],
): string[] {
  const known = `[${[...categories.map(pythonText), ...(hasMissing ? ["None"] : [])].join(", ")}]`;
  const codes = `codes_of(${pythonText(name)}, ${known})`;
  return encoding === "index"
    ? [`features[${pythonText(inputs[0] ?? "")}] = ${codes}.astype(float)`]
    : [
        `codes = ${codes}`,
        `for code, name in enumerate(${pythonTexts(inputs)}):`,
        "    features[name] = (codes == code).astype(float)",
      ];
}

function isCalendar(encoding: TimeEncoding): boolean {
  return encoding === "day-of-month" || encoding === "month-of-year";
}

function timeFeatures(
  { name, encoding }: Extract<ColumnRecipe, { readonly kind: "time" }>,
  inputs: readonly string[],
): string[] {
  const times = `columns[${pythonText(name)}]`;
  const [first = "", second = ""] = inputs;
  if (encoding === "elapsed")
    return [
      `starts_of_series = np.concatenate([np.full(end - begin, ${times}[begin]) for begin, end in series])`,
      `features[${pythonText(first)}] = (${times} - starts_of_series) / 86400000  # days`,
    ];
  return [
    `phases = 2 * math.pi * ${fractionOf(times, encoding)}`,
    `features[${pythonText(first)}], features[${pythonText(second)}] = np.sin(phases), np.cos(phases)`,
  ];
}

/** How much of the day, week, month or year has passed. */
function fractionOf(times: string, encoding: Exclude<TimeEncoding, "elapsed">): string {
  switch (encoding) {
    case "hour-of-day":
      return `np.fmod(${times} / 86400000, 1)`;
    case "day-of-week":
      return `(np.fmod(${times} / 86400000 + 3, 7) / 7)  # 1970-01-01 was a Thursday`;
    case "day-of-month":
      return `np.array([passed(time, by_month=True) for time in ${times}])`;
    case "month-of-year":
      return `np.array([passed(time, by_month=False) for time in ${times}])`;
  }
}

const CALENDAR = `def passed(time, by_month):  # which part of the month, or of the year, has passed
    epoch = datetime.datetime(1970, 1, 1)
    at = epoch + datetime.timedelta(milliseconds=time)
    begin = datetime.datetime(at.year, at.month if by_month else 1, 1)
    end = datetime.datetime(at.year + 1, 1, 1)
    if by_month and at.month < 12:
        end = datetime.datetime(at.year, at.month + 1, 1)
    first, last = (1000 * (part - epoch).total_seconds() for part in (begin, end))
    return (time - first) / (last - first)`.split("\n");

const CODES = `def codes_of(column, known):  # the places of categories; None is a missing one
    places = {category: place for place, category in enumerate(known)}
    for category in columns[column]:
        if category not in places:
            raise SystemExit(f"{TABLE}: column {column!r} has {category!r}, which is not one of {known}")
    return np.array([places[category] for category in columns[column]])`.split("\n");

const MOMENTS = `def total_of(values):  # one after the other
    return np.cumsum(values)[-1]


def moments(values):  # mean and deviation of the training rows; a column that is constant there has the deviation 1
    known = np.concatenate([values[begin:end] for begin, end in training_rows])
    mean = total_of(known) / len(known)
    deviation = math.sqrt(total_of((known - mean) ** 2) / len(known))
    return float(mean), deviation if deviation > 1e-12 * abs(mean) else 1.0`.split("\n");

/** What takes the place of missing values; none crosses from one series to another. */
function fillLines(fill: "forward" | "linear" | "mean" | "mask"): string[] {
  switch (fill) {
    case "forward":
      return [
        "def filled(values):  # with the last value before",
        "    values = values.copy()",
        "    for begin, end in series:",
        "        for row in range(begin + 1, end):",
        "            if math.isnan(values[row]):",
        "                values[row] = values[row - 1]",
        "    return values",
      ];
    case "linear":
      return LINEAR;
    case "mean":
    case "mask":
      return [...MEAN, "", "", "def filled(values):", "    return np.where(np.isnan(values), mean_of(values), values)"];
  }
}

const MEAN = `def mean_of(values):  # of the training rows that have one
    known = np.concatenate([values[begin:end] for begin, end in training_rows])
    known = known[~np.isnan(known)]
    return np.cumsum(known)[-1] / len(known) if len(known) else 0.0`.split("\n");

const LINEAR = `${MEAN.join("\n")}


def filled(values):  # on a straight line between neighbors; the nearest value at both ends
    values = values.copy()
    for begin, end in series:
        known = [row for row in range(begin, end) if not math.isnan(values[row])]
        if known:
            values[begin:known[0]], values[known[-1] + 1:end] = values[known[0]], values[known[-1]]
        for before, after in zip(known, known[1:]):
            for row in range(before + 1, after):
                values[row] = values[before] + (values[after] - values[before]) * (row - before) / (after - before)
    return np.where(np.isnan(values), mean_of(values), values)`.split("\n");
