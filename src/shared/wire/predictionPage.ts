/** What a page with predictions shows, made on a thread. Whoever writes the texts into a page escapes them. */
export interface PredictionPage {
  /** The table that was predicted. */
  readonly title: string;
  readonly heading: string;
  readonly sentences: readonly string[];
  /** One for each column that is predicted, of each series. */
  readonly pictures: readonly PredictionPicture[];
  /** Of bits and classes. */
  readonly confusions: readonly ConfusionPage[];
  readonly table: {
    readonly caption: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
  };
}

/** How often each target was answered with what. */
export interface ConfusionPage {
  readonly title: string;
  readonly caption: string;
  /** Of the first column, which has the targets. */
  readonly corner: string;
  readonly labels: readonly string[];
  /** A row for each target, a column for each answer. */
  readonly rows: readonly (readonly ConfusionCell[])[];
}

interface ConfusionCell {
  readonly text: string;
  /** In a sentence. */
  readonly title: string;
  /** Share of the row, in tenths, rounded up: 0 where there is none. */
  readonly tenths: number;
}

export interface PredictionPicture {
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly summary: string;
  /** Of the view box. */
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly PictureShape[];
}

/** The classes say what a shape means; the page gives them their colors. */
export type PictureShape =
  | {
      readonly kind: "path";
      readonly class: "grid" | "axis" | "data" | "predicted" | "forecast" | "end";
      readonly d: string;
    }
  | {
      readonly kind: "text";
      readonly x: number;
      readonly y: number;
      readonly anchor: "start" | "middle" | "end";
      readonly text: string;
    };
