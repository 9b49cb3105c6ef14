// @ts-check
/** What the pages in the VSIX link to, so that no link in it leads nowhere. */
import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/**
 * The files that a page links to and that are not on the web, and their own ones.
 * @param {string} root
 * @param {readonly string[]} pages relative to the root, with /
 * @returns {string[]} relative to the root, with /; the pages among them
 */
export function collectLinkedFiles(root, pages) {
  const files = new Set(pages);
  for (const page of files) {
    if (!page.endsWith(".md")) continue;
    for (const link of linksOf(readFileSync(posix.join(root, page), "utf8"))) {
      const file = posix.join(posix.dirname(page), link);
      if (file.startsWith("../") || !existsSync(posix.join(root, file))) throw new Error(`${page}: ${link} is no file`);
      files.add(file);
    }
  }
  return [...files];
}

/**
 * @param {string} text Markdown
 * @returns {string[]} the paths that its links and pictures name
 */
export function linksOf(text) {
  // Code may have brackets with another meaning.
  const prose = text.replace(/^```[^]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target.replace(/#.*$/, ""))
    .filter((path) => path !== "" && !/^[a-z]+:/.test(path));
}
