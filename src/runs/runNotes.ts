import { rename, writeFile } from "node:fs/promises";
import { readRegularFile } from "../disk/regularFile";

/** What people write on a run; a file of its own, because a run file is never changed. */
export interface RunNotes {
  /** Null: as the experiment is named. */
  readonly name: string | null;
  readonly note: string;
  readonly pinned: boolean;
}

export const NO_NOTES: RunNotes = { name: null, note: "", pinned: false };
export const MAX_NAME_LENGTH = 200;
export const MAX_NOTE_LENGTH = 4000;
/** More than a name and a note can take, however they are encoded. */
const MAX_BYTES = 2 ** 16;

/** What cannot be read is as if nothing were written. */
export async function readNotes(path: string): Promise<RunNotes> {
  try {
    const text = new TextDecoder().decode(await readRegularFile(path, MAX_BYTES));
    const { name, note, pinned } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return {
      name: typeof name === "string" && name !== "" ? name.slice(0, MAX_NAME_LENGTH) : null,
      note: typeof note === "string" ? note.slice(0, MAX_NOTE_LENGTH) : "",
      pinned: pinned === true,
    };
  } catch {
    return NO_NOTES;
  }
}

/** The whole file at once, so that two windows cannot mix theirs. @throws the system's error */
export async function writeNotes(path: string, notes: RunNotes): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, `${JSON.stringify(notes, null, 2)}\n`);
  await rename(draft, path);
}
