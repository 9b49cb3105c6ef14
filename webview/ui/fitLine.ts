/** Which parts of a line fit. Pure, so that a test can go through all widths. */

export interface LinePart {
  /** CSS pixels, with the gap that goes with it. */
  readonly width: number;
  /** 0: always in the line. Else the higher, the sooner it is left out; parts of one rank stay and go together. */
  readonly rank: number;
}

/**
 * A part stays only if all of lower ranks do, so that what is in the line follows from its width alone.
 * @param width of the line, in CSS pixels
 * @returns for each part whether it is in the line
 */
export function fitLine(parts: readonly LinePart[], width: number): boolean[] {
  const ranks = [...new Set(parts.map(({ rank }) => rank))].sort((a, b) => a - b);
  let left = width;
  let last = 0;
  for (const rank of ranks) {
    left -= parts.filter((part) => part.rank === rank).reduce((sum, part) => sum + part.width, 0);
    if (rank > 0 && left < 0) break;
    last = rank;
  }
  return parts.map(({ rank }) => rank <= last);
}
