import type { FileHandle } from "node:fs/promises";
import { openRegularFile } from "../disk/regularFile";
import { IDLE, type RunStatus } from "../shared/trace/trace";
import { encodeProgress } from "./format/encodeRun";
import { HEAD_BYTES, MIN_FRAME_BYTES } from "./format/frames";
import { readSummary } from "./runSummary";

/**
 * Writes the end of a run whose thread could not, because it was ended or broke; what is torn at the end of the file is
 * cut off. Nothing happens when the end is there already, or when there is no file. Only for a file that nobody writes
 * any more.
 *
 * @param status how it has ended; the iteration is the one that the rows of the file come to, which may be earlier
 */
export async function finalizeRun(path: string, status: RunStatus, endedAt: number): Promise<void> {
  const summary = await readSummary(path).catch(() => null);
  if (summary === null || (summary.progress !== null && summary.progress.endedAt !== null)) return;
  const { phase, message, advice, iterations } = status;
  const known = summary.progress?.status ?? { ...IDLE, iterations };
  const { handle: file } = await openRegularFile(path, "r+");
  try {
    const { size } = await file.stat();
    let whole = HEAD_BYTES;
    for (;;) {
      const ends = await endOfFrame(file, whole, size);
      if (ends === null) break;
      whole = ends;
    }
    await file.truncate(whole);
    const bytes = encodeProgress({
      status: { ...known, phase, message, advice, stepsPerSecond: 0 },
      checkpoint: summary.progress?.checkpoint ?? null,
      endedAt,
      metrics: summary.progress?.metrics ?? null,
    });
    await file.write(bytes, 0, bytes.length, whole);
  } finally {
    await file.close();
  }
}

/** By the two sizes of the frame, without reading what is in it; null when it is not whole. */
async function endOfFrame(file: FileHandle, start: number, size: number): Promise<number | null> {
  if (start + MIN_FRAME_BYTES > size) return null;
  const word = new Uint8Array(4);
  const readAt = async (position: number): Promise<number> => {
    await file.read(word, 0, 4, position);
    return new DataView(word.buffer).getUint32(0, true);
  };
  const bytes = Math.ceil((await readAt(start)) / 8) * 8 + MIN_FRAME_BYTES;
  return start + bytes <= size && (await readAt(start + bytes - 4)) === bytes ? start + bytes : null;
}
