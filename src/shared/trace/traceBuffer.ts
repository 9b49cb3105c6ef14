import { COLUMN, type ColumnSpec, type FrameRows, type TraceRows } from "./trace";

export const MIN_CAPACITY = 8;
const BUCKET = 4;
/** Bound of a run's trace. */
const RUN_ROWS = 20_000;
const RUN_BYTES = 2 ** 25;

/**
 * Rows of a trace in columns, bounded: at most `capacityRows` rows, whatever is written. Memory is there for
 * `firstRows` of them, and is doubled when that is full: most runs of somebody who types end long before.
 *
 * When it is full it thins itself to about half. The iterations are divided into as many equal stretches as there is
 * room for four rows each; of those in one stretch the one with the largest loss and the one with the largest gradient
 * norm stay, non-finite counting as largest, so spikes and the first NaN outlive any number of thinnings. Stretches and
 * not counts of rows, because what was thinned before is sparse already: thinned as often as what is new, the beginning
 * of a long run would vanish. The first and the last row always stay. Rows keep their order. Amortised O(1) a row.
 */
export class TraceBuffer {
  /** Of `columns[i]` the first `rows * specs[i].length` numbers are in use. It may be another array after a write. */
  readonly columns: readonly Float64Array<ArrayBuffer>[];
  private used = 0;
  private reserved: number;
  private readonly iterationIndex: number;
  private readonly lossIndex: number;
  private readonly gradientNormIndex: number;

  constructor(
    readonly specs: readonly ColumnSpec[],
    readonly capacityRows: number,
    firstRows = capacityRows,
  ) {
    if (!Number.isInteger(capacityRows) || capacityRows < MIN_CAPACITY) {
      throw new RangeError(
        `A trace buffer requires a capacity of at least ${MIN_CAPACITY} rows; it is ${capacityRows}.`,
      );
    }
    this.iterationIndex = indexOfColumn(specs, COLUMN.iteration);
    this.lossIndex = indexOfColumn(specs, COLUMN.loss);
    this.gradientNormIndex = indexOfColumn(specs, COLUMN.gradientNorm);
    this.reserved = Math.min(capacityRows, firstRows);
    this.columns = specs.map((spec) => new Float64Array(this.reserved * spec.length));
  }

  get rows(): number {
    return this.used;
  }

  /** Adds a row and returns its index; the caller fills it in before the next call. */
  nextRow(): number {
    if (this.used === this.capacityRows) {
      this.thin();
    }
    this.reserve(this.used + 1);
    return this.used++;
  }

  /** `rows` has the same columns in the same order. */
  append(rows: FrameRows): void {
    let taken = 0;
    while (taken < rows.rows) {
      if (this.used === this.capacityRows) {
        this.thin();
      }
      const count = Math.min(rows.rows - taken, this.capacityRows - this.used);
      this.reserve(this.used + count);
      for (const [index, spec] of this.specs.entries()) {
        const from = rows.columns[index]!;
        this.at(index).set(from.subarray(taken * spec.length, (taken + count) * spec.length), this.used * spec.length);
      }
      this.used += count;
      taken += count;
    }
  }

  /**
   * A copy that owns its memory: one ArrayBuffer for all columns, so that a message carries one, which {@link memoryOf}
   * gives to be transferred.
   */
  snapshot(): TraceRows {
    const { used } = this;
    const memory = new Float64Array(this.specs.reduce((sum, { length }) => sum + used * length, 0));
    let from = 0;
    const columns = this.specs.map(({ length }, index) => {
      const column = memory.subarray(from, (from += used * length));
      column.set(this.at(index).subarray(0, used * length));
      return column;
    });
    return { rows: used, columns };
  }

  /**
   * {@link snapshot}, then empty.
   * @param mostRows it is thinned to fewer first, by the same rule as when it is full; at least 8
   */
  adopt(mostRows = this.capacityRows): TraceRows {
    if (this.used > mostRows) {
      this.thin(Math.max(MIN_CAPACITY, mostRows));
    }
    const rows = this.snapshot();
    this.clear();
    return rows;
  }

  clear(): void {
    this.used = 0;
  }

  /** A view of the rows in use; valid until the next write. Null when the trace has no such column. */
  column(name: string): Float64Array<ArrayBuffer> | null {
    const index = this.specs.findIndex((spec) => spec.name === name);
    const spec = this.specs[index];
    return spec === undefined ? null : this.at(index).subarray(0, this.used * spec.length);
  }

  private reserve(rows: number): void {
    if (rows <= this.reserved) {
      return;
    }
    this.reserved = Math.min(this.capacityRows, Math.max(rows, this.reserved * 2));
    const columns = this.columns as Float64Array<ArrayBuffer>[];
    for (const [index, { length }] of this.specs.entries()) {
      const larger = new Float64Array(this.reserved * length);
      larger.set(this.at(index).subarray(0, this.used * length));
      columns[index] = larger;
    }
  }

  private thin(capacity = this.capacityRows): void {
    const kept = this.collectRowsToKeep(capacity);
    // Column by column, which is several times faster than row by row.
    for (const [index, { length }] of this.specs.entries()) {
      const column = this.at(index);
      for (let to = 0; to < kept.length; to++) {
        const from = kept[to] as number;
        if (length === 1) {
          column[to] = column[from] as number;
        } else {
          column.copyWithin(to * length, from * length, (from + 1) * length);
        }
      }
    }
    this.used = kept.length;
  }

  /** In ascending order, so that no row is overwritten before it has moved. */
  private collectRowsToKeep(capacity: number): number[] {
    const last = this.used - 1;
    const kept = [0];
    const iterations = this.at(this.iterationIndex);
    const from = iterations[0] as number;
    const stretch = ((iterations[last] as number) - from) / Math.floor(capacity / BUCKET);
    for (let start = 1, end = 1; start < last; start = end) {
      const limit = (Math.floor(((iterations[start] as number) - from) / stretch) + 1) * stretch;
      // At most so many, should the iterations not ascend as they do in a trace.
      const most = stretch > 0 ? last : Math.min(start + BUCKET, last);
      for (end = start + 1; end < most && !((iterations[end] as number) - from >= limit); end++);
      const byLoss = indexOfLargest(this.at(this.lossIndex), start, end);
      const byNorm = indexOfLargest(this.at(this.gradientNormIndex), start, end);
      const second = byLoss !== byNorm ? byNorm : companionOf(byLoss, start, end);
      kept.push(Math.min(byLoss, second));
      if (second !== byLoss) {
        kept.push(Math.max(byLoss, second));
      }
    }
    kept.push(last);
    return kept;
  }

  private at(index: number): Float64Array<ArrayBuffer> {
    return this.columns[index] as Float64Array<ArrayBuffer>;
  }
}

/** As many rows as `maxRows` and `maxBytes` allow, and never fewer than a buffer needs. */
export function boundedCapacity(specs: readonly ColumnSpec[], maxRows: number, maxBytes: number): number {
  const bytesPerRow = specs.reduce((sum, spec) => sum + spec.length * Float64Array.BYTES_PER_ELEMENT, 0);
  return Math.max(MIN_CAPACITY, Math.min(maxRows, Math.floor(maxBytes / Math.max(1, bytesPerRow))));
}

/** Capacity of a buffer that is never thinned; whoever writes to it bounds it. */
export const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/** The ArrayBuffers that rows lie in, each once, to be transferred with them. */
export function memoryOf({ columns }: TraceRows): ArrayBuffer[] {
  return [...new Set(columns.map(({ buffer }) => buffer as ArrayBuffer))];
}

/** Memory of a trace before it grows. */
const FIRST_BYTES = 2 ** 20;

/** Rows of a buffer that grows as it is written: what about a megabyte holds. */
export function firstRows(specs: readonly ColumnSpec[]): number {
  return boundedCapacity(specs, RUN_ROWS, FIRST_BYTES);
}

/** Rows of the trace that a session keeps of a run. */
export function runCapacity(specs: readonly ColumnSpec[]): number {
  return boundedCapacity(specs, RUN_ROWS, RUN_BYTES);
}

function indexOfColumn(specs: readonly ColumnSpec[], name: string): number {
  const index = specs.findIndex((spec) => spec.name === name);
  if (index < 0) {
    throw new RangeError(`A trace requires the column "${name}".`);
  }
  return index;
}

/** The first of equals, so the first non-finite value wins. */
function indexOfLargest(values: Float64Array, start: number, end: number): number {
  let best = start;
  for (let row = start; row < end; row++) {
    if (magnitude(values[row] as number) > magnitude(values[best] as number)) {
      best = row;
    }
  }
  return best;
}

function magnitude(value: number): number {
  return Number.isFinite(value) ? value : Infinity;
}

/** A second row to keep beside `row`, so that a smooth curve thins evenly. */
function companionOf(row: number, start: number, end: number): number {
  return row !== start ? start : Math.min(start + ((end - start) >> 1), end - 1);
}
