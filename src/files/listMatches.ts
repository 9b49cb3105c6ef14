/** The files that a pattern of an experiment means. */
import type { Dir } from "node:fs";
import { opendir } from "node:fs/promises";
import * as l10n from "@vscode/l10n";
import { resolveInside } from "../disk/confinedFile";
import { describeValue } from "../lib/outsideText";

/** The pattern means no files, or too many; in words for a person, without a full stop. */
export class PatternError extends Error {}

/** It means no files. */
export class NoMatchError extends PatternError {}

/** Of a folder; nobody looks through more names. */
const MAX_ENTRIES = 100_000;

/**
 * Names relative to `folder`, with forward slashes, in the order of their code units. `*` stands for any characters
 * within a name and `?` for one, whatever the case; hidden files are only those of a pattern that starts with a dot.
 * @param most so many files are accepted
 * @throws NoMatchError, PatternError, OutsideFolderError, or the system's error
 */
export async function listMatches(folder: string, pattern: string, most: number): Promise<string[]> {
  const parts = partsOf(pattern);
  let level = [""];
  for (const [depth, part] of parts.entries()) {
    const isLast = depth === parts.length - 1;
    const next: string[] = [];
    const isFound = parts.slice(0, depth).some(hasWildcard);
    for (const below of level) {
      if (!isLast && !hasWildcard(part)) next.push(`${below}${part}/`);
      else next.push(...(await entriesOf(folder, { below, isFound }, part, isLast)));
      if (next.length > most)
        throw new PatternError(
          l10n.t("more than {0} files match. Split them into folders, or name fewer", most.toLocaleString("en-US")),
        );
    }
    level = next;
  }
  if (level.length === 0) throw new NoMatchError(l10n.t("no file matches"));
  return level.sort((a, b) => (a < b ? -1 : 1));
}

function partsOf(pattern: string): string[] {
  if (pattern.includes("\\")) throw new PatternError(l10n.t('use "/" between folders'));
  const parts = pattern.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("**"))
    throw new PatternError(l10n.t('"**" is not supported; write "*/" for each level of folders'));
  if (parts.length === 0 || pattern.endsWith("/"))
    throw new PatternError(l10n.t("name the files in the folder, too, for example {0}", describeValue("*.csv")));
  return parts;
}

async function openFolder(folder: string, below: string): Promise<Dir> {
  return opendir(await resolveInside(folder, below), { bufferSize: 1024 });
}

/** @param isFound whether a wildcard found the folder, which may be none */
async function entriesOf(
  folder: string,
  { below, isFound }: { readonly below: string; readonly isFound: boolean },
  part: string,
  isLast: boolean,
): Promise<string[]> {
  const names: string[] = [];
  let seen = 0;
  const opened = await openFolder(folder, below).catch((error: NodeJS.ErrnoException) => {
    // A link that a wildcard matched may lead to a file, or nowhere.
    if (isFound && (error.code === "ENOTDIR" || error.code === "ENOENT")) return [];
    throw error;
  });
  for await (const entry of opened) {
    if (++seen > MAX_ENTRIES)
      throw new PatternError(
        l10n.t("the folder {0} has more than {1} entries", describeValue(below), MAX_ENTRIES.toLocaleString("en-US")),
      );
    // Where a link leads is seen when it is opened.
    const fits = entry.isSymbolicLink() || (isLast ? entry.isFile() : entry.isDirectory());
    if (fits && matches(part, entry.name)) names.push(isLast ? below + entry.name : `${below}${entry.name}/`);
  }
  return names;
}

export function hasWildcard(part: string): boolean {
  return /[*?]/.test(part);
}

/** In time that grows with the product of both lengths, however many stars there are. */
export function matches(pattern: string, name: string): boolean {
  if (name.startsWith(".") && !pattern.startsWith(".")) return false;
  const wanted = pattern.normalize("NFC").toLowerCase();
  const text = name.normalize("NFC").toLowerCase();
  let [at, next, star, taken] = [0, 0, -1, 0];
  while (at < text.length) {
    if (wanted[next] === "*") {
      star = next++;
      taken = at;
    } else if (wanted[next] === "?" || wanted[next] === text[at]) {
      next++;
      at++;
    } else if (star >= 0) {
      // The last star takes one character more.
      next = star + 1;
      at = ++taken;
    } else return false;
  }
  while (wanted[next] === "*") next++;
  return next === wanted.length;
}
