import * as l10n from "@vscode/l10n";
import { checkHead, HEAD_BYTES, readFrames, type Frame } from "../frames";
import { decodePayload, type NumberArray, type Payload } from "../payload";
import { RunFileError } from "../readRun";
import { isCaptureValue } from "./isCaptureValue.generated";
import { isProbeEnd } from "./isProbeEnd.generated";
import { isProbeEvent } from "./isProbeEvent.generated";
import { isProbeStart } from "./isProbeStart.generated";
import { isScalarBlock } from "./isScalarBlock.generated";
import type {
  Capture,
  CaptureEntry,
  CaptureValue,
  ProbeContents,
  ProbeEnd,
  ProbeEvent,
  ProbeStart,
} from "../../../shared/trace/probeContents";

export const PROBE_FRAME = { start: "PROB", scalars: "SCAL", capture: "CAPT", event: "EVNT", end: "DONE" } as const;

/** Whether the first frame of a run file is that of a probe. */
export function isProbeFrame(kind: string): boolean {
  return kind === PROBE_FRAME.start;
}

/**
 * @param bytes a whole file, which may still grow
 * @throws RunFileError when not even its start can be read
 */
export function readProbe(bytes: Uint8Array): ProbeContents {
  return collectProbe(bytes, readFrames(bytes, HEAD_BYTES));
}

/**
 * What the frames of a probe's file say up to the first bad one; the arrays of captures are left where they are.
 * @param head the first bytes of the file
 * @throws RunFileError when not even its start can be read
 */
export function collectProbe(head: Uint8Array, frames: Generator<Frame, void>): ProbeContents {
  const wrong = checkHead(head);
  if (wrong !== null) throw new RunFileError(l10n.t("The file cannot be read: {0}.", wrong));
  const first = frames.next().value ?? null;
  const start = first?.kind === PROBE_FRAME.start ? decodePayload(first.payload)?.value : null;
  if (first === null || !isProbeStart(start))
    throw new RunFileError(l10n.t("The file cannot be read: its header is corrupted."));
  const reading = new ProbeReading(start);
  let goodBytes = first.end;
  for (const frame of frames) {
    const payload = decodePayload(frame.payload);
    if (payload === null || !reading.readFrame(frame, payload)) break;
    goodBytes = frame.end;
  }
  return reading.contents(goodBytes);
}

/**
 * The capture in a frame, with its arrays.
 * @returns null when the frame has none, or its arrays are not what it says
 */
export function readCapture(frame: Frame, { layers }: ProbeStart): Capture | null {
  const payload = frame.kind === PROBE_FRAME.capture ? decodePayload(frame.payload) : null;
  const value = payload === null ? null : captureValue(payload, layers.length);
  if (payload === null || value === null) return null;
  return { value, arrays: payload.arrays as ReadonlyMap<string, Float64Array> };
}

interface ScalarRows {
  readonly first: number;
  readonly rows: number;
  readonly columns: readonly (readonly [name: string, values: NumberArray])[];
}

class ProbeReading {
  private readonly blocks: ScalarRows[] = [];
  private readonly captures: CaptureEntry[] = [];
  private readonly events: ProbeEvent[] = [];
  private end: ProbeEnd | null = null;

  constructor(private readonly start: ProbeStart) {}

  /** False when the content is not what its kind promises. */
  readFrame({ kind, start }: Frame, payload: Payload): boolean {
    const { value } = payload;
    switch (kind) {
      case PROBE_FRAME.scalars:
        return this.readScalars(payload);
      case PROBE_FRAME.capture: {
        const capture = captureValue(payload, this.start.layers.length);
        if (capture !== null) this.captures.push({ value: capture, start });
        return capture !== null;
      }
      case PROBE_FRAME.event:
        if (!isProbeEvent(value)) return false;
        this.events.push(value);
        return true;
      case PROBE_FRAME.end:
        if (!isProbeEnd(value)) return false;
        this.end = value;
        return true;
      default:
        return true;
    }
  }

  private readScalars({ value, arrays }: Payload): boolean {
    if (!isScalarBlock(value)) return false;
    const { first, rows, names } = value;
    const columns = names.map((name, i) => [name, arrays.get(String(i))] as const);
    const last = this.blocks.at(-1);
    // Steps are counted, so none comes twice and none before another.
    if (last !== undefined && first < last.first + last.rows) return false;
    if (!columns.every(([, values]) => values !== undefined && values.length === rows)) return false;
    this.blocks.push({ first, rows, columns: columns as ScalarRows["columns"] });
    return true;
  }

  contents(goodBytes: number): ProbeContents {
    const { start, captures, events, end, blocks } = this;
    const last = blocks.at(-1);
    const iterations = Math.max(end?.iterations ?? 0, last === undefined ? 0 : last.first + last.rows);
    return { start, scalars: joinScalars(blocks), iterations, captures, events, end, goodBytes };
  }
}

function joinScalars(blocks: readonly ScalarRows[]): Map<string, Float64Array<ArrayBuffer>> {
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const scalars = new Map([["iteration", new Float64Array(rows)]]);
  let at = 0;
  for (const { first, rows: count, columns } of blocks) {
    const iteration = scalars.get("iteration")!;
    for (let i = 0; i < count; i++) iteration[at + i] = first + i;
    for (const [name, values] of columns) {
      // A scalar of that name would take the place of the count.
      if (name === "iteration") continue;
      let column = scalars.get(name);
      if (column === undefined) scalars.set(name, (column = new Float64Array(rows).fill(NaN)));
      column.set(values, at);
    }
    at += count;
  }
  return scalars;
}

/** Null when the value is none of a capture, or an array has not as many numbers as its shape says. */
function captureValue({ value, arrays }: Payload, layers: number): CaptureValue | null {
  if (!isCaptureValue(value) || value.layer >= layers) return null;
  const { shapes, sequences, timeSteps, lengths, segments } = value;
  for (const [name, numbers] of arrays) {
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    if (shape === undefined || !(numbers instanceof Float64Array)) return null;
    if (shape.reduce((product, size) => product * size, 1) !== numbers.length) return null;
  }
  const isFilled = segments.reduce((sum, steps) => sum + steps, 0) === timeSteps;
  const hasLengths =
    lengths === null ||
    (segments.length === 1 &&
      lengths.length === sequences &&
      lengths.every((length) => length >= 1 && length <= timeSteps));
  return isFilled && hasLengths && arrays.has("input") && arrays.has("output") ? value : null;
}
