/** What each of several files is for, as a column of their table of labels says it. */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";
import { MISSING_CATEGORY, type CategoryColumn } from "./table";
import { TableError } from "./tableProblem";

export type FilePart = "train" | "validation" | "test";

const PARTS: Readonly<Record<FilePart, readonly string[]>> = {
  train: ["train", "training"],
  validation: ["validation", "valid", "val", "dev"],
  test: ["test", "testing"],
};

/**
 * @param rows of each file
 * @param lineOf where a row stands
 * @throws TableError at the line of a word that names no part, or where no file is for training
 */
export function readParts(
  { name, codes, categories }: CategoryColumn,
  rows: Uint32Array,
  lineOf: (row: number) => number,
): FilePart[] {
  const names = Object.keys(PARTS) as FilePart[];
  const parts = Array.from(rows, (row) => {
    const text = codes[row] === MISSING_CATEGORY ? "" : categories[codes[row]!]!;
    const found = names.find((part) => PARTS[part].includes(text.trim().toLowerCase()));
    if (found === undefined) throw notAPart(name, text, lineOf(row));
    return found;
  });
  if (parts.includes("train")) return parts;
  throw splitError(null, name, l10n.t("column {0} says of no file that it is for train.", describeValue(name)));
}

function notAPart(name: string, text: string, line: number): TableError {
  const said = text === "" ? l10n.t("the cell is empty") : l10n.t("{0} is no part", describeValue(text));
  const where = l10n.t("line {0}, column {1}: {2}.", line, describeValue(name), said);
  return splitError(line, name, `${where} ${l10n.t("Use {0}, {1} or {2}.", "train", "validation", "test")}`);
}

function splitError(line: number | null, column: string, text: string): TableError {
  return new TableError([{ key: "split", severity: "error", line, column, text, fixes: [] }]);
}
