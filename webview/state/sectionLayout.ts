/**
 * The place of each section, and which are folded. Pure. Every width has its own arrangement (one, two or three
 * columns), and only what the reader changed is kept, so that a view that comes with a later version takes the place it
 * was made for.
 */

export type ColumnCount = 1 | 2 | 3;

/** Narrowest page, in CSS pixels, for two and for three columns. */
const TWO_COLUMNS_FROM = 700;
const THREE_COLUMNS_FROM = 1500;

export interface SectionHome {
  readonly id: string;
  /** Its column where there are two, and where there are three; counted from 0. */
  readonly column2: 0 | 1;
  readonly column3: 0 | 1 | 2;
  readonly folded: boolean;
}

/** Ids of the sections, column by column. */
export type Arrangement = readonly (readonly string[])[];

/** What the reader has changed. */
export interface PageLayout {
  readonly arrangements: Readonly<Partial<Record<ColumnCount, Arrangement>>>;
  /** By id; only where it is not as the section comes. */
  readonly folds: Readonly<Record<string, boolean>>;
}

export const DEFAULT_LAYOUT: PageLayout = { arrangements: {}, folds: {} };

export function columnCountFor(width: number): ColumnCount {
  return width >= THREE_COLUMNS_FROM ? 3 : width >= TWO_COLUMNS_FROM ? 2 : 1;
}

/** Each section once. One that the reader's arrangement does not know follows the section it follows by default. */
export function arrange(homes: readonly SectionHome[], layout: PageLayout, count: ColumnCount): string[][] {
  const wanted = layout.arrangements[count];
  if (wanted === undefined) return defaultArrangement(homes, count);
  const known = new Set(homes.map(({ id }) => id));
  const columns = Array.from({ length: count }, (_, column) => (wanted[column] ?? []).filter((id) => known.delete(id)));
  if (known.size === 0) return columns;
  for (const [column, ids] of defaultArrangement(homes, count).entries()) {
    for (const [i, id] of ids.entries()) {
      if (!known.has(id)) continue;
      const before = ids[i - 1];
      const home = columns.find((others) => before !== undefined && others.includes(before)) ?? columns[column];
      home?.splice(before === undefined ? 0 : home.indexOf(before) + 1, 0, id);
    }
  }
  return columns;
}

function defaultArrangement(homes: readonly SectionHome[], count: ColumnCount): string[][] {
  const columnOf = (home: SectionHome): number => (count === 3 ? home.column3 : count === 2 ? home.column2 : 0);
  return Array.from({ length: count }, (_, column) =>
    homes.filter((home) => columnOf(home) === column).map(({ id }) => id),
  );
}

export interface SectionPlace {
  readonly column: number;
  /** The section that follows; null at the end of the column. */
  readonly before: string | null;
}

export function moveSection(
  homes: readonly SectionHome[],
  layout: PageLayout,
  count: ColumnCount,
  id: string,
  to: SectionPlace,
): PageLayout {
  if (to.before === id) return layout;
  const columns = arrange(homes, layout, count).map((ids) => ids.filter((other) => other !== id));
  const target = columns[to.column];
  if (target === undefined) return layout;
  const at = to.before === null ? -1 : target.indexOf(to.before);
  target.splice(at < 0 ? target.length : at, 0, id);
  const isDefault = JSON.stringify(columns) === JSON.stringify(defaultArrangement(homes, count));
  const { [count]: _, ...others } = layout.arrangements;
  return { ...layout, arrangements: isDefault ? others : { ...others, [count]: columns } };
}

export function isFolded(home: SectionHome, layout: PageLayout): boolean {
  return layout.folds[home.id] ?? home.folded;
}

export function withFolds(homes: readonly SectionHome[], layout: PageLayout, folded: boolean): PageLayout {
  const changed = new Set(homes.map(({ id }) => id));
  const kept = Object.entries(layout.folds).filter(([id]) => !changed.has(id));
  return {
    ...layout,
    folds: Object.fromEntries([
      ...kept,
      ...homes.filter((home) => home.folded !== folded).map(({ id }) => [id, folded] as const),
    ]),
  };
}

export function isDefaultLayout(layout: PageLayout): boolean {
  return Object.keys(layout.arrangements).length === 0 && Object.keys(layout.folds).length === 0;
}

/** More sections than there are: the bound of what is read back. */
export const MAX_SECTIONS = 100;
