/**
 * A language that nobody speaks, to find what is still said in English: every letter of a text has an accent or is a
 * foreign one.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { LanguageBundle } from "../src/threads/languageBundle";

const PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const FOREIGN = "áƀçđéƒĝĥíĵķĺɱñóþɋřšţúṽŵẋýžÁƁÇĐÉƑĜĤÍĴĶĹṀÑÓÞɊŘŠŢÚṼŴẊÝŽ";
const letters = new Map([...PLAIN].map((letter, i) => [letter, [...FOREIGN][i] ?? letter]));

/** Places such as {0} stay. */
export function accent(text: string): string {
  return text.replaceAll(/\{\w+\}|[a-zA-Z]/g, (found) => letters.get(found) ?? found);
}

export function accentBundle(): LanguageBundle {
  const english = JSON.parse(
    readFileSync(join(resolve(import.meta.dirname, ".."), "l10n/bundle.l10n.json"), "utf8"),
  ) as Record<string, string | { readonly message: string }>;
  return Object.fromEntries(
    Object.entries(english).map(([key, text]) => [key, accent(typeof text === "string" ? text : text.message)]),
  );
}
