/**
 * The layout of all matrices in the kernel's memory: columns in panels of eight, element (row, column) at
 * address + (column >> 3) * stride + row * 32 + (column & 7) * 4. See src/kernel/assembly/simd.ts.
 */
export interface PanelMatrix {
  /** Bytes. */
  readonly address: number;
  /** Bytes from one panel to the next. */
  readonly stride: number;
  readonly panels: number;
}

/** Bytes of a row of one panel: eight float32. */
export const ROW_BYTES = 32;

/** Multiple of eight that holds `columns`. */
export function paddedToPanel(columns: number): number {
  return Math.ceil(columns / 8) * 8;
}

/**
 * Bytes from panel to panel for `rows` rows that are used `block` at a time. Equal to the block's size modulo 4096, so that the same
 * block of neighboring panels lies side by side in the first-level cache; strides that are multiples of 4096 would push each other out.
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
  values: Float32Array,
  matrix: PanelMatrix,
  row: number,
  rowStep: number,
  from: ArrayLike<number>,
  start: number,
  steps: number,
  columns: number,
): void {
  const panel = matrix.stride >> 2;
  let base = (matrix.address >> 2) + row * 8;
  for (let t = 0, source = start; t < steps; t++, base += rowStep * 8) {
    for (let first = 0, at = base; first < columns; first += 8, at += panel) {
      const width = Math.min(8, columns - first);
      for (let lane = 0; lane < width; lane++) values[at + lane] = from[source++]!;
    }
  }
}

/** The way back of writeSequence. */
export function readSequence(
  values: Float32Array,
  matrix: PanelMatrix,
  row: number,
  rowStep: number,
  into: Float64Array,
  start: number,
  steps: number,
  columns: number,
): void {
  const panel = matrix.stride >> 2;
  let base = (matrix.address >> 2) + row * 8;
  for (let t = 0, target = start; t < steps; t++, base += rowStep * 8) {
    for (let first = 0, at = base; first < columns; first += 8, at += panel) {
      const width = Math.min(8, columns - first);
      for (let lane = 0; lane < width; lane++) into[target++] = values[at + lane]!;
    }
  }
}
