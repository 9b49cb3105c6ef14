import type { Checkpoint } from "../core/numerics/checkpoint";
import type { Baseline } from "../shared/wire/baselines";
import type { Finding } from "../shared/wire/findings";
import type { LossSurface, RunStatus, TraceHeader, TraceRows } from "../shared/trace/trace";
import { scalarColumns } from "../shared/trace/scalarColumns";
import { boundedCapacity } from "../shared/trace/traceBuffer";
import {
  encodeCheckpoint,
  encodeEvent,
  encodeHeader,
  encodeMeta,
  encodeProgress,
  encodeRows,
} from "./format/encodeRun";
import { readFrame } from "./format/frames";
import { decodePayload } from "./format/payload";
import { decodeRows, joinRows } from "./format/readRun";
import { RunMetricsTracker } from "./format/runMetrics";
import type { RunContents, RunEvent, RunMeta } from "./format/runContents";
import { PendingFrames } from "./pendingFrames";
import { RunWriter } from "./runWriter";
import { RUN_LIMITS, thinned, type RunLimits } from "./thinnedRows";
import { WriteSchedule } from "./writeSchedule";
import { describeError } from "../lib/outsideText";

/** Where a run is to be recorded, and what is known of it before it starts. The thread adds what it alone knows. */
export interface RecordRequest {
  readonly path: string;
  readonly meta: Omit<RunMeta, "engine" | "threads" | "files">;
}

/** A run that lives shows it at least so often, also while it is paused. */
export const HEARTBEAT_MS = 5000;
const CHECKPOINTS_IN_FILE = 4;

type EarlierPart = Pick<RunContents, "metrics" | "rows" | "events" | "checkpoints">;

interface RunFileWriterOptions {
  readonly limits?: RunLimits;
  /** From now to the first write: a run that is replaced before leaves no file. 0 when left out. */
  readonly firstWriteMs?: number;
}

/**
 * Writes a run down as it goes, on the thread that trains. A disk that refuses does not disturb the training: it is
 * told, and tried again.
 */
export class RunFileWriter {
  private writer: RunWriter | null = null;
  private readonly pending: PendingFrames;
  private readonly metrics: RunMetricsTracker;
  private readonly schedule: WriteSchedule;
  private readonly limits: RunLimits;
  private readonly firstFrames: Uint8Array[] = [];
  private checkpointAt: number | null = null;
  private checkpointBytes = 0;
  private problem: string | null = null;
  private readonly heartbeat: NodeJS.Timeout;

  /** @param reportProblem what keeps the run from being saved; null when it is saved again */
  constructor(
    private readonly path: string,
    private readonly meta: RunMeta,
    private readonly header: TraceHeader,
    private readonly now: () => number,
    private readonly reportProblem: (problem: string | null) => void,
    { limits = RUN_LIMITS, firstWriteMs = 0 }: RunFileWriterOptions = {},
  ) {
    this.limits = limits;
    this.pending = new PendingFrames(header.columns, now);
    this.metrics = new RunMetricsTracker(scalarColumns(header.columns));
    this.schedule = new WriteSchedule(now(), firstWriteMs);
    this.heartbeat = setInterval(() => this.touch(), HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  /** All columns, of the traced iterations. */
  addRows(rows: TraceRows): void {
    this.pending.addRows(rows);
  }

  /** The scalars of the next iterations. */
  addScalars(rows: TraceRows): void {
    this.pending.addScalars(rows);
    this.metrics.add(rows);
  }

  addEvent(event: RunEvent): void {
    this.pending.addEvent(event);
  }

  setFindings(findings: readonly Finding[]): void {
    this.pending.setFindings(findings);
  }

  setBaselines(baselines: readonly Baseline[]): void {
    this.pending.setBaselines(baselines);
  }

  setSurface(surface: LossSurface): void {
    this.pending.setSurface(surface);
  }

  /**
   * Puts an earlier part of the run in front, when it goes on from there, with the checkpoint that it goes on from: a
   * run that is killed before its next one can go on as well. Before anything is written.
   */
  startFrom({ metrics, rows, events, checkpoints }: EarlierPart): void {
    this.metrics.add(metrics.rows);
    if (metrics.rows.rows > 0) this.firstFrames.push(encodeRows("metrics", metrics.rows));
    if (rows.rows > 0) this.firstFrames.push(encodeRows("rows", rows));
    this.firstFrames.push(...events.map(encodeEvent));
    const checkpoint = checkpoints.at(-1);
    if (checkpoint === undefined) return;
    const encoded = encodeCheckpoint(checkpoint);
    this.firstFrames.push(encoded);
    this.checkpointAt = checkpoint.iteration;
    this.checkpointBytes = encoded.length;
  }

  /** Writes when it is time to. @param capture asked for only when a checkpoint is due */
  write(status: RunStatus, capture: () => Checkpoint | null, force = false): void {
    const start = this.now();
    const isLarge = this.problem === null && this.pending.isLarge(this.writer !== null);
    if (!force && !isLarge && !this.schedule.isWriteDue(start)) return;
    const withCheckpoint = force || this.schedule.isCheckpointDue(start);
    this.writeFrames(status, withCheckpoint ? capture() : null, null);
    this.schedule.wrote(start, this.now(), { withCheckpoint, failed: this.problem !== null });
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
    const frames = this.pending.encode();
    const encoded = checkpoint === null ? null : encodeCheckpoint(checkpoint);
    if (encoded !== null) frames.push(encoded);
    const checkpointAt = checkpoint?.iteration ?? this.checkpointAt;
    frames.push(encodeProgress({ status, checkpoint: checkpointAt, endedAt, metrics: this.metrics.metrics }));
    this.attempt(() => {
      const writer = this.open();
      writer.append(frames);
      this.pending.clear();
      this.checkpointAt = checkpointAt;
      this.checkpointBytes = encoded?.length ?? this.checkpointBytes;
      if (writer.replaceableBytes > this.limits.bytes + CHECKPOINTS_IN_FILE * this.checkpointBytes)
        writer.thinRows((rows) => this.thinRows(rows));
    });
  }

  private thinRows(frames: readonly Uint8Array[]): Uint8Array {
    const { columns } = this.header;
    const parts = frames.flatMap((bytes) => {
      const frame = readFrame(bytes, 0);
      const payload = frame === null ? null : decodePayload(frame.payload);
      return (payload === null ? null : decodeRows(payload, columns)) ?? [];
    });
    const { rows, rowBytes } = this.limits;
    return encodeRows("rows", thinned(joinRows(columns, parts), columns, boundedCapacity(columns, rows, rowBytes)));
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
      this.schedule.hurry();
    }
  }

  private attempt(work: () => void): void {
    let problem: string | null = null;
    try {
      work();
    } catch (error) {
      problem = describeError(error);
    }
    if (problem !== this.problem) {
      this.problem = problem;
      this.reportProblem(problem);
    }
  }
}
