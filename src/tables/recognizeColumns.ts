import { cellKind, isNumeric, type CellKind } from "./cellKind";
import type { TableRecord } from "./records";
import { timeFormatsOf, timeIn, type TimeFormat } from "./timeText";

/** What the cells of a column look like, in the records that were looked at. */
export interface ColumnEvidence {
  readonly name: string;
  readonly kind: "number" | "category" | "time" | "empty";
  readonly cells: Readonly<Partial<Record<CellKind, number>>>;
  /** Marks of missing values, as written. */
  readonly markers: readonly string[];
  /** Of times: the formats that all of them have; two where day and month are in doubt. */
  readonly formats: readonly TimeFormat[];
  /** Of times: whether each is before the one above it. */
  readonly isDescending: boolean;
}

export function recognizeColumns(records: readonly TableRecord[], names: readonly string[]): ColumnEvidence[] {
  return names.map((name, column) => recognizeColumn(records, name, column));
}

function recognizeColumn(records: readonly TableRecord[], name: string, column: number): ColumnEvidence {
  const cells: Partial<Record<CellKind, number>> = {};
  const markers = new Set<string>();
  const times: string[] = [];
  for (const record of records) {
    const cell = record.cells[column] ?? "";
    const kind = cellKind(cell);
    cells[kind] = (cells[kind] ?? 0) + 1;
    if (kind === "marker") markers.add(cell);
    else if (kind === "time") times.push(cell);
  }
  const count = (kinds: readonly CellKind[]): number => kinds.reduce((sum, kind) => sum + (cells[kind] ?? 0), 0);
  const numbers = count((Object.keys(cells) as CellKind[]).filter(isNumeric));
  const texts = count(["text", "odd"]);
  const most = Math.max(numbers, times.length, texts);
  const kind = most === 0 ? "empty" : numbers === most ? "number" : times.length === most ? "time" : "category";
  const formats = kind === "time" ? timeFormatsOf(times) : [];
  return { name, kind, cells, markers: [...markers], formats, isDescending: isDescending(times, formats[0]) };
}

function isDescending(times: readonly string[], format: TimeFormat | undefined): boolean {
  if (format === undefined || times.length < 3) return false;
  const values = times.map((time) => timeIn(time, format));
  return values.every((value, index) => index === 0 || value <= values[index - 1]!) && values[0]! > values.at(-1)!;
}
