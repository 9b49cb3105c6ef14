import * as l10n from "@vscode/l10n";
import { failedReply } from "../../lib/requests";
import type { SlicedTask } from "../../lib/slicedTask";
import type { ProbeItem } from "../../runs/format/probe/readProbe";
import type { RunWriterView } from "../../runs/leaseWatch";
import { ProbeTail } from "../../runs/probeTail";
import type { ProbeEnd, ProbeEvent, ProbeStart } from "../../shared/trace/probeContents";
import type { Answer, Question } from "../../shared/wire/questions";
import type { ProbeReport } from "../../threads/probeMessages";
import { answerAboutProbe } from "./answerAboutProbe";
import { CaptureIndex } from "./captureIndex";
import { CaptureRows } from "./captureRows";
import { lifeOf } from "./probeLife";
import { describeProbe, ProbePace, statusOf, type ProbeRecord } from "./probeReport";
import { ProbeTrace } from "./probeTrace";

/** Read at once before messages are looked at. */
const READ_BYTES = 2 ** 23;
/** Work at once on answers. */
const SLICE_MS = 10;
/** Captured steps that can be asked about. */
const MAX_INDEXED = 8192;
/** Events that are kept; each is told once. */
const MAX_EVENTS = 1000;
/** More questions than these are more than any page asks. */
const MAX_QUESTIONS = 64;
/** Reports with rows that the other end has not taken in. */
const MAX_IN_FLIGHT = 2;
/** Between two reports with rows. */
const REPORT_MS = 100;
/** After so long without growth, the captures of the last step are all there. */
const STEP_MS = 1500;

export interface FollowerHost {
  post(report: ProbeReport): void;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
}

/** What is there once the file has its first frame. */
interface Opened {
  readonly start: ProbeStart;
  readonly index: CaptureIndex;
  readonly trace: ProbeTrace;
  readonly rows: CaptureRows;
}

/**
 * Follows the file of one probe: reads what is added, computes rows from captures in slices, answers questions. Has no
 * timers: whoever drives it calls {@link look} about once a second, and {@link work} until there is nothing to do.
 */
export class ProbeFollower {
  private readonly tail: ProbeTail;
  private opened: Opened | null = null;
  private readonly events: ProbeEvent[] = [];
  private end: ProbeEnd | null = null;
  private steps = 0;
  /** That of the last frame, if it is a capture: more captures of the step may follow. */
  private openStep: number | null = null;
  private readonly pace = new ProbePace();
  private writer: RunWriterView | null = null;
  private hasMore = false;
  private readonly growth = new Growth();
  private problem: string | null = null;
  private asked: { readonly requestId: number; readonly work: SlicedTask<Answer> }[] = [];
  private readonly outbox: Outbox;

  constructor(
    private readonly path: string,
    private readonly host: FollowerHost,
  ) {
    this.tail = new ProbeTail(path);
    this.outbox = new Outbox(host);
  }

  /** The file may have grown. @param writer what its lease says of the process; null without one */
  look(writer: RunWriterView | null): void {
    this.writer = writer;
    this.hasMore = true;
  }

  /** A report with rows has been taken in. */
  credit(): void {
    this.outbox.credit();
  }

  ask(requestId: number, question: Question): void {
    if (this.opened === null || this.asked.length >= MAX_QUESTIONS) {
      const why =
        this.opened === null ? l10n.t("The run has not been read yet.") : l10n.t("Too many pending requests.");
      return this.host.post(failedReply(requestId, new Error(why)));
    }
    const { start, index, trace, rows } = this.opened;
    const known = { header: trace.header, norms: rows.norms };
    this.asked.push({ requestId, work: answerAboutProbe({ path: this.path, start, index }, known, question) });
  }

  /**
   * One slice of work.
   * @returns the time until there is more to do in ms; null: not before the next look or message
   * @throws RunFileError, FileTooLargeError, Error when it is no file of a probe, or is not there
   */
  work(): number | null {
    if (this.hasMore) this.readOn();
    this.answer();
    const isBusy = this.hasMore || this.asked.length > 0;
    const trainsHere = this.end === null && this.writer?.state === "lives";
    const rowsWait = isBusy || this.opened === null ? null : this.opened.rows.work(trainsHere);
    if (this.opened !== null && !this.hasMore) this.report(this.opened);
    const waits = [isBusy ? 0 : null, rowsWait, this.outbox.waitMs].filter((wait) => wait !== null);
    return waits.length === 0 ? null : Math.min(...waits);
  }

  private readOn(): void {
    const { more, grown, problem } = this.tail.read(READ_BYTES, (item, at) => this.take(item, at));
    this.hasMore = more;
    this.problem = problem;
    const now = this.host.now();
    if (!more) this.growth.note(grown, now);
    const opened = this.open();
    if (opened === null && problem !== null) throw new Error(problem);
    if (opened === null || more) return;
    this.pace.note(this.steps, now);
    const isQuiet = this.growth.isQuiet(now);
    opened.rows.plan((iteration) => iteration !== this.openStep || isQuiet);
  }

  private open(): Opened | null {
    const { start } = this.tail;
    if (this.opened !== null || start === null) return this.opened;
    const index = new CaptureIndex(MAX_INDEXED);
    const trace = new ProbeTrace(start);
    const rows = new CaptureRows({ path: this.path, start, index }, trace, this.events, () => this.host.now());
    this.opened = { start, index, trace, rows };
    return this.opened;
  }

  private take(item: ProbeItem, at: number): void {
    const { trace, index, rows } = this.open()!;
    this.openStep = item.kind === "capture" ? item.value.iteration : null;
    switch (item.kind) {
      case "scalars": {
        const losses = trace.addScalars(item.block);
        if (losses !== null) rows.noteLosses(item.block.first, losses);
        this.steps = item.block.first + item.block.rows;
        break;
      }
      case "capture":
        index.add(item.value, at);
        trace.noteCapture(item.value);
        rows.noteCapture(item.value.iteration);
        break;
      case "event":
        if (this.events.length < MAX_EVENTS) this.events.push(item.event);
        break;
      case "end":
        this.end = item.end;
        break;
      default:
    }
  }

  private answer(): void {
    const begun = this.host.now();
    while (this.asked.length > 0 && this.host.now() - begun < SLICE_MS) {
      const { requestId, work } = this.asked[0]!;
      try {
        const { done, value } = work.next();
        if (done !== true) continue;
        this.host.post({ type: "reply", requestId, result: value });
      } catch (error) {
        this.host.post(failedReply(requestId, error));
      }
      this.asked.shift();
    }
  }

  private report({ start, trace, rows }: Opened): void {
    const now = this.host.now();
    if (trace.rowCount === 0 && trace.steps > 0 && rows.isIdle) trace.addBlankRow(Math.max(0, this.steps - 1));
    this.outbox.postRows(start, trace, now);
    const record: ProbeRecord = { events: this.events, end: this.end, steps: this.steps };
    const sinceGrowth = this.growth.sinceMs(now);
    const life = lifeOf(start, this.end, this.writer, sinceGrowth);
    const until = this.end?.endedAt ?? (sinceGrowth === null ? start.startedAt : Date.now() - sinceGrowth);
    const trainMs = Math.max(0, until - start.startedAt);
    this.outbox.postState({
      type: "state",
      status: statusOf(record, trace, life, trainMs, this.pace.stepsPerSecond),
      findings: rows.findings,
      probed: describeProbe(start, record, trace, life, this.problem, rows.problem),
    });
  }
}

/** Whether the file grows. What was there at the first look may have been written long ago. */
class Growth {
  private looks = 0;
  /** Null before it was seen to grow. */
  private seenAt: number | null = null;

  /** It was read to its end. @param grown since the look before */
  note(grown: boolean, now: number): void {
    if (grown && this.looks > 0) this.seenAt = now;
    this.looks++;
  }

  sinceMs(now: number): number | null {
    return this.seenAt === null ? null : now - this.seenAt;
  }

  isQuiet(now: number): boolean {
    return this.looks > 1 && (this.seenAt === null || now - this.seenAt > STEP_MS);
  }
}

/** What goes to the other end, at its pace. */
class Outbox {
  private inFlight = 0;
  private rowsAt = -Infinity;
  private hasRows = false;
  private told = "";

  constructor(private readonly host: FollowerHost) {}

  credit(): void {
    this.inFlight = Math.max(0, this.inFlight - 1);
  }

  /** Until rows that wait may be sent; null: there are none, or the other end is behind. */
  get waitMs(): number | null {
    return this.hasRows && this.inFlight < MAX_IN_FLIGHT
      ? Math.max(0, this.rowsAt + REPORT_MS - this.host.now())
      : null;
  }

  postRows({ watch, startedAt }: ProbeStart, trace: ProbeTrace, now: number): void {
    this.hasRows = trace.hasNews;
    if (!this.hasRows || this.inFlight >= MAX_IN_FLIGHT || now - this.rowsAt < REPORT_MS) return;
    const news = trace.take();
    this.hasRows = false;
    this.inFlight++;
    this.rowsAt = now;
    this.host.post(
      news.kind === "more"
        ? { type: "more", rows: news.rows, scalars: news.scalars }
        : { type: "whole", header: news.header, rows: news.rows, scalars: news.scalars, watch, startedAt },
    );
  }

  /** Only what is new; the time goes on by itself. */
  postState(report: Extract<ProbeReport, { type: "state" }>): void {
    const { status } = report;
    const seconds = Math.round(status.trainMs / 1000);
    const key = JSON.stringify({ ...report, status: { ...status, trainMs: seconds } });
    if (key === this.told) return;
    this.told = key;
    this.host.post(report);
  }
}
