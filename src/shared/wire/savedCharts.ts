/** A chart as a file. The page draws it and the host writes it: a page cannot. */
export const CHART_FORMATS = ["png", "svg", "csv"] as const;
export type ChartFormat = (typeof CHART_FORMATS)[number];

/** Beyond this a chart is not saved; a page thins the rows of a table to stay below. */
export const MAX_CHART_BYTES = 32 * 1024 * 1024;

/** Ids of cards, which also become part of a file's name. */
export const CARD_ID = /^[a-z][a-z0-9-]{0,39}$/;

export interface ChartName {
  readonly id: string;
  readonly title: string;
}

export interface ChartFile {
  readonly chart: string;
  readonly format: ChartFormat;
  readonly content: Uint8Array;
}
