/** Quotes of help texts and captions. */
import type { Quote, Statement } from "../claim";

export function help(...quotes: readonly string[]): Quote[] {
  return quotes.map((quote) => ({ file: "l10n/bundle.l10n.json", quote }));
}

export function explain(reason: Statement["reason"], quotes: readonly string[]): Statement[] {
  return help(...quotes).map((quote) => ({ ...quote, reason }));
}
