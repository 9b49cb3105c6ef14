import type { SweepRun } from "./sweepRun";
import { Deadline } from "../lib/deadline";
import type { Disposable } from "../lib/dispose";
import { TrialColumns } from "../shared/wire/trialColumns";
import type { ChartFile } from "../shared/wire/savedCharts";
import { MAX_FRAMES_IN_FLIGHT } from "../shared/wire/protocol";
import {
  type SweepCommand,
  type SweepFrame,
  type SweepPageMessage,
  type SweepView,
} from "../shared/wire/sweepProtocol";
import { FrameCredits } from "../panel/frameCredits";
import { PageChannel, type ConnectedPage } from "../panel/pageChannel";
import { afterReady, afterVisibility, initialPresence, type PagePresence } from "../panel/pagePresence";
import { readSweepMessage } from "./sweepMessages";

/** Results of one frame, about 2 MB; of more the rest follows when it is acknowledged. */
const FRAME_RESULTS = 20_000;
/** A sweep does not give so many between two frames. */
const CATCH_UP_RESULTS = 5000;
/** A table that changes more often than this cannot be read. */
const FRAME_INTERVAL_MS = 150;

export interface SweepLinkHost {
  /** What there is to say beside the results. */
  view(): SweepView;
  runCommand(command: SweepCommand): void;
  openFile(): void;
  openTrial(index: number): void;
  applyTrial(index: number): void;
  saveChart(file: ChartFile): void;
  /** @param message why a chart could not be drawn into a file, in words for a person */
  chartFailed(message: string): void;
  warn(message: string): void;
}

/** The part of a sweep that the link passes on. */
export type LinkedSweep = Pick<SweepRun, "results" | "onDidChange">;

/**
 * Keeps the page of a sweep in step: nothing before it says ready or while it is hidden, two frames in flight at most.
 */
export class SweepConnection implements Disposable {
  private run: LinkedSweep | null = null;
  private listening: Disposable | null = null;
  private presence: PagePresence;
  /** Results that the page has been sent. */
  private sent = 0;
  private sentAt = -Infinity;
  private timer: NodeJS.Timeout | null = null;
  /** There is news that the page has not been sent. */
  private stale = false;
  /** The page has asked for all results, and is to get them once the frames on their way are acknowledged or lost. */
  private startsOver = false;
  private readonly lost = new Deadline();
  private readonly credits: FrameCredits<{ readonly first: number }>;
  private readonly channel: PageChannel<SweepFrame, SweepPageMessage>;

  constructor(
    page: ConnectedPage<SweepFrame>,
    private readonly host: SweepLinkHost,
    visible: boolean,
    private readonly now: () => number = Date.now,
  ) {
    this.credits = new FrameCredits(now);
    this.presence = initialPresence(visible);
    this.channel = new PageChannel(page, "the sweep panel", {
      read: readSweepMessage,
      onMessage: (message) => this.onMessage(message),
      warn: (message) => host.warn(message),
    });
  }

  get framesInFlight(): number {
    return this.credits.inFlight;
  }

  show(run: LinkedSweep | null): void {
    this.listening?.dispose();
    this.run = run;
    this.listening = run?.onDidChange(() => this.sendSoon()) ?? null;
    this.credits.clear();
    this.startOver();
  }

  setVisible(visible: boolean): void {
    const presence = afterVisibility(this.presence, visible);
    if (presence === this.presence) return;
    this.presence = presence;
    // VS Code has thrown the page away with what was on its way to it.
    this.credits.clear();
    this.startOver();
  }

  /** Name, trust or something else beside the results changed. */
  sendSoon(): void {
    this.stale = true;
    if (this.timer !== null || this.presence !== "open") return;
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
    this.lost.clear();
    this.listening?.dispose();
    this.channel.dispose();
    this.presence = "hidden";
  }

  private startOver(): void {
    this.startsOver = true;
    this.lost.clear();
    this.send();
  }

  /** The page lacks so much that it would wait for what is there: it gets it as fast as it can take it. */
  private get isCatchingUp(): boolean {
    return (this.run?.results.length ?? 0) - this.sent >= CATCH_UP_RESULTS;
  }

  /** However often the page asks for all of it, the first results are on their way once. */
  private get isBusy(): boolean {
    return (
      this.credits.isFull(MAX_FRAMES_IN_FLIGHT) || (this.startsOver && this.credits.has(({ first }) => first === 0))
    );
  }

  private send(): void {
    if (this.presence !== "open") return;
    if (this.isBusy) {
      if (!this.credits.timedOut) {
        if (this.startsOver && !this.lost.isSet) this.lost.set(() => this.send(), this.credits.lostInMs);
        return;
      }
      this.host.warn("The sweep panel did not acknowledge its frames. Sending all results again.");
      this.credits.clear();
      this.startsOver = true;
    }
    if (this.startsOver) this.sent = 0;
    this.startsOver = false;
    this.lost.clear();
    const trials = this.run?.results ?? new TrialColumns([]);
    const end = Math.min(trials.length, this.sent + FRAME_RESULTS);
    const frame: SweepFrame = {
      type: "sweep",
      sequence: this.credits.send({ first: this.sent }),
      view: this.host.view(),
      first: this.sent,
      pending: trials.length - end,
      results: trials.block(this.sent, end),
    };
    this.sent = end;
    this.stale = end < trials.length;
    this.sentAt = this.now();
    this.channel.post(frame);
  }

  private onMessage(message: SweepPageMessage): void {
    switch (message.type) {
      case "ready":
        this.presence = afterReady(this.presence);
        this.credits.pageReloaded();
        return this.startOver();
      case "requestSnapshot":
        return this.startOver();
      case "acknowledge":
        this.credits.acknowledge(message.sequence);
        if (this.startsOver || this.isCatchingUp) return this.send();
        return this.stale ? this.sendSoon() : undefined;
      case "command":
        return this.host.runCommand(message.command);
      case "openFile":
        return this.host.openFile();
      case "openTrial":
        return this.host.openTrial(message.index);
      case "applyTrial":
        return this.host.applyTrial(message.index);
      case "chartFile":
        return this.host.saveChart(message);
      case "chartFailed":
        return this.host.chartFailed(message.message);
      case "viewError":
        return this.host.warn(`Error in the sweep panel: ${message.message}`);
      default:
        message satisfies never;
    }
  }
}
