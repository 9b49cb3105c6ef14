/** A column of a table with many rows: what it shows, sorts and filters by. */
import { withoutControls } from "../ui/visibleText";
import type { IconName } from "../ui/icons";

export interface GridColumn<R> {
  /** Also the name in a filter; of a hyperparameter its path. */
  readonly id: string;
  readonly title: string;
  /** Other names in a filter, in lower case. */
  readonly aliases: readonly string[];
  readonly kind: "text" | "number" | "metric";
  /** Whether it is a part of the config. */
  readonly isHyperparameter: boolean;
  /** Null: missing. A number may be NaN. */
  readonly valueOf: (row: R) => number | string | null;
  /** A number of the column as text; also of a mean. */
  readonly format: (value: number, digits?: number) => string;
  /** What is typed in a filter, as a number of the column; null when it is none. */
  readonly parse: (text: string) => number | null;
  /** Pixels. */
  readonly width: number;
  /** What `:` means for a number, where it is not equality. */
  readonly isAbout?: (value: number, wanted: number) => boolean;
  /** A text that a filter finds as well as the one that shows. */
  readonly otherText?: (row: R) => string;
  /** At the left edge while the table is scrolled sideways. */
  readonly held?: "name" | "icon";
  /** In the place of its title. */
  readonly icon?: IconName;
}

/** Stands for a value that is not there. */
export const NONE = "–";

/** Pixels of a digit and of the padding of a cell, roughly. */
const DIGIT_WIDTH = 7;
const CELL_PADDING = 18;
const SORT_ICON_WIDTH = 14;
export const MAX_TEXT_WIDTH = 200;
/** Text that is wider may grow into room that is left. */
const GROWING_WIDTH = 130;

/** As it is written in a cell. */
export function textOf<R>(column: GridColumn<R>, row: R): string {
  const value = column.valueOf(row);
  if (value === null || value === "") return NONE;
  return typeof value === "number" ? column.format(value) : withoutControls(value);
}

/** Pixels for a title and texts. */
export function widthOf(title: string, texts: readonly string[], least = 0): number {
  const longest = Math.max(0, ...texts.map(({ length }) => length));
  const width = Math.max(title.length * DIGIT_WIDTH + SORT_ICON_WIDTH, longest * DIGIT_WIDTH, least) + CELL_PADDING;
  return Math.min(MAX_TEXT_WIDTH, width);
}

/** Text may grow into room that is left; the last digits of numbers stay in line. */
export function trackOf({ held, kind }: Pick<GridColumn<never>, "held" | "kind">, width: number): string {
  return held === "name" || (kind === "text" && width >= GROWING_WIDTH) ? `minmax(${width}px, 1fr)` : `${width}px`;
}

/** Of a filter: an id, a title, an alias, or the end of one path only. Null where none or several can be meant. */
export function findColumn<C extends GridColumn<never>>(columns: readonly C[], name: string): C | null {
  const wanted = name.toLowerCase();
  const exact = columns.find(
    ({ id, title, aliases }) =>
      id.toLowerCase() === wanted || title.toLowerCase() === wanted || aliases.includes(wanted),
  );
  if (exact !== undefined) return exact;
  const ending = columns.filter(({ id }) => id.toLowerCase().endsWith(`.${wanted}`));
  return ending.length === 1 ? ending[0]! : null;
}
