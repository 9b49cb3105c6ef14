/** Values of a column that a person would want to know about before training on them. */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";
import { isConstant } from "./moments";
import type { NumberColumn, TableColumn } from "./table";
import type { TableProblem } from "./tableProblem";

/** What programs write where there is no value. */
const SENTINELS: ReadonlySet<number> = new Set([
  -99, -99.9, -999, -999.9, -9999, -9999.9, -99999, 999, 999.9, 9999, 99999, 999999, 1e20, -1e20,
]);
/** Deviations of the other values from their mean. */
const FAR = 20;
const FAR_SENTINEL = 5;
/** Values from which a deviation says something. */
const FEWEST = 8;

export interface ValueProblem extends TableProblem {
  /** The row that has it, counted from 0; null where it is of the whole column. */
  readonly row: number | null;
}

/** At most three problems of a column. */
export function findValueProblems(columns: readonly TableColumn[]): ValueProblem[] {
  return columns.flatMap((column) => (column.kind === "number" ? problemsOf(column) : []));
}

function problemsOf(column: NumberColumn): ValueProblem[] {
  const { name, values } = column;
  let lowest = -1;
  let highest = -1;
  let count = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    count++;
    if (lowest < 0 || value < values[lowest]!) lowest = row;
    if (highest < 0 || value > values[highest]!) highest = row;
  }
  if (count < 2) return [];
  if (isConstant(values, values.length)) {
    const text = l10n.t("Column {0} is constant: {1}.", describeValue(name), values[lowest]!);
    return [{ key: "columns", severity: "warning", line: null, column: name, text, fixes: [], row: null }];
  }
  return count < FEWEST ? [] : [lowest, highest].flatMap((row) => farValue(column, row));
}

function farValue({ name, values }: NumberColumn, row: number): ValueProblem[] {
  const value = values[row]!;
  let count = 0;
  let sum = 0;
  for (const other of values) {
    if (Number.isNaN(other) || other === value) continue;
    sum += other;
    count++;
  }
  if (count < FEWEST - 1) return [];
  const mean = sum / count;
  let squares = 0;
  for (const other of values) if (!Number.isNaN(other) && other !== value) squares += (other - mean) ** 2;
  const deviations = Math.abs(value - mean) / Math.sqrt(squares / count);
  const isSentinel = SENTINELS.has(value);
  if (!Number.isFinite(deviations) || deviations < (isSentinel ? FAR_SENTINEL : FAR)) return [];
  const place = { severity: "warning", line: null, column: name, row } as const;
  if (!isSentinel) {
    const text = l10n.t(
      "{0} in column {1} is {2} standard deviations from the mean of the other values.",
      value,
      describeValue(name),
      Math.round(deviations),
    );
    return [{ ...place, key: "columns", text, fixes: [] }];
  }
  const text = l10n.t(
    "{0} in column {1} looks like a mark of missing values. If it is one, add it to task.missing.markers.",
    value,
    describeValue(name),
  );
  return [
    {
      ...place,
      key: "missing",
      text,
      fixes: [{ key: "missing", value: { markers: [String(value)], fill: "linear" } }],
    },
  ];
}
