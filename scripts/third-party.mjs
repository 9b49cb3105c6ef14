// @ts-check
/** The licences of the packages whose code goes into the bundles: their terms want to travel with it. */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

/** In a bundle by way of a generated file: the validator calls helpers of ajv. */
const GENERATED_FROM = ["node_modules/ajv"];

/**
 * @param {readonly string[]} inputs files of the bundles, relative to the project
 * @returns {Promise<string>} name, version and licence text of each package
 */
export async function collectNotices(inputs) {
  const packages = new Set([
    ...GENERATED_FROM,
    ...inputs.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []),
  ]);
  const notices = await Promise.all([...packages].toSorted().map(readNotice));
  return `RNN Lab contains code of these packages.\n${notices.join("")}`;
}

/**
 * @param {string} folder of the package, relative to the project
 */
async function readNotice(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(ROOT, folder, "package.json"), "utf8"));
  const file = (await readdir(join(ROOT, folder))).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file !== undefined ? await readFile(join(ROOT, folder, file), "utf8") : `Licence: ${license}\n`;
  return `\n${"=".repeat(80)}\n${name} ${version}\n\n${text.trim()}\n`;
}
