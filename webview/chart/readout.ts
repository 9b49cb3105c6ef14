/** A value at the cursor, with the sign of its line. */
import type { TraceHeader } from "../../src/shared/trace/trace";
import { formatCount } from "../../src/shared/words/numberFormat";

export interface ReadoutItem {
  readonly label: string;
  readonly value?: string;
  readonly swatch?: {
    readonly kind: "line" | "dash" | "dotted" | "thin" | "dot" | "ring" | "diamond" | "bar";
    readonly color: string;
  };
  /**
   * Room is kept for these texts, so that nothing moves when those above get longer. Numbers have room for
   * {@link WIDEST_NUMBER} without saying so.
   */
  readonly widestLabel?: string;
  readonly widest?: string;
}

/** As wide as a number with four digits gets, but for negative ones near 0 and those beyond 1e±99. */
export const WIDEST_NUMBER = "8.888e-88";

/** As wide as the number of an iteration gets. */
export function widestIteration({ iterations }: Pick<TraceHeader, "iterations">): string {
  return formatCount(iterations).replaceAll(/\d/g, "8");
}
