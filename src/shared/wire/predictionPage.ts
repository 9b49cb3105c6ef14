/** What a page with predictions shows, made on a thread. Whoever writes the texts into a page escapes them. */
export interface PredictionPage {
  /** The table that was predicted. */
  readonly title: string;
  readonly heading: string;
  readonly sentences: readonly string[];
  /** One for each column that is predicted. */
  readonly pictures: readonly PredictionPicture[];
  readonly table: {
    readonly caption: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly string[])[];
  };
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
