/**
 * The pages of the repository: their links lead somewhere, the files that they name exist, their lines fit a screen.
 * And the part of docs/style-guide.md that a machine can check, in pages and examples; words.test.ts checks the texts
 * of the product.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const PAGES = ["", "docs/", "examples/"].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}${name}`),
);
const MAX_COLUMNS = 120;

const read = (page: string): string => readFileSync(join(ROOT, page), "utf8");
/** Without code blocks, in which a path or a # means something else. */
const proseOf = (page: string): string => read(page).replace(/^```[^]*?^```/gm, "");

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  return [...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** @returns those links of a page that lead nowhere */
function collectBrokenLinks(page: string): string[] {
  const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
}

/** `src/core/cells` or `docs/weights.md`, perhaps with `?query`, `#anchor` or arguments after it; not `src/*`. */
const OWN_PATH = /`(?:[a-z:]+ )*((?:src|webview|test|scripts|docs|examples|media|l10n)\/[\w./-]*)[^`]*`/g;

function collectMissingPaths(page: string): string[] {
  const paths = [...proseOf(page).matchAll(OWN_PATH)].map(([, path = ""]) => path);
  // The pages about translating name German as an example; there is no such file.
  return paths.filter((path) => !path.endsWith(".de.json") && !existsSync(join(ROOT, path)));
}

function collectLongLines(page: string): string[] {
  return proseOf(page)
    .split("\n")
    .filter((line) => line.length > MAX_COLUMNS && !/^(\||!\[)/.test(line));
}

test("there are pages, with links, anchors and paths to check", () => {
  const all = PAGES.map(read).join("\n");
  expect(PAGES.length).toBeGreaterThan(15);
  expect([...all.matchAll(OWN_PATH)].length).toBeGreaterThan(20);
  expect(all).toMatch(/\]\([\w.-]+\.md#[\w-]+\)/);
  expect(anchorsOf("docs/gradient-through-time.md")).toContain("which-iteration-a-view-shows");
});

describe.each(PAGES)("%s", (page) => {
  test("has only links that lead somewhere", () => expect(collectBrokenLinks(page)).toEqual([]));
  test("names only files and folders that exist", () => expect(collectMissingPaths(page)).toEqual([]));
});

/** docs/experiment-file.md is generated, a paragraph on each line. */
test.each(PAGES.filter((page) => page !== "docs/experiment-file.md"))("%s has no text line over 120 columns", (page) =>
  expect(collectLongLines(page)).toEqual([]),
);

/** Pages and experiments; not the style guide, which lists the words that the others avoid. */
const WRITTEN = [
  ...PAGES.filter((page) => page !== "docs/style-guide.md"),
  ...readdirSync(join(ROOT, "examples"))
    .filter((name) => name.endsWith(".rnn.json"))
    .map((name) => `examples/${name}`),
];

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

describe.each(AVOIDED)("%s", (_rule, avoided, sample) => {
  test("is found where it is broken", () => expect(sample).toMatch(avoided));
  test("holds in pages and examples", () => {
    const found = WRITTEN.flatMap((file) =>
      read(file)
        .split("\n")
        .flatMap((line, index) => (avoided.test(line) ? [`${file}:${index + 1}: ${avoided.exec(line)?.[0]}`] : [])),
    );
    expect(found).toEqual([]);
  });
});
