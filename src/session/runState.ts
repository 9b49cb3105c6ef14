import { randomUUID } from "node:crypto";
import * as l10n from "@vscode/l10n";
import { collectChanges, summarizeChanges } from "../config/compare/changes";
import { configHash } from "../config/compare/hash";
import type { Experiment } from "../config/schema/schema";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import type { RunOrigin } from "../shared/handover/policy";
import type { Baseline } from "../shared/wire/baselines";
import type { Finding } from "../shared/wire/findings";
import type { RunEvent } from "../shared/wire/liveEdit";
import type { ViewState } from "../shared/wire/protocol";
import type { LossSurface, TraceHeader } from "../shared/trace/trace";
import { ScalarSeries } from "../shared/trace/scalarSeries";
import { firstRows, runCapacity, MIN_CAPACITY, TraceBuffer } from "../shared/trace/traceBuffer";
import type { ThreadsSetting } from "../lib/threadCount";
import { CONTROL, STOP, type SavedRunRef, type WorkerReport } from "../threads/trainingMessages";
import type { RunFixes } from "./runFixes";
import type { SessionEvent } from "./sessionEvent";

const MAX_EVENTS = 50;

/** An experiment as it was when its run was asked for. */
export interface RunRequest extends RunOrigin {
  readonly experiment: Experiment;
  readonly configHash: string;
  /** Contents of the files that the experiment names. */
  readonly files?: ExperimentFiles;
  readonly threads?: ThreadsSetting;
  /** Text of the file, which is kept with the run; left out: the experiment as JSON. */
  readonly text?: string;
  /** Take the first row only, then wait. */
  readonly paused: boolean;
  /** The recorded run that is to be shown, or to go on. */
  readonly from?: SavedRunRef;
}

/** Reports beside rows and status. */
export type RunNews = Extract<
  WorkerReport,
  {
    type:
      "started" | "applied" | "extended" | "surface" | "findings" | "figures" | "threads" | "baselines" | "recording";
  }
>;

/** One run and what it has told so far. */
export class RunState {
  readonly runId: string;
  readonly control = new Int32Array(new SharedArrayBuffer(CONTROL.length * Int32Array.BYTES_PER_ELEMENT));
  header: TraceHeader | null = null;
  /** Rows with their vectors; bounded, thinned when the run is long. */
  trace: TraceBuffer | null = null;
  /** Of every iteration. */
  scalars: ScalarSeries | null = null;
  surface: LossSurface | null = null;
  baselines: readonly Baseline[] = [];
  /** What keeps the run from being recorded: as its thread says, and as its file was found meanwhile. */
  private readonly saving: { thread: string | null; file: string | null } = { thread: null, file: null };
  /** What was changed while it ran; a run without any gives the same trace each time. The latest, bounded. */
  events: readonly RunEvent[] = [];
  /** What it does now: as it was asked for, or as it was changed on its way. */
  experiment: Experiment;
  configHash: string;

  constructor(
    /** Counted per experiment file, from 1. */
    readonly number: number,
    /** Once its table is counted, with that. */
    public request: RunRequest,
    readonly fixes: RunFixes,
    /** Milliseconds on the clock of {@link RunHistory}. */
    readonly startedAt: number = performance.now(),
  ) {
    ({ experiment: this.experiment, configHash: this.configHash } = request);
    const { from } = request;
    this.runId = from === undefined || from.resume ? randomUUID() : from.runId;
  }

  /** One a rule at most. */
  get findings(): readonly Finding[] {
    return this.fixes.findings;
  }

  /** Null unless the run is one that was recorded and is only shown. */
  get recorded(): ViewState["recorded"] {
    const { from } = this.request;
    if (from === undefined || from.resume) return null;
    return { resumeFrom: from.resumeFrom, isReadOnly: from.isLatest !== true };
  }

  /** Its updates are made in another way from `iteration` on. */
  changeUpdates(iteration: number, experiment: Experiment, configHash: string): void {
    this.note(iteration, this.experiment, experiment);
    this.experiment = experiment;
    this.configHash = configHash;
  }

  /**
   * What it took over when it was recorded. The experiment of a read-only run stays the one that was recorded with it,
   * which is the text beside it.
   */
  private noteApplied(changes: Extract<RunNews, { type: "applied" }>["changes"]): void {
    let before = this.experiment;
    for (const {
      iteration,
      settings: { optimizer, schedule, clip },
    } of changes) {
      const after = { ...before, training: { ...before.training, optimizer, schedule, clip } };
      this.note(iteration, before, after);
      before = after;
    }
    if (this.recorded?.isReadOnly === true) return;
    this.experiment = before;
    this.configHash = configHash(before);
  }

  private noteExtensions(extensions: Extract<RunNews, { type: "extended" }>["extensions"]): void {
    const noted = extensions.map(({ iteration }) => ({
      iteration,
      text: l10n.t("trained past iteration {0}", iteration),
    }));
    this.events = [...this.events, ...noted].sort((a, b) => a.iteration - b.iteration).slice(-MAX_EVENTS);
  }

  private note(iteration: number, before: Experiment, after: Experiment): void {
    this.events = [...this.events, { iteration, text: summarizeChanges(collectChanges(before, after)) }].slice(
      -MAX_EVENTS,
    );
    // A new object, by which views detect the change.
    this.header = this.header === null ? null : { ...this.header, clip: after.training.clip };
  }

  /** It has ended, and its curves are in its file alone from now on. */
  unload(): void {
    this.trace = null;
    this.scalars = null;
    this.surface = null;
  }

  /** Null while the run is recorded. */
  get notSaved(): string | null {
    return this.saving.thread ?? this.saving.file;
  }

  noteFileProblem(problem: string | null): void {
    this.saving.file = problem;
  }

  open(header: TraceHeader): void {
    this.header = header;
    this.trace = new TraceBuffer(
      header.columns,
      Math.min(runCapacity(header.columns), Math.max(MIN_CAPACITY, header.iterations + 1)),
      firstRows(header.columns),
    );
    this.scalars = new ScalarSeries(header.columns);
  }

  /** What the session is to tell; null when the report is of another run. */
  apply(report: RunNews): SessionEvent | null {
    switch (report.type) {
      case "started":
        if (report.header.runId !== this.runId) return null;
        this.open(report.header);
        return { kind: "run" };
      case "applied":
        if (report.runId !== this.runId) return null;
        this.noteApplied(report.changes);
        return { kind: "view" };
      case "extended":
        if (report.runId !== this.runId) return null;
        this.noteExtensions(report.extensions);
        return { kind: "view" };
      case "surface":
        if (report.surface.runId !== this.runId) return null;
        this.surface = report.surface;
        return { kind: "surface", surface: report.surface };
      case "findings":
        if (report.runId !== this.runId) return null;
        this.fixes.receive(report.findings);
        return { kind: "findings" };
      case "figures":
        if (report.runId === this.runId) this.fixes.setFigures(report.figures);
        return null;
      case "threads":
        if (report.runId !== this.runId) return null;
        this.fixes.arithmetic = { threads: report.threads, vectorBits: report.vectorBits };
        return { kind: "view" };
      case "baselines":
        if (report.runId !== this.runId) return null;
        this.baselines = report.baselines;
        return { kind: "view" };
      case "recording":
        if (report.runId !== this.runId) return null;
        this.saving.thread = report.problem;
        return { kind: "view" };
    }
  }

  /** Seen by the thread between two steps, without a message. */
  raiseStopFlag(reason: keyof typeof STOP): void {
    Atomics.store(this.control, CONTROL.stop, STOP[reason]);
  }
}
