import type { WantedColumn } from "./cellColumn";
import { MISSING_CATEGORY, type TableColumn } from "./table";

/** Columns to which the rows of one table after the other are added. A category is the same word in each. */
export class JoinedColumns {
  private readonly stores: readonly (NumberStore | CategoryStore)[];
  rows = 0;

  /** @param capacity rows at most */
  constructor(wanted: readonly WantedColumn[], capacity: number) {
    this.stores = wanted.map(({ name, kind }) =>
      kind === "category" ? new CategoryStore(name, capacity) : new NumberStore(name, kind, capacity),
    );
  }

  /** @param columns one for each that is wanted, of their kinds */
  append(columns: readonly TableColumn[], rows: number): void {
    for (const [index, store] of this.stores.entries()) store.append(columns[index]!, this.rows);
    this.rows += rows;
  }

  finish(): TableColumn[] {
    return this.stores.map((store) => store.finish(this.rows));
  }
}

class NumberStore {
  private readonly values: Float64Array;
  private missing = 0;

  constructor(
    private readonly name: string,
    private readonly kind: "number" | "time",
    capacity: number,
  ) {
    this.values = new Float64Array(capacity);
  }

  append(column: TableColumn, at: number): void {
    if (column.kind === "category") throw new RangeError(`column ${this.name} is not of the kind ${this.kind}`);
    this.values.set(column.values, at);
    this.missing += column.missing;
  }

  finish(rows: number): TableColumn {
    const { name, kind, missing } = this;
    return { kind, name, values: this.values.subarray(0, rows), missing };
  }
}

class CategoryStore {
  private readonly codes: Uint32Array;
  private readonly codeOf = new Map<string, number>();
  private missing = 0;

  constructor(
    private readonly name: string,
    capacity: number,
  ) {
    this.codes = new Uint32Array(capacity);
  }

  append(column: TableColumn, at: number): void {
    if (column.kind !== "category") throw new RangeError(`column ${this.name} is not of categories`);
    const places = column.categories.map((category) => {
      const code = this.codeOf.get(category) ?? this.codeOf.size;
      this.codeOf.set(category, code);
      return code;
    });
    for (const [row, code] of column.codes.entries())
      this.codes[at + row] = code === MISSING_CATEGORY ? MISSING_CATEGORY : places[code]!;
    this.missing += column.missing;
  }

  finish(rows: number): TableColumn {
    const { name, missing } = this;
    const codes = this.codes.subarray(0, rows);
    return { kind: "category", name, codes, categories: [...this.codeOf.keys()], missing };
  }
}
