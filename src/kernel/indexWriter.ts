import { paddedToPanel, type NumberFormat } from "./panelMatrix";

/** The places of parameters in a packed block, written down in the order of the layout. */
export interface IndexWriter {
  /**
   * A tensor of so many rows, which are columns of panels of `panelRows` rows. Its columns are rows from `firstRow` on.
   * @param ofStates whether the columns, too, come in blocks of the hidden size, each in whole panels
   */
  matrix(weights: number, panelRows: number, firstRow: number, rows: number, columns: number, ofStates?: boolean): void;
  /** Numbers that follow each other, in blocks of the hidden size in whole panels; null: there are none. */
  vector(start: number | null, length: number): void;
  add(index: number): void;
}

/** @param indices is filled */
export function createIndexWriter(indices: Int32Array, hiddenSize: number, format: NumberFormat): IndexWriter {
  const { columns: width } = format;
  const hidden = paddedToPanel(hiddenSize, format);
  let at = 0;
  /** Row r of a tensor is gate column (r / block)·padded + r % block; both biases are [gates·H']. */
  const column = (row: number): number => Math.floor(row / hiddenSize) * hidden + (row % hiddenSize);
  return {
    matrix(weights, panelRows, firstRow, rows, columns, ofStates = false) {
      for (let r = 0; r < rows; r++) {
        const c = column(r);
        for (let k = 0; k < columns; k++)
          indices[at++] = weights + inPanels(width, panelRows, firstRow + (ofStates ? column(k) : k), c);
      }
    },
    vector(start, length) {
      if (start === null) return;
      for (let r = 0; r < length; r++) indices[at++] = start + column(r);
    },
    add(index) {
      indices[at++] = index;
    },
  };
}

/** Element (row, column) of panels of so many rows, each `width` numbers. */
export function inPanels(width: number, panelRows: number, row: number, column: number): number {
  return (Math.floor(column / width) * panelRows + row) * width + (column % width);
}
