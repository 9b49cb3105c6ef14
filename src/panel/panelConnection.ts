import { Deadline } from "../lib/deadline";
import type { PanelSession } from "../session/panelSession";
import type { SessionEvent } from "../session/sessionEvent";
import type { Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import { keepsEarlierCurves, rowsWait, viewWaits } from "../shared/handover/policy";
import { HANDOVER_MS } from "../shared/handover/times";
import type { PanelAction } from "../shared/wire/panelActions";
import {
  MAX_FRAMES_IN_FLIGHT,
  type HostMessage,
  type RevealedPlace,
  type WebviewMessage,
} from "../shared/wire/protocol";
import { ChartRequests } from "./chartRequests";
import { FrameCredits } from "./frameCredits";
import { readWebviewMessage } from "./messages";
import { PageChannel, type ConnectedPage } from "./pageChannel";
import { PendingRows } from "./pendingRows";
import { serveRequest, type PanelServices, type PageRequest } from "./pageRequests";
import * as states from "./panelState";
import type { PanelState } from "./panelState";
import { collectRows, collectView } from "./snapshot";

/** A page that has not drawn what it got has no use for more of the same; a snapshot is news, and need not wait. */
const APPENDS_IN_FLIGHT = 1;

/** What is to be known of a frame when the page has drawn it. */
interface SentFrame {
  readonly type: DataFrame["type"];
  readonly session: PanelSession | null;
  /** The run that it is about. */
  readonly runId: string | null;
  readonly hasRows: boolean;
}

const NO_FRAME = { session: null, runId: null, hasRows: false } as const;

type DataFrame = Extract<HostMessage, { sequence: number }>;
type Unnumbered<F> = F extends unknown ? Omit<F, "sequence"> : never;

/**
 * Keeps one webview in step with a session. Nothing goes out before the page says it is ready or while it is hidden;
 * at most two data frames are unacknowledged, and what comes meanwhile is put together into one frame, bounded.
 */
export class PanelConnection implements Disposable {
  private session: PanelSession | null = null;
  private bound: Disposable[] = [];
  private state: PanelState;
  private readonly credits: FrameCredits<SentFrame>;
  /** A snapshot is due once those on their way are acknowledged or lost. */
  private readonly lost = new Deadline();
  private readonly channel: PageChannel<HostMessage, WebviewMessage>;
  /** Changes with the page and with the session: replies to what was asked before are of no use. */
  private generation = 0;
  private readonly pendingView = new Deadline(HANDOVER_MS.viewDelay);
  /** Charts of the page as files. */
  readonly charts = new ChartRequests((message) => this.sendWhenThere(message));
  private readonly handled = new Emitter<WebviewMessage>();
  /** A message of the page has been dealt with. */
  readonly onDidHandle = this.handled.event;

  constructor(
    webview: ConnectedPage<HostMessage>,
    private readonly host: PanelServices,
    visible: boolean,
    now: () => number = Date.now,
  ) {
    this.state = states.initialState(visible);
    this.credits = new FrameCredits(now);
    this.channel = new PageChannel(webview, "the panel", {
      read: readWebviewMessage,
      onMessage: (message) => {
        this.onWebviewMessage(message);
        this.handled.fire(message);
      },
      warn: (message) => host.warn(message),
    });
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
    return states.drawnRunOf(this.state);
  }

  get shownSession(): PanelSession | null {
    return this.session;
  }

  show(session: PanelSession | null): void {
    if (session === this.session && session !== null) {
      return;
    }
    this.unbind();
    this.session = session;
    if (session !== null) {
      this.bound = [session.thread.retain(), session.onDidChange((event) => this.onSessionEvent(event))];
    }
    this.generation++;
    this.restart(states.startOver(this.state));
  }

  setVisible(visible: boolean): void {
    const state = states.pageVisible(this.state, visible);
    if (state === this.state) return;
    this.generation++;
    // VS Code has thrown the page away with what was on its way to it.
    this.credits.clear();
    this.restart(state);
  }

  /** Trust or something else outside the session changed. */
  sendView(): void {
    this.pendingView.clear();
    if (this.state.kind !== "away") {
      this.channel.post({ type: "view", view: collectView(this.session, this.host.canRun()) });
    }
  }

  /** Takes the reader to a place of the run, as soon as the page is there. */
  reveal(place: RevealedPlace): void {
    this.sendWhenThere({ type: "reveal", place });
  }

  /** Does what a button of the page does, as soon as the page is there. */
  perform(action: PanelAction): void {
    this.sendWhenThere({ type: "perform", action });
  }

  dispose(): void {
    this.pendingView.clear();
    this.lost.clear();
    this.charts.dispose();
    this.unbind();
    this.session = null;
    this.state = states.pageVisible(this.state, false);
    this.channel.dispose();
    this.handled.dispose();
  }

  private unbind(): void {
    for (const disposable of this.bound.splice(0)) {
      disposable.dispose();
    }
  }

  private sendWhenThere(message: HostMessage): void {
    const waiting = states.queued(this.state, message);
    if (waiting === null) this.channel.post(message);
    else this.state = waiting;
  }

  /**
   * The page is to get everything anew. What is on its way to it still counts, so that however often it asks, one
   * snapshot is on its way and one is due.
   */
  private restart(state: PanelState): void {
    this.state = state;
    this.pendingView.clear();
    this.lost.clear();
    this.sendDue();
  }

  private onWebviewMessage(message: WebviewMessage): void {
    switch (message.type) {
      case "ready":
        this.generation++;
        this.credits.pageReloaded();
        return this.restart(states.pageReady(this.state));
      case "requestSnapshot":
        return this.restart(states.startOver(this.state));
      case "acknowledge":
        return this.onDrawn(message.sequence);
      default:
        return this.serve(message, this.session);
    }
  }

  private onDrawn(sequence: number): void {
    const { session, runId, hasRows } = this.credits.acknowledge(sequence) ?? NO_FRAME;
    if (hasRows && runId !== null && runId !== this.drawnRun && session === this.session) {
      this.state = states.runDrawn(this.state, runId);
      session?.handover?.drawn(runId);
    }
    this.sendDue();
  }

  /** A page that has gone meanwhile, or shows another experiment, gets no answer; it asks anew. */
  private serve(request: PageRequest, session: PanelSession | null): void {
    const { generation } = this;
    const reply = (message: HostMessage): void => {
      if (generation === this.generation && this.state.kind !== "away") this.channel.post(message);
    };
    serveRequest(request, session, this.host, reply, this.charts.requests);
  }

  private onSessionEvent(event: SessionEvent): void {
    if (this.state.kind === "away") {
      return;
    }
    switch (event.kind) {
      case "view":
        this.sendViewSoon();
        this.state = states.headerChanged(this.state, this.session?.header ?? null);
        return this.sendDue();
      case "names":
        return this.restart(states.startOver(this.state));
      case "run":
        return this.onRun();
      case "rows":
        this.bufferRows(event);
        return this.sendDue();
      case "surface":
        return this.postBetweenFrames({ type: "surface", surface: event.surface });
      case "race":
        return this.postBetweenFrames({ type: "race", race: this.session?.beside?.race.shown ?? null });
      case "rateTest":
        return this.postBetweenFrames({ type: "rateTest", test: this.session?.beside?.rateTest.shown ?? null });
      case "seeds":
        return this.postBetweenFrames({ type: "seeds", trials: this.session?.beside?.seeds.shown ?? null });
      case "findings":
        return this.sendViewSoon();
      default:
        event satisfies never;
    }
  }

  /** What a snapshot brings along, or what goes with it. */
  private postBetweenFrames(message: HostMessage): void {
    if (this.state.kind !== "needsSnapshot") this.channel.post(message);
  }

  /** Each message is drawn, and what comes before the first rows of a run keeps them waiting. */
  private sendViewSoon(): void {
    const { handover } = this.session ?? {};
    if (handover === undefined || !viewWaits(handover.state, this.showsEarlier)) this.sendView();
    else if (!this.pendingView.isSet) this.pendingView.set(() => this.sendView());
  }

  /** The old curves stay on the screen until the new run has something to show. */
  private onRun(): void {
    const hasHeader = this.session !== null && this.session.header !== null;
    this.state = states.runChanged(this.state, hasHeader);
    if (hasHeader) this.sendDue();
    else this.sendViewSoon();
  }

  private get showsEarlier(): boolean {
    return this.state.kind === "awaitsRun" || (this.state.kind === "needsSnapshot" && this.state.showsEarlier);
  }

  private bufferRows({ rows, scalars }: Extract<SessionEvent, { kind: "rows" }>): void {
    const header = this.session?.header ?? null;
    if (header === null) return;
    this.state = states.rowsCame(this.state, () => new PendingRows(header));
    if (this.state.kind === "streaming") this.state.rows?.append(rows, scalars);
  }

  /** A snapshot of another run is news; a second one of the same run waits until the page has drawn the first. */
  private get isBusy(): boolean {
    if (this.state.kind !== "needsSnapshot") return this.credits.isFull(APPENDS_IN_FLIGHT);
    const { shownRun } = this;
    return (
      this.credits.isFull(MAX_FRAMES_IN_FLIGHT) ||
      this.credits.has(({ type, runId }) => type === "snapshot" && runId === shownRun)
    );
  }

  private get shownRun(): string | null {
    return this.session?.header?.runId ?? null;
  }

  private sendDue(): void {
    if (this.state.kind === "away") {
      return;
    }
    if (this.isBusy && this.credits.timedOut) {
      this.host.warn("The panel did not acknowledge its frames. Sending a snapshot.");
      this.credits.clear();
      this.state = states.framesLost(this.state);
    }
    if (this.isBusy) {
      if (this.state.kind === "needsSnapshot" && !this.lost.isSet)
        this.lost.set(() => this.sendDue(), this.credits.lostInMs);
      return;
    }
    if (this.state.kind === "needsSnapshot") this.sendSnapshot(this.session);
    else this.sendRows(this.session);
  }

  private sendSnapshot(session: PanelSession | null): void {
    const { handover } = session ?? {};
    if (handover !== undefined && keepsEarlierCurves(handover.state, this.showsEarlier)) return;
    const { place, messages } = states.dueIn(this.state);
    const header = session?.header ?? null;
    this.pendingView.clear();
    this.lost.clear();
    this.state = states.snapshotSent(this.state, header);
    this.sendFrame({
      type: "snapshot",
      view: collectView(session, this.host.canRun()),
      header,
      rows: session === null ? null : collectRows(session),
      scalars: header === null ? null : (session?.run?.scalars?.snapshot() ?? null),
      ghosts: session?.history?.ghosts ?? [],
      surface: session?.run?.surface ?? null,
    });
    // A snapshot has none of them.
    const { race, rateTest, seeds } = session?.beside ?? {};
    if (race?.shown) this.channel.post({ type: "race", race: race.shown });
    if (rateTest?.shown) this.channel.post({ type: "rateTest", test: rateTest.shown });
    if (seeds?.shown) this.channel.post({ type: "seeds", trials: seeds.shown });
    if (place !== null) this.channel.post({ type: "reveal", place });
    for (const message of messages) this.channel.post(message);
  }

  private sendRows(session: PanelSession | null): void {
    const pending = this.state.kind === "streaming" ? this.state.rows : null;
    const { header, status, handover } = session ?? {};
    const scalars = session?.run?.scalars;
    if (pending === null || pending.isEmpty || !header || !scalars || !status) return;
    if (handover === undefined || !rowsWait(handover.state))
      this.sendFrame({ type: "append", runId: header.runId, ...pending.take(scalars), status });
  }

  private sendFrame(frame: Unnumbered<DataFrame>): void {
    const { session, shownRun } = this;
    const hasRows = (frame.rows?.rows ?? 0) > 0;
    const sequence = this.credits.send({ type: frame.type, session, runId: shownRun, hasRows });
    this.channel.post({ ...frame, sequence });
  }
}
