/** The tables of a task that are spread over files. */
import { isUtf8 } from "node:buffer";
import { realpath } from "node:fs/promises";
import { posix } from "node:path";
import * as l10n from "@vscode/l10n";
import { MAX_TABLE_FILES } from "../config/facts/dataFiles";
import type { ExperimentError } from "../config/facts/experimentError";
import { readFrom, sizeWithin } from "../disk/regularFile";
import { describeValue } from "../lib/outsideText";
import type { NamedTable, TableFiles } from "../tables/tableFiles";
import { hasWildcard, listMatches, NoMatchError, PatternError } from "./listMatches";
import { describeUnreadable, notUtf8, refusal, requireFolder, withFile, type NamedFile } from "./namedFile";

/** What the task names. */
export interface TablePattern {
  readonly tables: NamedFile;
  /** Null where the files have their targets themselves. */
  readonly labels: NamedFile | null;
}

/**
 * The files that the pattern means; the table of labels may lie among them.
 * @throws ExperimentError when there are none, or too many
 */
export async function listTables(folder: string | null, { tables, labels }: TablePattern): Promise<NamedFile[]> {
  requireFolder(folder, tables);
  try {
    const names = await listMatches(await realpath(folder), tables.name, MAX_TABLE_FILES);
    const other = labels === null ? null : posix.normalize(labels.name);
    const found = names.filter((name) => name !== other);
    if (found.length === 0) throw new PatternError(l10n.t("only the table of labels matches"));
    return found.map((name) => ({ ...tables, name }));
  } catch (error) {
    throw refusal(tables, error instanceof NoMatchError ? describeNone(tables.name) : describeUnreadable(error));
  }
}

function describeNone(pattern: string): string {
  return hasWildcard(posix.basename(pattern))
    ? l10n.t("no file matches. The pattern is relative to the folder of the experiment")
    : l10n.t('no file has this name. Use "*" for any characters, for example {0}', describeValue("recordings/*.csv"));
}

/** So many files are opened at once. */
const AT_ONCE = 16;

/** @throws ExperimentError when one of them may not be read, or they are too large together */
export async function readTableFiles(folder: string | null, pattern: TablePattern): Promise<TableFiles> {
  const wanted = await listTables(folder, pattern);
  const { labels } = pattern;
  const tables: NamedTable[] = [];
  let left = pattern.tables.maxBytes;
  const readOne = async (file: NamedFile): Promise<NamedTable> => {
    const bytes = await withFile(folder, file, ({ handle, stats }) => {
      const size = sizeWithin(stats, file.maxBytes);
      // Before it is read: several are read at once.
      left -= size;
      if (left < 0) throw tooLarge(pattern.tables);
      return readFrom(handle, 0, size);
    });
    if (!isUtf8(bytes)) throw notUtf8(file);
    return { name: file.name, bytes };
  };
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    tables.push(...(await Promise.all(wanted.slice(from, from + AT_ONCE).map(readOne))));
  }
  return { tables, labels: labels === null ? null : await readOne(labels) };
}

function tooLarge(pattern: NamedFile): ExperimentError {
  return refusal(pattern, describeTooLarge(pattern.maxBytes));
}

export function describeTooLarge(maxBytes: number): string {
  return l10n.t("the files have more than {0} bytes together, labels included", maxBytes.toLocaleString("en-US"));
}
