/** The place of each matrix: side by side from the left, all with cells of one size. */

/** A vector is a matrix of one column. */
export interface Matrix {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
}

export interface MatrixPlace<M extends Matrix = Matrix> {
  readonly matrix: M;
  /** Upper left corner of the cells, in pixels; the name is above. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Height of a cell, and its least width; below a pixel where a matrix is larger than its picture. */
  readonly cell: number;
}

const LABEL_HEIGHT = 16;
const GAP = 14;
const MAX_CELL = 34;
const MIN_WHOLE_CELL = 1;
const MIN_CELL = 0.05;
const SHRINK = 0.85;
/** However small its cells are, a vector has to be seen. */
const MIN_SIDE = 4;

/** Tall matrices leave room at their side: cells may be wider than high by so much. */
const WIDENINGS = Array.from({ length: 28 }, (_, i) => 8 - i / 4);

export interface MatrixLayout<M extends Matrix = Matrix> {
  readonly places: readonly MatrixPlace<M>[];
  /** What they take of the height. */
  readonly bottom: number;
}

/**
 * With the largest cells that fit, in as many lines as that takes; wider ones where that leaves room.
 * @param height that they may take
 */
export function layOutMatrices<M extends Matrix>(
  matrices: readonly M[],
  width: number,
  height: number,
  textWidth: (text: string) => number,
): MatrixLayout<M> {
  let cell = MAX_CELL;
  for (; cell > MIN_CELL; cell = cell > MIN_WHOLE_CELL ? cell - 1 : cell * SHRINK) {
    const square = place(matrices, width, cell, cell, textWidth);
    if (square.bottom > height || square.right > width) continue;
    const most = MAX_CELL / cell;
    const wide = WIDENINGS.filter((widening) => widening <= most).map((widening) =>
      place(matrices, width, cell, cell * widening, textWidth),
    );
    return wide.find(({ right, bottom }) => bottom <= height && right <= width) ?? square;
  }
  return place(matrices, width, cell, cell, textWidth);
}

function place<M extends Matrix>(
  matrices: readonly M[],
  width: number,
  cell: number,
  cellWidth: number,
  textWidth: (text: string) => number,
): { places: MatrixPlace<M>[]; right: number; bottom: number } {
  const places: MatrixPlace<M>[] = [];
  let left = 1;
  let top = LABEL_HEIGHT;
  let bottom = top;
  let right = 0;
  for (const matrix of matrices) {
    const size = {
      width: Math.max(MIN_SIDE, matrix.columns * cellWidth),
      height: Math.max(MIN_SIDE, matrix.rows * cell),
    };
    const needed = Math.max(size.width, textWidth(matrix.name));
    if (left > 1 && left + needed > width) {
      left = 1;
      top = bottom + LABEL_HEIGHT + GAP / 2;
    }
    places.push({ matrix, left, top, ...size, cell });
    right = Math.max(right, left + size.width);
    left += needed + GAP;
    bottom = Math.max(bottom, top + size.height);
  }
  return { places, right, bottom };
}
