/** The names of the files in a folder of runs. */

export const RUN_EXTENSION = ".rnnrun";
export const NOTES_EXTENSION = ".rnnnotes.json";
/** Earlier notes. A file of somebody else may have this name: package.json next to package.rnnrun. */
export const FORMER_NOTES_EXTENSION = ".json";

/** Of runs started in the editor, and of imported ones. */
const RUN_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether the editor makes such ids. A run file with another name was named by somebody. */
export function isRunId(id: string): boolean {
  return RUN_ID.test(id);
}

/** The id in the name of a file that a store of runs wrote; null for any other. */
export function ownFileId(name: string): string | null {
  const extension = [RUN_EXTENSION, NOTES_EXTENSION].find((end) => name.endsWith(end));
  const id = extension === undefined ? "" : name.slice(0, -extension.length);
  return isRunId(id) ? id : null;
}
