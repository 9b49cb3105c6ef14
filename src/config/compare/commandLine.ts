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

/** What reads the line: bash, zsh and fish; Windows PowerShell 5; PowerShell 7; the command prompt of Windows. */
export type Shell = "posix" | "powershell" | "pwsh" | "cmd";

/** @param program path of the shell; empty where it is not known */
export function shellOf(program: string, windows: boolean): Shell {
  const name =
    program
      .split(/[\\/]/)
      .at(-1)
      ?.toLowerCase()
      .replace(/\.exe$/, "") ?? "";
  if (name === "cmd" || name === "powershell" || name === "pwsh") return name;
  return windows && name === "" ? "powershell" : "posix";
}

/** The words as one line that the shell reads as these words, whatever is in them: nothing is expanded or run. */
export function quoteCommand(words: readonly string[], shell: Shell): string {
  switch (shell) {
    case "posix":
      return words.map(quoteForPosix).join(" ");
    case "powershell":
    case "pwsh":
      return words.map((word) => quoteForPowerShell(word, shell === "powershell")).join(" ");
    case "cmd":
      // npm is a batch file there, which has its arguments read a second time.
      return words.map((word) => quoteForCmd(word, words[0] === "npm" ? 2 : 1)).join(" ");
    default:
      return shell satisfies never;
  }
}

/** Backslashes stand outside the quotes: fish, other than bash and zsh, gives them a meaning inside. */
function quoteForPosix(word: string): string {
  if (/^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word)) return word;
  return `'${word.replaceAll(/['\\]/g, (character) => `'\\${character}'`)}'`;
}

/**
 * Single quotes, in which "$(…)" is text; a single quote, in any of its four forms, is doubled.
 * @param legacy whether quotes within a word are lost on the way to a program unless a backslash precedes them
 */
function quoteForPowerShell(word: string, legacy: boolean): string {
  if (PLAIN_ON_WINDOWS.test(word)) return word;
  const passed = legacy ? escapeQuotes(word) : word;
  return `'${passed.replaceAll(/['\u2018-\u201B]/g, "$&$&")}'`;
}

/**
 * Double quotes; where the word holds what has a meaning inside them, a caret before each character that has one.
 * @param readings how often the line is read
 */
function quoteForCmd(word: string, readings: number): string {
  if (PLAIN_ON_WINDOWS.test(word)) return word;
  let quoted = `"${escapeQuotes(word)}"`;
  if (!/["%!]/.test(word)) return quoted;
  for (let reading = 0; reading < readings; reading++) quoted = quoted.replaceAll(/[()[\]%!^"`<>&|;, *?]/g, "^$&");
  return quoted;
}

const PLAIN_ON_WINDOWS = /^[\w:./\\-][\w:./\\=-]*$/;

/** As programs on Windows split their command line: a backslash before a quote, and backslashes before that doubled. */
function escapeQuotes(word: string): string {
  return word.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&");
}
