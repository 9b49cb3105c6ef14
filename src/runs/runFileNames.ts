/** The names of the files in a folder of runs. No other module decides which file is whose. */

export const RUN_EXTENSION = ".rnnrun";
export const NOTES_EXTENSION = ".rnnnotes.json";
export const LEASE_EXTENSION = ".rnnlease";
/** Earlier notes. A file of somebody else may have this name: package.json next to package.rnnrun. */
export const FORMER_NOTES_EXTENSION = ".json";
const DRAFT_EXTENSION = ".draft";

/** Of runs started in the editor, and of imported ones. */
const RUN_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** As long as ids in messages and run files. */
const MAX_ID_LENGTH = 200;

/** Whether the editor makes such ids. A run file with another name was named by somebody. */
export function isRunId(id: string): boolean {
  return RUN_ID.test(id);
}

/** @param path of a URI or of a file */
export function isRunPath(path: string): boolean {
  return path.endsWith(RUN_EXTENSION);
}

export function runFileName(id: string): string {
  return `${id}${RUN_EXTENSION}`;
}

/** Null when the name is not that of a run file: an id is on one line, and no hidden file is a run. */
export function runIdOf(name: string): string | null {
  if (!name.endsWith(RUN_EXTENSION) || name.startsWith(".")) return null;
  const id = name.slice(0, -RUN_EXTENSION.length);
  return id.length <= MAX_ID_LENGTH && !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(id) ? id : null;
}

/** The id in the name of a file that a store of runs wrote; null for any other. */
export function ownFileId(name: string): string | null {
  return ownId(name, RUN_EXTENSION) ?? ownId(name, NOTES_EXTENSION);
}

/** The draft of a run file that the run's writer makes anew. */
export function writerDraft(path: string): string {
  return path + DRAFT_EXTENSION;
}

/** The draft of a file that several processes may replace. */
export function processDraft(path: string): string {
  return `${path}.${process.pid}${DRAFT_EXTENSION}`;
}

export interface TemporaryFile {
  readonly kind: "lease" | "writer's draft" | "process's draft";
  /** Of the run. */
  readonly id: string;
}

/** What the name says of a file that is not to stay; null for a name that no store, and no writer of its runs, uses. */
export function temporaryFileOf(name: string): TemporaryFile | null {
  const leased = ownId(name, LEASE_EXTENSION);
  if (leased !== null) return { kind: "lease", id: leased };
  if (!name.endsWith(DRAFT_EXTENSION)) return null;
  const drafted = name.slice(0, -DRAFT_EXTENSION.length);
  const written = ownId(drafted, RUN_EXTENSION);
  if (written !== null) return { kind: "writer's draft", id: written };
  const replaced = /^(.*)\.\d+$/s.exec(drafted)?.[1];
  const id = replaced === undefined ? null : ownFileId(replaced);
  return id === null ? null : { kind: "process's draft", id };
}

function ownId(name: string, extension: string): string | null {
  const id = name.endsWith(extension) ? name.slice(0, -extension.length) : "";
  return isRunId(id) ? id : null;
}
