import type { SweepRun } from "./sweepRun";
import type { Disposable } from "../lib/dispose";
import { MAX_FRAMES_IN_FLIGHT } from "../shared/wire/protocol";
import { encodeResult, type SweepCommand, type SweepFrame, type SweepView } from "../shared/wire/sweepProtocol";
import { FrameCredits } from "../panel/frameCredits";
import { readSweepMessage } from "./sweepMessages";

/** Results of one frame; of more the rest follows when it is acknowledged. */
const FRAME_RESULTS = 1000;
/** A table that changes more often than this cannot be read. */
const FRAME_INTERVAL_MS = 150;

/** The part of a webview that the link needs; VS Code's Webview is one. */
export interface LinkedSweepPage {
  postMessage(message: SweepFrame): PromiseLike<boolean>;
  onDidReceiveMessage(listener: (message: unknown) => void): Disposable;
}

export interface SweepLinkHost {
  /** What there is to say beside the results. */
  view(): SweepView;
  runCommand(command: SweepCommand): void;
  openFile(): void;
  openTrial(index: number): void;
  warn(message: string): void;
}

/** The part of a sweep that the link passes on. */
export type LinkedSweep = Pick<SweepRun, "results" | "onDidChange">;

/** Keeps the page of a sweep in step: nothing before it says ready or while it is hidden, two frames in flight at most. */
export class SweepConnection implements Disposable {
  private run: LinkedSweep | null = null;
  private listening: Disposable | null = null;
  private ready = false;
  /** Results that the page has been sent. */
  private sent = 0;
  private sentAt = -Infinity;
  private timer: NodeJS.Timeout | null = null;
  /** There is news that the page has not been sent. */
  private stale = false;
  private readonly credits: FrameCredits<null>;
  private readonly receiving: Disposable;

  constructor(
    private readonly page: LinkedSweepPage,
    private readonly host: SweepLinkHost,
    private visible: boolean,
    private readonly now: () => number = Date.now,
  ) {
    this.credits = new FrameCredits(now);
    this.receiving = page.onDidReceiveMessage((data) => this.onMessage(data));
  }

  get framesInFlight(): number {
    return this.credits.inFlight;
  }

  show(run: LinkedSweep | null): void {
    this.listening?.dispose();
    this.run = run;
    this.listening = run?.onDidChange(() => this.sendSoon()) ?? null;
    this.startOver();
  }

  /** A page that is hidden is thrown away by VS Code; it says ready again when it comes back. */
  setVisible(visible: boolean): void {
    this.ready &&= visible;
    this.visible = visible;
  }

  /** Name, trust or something else beside the results changed. */
  sendSoon(): void {
    this.stale = true;
    if (this.timer !== null || !this.ready || !this.visible) return;
    const wait = this.sentAt + FRAME_INTERVAL_MS - this.now();
    if (wait > 0) {
      this.timer = setTimeout(() => {
        this.timer = null;
        this.send();
      }, wait);
    } else {
      this.send();
    }
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.listening?.dispose();
    this.receiving.dispose();
    this.ready = false;
  }

  private startOver(): void {
    this.credits.clear();
    this.sent = 0;
    this.send();
  }

  private send(): void {
    if (!this.ready || !this.visible) return;
    if (this.credits.isFull(MAX_FRAMES_IN_FLIGHT)) {
      if (!this.credits.timedOut) return;
      this.host.warn("The sweep panel did not acknowledge its frames. Sending all results again.");
      this.credits.clear();
      this.sent = 0;
    }
    const results = this.run?.results.slice(this.sent, this.sent + FRAME_RESULTS) ?? [];
    const frame: SweepFrame = {
      type: "sweep",
      sequence: this.credits.send(null),
      view: this.host.view(),
      first: this.sent,
      results: results.map(encodeResult),
    };
    this.sent += results.length;
    this.stale = this.sent < (this.run?.results.length ?? 0);
    this.sentAt = this.now();
    // Not awaited: the promise of a message to a page that goes away never settles.
    this.page
      .postMessage(frame)
      .then(undefined, (error: unknown) =>
        this.host.warn(`A message to the sweep panel was not delivered: ${String(error)}`),
      );
  }

  private onMessage(data: unknown): void {
    const message = readSweepMessage(data);
    switch (message?.type) {
      case undefined:
        return this.host.warn("Ignored an unknown message from the sweep panel.");
      case "ready":
        this.ready = true;
        return this.startOver();
      case "requestSnapshot":
        return this.startOver();
      case "acknowledge":
        this.credits.acknowledge(message.sequence);
        return this.stale ? this.sendSoon() : undefined;
      case "command":
        return this.host.runCommand(message.command);
      case "openFile":
        return this.host.openFile();
      case "openTrial":
        return this.host.openTrial(message.index);
      case "viewError":
        return this.host.warn(`Error in the sweep panel: ${message.message}`);
      default:
        message satisfies never;
    }
  }
}
