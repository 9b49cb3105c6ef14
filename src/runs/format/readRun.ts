import * as l10n from "@vscode/l10n";
import type { Checkpoint } from "../../core/numerics/checkpoint";
import type { Baseline } from "../../shared/wire/baselines";
import type { Finding } from "../../shared/wire/findings";
import { scalarColumns } from "../../shared/trace/scalarColumns";
import {
  IDLE,
  type ColumnSpec,
  type LossSurface,
  type RunStatus,
  type TraceHeader,
  type TraceRows,
} from "../../shared/trace/trace";
import {
  checkMeta,
  readBaselines,
  readCheckpoint,
  readFindings,
  readHeader,
  readProgress,
  readRunEvent,
  readSurface,
} from "./checks";
import { FRAME } from "./encodeRun";
import { checkHead, HEAD_BYTES, readFrames, type Frame } from "./frames";
import { decodePayload, type Payload } from "./payload";
import type { RunContents, RunEvent, RunMeta } from "./runContents";

/** A file that is no run file, or whose first frames are damaged; in words for a person. */
export class RunFileError extends Error {}

/**
 * What the first frame says. @throws RunFileError when it is not a whole one, or says what cannot be shown
 */
export function readFirstFrame(frame: Frame | null): RunMeta {
  const value = frame?.kind === FRAME.meta ? decodePayload(frame.payload) : null;
  if (value === null) throw new RunFileError(l10n.t("The file cannot be read: its header is corrupted."));
  const { meta, wrong } = checkMeta(value.value);
  if (meta !== null) return meta;
  throw new RunFileError(
    wrong === ""
      ? l10n.t("The file cannot be read: its header is corrupted.")
      : l10n.t("The file cannot be read: {0} in its header is invalid.", wrong),
  );
}

/**
 * Reads a run file up to its first bad byte: what was written before a crash is all there. A frame whose checksum is
 * right and whose content makes no sense counts as bad.
 * @throws RunFileError when not even its start can be read
 */
export function readRun(bytes: Uint8Array): RunContents {
  return collectRun(bytes, readFrames(bytes, HEAD_BYTES));
}

/**
 * The run of a file's frames, which may leave out those of some kinds.
 * @param head the first bytes of the file
 * @throws RunFileError when not even its start can be read
 */
export function collectRun(head: Uint8Array, frames: Generator<Frame, void>): RunContents {
  const wrong = checkHead(head);
  if (wrong !== null) throw new RunFileError(l10n.t("The file cannot be read: {0}.", wrong));
  const first = frames.next().value ?? null;
  const state = new ReadingState(readFirstFrame(first));
  let goodBytes = first?.end ?? HEAD_BYTES;
  for (const frame of frames) {
    const payload = decodePayload(frame.payload);
    if (payload === null || !state.readFrame(frame.kind, payload)) break;
    goodBytes = frame.end;
  }
  return state.contents(goodBytes);
}

class ReadingState {
  private header: TraceHeader | null = null;
  private readonly metrics: TraceRows[] = [];
  private readonly rows: TraceRows[] = [];
  private checkpoint: Checkpoint | null = null;
  private readonly events: RunEvent[] = [];
  private findings: readonly Finding[] = [];
  private baselines: readonly Baseline[] = [];
  private surface: LossSurface | null = null;
  private status: RunStatus = IDLE;
  private endedAt: number | null = null;

  constructor(private readonly meta: RunMeta) {}

  /** False when the content is not what its kind promises. */
  readFrame(kind: string, payload: Payload): boolean {
    switch (kind) {
      case FRAME.header: {
        // A second one would contradict the rows that came before.
        const header = this.header === null ? readHeader(payload.value) : null;
        this.header ??= header;
        return header !== null;
      }
      case FRAME.metrics:
        return keep(this.metrics, decodeRows(payload, this.metricColumns));
      case FRAME.rows:
        return keep(this.rows, decodeRows(payload, this.header?.columns ?? null));
      case FRAME.checkpoint:
        return this.keepCheckpoint(readCheckpoint(payload, this.header));
      case FRAME.event:
        return keep(this.events, readRunEvent(payload.value));
      case FRAME.findings: {
        const findings = readFindings(payload.value);
        this.findings = findings ?? this.findings;
        return findings !== null;
      }
      case FRAME.baselines: {
        const baselines = readBaselines(payload.value);
        this.baselines = baselines ?? this.baselines;
        return baselines !== null;
      }
      case FRAME.surface: {
        const surface = readSurface(payload);
        this.surface = surface ?? this.surface;
        return surface !== null;
      }
      case FRAME.status:
      case FRAME.end: {
        const progress = readProgress(payload.value);
        this.status = progress?.status ?? this.status;
        this.endedAt = progress === null ? this.endedAt : progress.endedAt;
        return progress !== null;
      }
      default:
        return true;
    }
  }

  private keepCheckpoint(checkpoint: Checkpoint | null): boolean {
    this.checkpoint = checkpoint ?? this.checkpoint;
    return checkpoint !== null;
  }

  contents(goodBytes: number): RunContents {
    const { meta, header, checkpoint, events, findings, baselines, surface, status, endedAt } = this;
    const columns = this.metricColumns ?? [];
    return {
      meta,
      header,
      checkpoint,
      events,
      findings,
      baselines,
      surface,
      status,
      endedAt,
      goodBytes,
      metrics: { columns, rows: joinRows(columns, this.metrics) },
      rows: joinRows(header?.columns ?? [], this.rows),
    };
  }

  private get metricColumns(): readonly ColumnSpec[] | null {
    const columns = this.header?.columns;
    return columns === undefined ? null : scalarColumns(columns);
  }
}

function keep<T>(list: T[], item: T | null): boolean {
  if (item !== null) list.push(item);
  return item !== null;
}

/**
 * Null when the payload is not one of rows of these columns. Further arrays are passed over: files of version 0.1 have
 * vectors of length 1 among the scalars.
 */
export function decodeRows({ value, arrays }: Payload, columns: readonly ColumnSpec[] | null): TraceRows | null {
  const rows = (value as { readonly rows?: unknown } | null)?.rows;
  if (columns === null || typeof rows !== "number" || !Number.isSafeInteger(rows) || rows < 0) return null;
  const values: Float64Array<ArrayBuffer>[] = [];
  for (const [index, { length }] of columns.entries()) {
    const column = arrays.get(String(index));
    if (!(column instanceof Float64Array) || column.length !== rows * length) return null;
    values.push(column as Float64Array<ArrayBuffer>);
  }
  return { rows, columns: values };
}

export function joinRows(columns: readonly ColumnSpec[], parts: readonly TraceRows[]): TraceRows {
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only !== undefined) return only;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  return {
    rows,
    columns: columns.map(({ length }, index) => {
      const whole = new Float64Array(rows * length);
      let at = 0;
      for (const part of parts) {
        whole.set(part.columns[index]!, at);
        at += part.rows * length;
      }
      return whole;
    }),
  };
}
