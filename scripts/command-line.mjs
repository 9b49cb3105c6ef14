// @ts-check
/**
 * The command line of every script: --help prints the comment at the head of the script and ends with 0, what it does
 * not know ends with 2. Imports only Node's own modules, because nothing may be installed yet.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/**
 * As parseArgs takes it.
 * @typedef {Omit<NonNullable<Parameters<typeof parseArgs>[0]>, "args" | "strict" | "tokens">} Config
 */

/**
 * Does not come back from --help, nor from what the script does not know.
 * @template {Config} T
 * @param {string} script its import.meta.url
 * @param {T} [config]
 * @returns {ReturnType<typeof parseArgs<T & { strict: true }>>}
 */
export function readCommandLine(script, config) {
  if (process.argv.slice(2).some((argument) => argument === "--help" || argument === "-h")) {
    console.log(helpOf(script));
    process.exit(0);
  }
  try {
    return parseArgs(/** @type {T & { strict: true }} */ ({ ...config, strict: true }));
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Ends the process: an argument is wrong.
 * @param {string} message
 * @returns {never}
 */
export function refuse(message) {
  console.error(`${message}\nRun it with --help to see what it takes.`);
  process.exit(2);
}

/**
 * @param {string} script its import.meta.url
 * @returns {string} the text of its first comment
 */
function helpOf(script) {
  const comment = /\/\*\*([^]*?)\*\//.exec(readFileSync(fileURLToPath(script), "utf8"))?.[1] ?? "";
  return comment
    .split("\n")
    .map((line) => line.replace(/^ ?\*? ?/, "").trimEnd())
    .join("\n")
    .trim();
}
