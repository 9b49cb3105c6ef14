/** The state of one sequence within that of a batch, as Network.writeInitialState has it. */

/** Of a batch of B sequences the state of sequence b. */
export interface StateRow {
  readonly values: Float64Array;
  readonly B: number;
  readonly b: number;
}

/** @param blocks widths, see `stateBlocks` */
export function copyStateRow(blocks: readonly number[], from: StateRow, to: StateRow): void {
  let before = 0;
  for (const width of blocks) {
    const start = placeOf(from, before, width);
    to.values.set(from.values.subarray(start, start + width), placeOf(to, before, width));
    before += width;
  }
}

/** The state becomes zeros. @param blocks widths, see `stateBlocks` */
export function clearStateRow(blocks: readonly number[], row: StateRow): void {
  let before = 0;
  for (const width of blocks) {
    const start = placeOf(row, before, width);
    row.values.fill(0, start, start + width);
    before += width;
  }
}

/** @param before numbers of a sequence in the blocks before this one */
function placeOf({ B, b }: StateRow, before: number, width: number): number {
  return B * before + b * width;
}
