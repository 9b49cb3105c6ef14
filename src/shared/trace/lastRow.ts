import type { ColumnSpec, TraceRecorder } from "./trace";

/** The latest traced row alone, for whoever looks at each as it comes. */
export class LastRow implements TraceRecorder {
  /** Length 1 a number, else the vector's. */
  readonly columns: readonly Float64Array<ArrayBuffer>[];

  constructor(specs: readonly ColumnSpec[]) {
    this.columns = specs.map(({ length }) => new Float64Array(length));
  }

  nextRow(): number {
    return 0;
  }
}
