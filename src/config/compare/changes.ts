/** What tells one experiment from another, for people: "learningRate 0.01 → 0.02". */
import * as l10n from "@vscode/l10n";
import { isPlainObject } from "../schema/jsonSchema";
import type { Experiment } from "../schema/schema";

export interface ConfigChange {
  /** To the value; where another kind was chosen, to the whole that has the kind. */
  readonly path: readonly string[];
  /** Undefined where the other experiment has no such value. */
  readonly before: unknown;
  readonly after: unknown;
}

/** Changes that are named; the others are counted. */
const MAX_NAMED = 2;
const MAX_DESCRIBED = 12;
const MAX_VALUE_LENGTH = 24;

/** In the order of the schema. The name is none: it changes no run. */
export function collectChanges(before: Experiment, after: Experiment): ConfigChange[] {
  const changes: ConfigChange[] = [];
  const { name: _before, ...from } = before;
  const { name: _after, ...to } = after;
  compare(from, to, [], changes);
  return changes;
}

/**
 * On one line: "learningRate 0.01 → 0.02", "cell linear → lstm, hiddenSize 1 → 32 and 2 more". Empty when nothing
 * changed.
 */
export function summarizeChanges(changes: readonly ConfigChange[]): string {
  return joinNamed(changes, describeChange);
}

/** Each change in a few words: "learningRate 0.01 → 0.02". Bounded. */
export function listChanges(changes: readonly ConfigChange[]): string[] {
  return changes.slice(0, MAX_DESCRIBED).map(describeChange);
}

function describeChange({ path, before, after }: ConfigChange): string {
  return `${nameOf(path)} ${showConfigValue(before)} → ${showConfigValue(after)}`;
}

/** Each change with its whole path, one a line. */
export function describeChanges(changes: readonly ConfigChange[]): string {
  const lines = changes
    .slice(0, MAX_DESCRIBED)
    .map(({ path, before, after }) => `${path.join(".")}: ${showConfigValue(before)} → ${showConfigValue(after)}`);
  const rest = changes.length - lines.length;
  return [...lines, ...(rest > 0 ? [l10n.t("and {0} more", rest)] : [])].join("\n");
}

function compare(before: unknown, after: unknown, path: readonly string[], changes: ConfigChange[]): void {
  if (!isPlainObject(before) || !isPlainObject(after)) {
    if (!isSame(before, after)) changes.push({ path, before, after });
    return;
  }
  // Another kind has other keys: they are a part of the one change.
  if (before["kind"] !== after["kind"] || !sharesKeys(before, after)) {
    changes.push({ path, before, after });
    return;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
    compare(before[key], after[key], [...path, key], changes);
}

function sharesKeys(before: object, after: object): boolean {
  const keys = Object.keys(before);
  return (keys.length === 0 && Object.keys(after).length === 0) || keys.some((key) => key in after);
}

function isSame(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}

/** The first few, and how many more there are. */
export function joinNamed<T>(changes: readonly T[], describe: (change: T) => string): string {
  // One more that is named takes no more room than the words that count it.
  const named = changes.slice(0, changes.length === MAX_NAMED + 1 ? MAX_NAMED + 1 : MAX_NAMED).map(describe);
  const rest = changes.length - named.length;
  return rest > 0 ? l10n.t("{0} and {1} more", named.join(", "), rest) : named.join(", ");
}

/** Words that say nothing without the one before. */
const VAGUE: ReadonlySet<string> = new Set(["every", "share", "value", "norm", "kind", "file", "values", "minimum"]);

/** "learningRate", "clip.norm": as much of the path as says what it is. */
export function nameOf(path: readonly string[]): string {
  const last = path.at(-1) ?? "";
  return VAGUE.has(last) ? path.slice(-2).join(".") : last;
}

/** As in a file, without quotes; of an object its kind or its entries. */
export function showConfigValue(value: unknown): string {
  if (value === undefined) return l10n.t("none");
  if (value === null) return l10n.t("off");
  if (typeof value === "string") return shorten(value === "" ? l10n.t("none") : value);
  if (!isPlainObject(value)) return shorten(JSON.stringify(value));
  if (typeof value["kind"] === "string") return value["kind"];
  return shorten(
    Object.entries(value)
      .map(([key, item]) => `${key} ${JSON.stringify(item)}`)
      .join(", ") || l10n.t("none"),
  );
}

function shorten(text: string): string {
  return text.length <= MAX_VALUE_LENGTH ? text : `${text.slice(0, MAX_VALUE_LENGTH - 1)}…`;
}
