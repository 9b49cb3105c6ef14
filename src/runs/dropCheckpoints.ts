import { lstatSync, renameSync, type BigIntStats } from "node:fs";
import { rm, type FileHandle } from "node:fs/promises";
import * as l10n from "@vscode/l10n";
import { createDraft } from "../disk/draft";
import { isRegularFile, openRegularFile } from "../disk/regularFile";
import { FRAME } from "./format/encodeRun";
import { processDraft } from "./runFileNames";
import { checkHead, HEAD_BYTES, kindOf, MIN_FRAME_BYTES } from "./format/frames";

/** What a rewrite has to free: otherwise it costs more than it is worth. */
const MIN_FREED_BYTES = 2 ** 18;
const MIN_FREED_SHARE = 1 / 8;
/** Read and copied at once. */
const BLOCK_BYTES = 2 ** 20;

interface Place {
  readonly start: number;
  readonly end: number;
}

interface FramePlace extends Place {
  readonly kind: string;
}

/**
 * Rewrites the file of a run that has ended without its earlier checkpoints, which nothing reads any more. The file is
 * replaced at once: a reader, or a crash, finds the old or the new one. Memory: a megabyte, whatever the size.
 * @returns the bytes freed; 0 when it would free little, or the file is not whole, has not ended, or changed meanwhile
 * @throws the system's error; then the file is as it was
 */
export async function dropEarlierCheckpoints(path: string): Promise<number> {
  if (!(await isRegularFile(path))) return 0;
  const { handle: file, stats } = await openRegularFile(path);
  try {
    const size = Number(stats.size);
    const kept = keptPlaces(await readPlaces(file, size), size);
    return kept === null ? 0 : await replaceBy(file, kept, path, stats);
  } finally {
    await file.close();
  }
}

/** @param before what the file was like when it was opened @returns the bytes freed */
async function replaceBy(
  file: FileHandle,
  kept: readonly Place[],
  path: string,
  before: Pick<BigIntStats, "size" | "ino">,
): Promise<number> {
  const draftPath = processDraft(path);
  const draft = await createDraft(draftPath);
  try {
    try {
      for (const place of kept) await copy(file, draft, place);
      // The file that it replaces may have been on the disk for long.
      await draft.sync();
    } finally {
      await draft.close();
    }
    // Fixes that were tried may have been added since. No other code of this thread runs between these calls.
    const { size, ino } = lstatSync(path, { bigint: true });
    if (size !== before.size || ino !== before.ino) return 0;
    renameSync(draftPath, path);
    return Number(size - lstatSync(path, { bigint: true }).size);
  } finally {
    await rm(draftPath, { force: true });
  }
}

/** Null: the file stays as it is. */
function keptPlaces(frames: readonly FramePlace[] | null, size: number): readonly Place[] | null {
  if (frames === null || !frames.some(({ kind }) => kind === FRAME.end)) return null;
  const earlier = frames.filter(({ kind }) => kind === FRAME.checkpoint).slice(0, -1);
  const freed = earlier.reduce((sum, { start, end }) => sum + end - start, 0);
  if (freed < Math.max(MIN_FREED_BYTES, MIN_FREED_SHARE * size)) return null;
  const starts = [0, ...earlier.map(({ end }) => end)];
  return starts.map((start, index) => ({ start, end: earlier[index]?.start ?? size }));
}

/** By the sizes of the frames, without reading what is in them; null when the file does not end with a whole one. */
async function readPlaces(file: FileHandle, size: number): Promise<readonly FramePlace[] | null> {
  if (size < HEAD_BYTES || checkHead(await read(file, 0, HEAD_BYTES)) !== null) return null;
  const places: FramePlace[] = [];
  let block = new Uint8Array();
  let blockStart = 0;
  for (let at = HEAD_BYTES; at < size;) {
    if (at + 8 > blockStart + block.length) {
      blockStart = at;
      block = await read(file, at, Math.min(BLOCK_BYTES, size - at));
    }
    const start = block.subarray(at - blockStart, at - blockStart + 8);
    if (start.length < 8) return null;
    const payload = new DataView(start.buffer, start.byteOffset).getUint32(0, true);
    const end = at + Math.ceil(payload / 8) * 8 + MIN_FRAME_BYTES;
    if (end > size) return null;
    places.push({ kind: kindOf(start), start: at, end });
    at = end;
  }
  return places;
}

async function copy(from: FileHandle, to: FileHandle, { start, end }: Place): Promise<void> {
  for (let at = start; at < end; at += BLOCK_BYTES)
    await to.writeFile(await read(from, at, Math.min(BLOCK_BYTES, end - at)));
}

/** @throws Error when the file is shorter than it was */
async function read(file: FileHandle, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw new Error(l10n.t("The file was truncated."));
    done += bytesRead;
  }
  return bytes;
}
