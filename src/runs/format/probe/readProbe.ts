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
  const first = frames.next().value ?? null;
  const start = readStart(head, first);
  const reading = new ProbeReading(start);
  let goodBytes = first!.end;
  for (const frame of frames) {
    if (!reading.readFrame(frame)) break;
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

/** Scalars of successive steps, column by column. */
export interface ScalarRows {
  readonly first: number;
  readonly rows: number;
  readonly columns: readonly (readonly [name: string, values: NumberArray])[];
}

/** What one frame says; "other" for a kind of a later version. */
export type ProbeItem =
  | { readonly kind: "scalars"; readonly block: ScalarRows }
  | { readonly kind: "capture"; readonly value: CaptureValue }
  | { readonly kind: "event"; readonly event: ProbeEvent }
  | { readonly kind: "end"; readonly end: ProbeEnd }
  | { readonly kind: "other" };

/** Null when the content is not what its kind promises. */
export function readItem({ kind, payload: bytes }: Frame, { layers }: ProbeStart): ProbeItem | null {
  const payload = decodePayload(bytes);
  if (payload === null) return null;
  const { value } = payload;
  switch (kind) {
    case PROBE_FRAME.scalars: {
      const block = scalarRows(payload);
      return block === null ? null : { kind: "scalars", block };
    }
    case PROBE_FRAME.capture: {
      const capture = captureValue(payload, layers.length);
      return capture === null ? null : { kind: "capture", value: capture };
    }
    case PROBE_FRAME.event:
      return isProbeEvent(value) ? { kind: "event", event: value } : null;
    case PROBE_FRAME.end:
      return isProbeEnd(value) ? { kind: "end", end: value } : null;
    default:
      return { kind: "other" };
  }
}

/** What the first frame says. @throws RunFileError when it is none of a probe */
export function readStart(head: Uint8Array, first: Frame | null): ProbeStart {
  const wrong = checkHead(head);
  if (wrong !== null) throw new RunFileError(l10n.t("The file cannot be read: {0}.", wrong));
  const start = first?.kind === PROBE_FRAME.start ? decodePayload(first.payload)?.value : null;
  if (!isProbeStart(start)) throw new RunFileError(l10n.t("The file cannot be read: its header is corrupted."));
  return start;
}

/** Where the steps of a block end; null where it does not come after those before: steps are counted. */
export function endOfBlock({ first, rows }: ScalarRows, before: number): number | null {
  return first < before ? null : first + rows;
}

/** Whether a capture has the weights beside what the layer has computed with them. */
export function hasWeights({ shapes }: CaptureValue): boolean {
  return Object.keys(shapes).some((name) => name.startsWith("weight."));
}

class ProbeReading {
  private readonly blocks: ScalarRows[] = [];
  private readonly captures: CaptureEntry[] = [];
  private readonly events: ProbeEvent[] = [];
  private end: ProbeEnd | null = null;
  private steps = 0;

  constructor(private readonly start: ProbeStart) {}

  /** False when the frame cannot be read. */
  readFrame(frame: Frame): boolean {
    const item = readItem(frame, this.start);
    switch (item?.kind) {
      case "scalars": {
        const end = endOfBlock(item.block, this.steps);
        if (end === null) return false;
        this.blocks.push(item.block);
        this.steps = end;
        break;
      }
      case "capture":
        this.captures.push({ value: item.value, start: frame.start });
        break;
      case "event":
        this.events.push(item.event);
        break;
      case "end":
        this.end = item.end;
        break;
      default:
    }
    return item !== null;
  }

  contents(goodBytes: number): ProbeContents {
    const { start, captures, events, end, blocks, steps } = this;
    const iterations = Math.max(end?.iterations ?? 0, steps);
    return { start, scalars: joinScalars(blocks), iterations, captures, events, end, goodBytes };
  }
}

function scalarRows({ value, arrays }: Payload): ScalarRows | null {
  if (!isScalarBlock(value)) return null;
  const { first, rows, names } = value;
  const columns = names.map((name, i) => [name, arrays.get(String(i))] as const);
  if (!columns.every(([, values]) => values !== undefined && values.length === rows)) return null;
  return { first, rows, columns: columns as ScalarRows["columns"] };
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
