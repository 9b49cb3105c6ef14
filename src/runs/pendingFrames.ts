import type { Baseline } from "../shared/wire/baselines";
import type { Finding } from "../shared/wire/findings";
import { scalarColumns } from "../shared/trace/scalarColumns";
import type { LossSurface, TraceHeader, TraceRows } from "../shared/trace/trace";
import { TraceBuffer, UNBOUNDED, boundedCapacity, firstRows } from "../shared/trace/traceBuffer";
import { encodeBaselines, encodeEvent, encodeFindings, encodeRows, encodeSurface } from "./format/encodeRun";
import type { RunEvent } from "./format/runContents";
import { thinned } from "./thinnedRows";

/** Bounds of what waits to be written; it thins itself, spikes stay. */
const WAITING_ROWS = 2048;
const WAITING_BYTES = 2 ** 23;
/** Scalars are never thinned: from so many rows on they are written though no write is due. */
const LARGE_METRICS = 2 ** 18;
/** 84 MB. Only of a disk that refuses so many wait; what comes later is not in the file. */
const MOST_METRICS = 2 ** 20;
/** Of rows, once a run has had its start: wide ones come faster than anybody will look at them. */
const ROW_BYTES_A_SECOND = 2 ** 21;
const MAX_EVENTS = 1000;

/** What of a run has not been written yet, bounded: rows are thinned, scalars are not. */
export class PendingFrames {
  private readonly rows: TraceBuffer;
  private readonly metrics: TraceBuffer;
  private events: RunEvent[] = [];
  private findings: readonly Finding[] | null = null;
  private baselines: readonly Baseline[] | null = null;
  private surface: LossSurface | null = null;
  private rowBytesFree = WAITING_BYTES;
  private rowBytesFreeAt: number;

  constructor(
    private readonly columns: TraceHeader["columns"],
    private readonly now: () => number,
  ) {
    this.rows = new TraceBuffer(columns, boundedCapacity(columns, WAITING_ROWS, WAITING_BYTES), firstRows(columns));
    this.metrics = new TraceBuffer(scalarColumns(columns), UNBOUNDED, WAITING_ROWS);
    this.rowBytesFreeAt = now();
  }

  addRows(rows: TraceRows): void {
    this.rows.append(rows);
  }

  /** The scalars of the next iterations. */
  addScalars({ rows, columns }: TraceRows): void {
    const room = Math.min(rows, MOST_METRICS - this.metrics.rows);
    if (room > 0) this.metrics.append({ rows: room, columns });
  }

  /** So much waits that it should be written at once. @param isStarted whether the file is there */
  isLarge(isStarted: boolean): boolean {
    return this.metrics.rows >= (isStarted ? LARGE_METRICS : MOST_METRICS / 2);
  }

  addEvent(event: RunEvent): void {
    if (this.events.length < MAX_EVENTS) this.events.push(event);
  }

  setFindings(findings: readonly Finding[]): void {
    this.findings = findings;
  }

  setBaselines(baselines: readonly Baseline[]): void {
    this.baselines = baselines;
  }

  setSurface(surface: LossSurface): void {
    this.surface = surface;
  }

  /** As much as may be written now. It stays until {@link clear}, so that a write that fails loses nothing but rows. */
  encode(): Uint8Array[] {
    const frames: Uint8Array[] = [];
    if (this.metrics.rows > 0) frames.push(encodeRows("metrics", this.metrics.snapshot()));
    const rows = this.affordableRows();
    if (rows.rows > 0) frames.push(encodeRows("rows", rows));
    frames.push(...this.events.map(encodeEvent));
    if (this.findings !== null) frames.push(encodeFindings(this.findings));
    if (this.baselines !== null) frames.push(encodeBaselines(this.baselines));
    if (this.surface !== null) frames.push(encodeSurface(this.surface));
    return frames;
  }

  /** It has been written. */
  clear(): void {
    this.rows.clear();
    this.metrics.clear();
    this.events = [];
    this.findings = null;
    this.baselines = null;
    this.surface = null;
  }

  private affordableRows(): TraceRows {
    const now = this.now();
    this.rowBytesFree = Math.min(
      WAITING_BYTES,
      this.rowBytesFree + ((now - this.rowBytesFreeAt) / 1000) * ROW_BYTES_A_SECOND,
    );
    this.rowBytesFreeAt = now;
    const { columns } = this;
    const rows = thinned(this.rows.snapshot(), columns, boundedCapacity(columns, WAITING_ROWS, this.rowBytesFree));
    this.rowBytesFree -= rows.columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
    return rows;
  }
}
