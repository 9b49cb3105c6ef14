/** Quotes of pages of the docs. */
import type { Quote, Statement } from "../claim";

export function page(name: string, ...quotes: readonly string[]): Quote[] {
  return quotes.map((quote) => ({ file: `docs/${name}.md`, quote }));
}

export function explain(name: string, reason: Statement["reason"], quotes: readonly string[]): Statement[] {
  return page(name, ...quotes).map((quote) => ({ ...quote, reason }));
}
