/** The text of a new experiment on a table: explicit keys for how it is written, and comments on what was chosen. */
import * as l10n from "@vscode/l10n";
import { describeNames, printable } from "../../lib/outsideText";
import type { ColumnOverview, TableOverview } from "../../tables/describeTable";
import { describeMarker } from "../../tables/previewText";
import { INTRODUCTION } from "./newExperiment";
import { HORIZON, missingFor, planForTable, type TablePlan } from "./tablePlan";

export interface TableChoice {
  /** Of the experiment. */
  readonly name: string;
  /** Of the table, beside the experiment. */
  readonly file: string;
  /** Inputs. */
  readonly columns: readonly string[];
  readonly target: string;
  /** Of columns of times whose format is in doubt. */
  readonly formats: ReadonlyMap<string, string>;
  /** Of a large table, of which a part was looked at. */
  readonly estimatedRows?: number | null;
}

/** More categories are one input, not one each. */
const MOST_ONE_HOT = 20;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function fileNote(rows: number, estimated: number | null): string {
  return estimated === null
    ? l10n.t("Relative to the folder of this file. The table has {0} rows.", rows.toLocaleString("en-US"))
    : l10n.t("Relative to the folder of this file. The table has about {0} rows.", estimated.toLocaleString("en-US"));
}

export function tableExperimentText(overview: TableOverview, choice: TableChoice): string {
  const target = overview.columns.find(({ name }) => name === choice.target);
  const { estimatedRows = null } = choice;
  const plan = planForTable(estimatedRows ?? overview.rows, target);
  return `${INTRODUCTION}{
  "name": ${JSON.stringify(choice.name)},

  // ${l10n.t("Random seed: data, initialization and batches depend on it.")}
  "seed": 1,

  "task": {
    "kind": "csv",
    // ${fileNote(overview.rows, estimatedRows)}
    "file": ${JSON.stringify(choice.file)},

    // ${l10n.t('How the table is written, as recognized. Set a key to "auto" to have it recognized at each run.')}
    ${dialectLines(overview).join("\n    ")}
    ${missingLines(overview).join("\n    ")}

    // ${inputsNote(overview, choice)}
    "columns": ${columnsText(overview, choice)},
    "target": ${JSON.stringify(choice.target)},

    // ${lengthNote(plan)}
    "length": ${plan.length},
    // ${l10n.t("Rows ahead to predict: the next one.")}
    "horizon": ${HORIZON}
  },

  // ${l10n.t("For {0} training windows, {1} units are a start. Compare with fewer and more.", plan.trainingWindows.toLocaleString("en-US"), plan.hiddenSize)}
  "model": { "cell": "lstm", "hiddenSize": ${plan.hiddenSize}, "readout": "last", "init": { "forgetBias": 1 } },

  "training": {
    // ${l10n.t("A good first choice. If the loss oscillates, try a lower learning rate.")}
    "optimizer": { "kind": "adam", "learningRate": ${plan.learningRate} },
    "batchSize": ${plan.batchSize},
    "iterations": ${plan.iterations},
    // ${l10n.t("Protects against exploding gradients; null turns it off.")}
    "clip": { "norm": 1 },
    // ${l10n.t("The last part of the rows, the latest in time, is the validation set.")}
    "validation": { "share": ${plan.validationShare}, "every": "auto" },
    // ${l10n.t("Stops so long after the minimum of the validation loss, which is the best checkpoint.")}
    "stop": { "patience": ${plan.patience} }
  }
}
`;
}

function dialectLines({ delimiter, dialect, columns }: TableOverview): string[] {
  const { decimal, thousands, skip, header, footer, comment } = dialect;
  const keys: readonly (readonly [string, unknown])[] = [
    ["delimiter", delimiter],
    ["decimal", decimal],
    ...(thousands === "" ? [] : [["thousands", thousands] as const]),
    ...(skip === 0 ? [] : [["skip", skip] as const]),
    ["header", header],
    ...(footer === 0 ? [] : [["footer", footer] as const]),
    ...(comment === "" ? [] : [["comment", comment] as const]),
    ...(columns.some(({ isDescending }) => isDescending) ? [["order", "reverse"] as const] : []),
  ];
  return keys.map(([key, value]) => `"${key}": ${JSON.stringify(value)},`);
}

function missingLines(overview: TableOverview): string[] {
  const missing = missingFor(overview);
  if (missing === null)
    return [`// ${l10n.t("No value is missing; if one is later, it is an error.")}`, `"missing": null,`];
  const counted = overview.markers
    .filter(({ text }) => text === "" || missing.markers.includes(text))
    .map(({ text, cells }) => describeMarker(text, cells));
  const sentinels = missing.markers.filter((marker) => overview.markers.every(({ text }) => text !== marker));
  return [
    `// ${l10n.t("Cells without a value get the last one before it. {0}", inComment([...counted, ...sentinels].join(", ")))}`,
    ...(sentinels.length === 0
      ? []
      : [`// ${inComment(l10n.t("Check that {0} stands for a missing value.", describeNames(sentinels)))}`]),
    `"missing": ${written(missing)},`,
  ];
}

function inputsNote({ columns }: TableOverview, choice: TableChoice): string {
  const unused = columns.map(({ name }) => name).filter((name) => name !== "" && !choice.columns.includes(name));
  const note = l10n.t("Inputs. Each column is standardized with the mean and deviation of the training rows.");
  return inComment(unused.length === 0 ? note : `${note} ${l10n.t("Not used: {0}.", describeNames(unused))}`);
}

function columnsText({ columns }: TableOverview, { columns: chosen, formats }: TableChoice): string {
  const entries = chosen.map((name) => {
    const column = columns.find((candidate) => candidate.name === name);
    return column === undefined ? JSON.stringify(name) : written(entryFor(column, formats));
  });
  const line = `[${entries.join(", ")}]`;
  return line.length <= 80 ? line : `[\n      ${entries.join(",\n      ")}\n    ]`;
}

function entryFor(column: ColumnOverview, formats: TableChoice["formats"]): unknown {
  const { name, kind, categories } = column;
  if (kind === "category" || kind === "empty")
    return { name, kind: "category", encoding: categories <= MOST_ONE_HOT ? "one-hot" : "index" };
  if (kind === "number") return name;
  return { name, kind, format: formats.get(name) ?? column.formats[0] ?? "auto", encoding: timeEncoding(column) };
}

/** Where in its day, week or year a row is: whichever is the shortest that is longer than a step. */
function timeEncoding({ formats, step }: ColumnOverview): string {
  if (formats[0] === "HH:MM" || (step !== null && step < DAY)) return "hour-of-day";
  return step !== null && step < 7 * DAY ? "day-of-week" : "month-of-year";
}

function lengthNote({ length, period }: TablePlan): string {
  return period === null
    ? l10n.t("Rows of a window. Longer windows reach further back, and cost more.")
    : l10n.t("Rows of a window. The target repeats every {0} rows; a window holds {1}.", period, length / period);
}

/** JSON on one line, as people write it. */
function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${written(inner)}`);
  return `{ ${entries.join(", ")} }`;
}

/** A comment ends with its line. */
function inComment(text: string): string {
  return printable(text, 400);
}
