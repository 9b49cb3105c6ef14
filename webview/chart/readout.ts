/** A value at the cursor, with the sign of its line. */
export interface ReadoutItem {
  readonly label: string;
  readonly value?: string;
  /** Characters that the value is given room for, so that its neighbors stay where they are while it changes. */
  readonly width?: number;
  readonly swatch?: Swatch;
}

export interface Swatch {
  readonly kind: "line" | "dash" | "dotted" | "thin" | "dot" | "ring" | "diamond" | "bar";
  readonly color: string;
  /** Of a line, as it is drawn; empty: solid. */
  readonly dash?: readonly number[];
}

/** The longest that `formatValue` comes to with its four digits, but for exponents of three. */
export const VALUE_WIDTH = 9;

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
