/**
 * The numbers of each sequence of a data set, however they are kept: one after the other, or as windows of a series,
 * which share the rows that they have in common.
 */
export interface SequenceValues {
  /** Numbers of one sequence. */
  readonly length: number;
  /** Number `index` of a sequence. */
  at(sequence: number, index: number): number;
  /** Writes the numbers of a sequence into `target`, from `offset` on. */
  fill(sequence: number, target: Float64Array, offset?: number): void;
}

/** One number a row. Small integers, such as the symbols of a text, need not take eight bytes each. */
export type Column = Float64Array | Uint8Array | Uint16Array | Uint32Array;

/** Sequences of `length` numbers that stand one after the other. */
export function storedSequences(values: Float64Array | Float32Array | Uint8Array, length: number): SequenceValues {
  return {
    length,
    at: (sequence, index) => values[sequence * length + index]!,
    fill: (sequence, target, offset = 0) =>
      target.set(values.subarray(sequence * length, (sequence + 1) * length), offset),
  };
}

/**
 * Sequences of different lengths, [timeSteps, width] each: zeros follow the end.
 * @param firsts row of `values` at which each begins
 * @param lengths rows of each
 */
export function raggedSequences(
  values: Float64Array | Float32Array | Uint8Array,
  firsts: Uint32Array,
  lengths: Uint32Array,
  timeSteps: number,
  width: number,
): SequenceValues {
  return {
    length: timeSteps * width,
    at: (sequence, index) => (index < lengths[sequence]! * width ? values[firsts[sequence]! * width + index]! : 0),
    fill(sequence, target, offset = 0) {
      const from = firsts[sequence]! * width;
      const count = lengths[sequence]! * width;
      target.set(values.subarray(from, from + count), offset);
      target.fill(0, offset + count, offset + timeSteps * width);
    },
  };
}

/**
 * Windows of a series, [rows, columns] each. Nothing is copied: a window is the number of its first row.
 * @param columns of the whole series, all of one length
 */
export function windowsOf(
  columns: readonly Column[],
  rows: number,
  firstRowOf: (sequence: number) => number,
): SequenceValues {
  const width = columns.length;
  return {
    length: rows * width,
    at: (sequence, index) => columns[index % width]![firstRowOf(sequence) + Math.floor(index / width)]!,
    fill(sequence, target, offset = 0) {
      const first = firstRowOf(sequence);
      if (width === 1) return target.set(columns[0]!.subarray(first, first + rows), offset);
      for (let c = 0; c < width; c++) {
        const column = columns[c]!;
        for (let row = 0; row < rows; row++) target[offset + row * width + c] = column[first + row]!;
      }
    },
  };
}

/**
 * The same of windows that have different numbers of rows: zeros follow up to `rows`.
 * @param lengths rows of each window
 */
export function paddedWindowsOf(
  columns: readonly Column[],
  rows: number,
  firstRowOf: (sequence: number) => number,
  lengths: Uint32Array,
): SequenceValues {
  const width = columns.length;
  return {
    length: rows * width,
    at(sequence, index) {
      const row = Math.floor(index / width);
      return row < lengths[sequence]! ? columns[index % width]![firstRowOf(sequence) + row]! : 0;
    },
    fill(sequence, target, offset = 0) {
      const first = firstRowOf(sequence);
      const length = lengths[sequence]!;
      for (let c = 0; c < width; c++) {
        const column = columns[c]!;
        for (let row = 0; row < length; row++) target[offset + row * width + c] = column[first + row]!;
      }
      target.fill(0, offset + length * width, offset + rows * width);
    },
  };
}

/** The sequences of one source and then those of another one. @param count how many the first one has */
export function joinedSequences(first: SequenceValues, count: number, second: SequenceValues): SequenceValues {
  return {
    length: first.length,
    at: (sequence, index) => (sequence < count ? first.at(sequence, index) : second.at(sequence - count, index)),
    fill: (sequence, target, offset) =>
      sequence < count ? first.fill(sequence, target, offset) : second.fill(sequence - count, target, offset),
  };
}

/** A copy of the sequences `from` to `to`, one after the other. */
export function copySequences(source: SequenceValues, from: number, to: number): Float64Array<ArrayBuffer> {
  const values = new Float64Array((to - from) * source.length);
  for (let n = from; n < to; n++) source.fill(n, values, (n - from) * source.length);
  return values;
}

/**
 * What reads one sequence after the other.
 * @returns the numbers of a sequence, valid until the next call
 */
export function sequenceReader(source: SequenceValues): (sequence: number) => Float64Array {
  const values = new Float64Array(source.length);
  let present = -1;
  return (sequence) => {
    if (sequence !== present) source.fill(sequence, values);
    present = sequence;
    return values;
  };
}
