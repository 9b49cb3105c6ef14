import { printable, shortened } from "../lib/outsideText";

/** Of names, in UTF-16 code units. In an experiment file they are not longer; a file of runs may say anything. */
const MAX_NAME = 200;
/** Of whatever else is text. The longest that is: what is written on a run, and text that a network generates. */
const MAX_TEXT = 4000;

/** Values of these keys are shown on one line. Arrays have the key that they are at. */
const NAMES: ReadonlySet<string> = new Set([
  "name",
  "fileName",
  "title",
  "label",
  "experiment",
  "path",
  "paths",
  "key",
]);
/** By these the page asks again: a part of one would be another. */
const EXACT: ReadonlySet<string> = new Set(["uri", "id", "ids", "runId", "removed", "configHash"]);

/**
 * The same message with no long text in it: names of files, experiments, columns and runs come from outside, and a page
 * lays out whatever it gets. The same object where nothing is too long, which is nearly always.
 */
export function boundTexts<T>(message: T): T {
  return bound(message, "") as T;
}

function bound(value: unknown, key: string): unknown {
  if (typeof value === "string") return boundText(value, key);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Array.isArray(value) ? boundItems(value, key) : boundFields(value as Readonly<Record<string, unknown>>);
}

function boundText(text: string, key: string): string {
  if (NAMES.has(key)) return printable(text, MAX_NAME);
  // Symbols of a task, of which one may be a line break.
  if (key === "vocabulary" || key === "classes") return shortened(text, MAX_NAME);
  return text.length <= MAX_TEXT || EXACT.has(key) ? text : shortened(text, MAX_TEXT);
}

function boundItems(items: readonly unknown[], key: string): readonly unknown[] {
  let changed: unknown[] | null = null;
  for (let index = 0; index < items.length; index++) {
    const bounded = bound(items[index], key);
    if (!Object.is(bounded, items[index])) (changed ??= [...items])[index] = bounded;
  }
  return changed ?? items;
}

function boundFields(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let changed: Record<string, unknown> | null = null;
  for (const key of Object.keys(fields)) {
    const bounded = bound(fields[key], key);
    if (!Object.is(bounded, fields[key])) (changed ??= { ...fields })[key] = bounded;
  }
  return changed ?? fields;
}
