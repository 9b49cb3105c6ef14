/** A value at the cursor, with the sign of its line. */
export interface ReadoutItem {
  readonly label: string;
  readonly value?: string;
  readonly swatch?: {
    readonly kind: "line" | "dash" | "dotted" | "thin" | "dot" | "ring" | "diamond" | "bar";
    readonly color: string;
  };
}
