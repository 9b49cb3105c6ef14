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
}

/** A column while it is filled. */
export class CellColumn {
  /** Where plain numbers go without a detour over text; null for other kinds. */
  readonly numbers: Float64Array | null;
  private readonly values: Float64Array | null;
  private readonly codes: Uint32Array | null;
  private readonly codeOf = new Map<string, number>();
  private readonly markers: ReadonlySet<string>;

  constructor(
    private readonly column: WantedColumn,
    mostRows: number,
    private readonly dialect: Dialect,
  ) {
    const isCategory = column.kind === "category";
    this.values = isCategory ? null : new Float64Array(mostRows);
    this.codes = isCategory ? new Uint32Array(mostRows) : null;
    // A marker that is a plain number has to be looked at as text.
    const hasNumbers = dialect.markers.some((marker) => /^[-+.,]?\d/.test(marker));
    this.numbers = column.kind === "number" && !hasNumbers ? this.values : null;
    this.markers = new Set(dialect.markers);
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

  finish(rows: number): TableColumn {
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
    let missing = 0;
    for (let row = 0; row < rows; row++) if (Number.isNaN(values[row]!)) missing++;
    return { kind: this.column.kind === "time" ? "time" : "number", name, values, missing };
  }

  private clear(from: number, to: number): void {
    if (this.codes !== null) this.codes.fill(MISSING_CATEGORY, from, to);
    else this.values!.fill(NaN, from, to);
  }
}

/** Without much that is unused: a table with many line breaks in quotes has fewer rows than lines. */
function cut<T extends Float64Array | Uint32Array>(values: T, rows: number): T {
  return (rows * 2 < values.length ? values.slice(0, rows) : values.subarray(0, rows)) as T;
}
