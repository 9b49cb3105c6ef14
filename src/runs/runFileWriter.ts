import type { Checkpoint } from "../core/numerics/checkpoint";
import type { Finding } from "../shared/wire/findings";
import type { ColumnSpec, LossSurface, RunStatus, TraceHeader, TraceRows } from "../shared/trace/trace";
import { TraceBuffer, boundedCapacity, firstRows } from "../shared/trace/traceBuffer";
import {
  encodeCheckpoint,
  encodeEnd,
  encodeEvent,
  encodeFindings,
  encodeHeader,
  encodeMeta,
  encodeRows,
  encodeRun,
  encodeStatus,
  encodeSurface,
  metricIndices,
} from "./format/encodeRun";
import { readRun } from "./format/readRun";
import type { RunContents, RunEvent, RunMeta } from "./format/runContents";
import { RunWriter } from "./runWriter";

/** Where a run is to be recorded, and what is known of it before it starts. The thread adds what it alone knows. */
export interface RecordRequest {
  readonly path: string;
  readonly meta: Omit<RunMeta, "engine" | "threads" | "files">;
}

/** Between two writes, unless they take long: then so long that they cost a twentieth of the time. */
const WRITE_INTERVAL_MS = 500;
const CHECKPOINT_INTERVAL_MS = 2000;
const MIN_TIME_BETWEEN = 20;
/** After a write that failed. */
const RETRY_INTERVAL_MS = 3000;
/** A run that gives way to another sooner, as while somebody types, is not kept. */
export const SHORT_RUN_MS = 2000;
/** A run that lives shows it at least so often, also while it is paused. */
export const HEARTBEAT_MS = 5000;

/** Bounds of what waits to be written; it thins itself, spikes stay. */
const WAITING_ROWS = 2048;
const WAITING_BYTES = 2 ** 23;
const WAITING_METRICS = 8192;
/** Of rows, once a run has had its start: wide ones come faster than anybody will look at them. */
const ROW_BYTES_A_SECOND = 2 ** 21;
const MAX_EVENTS = 1000;
/** Bounds of a file: beyond the first, and some checkpoints, it is written anew, thinned to the others. */
export interface RunLimits {
  readonly fileBytes: number;
  readonly rows: number;
  readonly rowBytes: number;
  readonly metrics: number;
}

const RUN_LIMITS: RunLimits = { fileBytes: 24 * 2 ** 20, rows: 16_384, rowBytes: 2 ** 23, metrics: 2 ** 16 };
const CHECKPOINTS_IN_FILE = 4;

/** Writes a run down as it goes, on the thread that trains. A disk that refuses does not disturb the training: it is told, and tried again. */
export class RunFileWriter {
  private writer: RunWriter | null = null;
  private readonly metricColumns: readonly number[];
  private readonly rows: TraceBuffer;
  private readonly metrics: TraceBuffer;
  private readonly firstFrames: Uint8Array[] = [];
  private events: RunEvent[] = [];
  private findings: readonly Finding[] | null = null;
  private surface: LossSurface | null = null;
  private checkpointAt: number | null = null;
  private checkpointBytes = 0;
  private rowBytesFree = WAITING_BYTES;
  private rowBytesFreeAt: number;
  private writeDueAt = -Infinity;
  private checkpointDueAt: number;
  private problem: string | null = null;
  private readonly heartbeat: NodeJS.Timeout;

  /** @param reportProblem what keeps the run from being saved; null when it is saved again */
  constructor(
    private readonly path: string,
    private readonly meta: RunMeta,
    private readonly header: TraceHeader,
    private readonly now: () => number,
    private readonly reportProblem: (problem: string | null) => void,
    private readonly limits: RunLimits = RUN_LIMITS,
  ) {
    const { columns } = header;
    this.metricColumns = metricIndices(columns);
    const scalars = this.metricColumns.map((index) => columns[index] as ColumnSpec);
    this.rows = new TraceBuffer(columns, boundedCapacity(columns, WAITING_ROWS, WAITING_BYTES), firstRows(columns));
    this.metrics = new TraceBuffer(scalars, WAITING_METRICS);
    this.rowBytesFreeAt = now();
    this.checkpointDueAt = now() + CHECKPOINT_INTERVAL_MS;
    this.heartbeat = setInterval(() => this.touch(), HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  /** Nothing is written yet: the run was typed, and may give way to the next letter. */
  deferFirstWrite(): void {
    this.writeDueAt = this.now() + WRITE_INTERVAL_MS;
  }

  addRows(rows: TraceRows): void {
    this.rows.append(rows);
    this.metrics.append({ rows: rows.rows, columns: this.metricColumns.map((index) => rows.columns[index]!) });
  }

  addEvent(event: RunEvent): void {
    if (this.events.length < MAX_EVENTS) this.events.push(event);
  }

  setFindings(findings: readonly Finding[]): void {
    this.findings = findings;
  }

  setSurface(surface: LossSurface): void {
    this.surface = surface;
  }

  /** Puts an earlier part of the run in front, when it goes on from there. Before anything is written. */
  startFrom({ metrics, rows, events }: Pick<RunContents, "metrics" | "rows" | "events">): void {
    if (metrics.rows.rows > 0) this.firstFrames.push(encodeRows("metrics", metrics.rows));
    if (rows.rows > 0) this.firstFrames.push(encodeRows("rows", rows));
    this.firstFrames.push(...events.map(encodeEvent));
  }

  /** Writes when it is time to. @param capture asked for only when a checkpoint is due */
  write(status: RunStatus, capture: () => Checkpoint | null, force = false): void {
    const start = this.now();
    if (start < this.writeDueAt && !force) return;
    const withCheckpoint = force || start >= this.checkpointDueAt;
    this.writeFrames(status, withCheckpoint ? capture() : null, null);
    const took = this.now() - start;
    const later = (interval: number): number => start + Math.max(interval, took * MIN_TIME_BETWEEN);
    this.writeDueAt = this.problem === null ? later(WRITE_INTERVAL_MS) : start + RETRY_INTERVAL_MS;
    if (withCheckpoint && this.problem === null) this.checkpointDueAt = later(CHECKPOINT_INTERVAL_MS);
  }

  /** The last word. Nothing is written afterwards. */
  finish(status: RunStatus, checkpoint: Checkpoint | null, endedAt: number): void {
    clearInterval(this.heartbeat);
    this.writeFrames(status, checkpoint, endedAt);
    this.close();
  }

  /** Leaves the file as it is: for others, the run was interrupted. */
  close(): void {
    clearInterval(this.heartbeat);
    this.writer?.close();
    this.writer = null;
  }

  private writeFrames(status: RunStatus, checkpoint: Checkpoint | null, endedAt: number | null): void {
    const frames: Uint8Array[] = [];
    if (this.metrics.rows > 0) frames.push(encodeRows("metrics", this.metrics.snapshot()));
    const rows = this.affordableRows();
    if (rows.rows > 0) frames.push(encodeRows("rows", rows));
    frames.push(...this.events.map(encodeEvent));
    if (this.findings !== null) frames.push(encodeFindings(this.findings));
    if (this.surface !== null) frames.push(encodeSurface(this.surface));
    const encoded = checkpoint === null ? null : encodeCheckpoint(checkpoint);
    if (encoded !== null) frames.push(encoded);
    const checkpointAt = checkpoint?.iteration ?? this.checkpointAt;
    frames.push(endedAt === null ? encodeStatus(status, checkpointAt) : encodeEnd(status, checkpointAt, endedAt));
    this.attempt(() => {
      const writer = this.open();
      writer.append(frames);
      this.rows.clear();
      this.metrics.clear();
      this.events = [];
      this.findings = null;
      this.surface = null;
      this.checkpointAt = checkpointAt;
      this.checkpointBytes = encoded?.length ?? this.checkpointBytes;
      if (writer.bytes > this.limits.fileBytes + CHECKPOINTS_IN_FILE * this.checkpointBytes)
        writer.replace(encodeRun(thinnedRun(readRun(writer.read()), this.limits)));
    });
  }

  private affordableRows(): TraceRows {
    const { columns } = this.header;
    const now = this.now();
    this.rowBytesFree = Math.min(
      WAITING_BYTES,
      this.rowBytesFree + ((now - this.rowBytesFreeAt) / 1000) * ROW_BYTES_A_SECOND,
    );
    this.rowBytesFreeAt = now;
    const rows = thinned(this.rows.snapshot(), columns, boundedCapacity(columns, WAITING_ROWS, this.rowBytesFree));
    this.rowBytesFree -= rows.columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return rows;
  }

  private open(): RunWriter {
    this.writer ??= RunWriter.create(this.path, [
      encodeMeta(this.meta),
      encodeHeader(this.header),
      ...this.firstFrames,
    ]);
    return this.writer;
  }

  /** A failure shows at the next write. */
  private touch(): void {
    try {
      this.writer?.touch();
    } catch {
      this.writeDueAt = -Infinity;
    }
  }

  private attempt(work: () => void): void {
    let problem: string | null = null;
    try {
      work();
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    if (problem !== this.problem) {
      this.problem = problem;
      this.reportProblem(problem);
    }
  }
}

/** The same run in fewer rows; spikes stay. */
function thinnedRun(run: RunContents, limits: RunLimits): RunContents {
  const columns = run.header?.columns ?? [];
  return {
    ...run,
    metrics: { ...run.metrics, rows: thinned(run.metrics.rows, run.metrics.columns, limits.metrics) },
    rows: thinned(run.rows, columns, boundedCapacity(columns, limits.rows, limits.rowBytes)),
  };
}

function thinned(rows: TraceRows, columns: readonly ColumnSpec[], capacity: number): TraceRows {
  if (rows.rows <= capacity) return rows;
  const buffer = new TraceBuffer(columns, capacity);
  buffer.append(rows);
  return buffer.adopt();
}
