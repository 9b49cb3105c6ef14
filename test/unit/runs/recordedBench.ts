import { readFileSync } from "node:fs";
import type { Experiment } from "../../../src/config/schema/schema";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { readRun } from "../../../src/runs/format/readRun";
import type { RunContents } from "../../../src/runs/format/runContents";
import { RunFileWriter } from "../../../src/runs/runFileWriter";
import type { RunLimits } from "../../../src/runs/thinnedRows";
import { checksums } from "../../../src/files/checksums";
import { CONTROL, type WorkerReport, type StartRequest } from "../../../src/threads/trainingMessages";
import { readRecorded } from "../../../src/worker/resumedRun";
import { TrainingRun } from "../../../src/worker/trainingRun";
import { metaOf } from "./support";

export interface BenchOptions {
  readonly paused?: boolean;
  readonly limits?: RunLimits;
  /** The file of the run that it goes on from. */
  readonly resumeFrom?: string;
  /** Milliseconds that pass between two looks at the clock. */
  readonly tick?: number;
  /** Another clock than that one. */
  readonly now?: () => number;
  readonly mark?: SharedArrayBuffer;
}

/** A recorded run on a clock that moves only when it is looked at. */
export class RecordedBench {
  readonly reports: WorkerReport[] = [];
  readonly run: TrainingRun;
  /** Of the run, once its header is known. */
  recorder!: RunFileWriter;
  readonly control = new Int32Array(new SharedArrayBuffer(CONTROL.length * 4));
  private clock = 0;

  constructor(
    experiment: Experiment,
    readonly path: string,
    { paused = false, limits, resumeFrom, tick = 0.3, now = () => (this.clock += tick), mark }: BenchOptions = {},
  ) {
    const meta = metaOf({ config: experiment, resumedFrom: resumeFrom ?? null });
    const base = {
      type: "start",
      runId: "run-1",
      experiment,
      configHash: "hash",
      pace: 0,
      threads: 1,
      paused,
      control: this.control,
      record: { path, meta },
    } as const;
    const request: StartRequest =
      resumeFrom === undefined
        ? base
        : { ...base, from: { runId: "former", path: resumeFrom, resume: true, resumeFrom: null } };
    const post = (report: WorkerReport): void => void this.reports.push(report);
    const recorded = request.from === undefined ? null : readRecorded({ ...request, from: request.from });
    this.run = new TrainingRun(
      request,
      post,
      now,
      (spec, capacity) => createWasmNetwork(spec, capacity),
      (header) =>
        (this.recorder = new RunFileWriter(
          path,
          { ...meta, engine: header.engine, threads: 1, files: checksums(undefined) },
          header,
          now,
          (problem) => post({ type: "recording", runId: "run-1", problem }),
          { ...(limits === undefined ? {} : { limits }), mark },
        )),
      recorded,
    );
  }

  advanceToEnd(): void {
    while (this.run.advance() !== null) this.run.credit();
  }

  /** A part of the way. */
  advanceTo(iteration: number): void {
    while (this.run.trainer.iteration < iteration && this.run.advance() !== null) this.run.credit();
  }

  get problems(): (string | null)[] {
    return this.reports.flatMap((report) => (report.type === "recording" ? [report.problem] : []));
  }

  read(): RunContents {
    return readRun(readFileSync(this.path));
  }
}
