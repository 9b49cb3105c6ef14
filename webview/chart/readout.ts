/** A value at the cursor, with the sign of its line. */
import type { TraceHeader } from "../../src/shared/trace/trace";
import { formatCount } from "../../src/shared/words/numberFormat";

export interface ReadoutItem {
  readonly label: string;
  readonly value?: string;
  readonly swatch?: Swatch;
  /**
   * Room is kept for these texts, so that nothing moves when those above get longer. Numbers have room for
   * {@link WIDEST_NUMBER} without saying so.
   */
  readonly widestLabel?: string;
  readonly widest?: string;
}

export interface Swatch {
  readonly kind: "line" | "dash" | "dotted" | "thin" | "dot" | "ring" | "diamond" | "bar";
  readonly color: string;
  /** Of a line, as it is drawn; empty: solid. */
  readonly dash?: readonly number[];
}

/** As wide as a number with four digits gets, but for those beyond 1e±99. */
export const WIDEST_NUMBER = "-8.888e-88";
/** The same for what is never negative. */
export const WIDEST_SIZE = "8.888e-88";

/** As wide as an accuracy gets that is not next to zero. */
export const WIDEST_PERCENT = "88.8%";

/** As wide as the number of an iteration gets. */
export function widestIteration({ iterations }: Pick<TraceHeader, "iterations">): string {
  return formatCount(iterations).replaceAll(/\d/g, "8");
}

/** As it is read and written into a picture. */
export function itemText({ label, value }: ReadoutItem): string {
  return value === undefined ? label : `${label} ${value}`;
}

/** A pattern of dashes as a CSS image in the color of the text; "none" for a solid line. */
export function dashImage(dash: readonly number[]): string {
  if (dash.length === 0) return "none";
  let at = 0;
  const stops = dash.map((length, i) => {
    const from = at;
    at += length;
    return `${i % 2 === 0 ? "currentColor" : "transparent"} ${from}px ${at}px`;
  });
  return `repeating-linear-gradient(90deg, ${stops.join(", ")})`;
}
