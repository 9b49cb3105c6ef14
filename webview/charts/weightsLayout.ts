/** Where each matrix of a small model stands: side by side from the left, all with cells of one size. */
import type { ParameterInfo } from "../../src/shared/trace";

export interface MatrixPlace {
  readonly parameter: ParameterInfo;
  readonly rows: number;
  readonly columns: number;
  /** Upper left corner of the cells, in pixels; the name stands above. */
  readonly left: number;
  readonly top: number;
  readonly cell: number;
}

const LABEL_HEIGHT = 16;
const GAP = 14;
const LARGEST_CELL = 34;
const SMALLEST_CELL = 3;

/** With the largest cells that fit, in as many lines as that takes; a vector is a matrix of one column. */
export function layOutMatrices(parameters: readonly ParameterInfo[], width: number, height: number, textWidth: (text: string) => number): MatrixPlace[] {
  for (let cell = LARGEST_CELL; cell > SMALLEST_CELL; cell--) {
    const { places, bottom } = place(parameters, width, cell, textWidth);
    if (bottom <= height) return places;
  }
  return place(parameters, width, SMALLEST_CELL, textWidth).places;
}

function place(parameters: readonly ParameterInfo[], width: number, cell: number, textWidth: (text: string) => number): { places: MatrixPlace[]; bottom: number } {
  const places: MatrixPlace[] = [];
  let left = 1;
  let top = LABEL_HEIGHT;
  let bottom = top;
  for (const parameter of parameters) {
    const rows = parameter.shape[0] ?? 1;
    const columns = parameter.shape[1] ?? 1;
    const needed = Math.max(columns * cell, textWidth(parameter.name));
    if (left > 1 && left + needed > width) {
      left = 1;
      top = bottom + LABEL_HEIGHT + GAP / 2;
    }
    places.push({ parameter, rows, columns, left, top, cell });
    left += needed + GAP;
    bottom = Math.max(bottom, top + rows * cell);
  }
  return { places, bottom };
}
