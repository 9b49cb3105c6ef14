import { Deadline } from "../lib/deadline";
import type { ExperimentSession } from "../session/experimentSession";
import type { SessionEvent } from "../session/sessionEvent";
import type { Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import type { PanelAction } from "../shared/wire/panelActions";
import {
  MAX_FRAMES_IN_FLIGHT,
  type HostMessage,
  type RevealedPlace,
  type WebviewMessage,
} from "../shared/wire/protocol";
import type { TraceHeader, TraceRows } from "../shared/trace/trace";
import { TraceBuffer, boundedCapacity } from "../shared/trace/traceBuffer";
import { ChartRequests } from "./chartRequests";
import { FrameCredits } from "./frameCredits";
import { readWebviewMessage } from "./messages";
import { packRows } from "./packRows";
import { serveRequest, type PanelServices, type PageRequest } from "./pageRequests";
import { collectRows, collectView } from "./snapshot";

/** Bounds of one frame: what waits for a credit. A window on another machine gets it compressed, which costs processor time by the byte. */
const APPEND_ROWS = 1024;
const APPEND_BYTES = 2 ** 18;
/** A page that has not drawn what it got has no use for more of the same; a snapshot is news, and need not wait. */
const APPENDS_IN_FLIGHT = 1;
/** What is said about a run that has nothing to show yet may wait so long: its first rows bring it along. */
const VIEW_WAITS_MS = 100;
/** Messages that wait for a page; what a reader asks for beyond is not waited for. */
const MAX_MESSAGES_DUE = 8;

type Unnumbered<F> = F extends unknown ? Omit<F, "sequence"> : never;

/** The part of a webview that the link needs; VS Code's Webview is one. */
export interface LinkedWebview {
  postMessage(message: HostMessage): PromiseLike<boolean>;
  onDidReceiveMessage(listener: (message: unknown) => void): Disposable;
}

/**
 * Keeps one webview in step with a session. Nothing goes out before the page says it is ready or while it is hidden;
 * at most two data frames are unacknowledged, and what comes meanwhile is put together into one frame, bounded.
 */
export class PanelConnection implements Disposable {
  private session: ExperimentSession | null = null;
  private bound: Disposable[] = [];
  private ready = false;
  private pendingSnapshot = false;
  /** The page shows another run, which may stay until the new one has something to show. */
  private deferSnapshot = false;
  /** That the page draws with. */
  private sentHeader: TraceHeader | null = null;
  private waiting: TraceBuffer | null = null;
  /** Of each frame the run whose rows it brings, if it does. */
  private readonly credits: FrameCredits<string | null>;
  private drawn: string | null = null;
  private readonly receiving: Disposable;
  private refusedMessages = 0;
  /** Asked for before the page was there. */
  private pendingPlace: RevealedPlace | null = null;
  private readonly pendingView = new Deadline(VIEW_WAITS_MS);
  private readonly messagesDue: HostMessage[] = [];
  /** Charts of the page as files. */
  readonly charts = new ChartRequests((message) => this.sendWhenThere(message));
  private readonly handled = new Emitter<WebviewMessage>();
  /** A message of the page has been dealt with. */
  readonly onDidHandle = this.handled.event;

  constructor(
    private readonly webview: LinkedWebview,
    private readonly host: PanelServices,
    private visible: boolean,
    now: () => number = Date.now,
  ) {
    this.credits = new FrameCredits(now);
    this.receiving = webview.onDidReceiveMessage((data) => this.onMessage(data));
  }

  /** Frames that were sent and are not acknowledged. */
  get framesInFlight(): number {
    return this.credits.inFlight;
  }

  /** Data frames so far, to this and to earlier pages. */
  get framesSent(): number {
    return this.credits.sent;
  }

  /** The run that the page has drawn rows of, by its own word. */
  get drawnRun(): string | null {
    return this.drawn;
  }

  get shownSession(): ExperimentSession | null {
    return this.session;
  }

  show(session: ExperimentSession | null): void {
    if (session === this.session && session !== null) {
      return;
    }
    this.unbind();
    this.session = session;
    if (session !== null) {
      this.bound = [session.retain(), session.onDidChange((event) => this.onSessionEvent(event))];
    }
    this.startOver();
  }

  /** A page that is hidden is thrown away by VS Code; it says ready again when it comes back. */
  setVisible(visible: boolean): void {
    // Also when it is hidden twice: what said ready in between is gone.
    this.ready &&= visible;
    if (visible !== this.visible) {
      this.visible = visible;
      this.startOver();
    }
  }

  /** Trust or something else outside the session changed. */
  sendView(): void {
    this.pendingView.clear();
    if (this.isOpen) {
      this.post({ type: "view", view: collectView(this.session, this.host.canRun()) });
    }
  }

  /** Takes the reader to a place of the run, as soon as the page is there. */
  reveal(place: RevealedPlace): void {
    this.pendingPlace = place;
    this.revealDue();
  }

  /** Does what a button of the page does, as soon as the page is there. */
  perform(action: PanelAction): void {
    this.sendWhenThere({ type: "perform", action });
  }

  private sendWhenThere(message: HostMessage): void {
    if (this.messagesDue.length < MAX_MESSAGES_DUE) {
      this.messagesDue.push(message);
    }
    this.revealDue();
  }

  dispose(): void {
    this.pendingView.clear();
    this.charts.dispose();
    this.unbind();
    this.session = null;
    this.ready = false;
    this.receiving.dispose();
    this.handled.dispose();
  }

  private get isOpen(): boolean {
    return this.ready && this.visible;
  }

  private unbind(): void {
    for (const disposable of this.bound.splice(0)) {
      disposable.dispose();
    }
  }

  /** Whatever the page has, the next frame is a snapshot. */
  private startOver(): void {
    this.pendingView.clear();
    this.drawn = null;
    this.credits.clear();
    this.waiting = null;
    this.pendingSnapshot = true;
    this.deferSnapshot = false;
    this.sendDue();
  }

  private onMessage(data: unknown): void {
    const message = readWebviewMessage(data);
    if (message === null) {
      this.refusedMessages++;
      this.host.warn(`Ignored an unknown message from the panel (${this.refusedMessages} so far).`);
    } else {
      this.onWebviewMessage(message);
      this.handled.fire(message);
    }
  }

  private onWebviewMessage(message: WebviewMessage): void {
    switch (message.type) {
      case "ready":
        this.ready = true;
        return this.startOver();
      case "requestSnapshot":
        return this.startOver();
      case "acknowledge":
        return this.onDrawn(message.sequence);
      default:
        return this.serve(message, this.session);
    }
  }

  private onDrawn(sequence: number): void {
    const runId = this.credits.acknowledge(sequence) ?? this.drawn;
    if (runId !== null && runId !== this.drawn) this.session?.drawn(runId);
    this.drawn = runId;
    this.sendDue();
  }

  /** A page that has gone meanwhile, or shows another experiment, gets no answer; it asks anew. */
  private serve(request: PageRequest, session: ExperimentSession | null): void {
    const reply = (message: HostMessage): void => {
      if (this.isOpen && session === this.session) {
        this.post(message);
      }
    };
    serveRequest(request, session, this.host, reply, this.charts);
  }

  private onSessionEvent(event: SessionEvent): void {
    if (!this.isOpen) {
      return;
    }
    switch (event.kind) {
      case "view":
        this.sendViewSoon();
        // The header of a run changes when its settings do.
        this.pendingSnapshot ||=
          this.sentHeader !== null &&
          this.session?.header?.runId === this.sentHeader.runId &&
          this.session.header !== this.sentHeader;
        return this.sendDue();
      case "run":
        return this.onRun();
      case "rows":
        this.bufferRows(event.rows);
        return this.sendDue();
      case "surface":
        return this.pendingSnapshot ? undefined : this.post({ type: "surface", surface: event.surface });
      case "race":
        return this.pendingSnapshot ? undefined : this.sendRace();
      case "findings":
        return this.sendViewSoon();
      default:
        event satisfies never;
    }
  }

  /** Each message is drawn, and what comes before the first rows of a run keeps them waiting. */
  private sendViewSoon(): void {
    const mayWait = this.session?.expectsRun === true || (this.deferSnapshot && this.isBlank);
    if (!mayWait) this.sendView();
    else if (!this.pendingView.isSet) this.pendingView.set(() => this.sendView());
  }

  /** The old curves stay on the screen until the new run has something to show. */
  private onRun(): void {
    this.waiting = null;
    this.deferSnapshot = true;
    if (this.session?.header === null) {
      this.sendViewSoon();
    } else {
      this.pendingSnapshot = true;
      this.sendDue();
    }
  }

  /** The run has begun and has not told anything yet. */
  private get isBlank(): boolean {
    return this.session !== null && this.session.isActive && (this.session.trace?.rows ?? 0) === 0;
  }

  private bufferRows(rows: TraceRows): void {
    const columns = this.session?.header?.columns;
    if (columns !== undefined && !this.pendingSnapshot) {
      this.waiting ??= new TraceBuffer(columns, boundedCapacity(columns, APPEND_ROWS, APPEND_BYTES));
      this.waiting.append(rows);
    }
  }

  private sendDue(): void {
    if (!this.isOpen) {
      return;
    }
    const isBusy = (): boolean => this.credits.isFull(this.pendingSnapshot ? MAX_FRAMES_IN_FLIGHT : APPENDS_IN_FLIGHT);
    if (isBusy() && this.credits.timedOut) {
      this.host.warn("The panel did not acknowledge its frames. Sending a snapshot.");
      this.credits.clear();
      this.pendingSnapshot = true;
    }
    if (isBusy()) {
      return;
    }
    if (this.pendingSnapshot) {
      if (this.deferSnapshot && this.isBlank) {
        return;
      }
      this.sendSnapshot();
      // A snapshot has none.
      if (this.session?.race.shown) this.sendRace();
      this.revealDue();
    } else if (this.session?.expectsRun) {
      // It is about to take over: the page should be free to draw it.
      return;
    } else if (this.waiting !== null && this.waiting.rows > 0 && this.session?.header) {
      const rows = packRows(this.waiting.adopt(), this.session.header);
      this.sendFrame({ type: "append", runId: this.session.header.runId, rows, status: this.session.status });
    }
  }

  private sendSnapshot(): void {
    this.pendingSnapshot = false;
    this.pendingView.clear();
    this.sentHeader = this.session?.header ?? null;
    this.waiting = null;
    const session = this.session;
    this.sendFrame({
      type: "snapshot",
      view: collectView(this.session, this.host.canRun()),
      header: session?.header ?? null,
      rows: session === null ? null : collectRows(session),
      ghosts: session?.ghosts ?? [],
      surface: session?.surface ?? null,
    });
  }

  private sendRace(): void {
    this.post({ type: "race", race: this.session?.race.shown ?? null });
  }

  private revealDue(): void {
    if (!this.isOpen || this.pendingSnapshot) {
      return;
    }
    if (this.pendingPlace !== null) {
      this.post({ type: "reveal", place: this.pendingPlace });
      this.pendingPlace = null;
    }
    for (const message of this.messagesDue.splice(0)) {
      this.post(message);
    }
  }

  private sendFrame(frame: Unnumbered<Extract<HostMessage, { sequence: number }>>): void {
    const sequence = this.credits.send((frame.rows?.rows ?? 0) > 0 ? (this.session?.header?.runId ?? null) : null);
    this.post({ ...frame, sequence });
  }

  private post(message: HostMessage): void {
    // Not awaited: the promise of a message to a page that goes away never settles.
    this.webview
      .postMessage(message)
      .then(undefined, (error: unknown) =>
        this.host.warn(`A message to the panel was not delivered: ${String(error)}`),
      );
  }
}
