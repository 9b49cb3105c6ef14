import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createDraft } from "../disk/draft";
import { isRegularFile, readRegularFile } from "../disk/regularFile";
import { FORMER_NOTES_EXTENSION, NOTES_EXTENSION, processDraft } from "./runFileNames";

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
/** The longest name and note, each character escaped. */
const MAX_FILE_BYTES = 2 ** 16;

/** Whether a folder with these names may have notes on the run. */
export function hasNotes(names: ReadonlySet<string>, id: string): boolean {
  return names.has(`${id}${NOTES_EXTENSION}`) || names.has(`${id}${FORMER_NOTES_EXTENSION}`);
}

/** What cannot be read is as if nothing were written. */
export async function readNotes(folder: string, id: string): Promise<RunNotes> {
  const text = await readText(join(folder, `${id}${NOTES_EXTENSION}`));
  return (text === null ? null : parseNotes(text)) ?? (await readFormerNotes(folder, id)) ?? NO_NOTES;
}

/** The whole file at once, so that two windows cannot mix theirs. @throws the system's error */
export async function writeNotes(folder: string, id: string, notes: RunNotes): Promise<void> {
  const path = join(folder, `${id}${NOTES_EXTENSION}`);
  await adoptFormerNotes(folder, id);
  const draft = processDraft(path);
  const file = await createDraft(draft);
  try {
    await file.writeFile(`${JSON.stringify(notes, null, 2)}\n`).finally(() => file.close());
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** With the run to another folder, where it may have another name. */
export async function moveNotes(from: NotesPlace, to: NotesPlace): Promise<void> {
  await adoptFormerNotes(from.folder, from.id);
  const source = join(from.folder, `${from.id}${NOTES_EXTENSION}`);
  if (await isRegularFile(source)) await rename(source, join(to.folder, `${to.id}${NOTES_EXTENSION}`));
}

interface NotesPlace {
  readonly folder: string;
  readonly id: string;
}

function parseNotes(text: string): RunNotes | null {
  const value = parseObject(text);
  if (value === null) return null;
  const { name, note, pinned } = value;
  return {
    name: typeof name === "string" && name !== "" ? name.slice(0, MAX_NAME_LENGTH) : null,
    note: typeof note === "string" ? note.slice(0, MAX_NOTE_LENGTH) : "",
    pinned: pinned === true,
  };
}

/** `<id>.json` may be a file of somebody else: only one with exactly the keys of notes is ours. */
async function readFormerNotes(folder: string, id: string): Promise<RunNotes | null> {
  const text = await readText(join(folder, `${id}${FORMER_NOTES_EXTENSION}`));
  const value = text === null ? null : parseObject(text);
  if (text === null || value === null) return null;
  const { name, note, pinned, ...others } = value;
  const isOurs =
    Object.keys(others).length === 0 &&
    (name === null || typeof name === "string") &&
    typeof note === "string" &&
    typeof pinned === "boolean";
  return isOurs ? parseNotes(text) : null;
}

/** Gives notes that are ours their present name, unless there are newer ones. */
async function adoptFormerNotes(folder: string, id: string): Promise<void> {
  const path = join(folder, `${id}${NOTES_EXTENSION}`);
  if ((await isRegularFile(path)) || (await readFormerNotes(folder, id)) === null) return;
  await rename(join(folder, `${id}${FORMER_NOTES_EXTENSION}`), path);
}

async function readText(path: string): Promise<string | null> {
  return readRegularFile(path, MAX_FILE_BYTES).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => null,
  );
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
