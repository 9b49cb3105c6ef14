/** Reads package.json as VS Code shows it: each %key% is replaced by its English text. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const KEY = /^%(.+)%$/;

/** The English texts of package.json, by key. */
export function readTexts(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(ROOT, "package.nls.json"), "utf8")) as Record<string, string>;
}

/** As the file has it. */
export function readRawManifest(): unknown {
  return JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
}

/** @param onKey hears of every key that is used; what it returns takes its place */
export function resolveKeys(value: unknown, onKey: (key: string) => string): unknown {
  if (typeof value === "string") {
    const key = KEY.exec(value)?.[1];
    return key === undefined ? value : onKey(key);
  }
  if (Array.isArray(value)) return value.map((item) => resolveKeys(item, onKey));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolveKeys(item, onKey)]));
}

/** With its texts in place. */
export function readManifest(): unknown {
  const texts = readTexts();
  return resolveKeys(readRawManifest(), (key) => texts[key] ?? `%${key}%`);
}
