// @ts-check
/** Collects the examples into one file for the VSIX, for "New Experiment…". */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EXAMPLES } from "./paths.mjs";

/** Characters of a description that a list shows. */
const MAX_DETAIL = 140;

/**
 * @returns {{ stories: { file: string, title: string, detail: string, text: string }[], data: Record<string, string> }}
 */
export function collectStories() {
  const files = readdirSync(EXAMPLES).sort();
  const read = (/** @type {string} */ file) => readFileSync(join(EXAMPLES, file), "utf8");
  const stories = files
    .filter((file) => file.endsWith(".rnn.json"))
    .map((file) => {
      const text = read(file);
      // "// 1. It learns." is the title. The first sentence of the paragraph below describes it, up to a period, not a
      // colon.
      const [heading = "", , ...rest] = text.split(/\r?\n/).map((line) => line.replace(/^\/\/ ?/, ""));
      const paragraph = rest.slice(0, rest.indexOf("")).join(" ");
      const sentence = /^.*?\.(?=\s|$)/.exec(paragraph)?.[0] ?? paragraph;
      return {
        file,
        title: heading.replace(/^\d+\. /, "").replace(/\.$/, ""),
        detail: sentence.length > MAX_DETAIL ? `${sentence.slice(0, MAX_DETAIL - 1)}…` : sentence,
        text,
      };
    });
  // Of the examples and of the starts that "New Experiment…" has for the tasks.
  const data = files.filter((file) => /\.(txt|csv|jsonl)$/.test(file) && !file.endsWith(".sweep.csv"));
  return { stories, data: Object.fromEntries(data.map((file) => [file, read(file)])) };
}
