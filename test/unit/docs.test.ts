/** The pages of the repository: their links lead somewhere, the files that they name exist, and their lines fit a screen. */
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
