/** The command line that trains an experiment in a terminal. */
import { collectChanges } from "./changes";
import { isPlainObject } from "../schema/jsonSchema";
import type { Experiment } from "../schema/schema";

/** The `--set` values that make of the experiment `saved` the one that is `wanted`, in an order in which each holds. */
export function collectSettings(saved: Experiment, wanted: Experiment): string[] {
  const settings = collectChanges(saved, wanted).flatMap(({ path, after }) => {
    if (path[0] === "sweep") return [];
    // Its keys are names of tensors, which are no fields by themselves.
    return path.join(".").startsWith(VALUES)
      ? settingsFor(VALUES.split("."), wanted.model.init.values)
      : settingsFor(path, after);
  });
  return [...new Set(settings)];
}

const VALUES = "model.init.values";

function settingsFor(path: readonly string[], value: unknown): string[] {
  const key = path.join(".");
  if (!isPlainObject(value) || typeof value["kind"] !== "string")
    return [`${key}=${typeof value === "string" ? value : JSON.stringify(value)}`];
  const { kind, ...rest } = value;
  return [
    `${key}.kind=${kind}`,
    ...Object.entries(rest).map(
      ([name, item]) => `${key}.${name}=${typeof item === "string" ? item : JSON.stringify(item)}`,
    ),
  ];
}

/** The words as one line that a shell reads as these words. */
export function quoteCommand(words: readonly string[], windows: boolean): string {
  return words
    .map((word) =>
      /^[\w@%+=:,./\\-]+$/.test(word) && (windows || !word.includes("\\"))
        ? word
        : windows
          ? `"${word.replaceAll('"', '\\"')}"`
          : `'${word.replaceAll("'", `'\\''`)}'`,
    )
    .join(" ");
}
