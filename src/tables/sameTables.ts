/** Whether a table is written as the first of several is, and has the same columns. */
import * as l10n from "@vscode/l10n";
import { describeNames, describeValue } from "../lib/outsideText";
import { memorySource } from "./byteSource";
import { delimiterKey, type TableKeys } from "./dialect";
import { namesOf, prepareTable, type ColumnRequest, type PreparedTable } from "./readTable";
import { recognizeTable, type Recognition } from "./recognize";
import { takeSample } from "./sample";
import type { NamedTable } from "./tableFiles";
import { TableError } from "./tableProblem";

/** The table that the others are held to. */
export interface FirstTable {
  readonly file: NamedTable;
  readonly prepared: PreparedTable;
  /** Nothing of it is left to recognize but what stands above the header and below the rows. */
  readonly keys: TableKeys;
  readonly requests: readonly ColumnRequest[];
}

export function asFirst(file: NamedTable, prepared: PreparedTable): FirstTable {
  const { recognition, asked, requests } = prepared;
  const { delimiter, decimal, thousands, header, comment } = recognition.dialect;
  return {
    file,
    prepared,
    keys: {
      ...prepared.keys,
      delimiter: delimiterKey(delimiter),
      decimal,
      thousands: thousands === "" ? "none" : thousands,
      header,
      comment: comment === "" ? "none" : comment,
    },
    requests: requests.map((request, index) => ({ ...request, ...kindOf(asked[index]!) })),
  };
}

function kindOf({ kind, format }: PreparedTable["asked"][number]): Pick<ColumnRequest, "kind" | "format"> {
  return { kind, format };
}

/** @throws TableError when the table differs from the first */
export function prepareAlike({ bytes }: NamedTable, first: FirstTable): PreparedTable {
  const source = memorySource(bytes);
  const recognition = recognizeTable(takeSample(source, true), first.keys, namesOf(first.requests));
  if (recognition.names.length === 0) throw emptyTable();
  refuseOtherColumns(recognition, first);
  return prepareTable(source, recognition, first.keys, first.requests);
}

function refuseOtherColumns({ written, headerLine }: Recognition, { file, prepared }: FirstTable): void {
  const expected = prepared.recognition.written;
  if (written.length === expected.length && written.every((name, index) => name === expected[index])) return;
  const other = describeValue(file.name);
  const [lacking] = expected.filter((name) => !written.includes(name));
  const [added] = written.filter((name) => !expected.includes(name));
  const at = written.findIndex((name, index) => name !== expected[index]);
  const column = lacking ?? added ?? written[Math.max(0, at)] ?? null;
  const text =
    lacking !== undefined && added !== undefined
      ? l10n.t(
          "line {0}: the columns are {1}, but those of {2} are {3}.",
          headerLine,
          describeNames(written),
          other,
          describeNames(expected),
        )
      : lacking !== undefined
        ? l10n.t("line {0}: there is no column {1}, which {2} has.", headerLine, describeValue(lacking), other)
        : added !== undefined
          ? l10n.t("line {0}: column {1} is not in {2}.", headerLine, describeValue(added), other)
          : l10n.t("line {0}: the columns are in another order, or more often there, than in {1}.", headerLine, other);
  throw fileError(headerLine, column, `${text} ${leaveOut()}`);
}

/**
 * Lines that are no rows are left out in all files or in none. What stands above a header is told by the header.
 * @throws TableError
 */
export function refuseOtherEnd({ recognition }: PreparedTable, { file, prepared }: FirstTable): void {
  const { dialect, headerLine, problems } = recognition;
  const expected = prepared.recognition.dialect;
  const other = describeValue(file.name);
  if (dialect.footer !== expected.footer) {
    const seen = problems.find(({ key }) => key === "footer")?.text ?? l10n.t("No line at the end is a footer.");
    const wanted = l10n.t(
      "Lines of a footer in {0}: {1}. Set task.footer to the number in all files, 0 for none.",
      other,
      expected.footer,
    );
    throw fileError(null, null, `${seen} ${wanted}`);
  }
  if (dialect.header === 0 && dialect.skip !== expected.skip)
    throw fileError(
      headerLine,
      null,
      l10n.t(
        "lines above the rows that look like a title: {0}, but {1} in {2}. Set task.skip to the number in all files.",
        dialect.skip,
        expected.skip,
        other,
      ),
    );
}

function leaveOut(): string {
  return l10n.t("Change the file, or change task.files so that it leaves this file out.");
}

export function emptyTable(): TableError {
  return fileError(null, null, `${l10n.t("the file is empty.")} ${leaveOut()}`);
}

export function withoutRows(headerLine: number): TableError {
  return fileError(headerLine, null, `${l10n.t("there are no rows below the header.")} ${leaveOut()}`);
}

function fileError(line: number | null, column: string | null, text: string): TableError {
  return new TableError([{ key: "files", severity: "error", line, column, text, fixes: [] }]);
}
