/** What can be said of an engine: in a setting of VS Code, or in a terminal with `--option KEY=VALUE`. */
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";
import { suggest } from "../lib/suggest";
import { EngineError, type EngineName } from "./engineName";

type OptionKind = "text" | "count" | "number" | "list" | "flag";

/** Of each engine, the options and what is expected. docs/sweep-engines.md explains them. */
const OPTIONS: Readonly<Record<EngineName, Readonly<Record<string, OptionKind>>>> = {
  local: { processes: "count" },
  slurm: {
    partition: "text",
    account: "text",
    time: "text",
    memory: "text",
    cpus: "count",
    limit: "count",
    pack: "count",
    modules: "list",
    lines: "list",
    node: "text",
  },
  ray: {
    address: "text",
    token: "text",
    python: "text",
    node: "text",
    cpus: "number",
    resources: "list",
    retries: "count",
    pack: "count",
    shared: "flag",
  },
  command: { command: "text", processes: "count", pack: "count" },
};

type OptionValue = string | number | boolean | readonly string[];
export type EngineOptions = Readonly<Record<string, OptionValue>>;

/** @throws EngineError naming the option */
export function checkOptions(engine: EngineName, values: Readonly<Record<string, unknown>>): EngineOptions {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const kind = OPTIONS[engine][key];
      if (kind === undefined) throw new EngineError(unknownOption(engine, key));
      const read = readOption(kind, value);
      if (read === null)
        throw new EngineError(
          l10n.t("{0}: {1} is {2}; expected {3}", engine, key, describeValue(value), EXPECTED[kind]()),
        );
      return [key, read];
    }),
  );
}

/** From `--option KEY=VALUE`; lists are repeated. @throws EngineError naming the option */
export function parseOptions(engine: EngineName, texts: readonly string[]): EngineOptions {
  const values: Record<string, unknown> = {};
  for (const text of texts) {
    const equals = text.indexOf("=");
    if (equals < 1) throw new EngineError(l10n.t("--option {0}: expected KEY=VALUE, for example pack=25", text));
    const [key, value] = [text.slice(0, equals), text.slice(equals + 1)];
    const kind = OPTIONS[engine][key];
    if (kind === "list") values[key] = [...((values[key] as readonly string[] | undefined) ?? []), value];
    else if (kind === "count" || kind === "number") values[key] = value.trim() === "" ? value : Number(value);
    else if (kind === "flag") values[key] = value === "true" ? true : value === "false" ? false : value;
    else values[key] = value;
  }
  return checkOptions(engine, values);
}

const EXPECTED: Readonly<Record<OptionKind, () => string>> = {
  text: () => l10n.t("a text on one line"),
  count: () => l10n.t("a whole number from 1"),
  number: () => l10n.t("a number above 0"),
  list: () => l10n.t("a list of texts, each on one line"),
  flag: () => l10n.t("true or false"),
};

function readOption(kind: OptionKind, value: unknown): OptionValue | null {
  switch (kind) {
    case "text":
      return isLine(value) ? value : null;
    case "count":
      return typeof value === "number" && Number.isSafeInteger(value) && value >= 1 ? value : null;
    case "number":
      return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : null;
    case "list":
      return Array.isArray(value) && value.every(isLine) ? value : null;
    case "flag":
      return typeof value === "boolean" ? value : null;
    default:
      return kind satisfies never;
  }
}

/** A line end would begin a line of its own in a script. */
function isLine(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "" && !/\p{Cc}/u.test(value);
}

function unknownOption(engine: EngineName, key: string): string {
  const keys = Object.keys(OPTIONS[engine]);
  const nearest = suggest(key, keys);
  return nearest === undefined
    ? l10n.t("{0} has no option {1}. Options: {2}.", engine, describeValue(key), keys.join(", "))
    : l10n.t("{0} has no option {1}. Did you mean {2}?", engine, describeValue(key), nearest);
}

export function textOption(options: EngineOptions, key: string): string | null {
  const value = options[key];
  return typeof value === "string" ? value : null;
}

export function numberOption(options: EngineOptions, key: string): number | null {
  const value = options[key];
  return typeof value === "number" ? value : null;
}

export function listOption(options: EngineOptions, key: string): readonly string[] {
  const value = options[key];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}
