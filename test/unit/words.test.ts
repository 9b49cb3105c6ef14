/** What a machine can check of docs/style-guide.md in pages, examples and the texts of the experiment file. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const FOLDERS = [".", "docs", "examples", "src/config/schema", "src/config/edit"];
/** Pages, experiments and the sources of texts; not the style guide, which lists the words that the others avoid. */
const FILES = FOLDERS.flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`)).filter(
  (file) => /\.(md|ts|rnn\.json)$/.test(file) && !file.endsWith("/style-guide.md"),
);

const AVOIDED: readonly (readonly [rule: string, pattern: RegExp, sample: string])[] = [
  ["predict, not foretell", /\bforet[eo]ll?(s|d|ing)?\b|\bforetold\b/i, "It foretells a river"],
  ["overfit or memorize, not learn by heart", /\bby heart\b/i, "It learns the noise by heart"],
  ["oscillate, not hop", /\bhops?\b|\bto and fro\b|\bgoes? in a circle\b/i, "A loss that hops about"],
  ["conservative and random, not bold and wild", /\b(bolder|wilder)\b/i, "Below 1 bolder"],
  [
    "American spelling",
    /\b\w*(colour|behaviour|favour|ialis(e|ation)|ardis(e|ed)|emis(e|ed)|learnt|licence)\w*\b/i,
    "What it has learnt",
  ],
  ["gradient norm, not length", /\b[\d,]+ long\b/, "The gradient is 5,000,000 long"],
  ["100%, not 100 %", /\d %/, "100 %"],
  ["7.15e-5, not 71.5×10⁻⁶", /×\s?10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹^]/, "71.5×10⁻⁶"],
  ["target, not what is wanted", /\b(is|are) wanted\b|\bwanted is\b/i, "The sum is wanted"],
];

test("there are files to check", () => expect(FILES.length).toBeGreaterThan(40));

describe.each(AVOIDED)("%s", (_rule, avoided, sample) => {
  test("is found where it is broken", () => expect(sample).toMatch(avoided));
  test("holds everywhere", () => {
    const found = FILES.flatMap((file) =>
      readFileSync(join(ROOT, file), "utf8")
        .split("\n")
        .flatMap((line, index) => (avoided.test(line) ? [`${file}:${index + 1}: ${avoided.exec(line)?.[0]}`] : [])),
    );
    expect(found).toEqual([]);
  });
});
