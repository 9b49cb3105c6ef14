import type { Dialect } from "./dialect";
import type { FaultKind } from "./faults";
import { numberIn } from "./numberText";
import { MISSING_CATEGORY, type TableColumn } from "./table";
import { timeIn, type TimeFormat } from "./timeText";

/** A column to read. */
export interface WantedColumn {
  readonly name: string;
  /** Its place in the table, counted from 0. */
  readonly place: number;
  readonly kind: "number" | "category" | "time";
  /** Of times. */
  readonly format: TimeFormat | null;
  /** Whether its words are labels to predict. */
  readonly isLabel?: boolean;
}

/** A column while it is filled. */
export class CellColumn {
  /** Where plain numbers go without a detour over text; null for other kinds. */
  readonly numbers: Float64Array | null;
  private readonly values: Float64Array | null;
  private readonly codes: Uint32Array | null;
  private readonly codeOf = new Map<string, number>();
  private readonly markers: ReadonlySet<string>;
  /** Markers that are numbers, by their value, in whatever way the file writes it: -9999 and -9999.0. */
  private readonly markedNumbers: ReadonlyMap<number, string>;

  constructor(
    private readonly column: WantedColumn,
    mostRows: number,
    private readonly dialect: Dialect,
  ) {
    const isCategory = column.kind === "category";
    this.values = isCategory ? null : new Float64Array(mostRows);
    this.codes = isCategory ? new Uint32Array(mostRows) : null;
    this.numbers = column.kind === "number" ? this.values : null;
    this.markers = new Set(dialect.markers);
    const numbers =
      column.kind === "number" ? dialect.markers.map((text) => [markerIn(text, dialect), text] as const) : [];
    this.markedNumbers = new Map(numbers.filter(([value]) => !Number.isNaN(value)));
  }

  /** Text without the blanks around it. @returns what is wrong with it, or that there is none */
  put(row: number, text: string): FaultKind | null {
    if (text === "" || this.markers.has(text)) {
      this.clear(row, row + 1);
      return "missing";
    }
    if (this.codes !== null) {
      const known = this.codeOf.get(text);
      this.codes[row] = known ?? this.codeOf.size;
      if (known === undefined) this.codeOf.set(text, this.codeOf.size);
      return null;
    }
    const { kind, format } = this.column;
    const value = kind === "time" && format !== null ? timeIn(text, format) : numberIn(text, this.dialect);
    this.values![row] = value;
    return Number.isNaN(value) ? (kind === "time" ? "not-a-time" : "not-a-number") : null;
  }

  /** Moves the value of `row` down by `count`, with missing values in between. */
  insertMissing(row: number, count: number): void {
    const store = this.values ?? this.codes!;
    store[row + count] = store[row]!;
    this.clear(row, row + count);
  }

  /** @param marked receives how many cells have each marker that is a number */
  finish(rows: number, marked: Map<string, number>): TableColumn {
    const { name } = this.column;
    if (this.codes !== null) {
      const codes = cut(this.codes, rows);
      let most = -1;
      let missing = 0;
      for (const code of codes) {
        if (code === MISSING_CATEGORY) missing++;
        else if (code > most) most = code;
      }
      // A footer may have added some.
      return { kind: "category", name, codes, categories: [...this.codeOf.keys()].slice(0, most + 1), missing };
    }
    const values = cut(this.values!, rows);
    if (this.markedNumbers.size > 0) this.clearMarked(values, marked);
    let missing = 0;
    for (let row = 0; row < rows; row++) if (Number.isNaN(values[row]!)) missing++;
    return { kind: this.column.kind === "time" ? "time" : "number", name, values, missing };
  }

  private clearMarked(values: Float64Array, marked: Map<string, number>): void {
    for (let row = 0; row < values.length; row++) {
      const marker = this.markedNumbers.get(values[row]!);
      if (marker === undefined) continue;
      values[row] = NaN;
      marked.set(marker, (marked.get(marker) ?? 0) + 1);
    }
  }

  private clear(from: number, to: number): void {
    if (this.codes !== null) this.codes.fill(MISSING_CATEGORY, from, to);
    else this.values!.fill(NaN, from, to);
  }
}

/** As the table writes numbers, or as JSON does. */
function markerIn(text: string, dialect: Dialect): number {
  const value = numberIn(text, dialect);
  return Number.isNaN(value) ? numberIn(text, { decimal: ".", thousands: "" }) : value;
}

/** Without much that is unused: a table with many line breaks in quotes has fewer rows than lines. */
function cut<T extends Float64Array | Uint32Array>(values: T, rows: number): T {
  return (rows * 2 < values.length ? values.slice(0, rows) : values.subarray(0, rows)) as T;
}
