/** Text from files in our messages: short, and without characters that a terminal or a notification would interpret. */
import * as l10n from "@vscode/l10n";
import { isPlainObject, type JsonPath } from "./jsonSchema";

const MAX_SHOWN = 60;

/** A JSON value as it stands in a message. */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return l10n.t("a list ({0})", "[ ]");
  if (isPlainObject(value)) return l10n.t("an object ({0})", "{ }");
  return printable(typeof value === "string" ? JSON.stringify(value) : String(value));
}

export function formatPath(path: JsonPath): string {
  return path.length === 0 ? l10n.t("The experiment") : path.map((key) => printable(String(key))).join(".");
}

/** Control, bidi and other invisible characters and half surrogate pairs become U+FFFD. */
export function printable(text: string): string {
  const visible = text.slice(0, 2 * MAX_SHOWN).replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, "\uFFFD");
  return visible.length > MAX_SHOWN ? `${visible.slice(0, MAX_SHOWN - 1)}…` : visible;
}
