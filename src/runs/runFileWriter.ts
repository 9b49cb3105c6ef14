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
import { RecordedFile } from "./recordedFile";
import { RUN_LIMITS, thinned, type RunLimits } from "./thinnedRows";
import { WriteSchedule } from "./writeSchedule";

/** Where a run is to be recorded, and what is known of it before it starts. The thread adds what it alone knows. */
export interface RecordRequest {
  readonly path: string;
  readonly meta: Omit<RunMeta, "engine" | "threads" | "files">;
  /** Where another thread finds what the file should be; see FileMark. */
  readonly mark?: SharedArrayBuffer;
}

/** So often the file is looked at, also while the run is paused and nothing is written. */
const LOOK_MS = 2000;
const CHECKPOINTS_IN_FILE = 4;

/** What is written last. */
interface RunEnd {
  readonly status: RunStatus;
  readonly checkpoint: Checkpoint | null;
  readonly endedAt: number;
}

type EarlierPart = Pick<RunContents, "metrics" | "rows" | "events" | "checkpoint">;

interface RunFileWriterOptions {
  readonly limits?: RunLimits;
  /** From now to the first write: a run that is replaced before leaves no file. 0 when left out. */
  readonly firstWriteMs?: number;
  readonly mark?: SharedArrayBuffer | undefined;
}

/**
 * Writes a run down as it goes, on the thread that trains. A disk that refuses does not disturb the training: it is
 * reported, and tried again. A file that was deleted or moved is written again.
 */
export class RunFileWriter {
  private readonly file: RecordedFile;
  private readonly pending: PendingFrames;
  private readonly metrics: RunMetricsTracker;
  private readonly schedule: WriteSchedule;
  private readonly limits: RunLimits;
  private checkpointAt: number | null = null;
  private checkpointBytes = 0;
  private failed = false;
  /** The last call of {@link write}, for when nothing else happens. */
  private again: ((force: boolean) => void) | null = null;
  private readonly looks: NodeJS.Timeout;
  /** Null before the end, and once it is written. */
  private end: RunEnd | null = null;

  /** @param reportProblem what keeps the run from being saved; null when it is saved again */
  constructor(
    path: string,
    meta: RunMeta,
    private readonly header: TraceHeader,
    private readonly now: () => number,
    reportProblem: (problem: string | null) => void,
    { limits = RUN_LIMITS, firstWriteMs = 0, mark }: RunFileWriterOptions = {},
  ) {
    this.limits = limits;
    this.file = new RecordedFile(path, reportProblem, mark);
    this.file.firstFrames.push(encodeMeta(meta), encodeHeader(header));
    this.pending = new PendingFrames(header.columns, now);
    this.metrics = new RunMetricsTracker(scalarColumns(header.columns));
    this.schedule = new WriteSchedule(now(), firstWriteMs);
    this.looks = setInterval(() => this.look(), LOOK_MS);
    this.looks.unref();
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
  startFrom({ metrics, rows, events, checkpoint }: EarlierPart): void {
    this.metrics.add(metrics.rows);
    if (metrics.rows.rows > 0) this.file.firstFrames.push(encodeRows("metrics", metrics.rows));
    if (rows.rows > 0) this.file.firstFrames.push(encodeRows("rows", rows));
    this.file.firstFrames.push(...events.map(encodeEvent));
    if (checkpoint === null) return;
    const encoded = encodeCheckpoint(checkpoint);
    this.file.firstFrames.push(encoded);
    this.checkpointAt = checkpoint.iteration;
    this.checkpointBytes = encoded.length;
  }

  /** Writes when it is time to. @param capture asked for only when a checkpoint is due */
  write(status: RunStatus, capture: () => Checkpoint | null, force = false): void {
    this.again = (forced) => this.write(status, capture, forced);
    const start = this.now();
    const isLarge = !this.failed && this.pending.isLarge(this.file.isOpen);
    if (!force && !isLarge && !this.schedule.isWriteDue(start)) return;
    const withCheckpoint = force || this.schedule.isCheckpointDue(start);
    // The first write of a resumed run has all of the earlier part: it says nothing about the next ones.
    const isUsual = this.file.isOpen;
    this.writeFrames(status, withCheckpoint, capture, null);
    const end = this.now();
    this.schedule.wrote(isUsual ? start : end, end, { withCheckpoint, failed: this.failed });
  }

  /**
   * The last word. If the disk refuses it, it is tried again every few seconds, as long as the thread lives.
   * @param afterMs when it is written: encoding it takes time that another run of this thread may need first
   */
  finish(status: RunStatus, checkpoint: Checkpoint | null, endedAt: number, afterMs = 0): void {
    this.again = null;
    this.end = { status, checkpoint, endedAt };
    if (afterMs === 0) return this.writeEnd();
    this.file.isEndWaiting = true;
    setTimeout(() => this.writeEnd(), afterMs).unref();
  }

  /** The run has ended, and its end is not written. */
  get isEndWaiting(): boolean {
    return this.end !== null;
  }

  /** Tries to write an end that waits. Also by itself, see {@link finish}. */
  writeEnd(): void {
    const { end } = this;
    if (end === null) return;
    this.writeFrames(end.status, true, () => end.checkpoint, end.endedAt);
    // Before the file is closed: until then, others must not take the run for an interrupted one.
    this.file.isEndWaiting = this.failed;
    if (!this.failed) this.abandonEnd();
  }

  /** Leaves the file as it is, without the end that waits. */
  abandonEnd(): void {
    this.end = null;
    this.file.isEndWaiting = false;
    this.close();
  }

  /** Leaves the file as it is: for others, the run was interrupted. An end that waits goes on waiting. */
  close(): void {
    this.again = null;
    if (this.end !== null) return;
    clearInterval(this.looks);
    this.file.close();
  }

  private writeFrames(
    status: RunStatus,
    withCheckpoint: boolean,
    capture: () => Checkpoint | null,
    endedAt: number | null,
  ): void {
    this.failed = !this.file.write((writer, isWhole) => {
      // What is left of a damaged file may have none.
      const checkpoint = withCheckpoint || !isWhole ? capture() : null;
      const frames = this.pending.encode();
      const encoded = checkpoint === null ? null : encodeCheckpoint(checkpoint);
      if (encoded !== null) frames.push(encoded);
      const checkpointAt = checkpoint?.iteration ?? (isWhole ? this.checkpointAt : null);
      frames.push(encodeProgress({ status, checkpoint: checkpointAt, endedAt, metrics: this.metrics.metrics }));
      writer.append(frames);
      this.pending.clear();
      this.checkpointAt = checkpointAt;
      this.checkpointBytes = encoded?.length ?? this.checkpointBytes;
      if (writer.replaceableBytes > this.limits.bytes + CHECKPOINTS_IN_FILE * this.checkpointBytes)
        writer.thinRows((rows) => this.thinRows(rows));
    });
  }

  /** A paused run writes nothing: a file that is gone is made again all the same, and a disk is tried again. */
  private look(): void {
    this.writeEnd();
    if (this.failed || this.file.isMissing) this.again?.(!this.failed);
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
}
