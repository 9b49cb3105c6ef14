// @ts-check
/** The packages whose code goes into the bundles, and their licenses, whose terms require that they go along. */
import { readFileSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./paths.mjs";

/** In a bundle by way of a generated file: the validator calls helpers of ajv. */
const GENERATED_FROM = ["node_modules/ajv"];

/** @typedef {{ folder: string, name: string, version: string, license: string }} BundledPackage */

/**
 * @param {readonly string[]} inputs files of the bundles, relative to the project
 * @returns {BundledPackage[]} each once, by name; folder: relative to the project
 */
export function collectPackages(inputs) {
  const folders = new Set([
    ...GENERATED_FROM,
    ...inputs.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []),
  ]);
  return [...folders]
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
      return { folder, name, version, license };
    })
    .toSorted((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

/** @param {string} a @param {string} b */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * @param {readonly BundledPackage[]} packages
 * @returns {Promise<string>} name, version and license text of each
 */
export async function collectNotices(packages) {
  const notices = await Promise.all(packages.map(readNotice));
  return `RNN Lab contains code of these packages.\n${notices.join("")}`;
}

/** @param {BundledPackage} bundled */
async function readNotice({ folder, name, version, license }) {
  const file = (await readdir(join(ROOT, folder))).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file !== undefined ? await readFile(join(ROOT, folder, file), "utf8") : usualText(folder, license);
  return `\n${"=".repeat(80)}\n${name} ${version}\n\n${text.trim()}\n`;
}

/**
 * The text of a package that has none with it: its license for its author.
 * @param {string} folder
 * @param {string} license
 */
function usualText(folder, license) {
  const { author } = JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
  const holder = typeof author === "string" ? author : author?.name;
  if (license !== "MIT" || !holder) throw new Error(`${folder} is in a bundle and has no license text`);
  return MIT_LICENSE.replace("HOLDER", holder);
}

const MIT_LICENSE = `MIT License

Copyright (c) HOLDER

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
