import * as l10n from "@vscode/l10n";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import { describeError } from "../lib/outsideText";
import { Requests } from "../lib/requests";
import { ScalarSeries } from "../shared/trace/scalarSeries";
import { IDLE, type RunStatus, type TraceHeader } from "../shared/trace/trace";
import { firstRows, runCapacity, TraceBuffer } from "../shared/trace/traceBuffer";
import { SETTLED_TEXT } from "../shared/wire/liveEdit";
import type { ShownFinding } from "../shared/wire/findings";
import type { Ghost, ProbedView, ViewState } from "../shared/wire/protocol";
import type { Answer, Question } from "../shared/wire/questions";
import type { ProbeReport, WatchPlace } from "../threads/probeMessages";
import { ProbeWorker, type ProbeRoom } from "../threads/probeWorker";
import type { PanelSession } from "./panelSession";
import type { SessionEvent } from "./sessionEvent";

/** The file of a probe. */
export interface ProbeFile {
  readonly path: string;
  readonly uri: string;
  readonly fileName: string;
  /** What the panel is called; null: by the name of the run. */
  readonly title: string | null;
}

/** Of a run among those that its script has made. */
export interface EarlierCurves {
  /** From 1: its color follows from it. */
  readonly number: number;
  readonly ghosts: readonly Ghost[];
}

const UNREAD: ProbedView = { place: "", isInterrupted: false, notes: [], problem: null };

/**
 * A run that a Python process trains and a probe records. Its file is the truth: a thread follows it while somebody
 * shows the session, and reads it anew when somebody shows it again.
 */
export class ProbeSession implements PanelSession, Disposable {
  readonly thread = { retain: (): Disposable => this.retain() };
  readonly questions = { ask: (question: Question): Promise<Answer> => this.ask(question) };
  status: RunStatus = { ...IDLE, phase: "starting" };
  private opened: OpenedRun | null = null;
  private earlier: EarlierCurves = { number: 1, ghosts: [] };
  private probed = UNREAD;
  private findings: readonly ShownFinding[] = [];
  private worker: ProbeWorker | null = null;
  private users = 0;
  private readonly requests = new Requests();
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new Emitter<SessionEvent>());

  constructor(
    private readonly source: ProbeFile,
    private readonly room: ProbeRoom,
    private readonly onUnused: () => void,
  ) {}

  get onDidChange(): Emitter<SessionEvent>["event"] {
    return this.changes.event;
  }

  get file(): PanelSession["file"] {
    const { uri, fileName, title } = this.source;
    return { uri, fileName, name: title ?? this.opened?.header.name ?? fileName };
  }

  get header(): TraceHeader | null {
    return this.opened?.header ?? null;
  }

  get run(): PanelSession["run"] {
    return this.opened;
  }

  /** Where `watch` is called; null before it is known. */
  get watch(): WatchPlace | null {
    return this.opened?.watch ?? null;
  }

  get history(): EarlierCurves {
    return this.earlier;
  }

  showEarlier(earlier: EarlierCurves): void {
    this.earlier = earlier;
    this.changes.fire({ kind: "names" });
  }

  view(canRun: boolean): ViewState {
    const { uri, fileName, name } = this.file;
    return {
      experiment: { uri, fileName, name, textDiffersFromRun: false },
      run: this.opened === null ? null : { number: this.earlier.number, name: this.opened.header.name },
      status: this.status,
      pace: 0,
      gradientCheck: null,
      findings: this.findings,
      fixProgress: null,
      baselines: [],
      text: SETTLED_TEXT,
      change: null,
      recorded: null,
      notSaved: null,
      events: [],
      canRun,
      probed: this.probed,
    };
  }

  dispose(): void {
    this.stop();
    this.owned.dispose();
  }

  private ask(question: Question): Promise<Answer> {
    return this.requests.ask<Answer>((requestId) => {
      if (this.worker === null) throw new Error(l10n.t("The panel of this run was closed."));
      this.worker.post({ type: "ask", requestId, question });
    });
  }

  private retain(): Disposable {
    if (++this.users === 1) this.follow();
    let held = true;
    return {
      dispose: () => {
        if (!held) return;
        held = false;
        if (--this.users > 0) return;
        this.stop();
        this.onUnused();
      },
    };
  }

  private follow(): void {
    this.worker = new ProbeWorker(
      this.room,
      { path: this.source.path },
      {
        onReport: (report) => this.onReport(report),
        onRestart: () => this.requests.abandon(new Error(l10n.t("The memory was needed for other training."))),
        onFailure: (error) => this.onEnd(describeError(error)),
      },
    );
  }

  private stop(): void {
    this.worker?.dispose();
    this.worker = null;
    this.requests.abandon(new Error(l10n.t("The panel of this run was closed.")));
  }

  private onReport(report: ProbeReport): void {
    switch (report.type) {
      case "whole":
        this.worker?.post({ type: "credit" });
        return this.onWhole(report);
      case "more": {
        this.worker?.post({ type: "credit" });
        const { rows, scalars } = report;
        this.opened?.trace.append(rows);
        this.opened?.scalars.update(scalars);
        return this.changes.fire({ kind: "rows", rows, scalars });
      }
      case "state":
        ({ status: this.status, findings: this.findings, probed: this.probed } = report);
        return this.changes.fire({ kind: "view" });
      case "refused":
        return this.onEnd(report.message);
      case "reply":
      case "requestFailed":
        return void this.requests.receive(report);
      default:
        report satisfies never;
    }
  }

  private onWhole({ header, rows, scalars, watch }: Extract<ProbeReport, { type: "whole" }>): void {
    const isFirst = this.opened === null;
    const { columns } = header;
    const trace = new TraceBuffer(columns, runCapacity(columns), firstRows(columns));
    trace.append(rows);
    const series = new ScalarSeries(columns);
    series.restore(scalars);
    this.opened = { runId: header.runId, header, trace, scalars: series, surface: null, watch };
    // Another header of the same run counts as a view that has changed.
    this.changes.fire({ kind: isFirst ? "run" : "view" });
  }

  /** Nothing more is read. */
  private onEnd(message: string): void {
    this.stop();
    this.status = { ...this.status, phase: "failed", stepsPerSecond: 0, message };
    this.probed = { ...this.probed, problem: message };
    this.changes.fire({ kind: "view" });
  }
}

interface OpenedRun {
  readonly runId: string;
  readonly header: TraceHeader;
  readonly trace: TraceBuffer;
  readonly scalars: ScalarSeries;
  readonly surface: null;
  readonly watch: WatchPlace;
}
