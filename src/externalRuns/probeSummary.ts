import type { OpenedFile } from "../disk/regularFile";
import { collectProbe, PROBE_FRAME } from "../runs/format/probe/readProbe";
import {
  bytesOfFrame,
  FRAME_HEAD_BYTES,
  HEAD_BYTES,
  kindOf,
  MIN_FRAME_BYTES,
  readFrame,
  type Frame,
} from "../runs/format/frames";
import { scalarInRole } from "../shared/trace/scalarRoles";
import { COLUMN } from "../shared/trace/trace";
import type { ProbeEnd, ProbeStart } from "../shared/trace/probeContents";

/** What a list shows of a probe's file, read from its two ends. */
export interface ProbeSummary {
  readonly start: ProbeStart;
  /** Steps recorded so far. */
  readonly iterations: number;
  /** The last one; null where no scalar is a loss. */
  readonly loss: number | null;
  readonly end: ProbeEnd | null;
  /** Behind the last whole frame. */
  readonly goodBytes: number;
}

/** Of a frame that is read whole for the list. */
const MAX_FRAME_BYTES = 2 ** 23;
/** Frames between the last scalars and the end: the captures of one step, and events. */
const MAX_BACK = 256;
const CHUNK_BYTES = 2 ** 16;

/**
 * Captures are passed over. Nearly all files end with a whole frame and are read from there; one that is being written
 * to at this moment, or whose process was killed, is walked through from where it was read to before.
 * @param head its first bytes, at least those up to the size of the first frame
 * @param known what was read of it before, when it was shorter
 * @throws RunFileError when its start cannot be read
 */
export async function readProbeSummary(
  file: OpenedFile,
  size: number,
  head: Uint8Array,
  known: ProbeSummary | null,
): Promise<ProbeSummary> {
  const first = await readFirst(file, head);
  const last = (await readBack(file, size)) ?? (await readOn(file, size, known?.goodBytes ?? HEAD_BYTES));
  const { start, scalars, iterations, end } = collectProbe(
    head,
    [...(first === null ? [] : [first]), ...last.frames].values() as Generator<Frame, void>,
  );
  const losses = scalars.get(scalarInRole(COLUMN.loss, [...scalars.keys()]) ?? "");
  const before = last.frames.some(({ kind }) => kind === PROBE_FRAME.scalars) ? null : known;
  return {
    start,
    iterations: Math.max(iterations, before?.iterations ?? 0),
    loss: losses?.at(-1) ?? before?.loss ?? null,
    end,
    goodBytes: last.end,
  };
}

async function readFirst(file: OpenedFile, head: Uint8Array): Promise<Frame | null> {
  const bytes = bytesOfFrame(head.subarray(HEAD_BYTES));
  if (bytes > MAX_FRAME_BYTES) return null;
  return readFrame(head.length >= HEAD_BYTES + bytes ? head : await file.read(0, HEAD_BYTES + bytes), HEAD_BYTES);
}

interface LastFrames {
  /** The last scalars, and the end if there is one, in their order. */
  readonly frames: readonly Frame[];
  readonly end: number;
}

/** Null where the file does not end with a whole frame, or has no scalars near its end. */
async function readBack(file: OpenedFile, size: number): Promise<LastFrames | null> {
  const frames: Frame[] = [];
  let at = size;
  for (let count = 0; count < MAX_BACK && at >= HEAD_BYTES + MIN_FRAME_BYTES; count++) {
    const length = u32(await file.read(at - 4, 4));
    const start = at - length;
    if (length < MIN_FRAME_BYTES || start < HEAD_BYTES) return null;
    const head = await file.read(start, FRAME_HEAD_BYTES);
    if (head.length < FRAME_HEAD_BYTES || bytesOfFrame(head) !== length) return null;
    if (isWanted(kindOf(head), length)) {
      const frame = readFrame(await file.read(start, length), 0);
      if (frame === null) return null;
      frames.unshift(frame);
      if (frame.kind === PROBE_FRAME.scalars) return { frames, end: size };
    }
    if (start === HEAD_BYTES) return { frames, end: size };
    at = start;
  }
  return null;
}

/** From frame to frame. */
async function readOn(file: OpenedFile, size: number, from: number): Promise<LastFrames> {
  let scalars: Frame | null = null;
  let last: Frame | null = null;
  let chunk: Uint8Array = new Uint8Array();
  let chunkAt = 0;
  let at = from;
  while (at + MIN_FRAME_BYTES <= size) {
    if (at + MIN_FRAME_BYTES > chunkAt + chunk.length) {
      chunk = await file.read(at, CHUNK_BYTES);
      chunkAt = at;
      if (chunk.length < MIN_FRAME_BYTES) break;
    }
    const head = chunk.subarray(at - chunkAt);
    const length = bytesOfFrame(head);
    if (at + length > size) break;
    if (isWanted(kindOf(head), length)) {
      const frame = readFrame(length <= head.length ? head : await file.read(at, length), 0);
      if (frame === null) break;
      if (frame.kind === PROBE_FRAME.scalars) scalars = frame;
      else last = frame;
    }
    at += length;
  }
  return { frames: [scalars, last].filter((frame) => frame !== null), end: at };
}

function isWanted(kind: string, bytes: number): boolean {
  return (kind === PROBE_FRAME.scalars || kind === PROBE_FRAME.end) && bytes <= MAX_FRAME_BYTES;
}

function u32(bytes: Uint8Array): number {
  return bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}
