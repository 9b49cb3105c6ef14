/** Quotes of the course. */
import type { Quote } from "../claim";

export function onPage(...quotes: readonly string[]): Quote[] {
  return quotes.map((quote) => ({ file: "docs/course.md", quote }));
}
