import { describe, expect, test } from "vitest";
import { readRawManifest, readTexts, resolveKeys } from "./manifest";

const manifest = readRawManifest();
const texts = readTexts();

/** Under these names package.json says something to a person. */
const SHOWN = new Set([
  "title",
  "name",
  "description",
  "markdownDescription",
  "enumDescriptions",
  "markdownEnumDescriptions",
  "deprecationMessage",
  "contents",
  "altText",
  "contextualTitle",
  "category",
]);
/** A name of its own is the same in every language. */
const PRODUCT = "RNN Lab";

/** Strings that a person reads, with where they stand. */
function shownTexts(value: unknown, path: readonly string[] = [], shown = false): { path: string; text: string }[] {
  if (typeof value === "string") return shown ? [{ path: path.join("."), text: value }] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    shownTexts(item, [...path, name], Array.isArray(value) ? shown : SHOWN.has(name)),
  );
}

describe("the texts of package.json", () => {
  test("each key has a text, and each text is used", () => {
    const used = new Set<string>();
    resolveKeys(manifest, (key) => {
      used.add(key);
      return key;
    });
    expect([...used].sort()).toEqual(Object.keys(texts).sort());
    for (const [key, text] of Object.entries(texts)) expect(text.trim().length, key).toBeGreaterThan(0);
  });

  test("what a person reads in it is a key, so that it can be translated", () => {
    const { description, capabilities, contributes } = manifest as Record<string, unknown>;
    const shown = shownTexts({ description, capabilities, contributes });
    expect(shown.length).toBeGreaterThan(80);
    expect(shown.filter(({ text }) => !/^%[\w.-]+%$/.test(text) && text !== PRODUCT)).toEqual([]);
  });
});
