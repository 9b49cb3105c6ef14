/** What a network does not read of a table that it predicts: names of series, times, and targets if they are there. */
import type { ByteSource } from "./byteSource";
import { KNOWN_MARKERS } from "./cellKind";
import { AUTO_KEYS, type TableKeys } from "./dialect";
import { takeRows } from "./fillMissing";
import { placeIn, type ColumnRequest } from "./readTable";
import { readRecorded } from "./recordedFiles";
import type { TablePlace } from "./tableProblem";
import type { RecordedReading, RecordedTable, TableTimes } from "./recordedParts";
import type { RowRange } from "./series";
import { MISSING_CATEGORY, type CategoryColumn, type TableColumn } from "./table";
import type { TableFiles } from "./tableFiles";
import { bitTargets } from "./tableTargets";
import { groupOf, hasFileLabels } from "./taskTable";
import type { TimeFormat } from "./timeText";
import { nextTimes, timesOf, writeTime } from "./writeTime";

/** @throws TableError where a target is not of its kind */
export function readBeside(
  data: ByteSource | TableFiles,
  reading: RecordedReading,
): Pick<RecordedTable, "groups" | "truths" | "labels" | "times"> {
  const { task, recorded, read, arranged, files } = reading;
  const kind = recorded.classes === null ? "number" : "category";
  const time = timeColumn(reading);
  const isThere = (name: string): boolean => read.evidence.some((column) => column.name === name);
  const wanted: ColumnRequest[] = [
    ...(hasFileLabels(task) ? [] : recorded.targets)
      .filter(isThere)
      .map((name) => ({ name, kind, format: null, key: "target" }) as const),
    ...groupOf(task).map((name) => ({ name, kind: "category", format: null, key: "group" }) as const),
    ...(time === null ? [] : [{ name: time.name, kind: "category", format: null, key: "columns" } as const]),
  ];
  const requests = wanted.filter(
    (one, index) =>
      findColumn(arranged.columns, one) === undefined &&
      wanted.findIndex((other) => other.name === one.name && other.kind === one.kind) === index,
  );
  const { rowOf } = arranged;
  const columns = (requests.length === 0 ? [] : readRecorded(data, keysOf(reading), requests).table.columns).map(
    (column) => (rowOf === null ? column : takeRows(column, rowOf)),
  );
  const find = (name: string, as: TableColumn["kind"]): TableColumn | undefined =>
    findColumn(arranged.columns, { name, kind: as }) ?? findColumn(columns, { name, kind: as });
  const textsOf = (name: string): CategoryColumn => find(name, "category") as CategoryColumn;
  const groups = groupOf(task).map((name) => ({ name, textAt: (row: number) => textAt(textsOf(name), row) }));
  return {
    groups: files === null ? groups : [{ name: "file", textAt: (row) => files.nameAt(row) }, ...groups],
    ...truthsOf(
      reading,
      recorded.targets.map((name, o) => (hasFileLabels(task) ? files?.targets[o] : find(name, kind))),
    ),
    times: time === null ? null : timesWith(textsOf(time.name), time.format, arranged.series),
  };
}

function findColumn(
  columns: readonly TableColumn[],
  { name, kind }: Pick<ColumnRequest, "name" | "kind">,
): TableColumn | undefined {
  return columns.find((column) => column.name === name && column.kind === kind);
}

/** The times that are an input, or the first column with times; without a format where its cells fit several. */
function timeColumn({
  recorded,
  read,
}: RecordedReading): { readonly name: string; readonly format: TimeFormat | null } | null {
  const input = recorded.columns.find(({ kind }) => kind === "time");
  if (input?.kind === "time") return { name: input.name, format: input.format };
  const found = read.evidence.find(({ kind, formats }) => kind === "time" && formats.length > 0);
  if (found === undefined) return null;
  return { name: found.name, format: found.formats.length === 1 ? found.formats[0]! : null };
}

/** @param columns of the targets, undefined where the table does not have them */
function truthsOf(
  { recorded: { classes, areBits }, read, arranged: { rowOf } }: RecordedReading,
  columns: readonly (TableColumn | undefined)[],
): Pick<RecordedTable, "truths" | "labels"> {
  const placeOf = (row: number): TablePlace => placeIn(read, rowOf?.[row] ?? row);
  const labels = classes === null ? null : [...classes];
  const truths = columns.map((column) => {
    if (column?.kind === "category" && labels !== null) return placesOf(column, labels);
    if (column?.kind !== "number") return null;
    // A cell may be empty, but no other number is a bit.
    if (areBits)
      bitTargets([{ ...column, values: column.values.map((value) => (Number.isNaN(value) ? 0 : value)) }], placeOf);
    return column.values;
  });
  return { truths, labels };
}

/** @param labels that are known, to which those of the column are added */
function placesOf({ codes, categories }: CategoryColumn, labels: string[]): Float64Array {
  const places = new Float64Array(categories.length).fill(NaN);
  return Float64Array.from(codes, (code) => {
    if (code === MISSING_CATEGORY) return NaN;
    if (Number.isNaN(places[code]!)) {
      const label = categories[code]!;
      const known = labels.indexOf(label);
      places[code] = known < 0 ? labels.push(label) - 1 : known;
    }
    return places[code]!;
  });
}

/** As the table was recognized, and with values that may be missing. */
function keysOf({ task, read: { report }, files }: RecordedReading): TableKeys {
  const { order, accept, skip } = { ...AUTO_KEYS, ...task };
  return {
    delimiter: report.delimiter,
    decimal: report.decimal,
    thousands: (report.thousands === "" ? "none" : report.thousands) as TableKeys["thousands"],
    header: report.header,
    // What stands above a header may differ from file to file.
    skip: files === null ? report.skip : skip,
    footer: report.footer,
    comment: (report.comment === "" ? "none" : report.comment) as TableKeys["comment"],
    missing: { markers: task.missing?.markers ?? KNOWN_MARKERS },
    order,
    accept,
  };
}

function textAt({ codes, categories }: CategoryColumn, row: number): string {
  return categories[codes[row] ?? MISSING_CATEGORY] ?? "";
}

function timesWith(column: CategoryColumn, format: TimeFormat | null, series: readonly RowRange[]): TableTimes {
  return {
    name: column.name,
    textAt: (row) => textAt(column, row),
    laterOf(index) {
      const { from, to } = series[index]!;
      const texts = Array.from({ length: to - from }, (_, row) => textAt(column, from + row));
      const times = format === null ? null : timesOf(texts, format);
      const next = times === null ? null : nextTimes(times);
      return next === null || format === null ? null : (steps) => writeTime(next(steps), format, texts.at(-1) ?? "");
    },
  };
}
