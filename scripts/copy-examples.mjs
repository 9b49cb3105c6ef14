// @ts-check
/**
 * The copy of the examples that `npm start` opens: whoever tries things out there changes no file of the repository.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EXAMPLES } from "./paths.mjs";

/** Beside the copy, not in it: the hash that each file had when it was copied. */
const RECORD = "examples.json";

/**
 * Brings `profile`/examples up to date. A file that was not changed there since it was copied follows the repository;
 * one that was changed, or is not from here, stays.
 * @param {string} profile
 * @param {string} [source]
 * @returns {{ folder: string, kept: string[] }} kept: names of examples that differ because they were changed there
 */
export function copyExamples(profile, source = EXAMPLES) {
  const folder = join(profile, "examples");
  mkdirSync(folder, { recursive: true });
  const names = listFiles(source);
  const before = readRecord(join(profile, RECORD));
  /** @type {Record<string, string>} */
  const record = {};
  const kept = [];
  for (const name of names) {
    const content = readFileSync(join(source, name));
    const copied = hashOf(join(folder, name));
    const wanted = hash(content);
    if (copied === null || (copied !== wanted && copied === before[name])) writeFileSync(join(folder, name), content);
    else if (copied !== wanted) kept.push(name);
    record[name] = kept.includes(name) ? (before[name] ?? "") : wanted;
  }
  for (const [name, copied] of Object.entries(before))
    if (!names.includes(name) && hashOf(join(folder, name)) === copied) rmSync(join(folder, name));
  writeFileSync(join(profile, RECORD), JSON.stringify(record, null, 2));
  return { folder, kept };
}

/**
 * Without what runs write there: results of sweeps, and folders.
 * @param {string} source
 */
function listFiles(source) {
  return readdirSync(source, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".sweep.csv"))
    .map(({ name }) => name)
    .sort();
}

/**
 * @param {string} file
 * @returns {Record<string, string>} nothing when there is none, or it was cut off while it was written: then what
 * differs stays
 */
function readRecord(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}

/** @param {string} file */
function hashOf(file) {
  return existsSync(file) ? hash(readFileSync(file)) : null;
}

/** @param {Buffer} content */
function hash(content) {
  return createHash("sha256").update(content).digest("hex");
}
