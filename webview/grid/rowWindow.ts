/** Which rows are in the page: those in sight and some above and below them. */

/** Pixels, as in VS Code's lists; the style sheet has it, too. */
export const ROW_HEIGHT = 22;
/** Unless more are in sight, in a window of more than 2,200 pixels. A page lays out so many within a frame. */
export const MAX_ROWS_IN_PAGE = 100;
const OVERSCAN = 10;

export interface RowWindow {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
}

/** @param scrollTop and height of the part under the header, in pixels */
export function rowWindow(scrollTop: number, height: number, rowHeight: number, count: number): RowWindow {
  // One place is left for the active row, which stays in the page wherever it is.
  const visible = Math.ceil(height / rowHeight) + 1;
  const overscan = Math.max(0, Math.min(OVERSCAN, Math.floor((MAX_ROWS_IN_PAGE - 1 - visible) / 2)));
  const top = Math.min(Math.max(0, Math.floor(scrollTop / rowHeight)), Math.max(0, count - 1));
  const first = Math.max(0, top - overscan);
  return { first, end: Math.min(count, top + visible + overscan) };
}

/** Where the table must be scrolled to for a row to be in sight; where it is when it is already. */
export function scrollTopFor(index: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  return top + rowHeight > scrollTop + height ? top + rowHeight - height : scrollTop;
}

/** Row that a key leads to; null for other keys. @param page rows in sight */
export function rowForKey(key: string, at: number, count: number, page: number): number | null {
  const last = count - 1;
  const inside = (row: number): number => Math.max(0, Math.min(last, row));
  switch (key) {
    case "ArrowDown":
      return inside(at + 1);
    case "ArrowUp":
      return inside(at < 0 ? last : at - 1);
    case "PageDown":
      return inside(at + page);
    case "PageUp":
      return inside(at - page);
    case "Home":
      return inside(0);
    case "End":
      return inside(last);
    default:
      return null;
  }
}
