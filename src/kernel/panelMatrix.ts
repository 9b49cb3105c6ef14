/** The type of all numbers in a kernel's memory. */
export type FloatType = "float32" | "float64";

/** What follows from it. */
export interface NumberFormat {
  readonly floats: FloatType;
  /** Of one number. */
  readonly bytes: number;
  /** Numbers in a row of a panel. */
  readonly columns: number;
}

/** A whole memory as numbers of its type. */
export type Floats = Float32Array | Float64Array;

/**
 * The layout of all matrices in the kernel's memory: C columns, eight float32 or four float64, in a panel, element
 * (row, column) at address + floor(column / C) * stride + row * 32 + (column % C) * bytes. See
 * src/kernel/assembly/simd.ts.
 */
export interface PanelMatrix {
  /** Bytes. */
  readonly address: number;
  /** Bytes from one panel to the next. */
  readonly stride: number;
  readonly panels: number;
}

/** Bytes of a row of one panel. */
export const ROW_BYTES = 32;

export const FORMATS: Readonly<Record<FloatType, NumberFormat>> = {
  float32: { floats: "float32", bytes: 4, columns: ROW_BYTES / 4 },
  float64: { floats: "float64", bytes: 8, columns: ROW_BYTES / 8 },
};

/** Columns with those that fill up the last panel. */
export function paddedToPanel(columns: number, format: NumberFormat): number {
  return Math.ceil(columns / format.columns) * format.columns;
}

/** The place of a byte address among the numbers. */
export function placeIn(floats: Floats, address: number): number {
  return address / floats.BYTES_PER_ELEMENT;
}

/**
 * Bytes from panel to panel for `rows` rows that are used `block` at a time. Equal to the block's size modulo 4096, so
 * that the same block of neighbouring panels lies side by side in the first-level cache; strides that are multiples of
 * 4096 would push each other out.
 */
export function panelStride(rows: number, block: number): number {
  if (rows <= 128) return rows * ROW_BYTES;
  return (rows + ((((block - rows) % 128) + 128) % 128)) * ROW_BYTES;
}

/**
 * Copies a sequence into rows row, row + rowStep, ...: `steps` rows of `columns` numbers, dense from `from[start]` on.
 * @param values the whole memory
 */
export function writeSequence(
  values: Floats,
  matrix: PanelMatrix,
  row: number,
  rowStep: number,
  from: ArrayLike<number>,
  start: number,
  steps: number,
  columns: number,
): void {
  const width = ROW_BYTES / values.BYTES_PER_ELEMENT;
  const panel = placeIn(values, matrix.stride);
  let base = placeIn(values, matrix.address) + row * width;
  for (let t = 0, source = start; t < steps; t++, base += rowStep * width) {
    for (let first = 0, at = base; first < columns; first += width, at += panel) {
      const used = Math.min(width, columns - first);
      for (let lane = 0; lane < used; lane++) values[at + lane] = from[source++]!;
    }
  }
}

/** The way back of writeSequence. */
export function readSequence(
  values: Floats,
  matrix: PanelMatrix,
  row: number,
  rowStep: number,
  into: Float64Array,
  start: number,
  steps: number,
  columns: number,
): void {
  const width = ROW_BYTES / values.BYTES_PER_ELEMENT;
  const panel = placeIn(values, matrix.stride);
  let base = placeIn(values, matrix.address) + row * width;
  for (let t = 0, target = start; t < steps; t++, base += rowStep * width) {
    for (let first = 0, at = base; first < columns; first += width, at += panel) {
      const used = Math.min(width, columns - first);
      for (let lane = 0; lane < used; lane++) into[target++] = values[at + lane]!;
    }
  }
}
