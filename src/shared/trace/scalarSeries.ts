import { scalarColumns } from "./scalarColumns";
import type { ColumnSpec, TraceRows } from "./trace";

export interface SeriesLimits {
  /** Most recent iterations that are kept one by one; even. */
  readonly exact: number;
  /** Buckets of older ones; even. */
  readonly buckets: number;
}

/** About 7 MB for ten columns. */
const LIMITS: SeriesLimits = { exact: 2 ** 16, buckets: 2 ** 13 };
/** Iterations of a bucket at first. */
const FIRST_BUCKET = 4;

/** All of a {@link ScalarSeries}. Column after column, each with `points.length / columns` numbers. */
export interface SeriesSnapshot {
  readonly rows: number;
  readonly buckets: Buckets;
  readonly points: Float64Array<ArrayBuffer>;
  /** Column after column, one number a bucket. */
  readonly means: Float64Array<ArrayBuffer>;
}

interface Buckets {
  readonly count: number;
  /** Iterations in each but the last one. */
  readonly size: number;
  /** Iterations in the last one. */
  readonly last: number;
}

/** What a receiver of a series lacks: the iterations since, or all of it where those would be more. */
export type SeriesUpdate =
  { readonly kind: "rows"; readonly rows: TraceRows } | { readonly kind: "whole"; readonly whole: SeriesSnapshot };

/**
 * The scalars of every iteration of a run, in bounded memory. The first iteration and the most recent ones are kept as
 * they are. Older ones are in buckets of equal size: of each, the lowest and the highest value in the order in which
 * they came, and the mean. When there are too many buckets, each two become one, so nothing is ever left out: a spike
 * of one iteration stays at its full height. A bucket with a value that is not finite keeps the first such value and
 * the highest finite one.
 *
 * A pure function of the values: the same iterations give the same series, however they were divided among appends.
 */
export class ScalarSeries {
  readonly specs: readonly ColumnSpec[];
  /**
   * Of each column: the first row, two points a bucket, then the exact rows. Grows up to 1 + 2 * buckets + exact.
   */
  private readonly values: Float64Array<ArrayBuffer>[];
  private readonly means: Float64Array<ArrayBuffer>[];
  private total = 0;
  private buckets: Buckets = { count: 0, size: FIRST_BUCKET, last: FIRST_BUCKET };
  private exact = 0;
  private reserved = 0;
  private readonly indices: ReadonlyMap<string, number>;

  /** @param columns of the trace; only the scalars count */
  constructor(
    columns: readonly ColumnSpec[],
    private readonly limits: SeriesLimits = LIMITS,
  ) {
    this.specs = scalarColumns(columns);
    this.values = this.specs.map(() => new Float64Array(0));
    this.means = this.specs.map(() => new Float64Array(0));
    this.indices = new Map(this.specs.map(({ name }, index) => [name, index]));
  }

  /** Iterations so far. */
  get rows(): number {
    return this.total;
  }

  /** Points of a curve; as many as iterations while all of them are exact. */
  get points(): number {
    return Math.min(1, this.total) + 2 * this.buckets.count + this.exact;
  }

  /** A view of the points, valid until the next append. Null when the run has no such column. */
  column(name: string): Float64Array<ArrayBuffer> | null {
    const index = this.indexOf(name);
    return index < 0 ? null : this.values[index]!.subarray(0, this.points);
  }

  /** The value at a point; where the point stands for several iterations, their mean. NaN where there is none. */
  meanAt(name: string, point: number): number {
    const index = this.indexOf(name);
    if (index < 0) return NaN;
    const bucket = this.bucketOf(point);
    return (bucket === null ? this.values[index]![point] : this.means[index]![bucket]) ?? NaN;
  }

  /** How many iterations a point stands for. */
  iterationsAt(point: number): number {
    const bucket = this.bucketOf(point);
    const { count, size, last } = this.buckets;
    return bucket === null ? 1 : bucket === count - 1 ? last : size;
  }

  /** The latest value; NaN where there is none. */
  latest(name: string): number {
    return this.meanAt(name, this.points - 1);
  }

  /** @param rows of the scalars alone, in their order */
  append({ rows, columns }: TraceRows): void {
    for (let taken = 0; taken < rows;) {
      if (this.exact === this.limits.exact) this.fold();
      const start = this.points;
      const first = this.total === 0 ? 1 : 0;
      const count = Math.min(rows - taken, this.limits.exact - this.exact + first);
      this.reserve(start + count);
      for (const [index, values] of this.values.entries())
        values.set(columns[index]!.subarray(taken, taken + count), start);
      this.total += count;
      this.exact += count - first;
      taken += count;
    }
  }

  snapshot(): SeriesSnapshot {
    const { points, buckets } = this;
    const all = (of: readonly Float64Array[], length: number): Float64Array<ArrayBuffer> => {
      const joined = new Float64Array(of.length * length);
      for (const [index, column] of of.entries()) joined.set(column.subarray(0, length), index * length);
      return joined;
    };
    return { rows: this.total, buckets, points: all(this.values, points), means: all(this.means, buckets.count) };
  }

  /** Becomes the series of the snapshot, which has to fit (see {@link seriesFits}). */
  restore({ rows, buckets, points, means }: SeriesSnapshot): void {
    const length = points.length / this.specs.length;
    this.total = rows;
    this.buckets = buckets;
    this.exact = length - 2 * buckets.count - Math.min(1, rows);
    this.reserve(length);
    if (buckets.count > 0) this.reserveMeans();
    for (const index of this.specs.keys()) {
      this.values[index]!.set(points.subarray(index * length, (index + 1) * length));
      this.means[index]!.set(means.subarray(index * buckets.count, (index + 1) * buckets.count));
    }
  }

  update(update: SeriesUpdate): void {
    if (update.kind === "rows") this.append(update.rows);
    else this.restore(update.whole);
  }

  private indexOf(name: string): number {
    return this.indices.get(name) ?? -1;
  }

  /** Null for a point that is one iteration. */
  private bucketOf(point: number): number | null {
    return point < 1 || point > 2 * this.buckets.count ? null : (point - 1) >> 1;
  }

  private reserve(points: number): void {
    if (points <= this.reserved) return;
    const most = 1 + 2 * this.limits.buckets + this.limits.exact;
    this.reserved = Math.min(most, Math.max(points, 1024, 2 * this.reserved));
    for (const [index, values] of this.values.entries()) {
      const larger = new Float64Array(this.reserved);
      larger.set(values);
      this.values[index] = larger;
    }
  }

  private reserveMeans(): void {
    if (this.means[0]?.length === this.limits.buckets) return;
    for (const index of this.means.keys()) this.means[index] = new Float64Array(this.limits.buckets);
  }

  /** Moves the older half of the exact rows into buckets. */
  private fold(): void {
    const moved = this.limits.exact / 2;
    const rest = this.exact - moved;
    this.reserveMeans();
    let folded = this.buckets;
    for (const [index, values] of this.values.entries()) {
      folded = foldColumn(values, this.means[index]!, this.buckets, moved, this.limits.buckets);
      const from = 1 + 2 * this.buckets.count + moved;
      values.copyWithin(1 + 2 * folded.count, from, from + rest);
    }
    this.buckets = folded;
    this.exact = rest;
  }
}

/** In place: a bucket takes two points and had more, so what is written never reaches what is still to be read. */
function foldColumn(
  values: Float64Array,
  means: Float64Array,
  { count, size, last }: Buckets,
  moved: number,
  mostBuckets: number,
): Buckets {
  let read = 1 + 2 * count;
  const end = read + moved;
  let a = values[read - 2]!;
  let b = values[read - 1]!;
  let mean = count > 0 ? means[count - 1]! : NaN;
  const write = (): void => {
    if (count === 0) return;
    values[2 * count - 1] = a;
    values[2 * count] = b;
    means[count - 1] = mean;
  };
  for (; read < end; read++) {
    const value = values[read]!;
    if (last < size) {
      last++;
      mean += (value - mean) / last;
      const keeps = keptBeside(a, b, value);
      if (keeps !== 0) {
        if (keeps === 2) a = b;
        b = value;
      }
      continue;
    }
    write();
    if (count === mostBuckets) {
      mergePairs(values, means, count);
      count /= 2;
      size *= 2;
      last = size;
    }
    count++;
    last = 1;
    a = b = mean = value;
  }
  write();
  return { count, size, last };
}

/** Each two buckets become one. */
function mergePairs(values: Float64Array, means: Float64Array, count: number): void {
  for (let bucket = 0; 2 * bucket < count; bucket++) {
    const from = 1 + 4 * bucket;
    let a = values[from]!;
    let b = values[from + 1]!;
    for (let i = 2; i < 4; i++) {
      const value = values[from + i]!;
      const keeps = keptBeside(a, b, value);
      if (keeps === 0) continue;
      if (keeps === 2) a = b;
      b = value;
    }
    values[1 + 2 * bucket] = a;
    values[2 + 2 * bucket] = b;
    means[bucket] = means[2 * bucket]! / 2 + means[2 * bucket + 1]! / 2;
  }
}

/**
 * Which of the two points of a bucket stays in front of a later value: 1 the first, 2 the second, 0 both, without the
 * value.
 */
function keptBeside(a: number, b: number, value: number): 0 | 1 | 2 {
  if (Number.isFinite(a) && Number.isFinite(b)) {
    if (!Number.isFinite(value)) return a > b ? 1 : 2;
    if (value < a && value < b) return a > b ? 1 : 2;
    if (value > a && value > b) return a < b ? 1 : 2;
    return 0;
  }
  // One of the two is the first value that is not finite; of the finite ones the highest stays.
  if (!Number.isFinite(value)) return 0;
  if (!Number.isFinite(a)) return Number.isFinite(b) && b >= value ? 0 : 1;
  return a >= value ? 0 : 2;
}

/** Whether a snapshot is one of so many columns, within the limits. */
export function seriesFits({ rows, buckets, points, means }: SeriesSnapshot, columns: readonly ColumnSpec[]): boolean {
  const { length } = scalarColumns(columns);
  const { count, size, last } = buckets;
  const exact = points.length / length - 2 * count - Math.min(1, rows);
  const older = count === 0 ? 0 : (count - 1) * size + last;
  return (
    means.length === count * length &&
    count <= LIMITS.buckets &&
    size >= FIRST_BUCKET &&
    last >= 1 &&
    last <= size &&
    Number.isInteger(exact) &&
    exact >= 0 &&
    exact <= LIMITS.exact &&
    rows === Math.min(1, rows) + older + exact
  );
}

/** Whether the rows since have all scalars, in equal number; or the snapshot fits. */
export function seriesUpdateFits(update: SeriesUpdate, columns: readonly ColumnSpec[]): boolean {
  if (update.kind === "whole") return seriesFits(update.whole, columns);
  const { rows, columns: values } = update.rows;
  return values.length === scalarColumns(columns).length && values.every(({ length }) => length === rows);
}

/** The scalars of rows that have all columns. */
export function scalarRows({ rows, columns }: TraceRows, indices: readonly number[]): TraceRows {
  return { rows, columns: indices.map((index) => columns[index]!) };
}
