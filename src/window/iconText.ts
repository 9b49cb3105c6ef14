import { inertLine } from "../lib/outsideText";

declare const drawn: unique symbol;

/** A label in which VS Code draws icons: those of ours only. */
export type IconText = string & { readonly [drawn]: true };

/** iconText`$(beaker) ${title}`: our icons and words; values from anywhere, which are shown as they stand. */
export function iconText(ours: TemplateStringsArray, ...values: readonly (string | number)[]): IconText {
  return String.raw({ raw: ours }, ...values.map((value) => inertLine(String(value)))) as IconText;
}

/** Pieces of a label one after the other. */
export function joinIconTexts(pieces: readonly IconText[], separator: "" | " " | " · "): IconText {
  return pieces.join(separator) as IconText;
}
