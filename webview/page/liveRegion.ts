/**
 * Milestones for screen readers: at most one every five seconds, the newest wins, and the end of a run is never lost.
 */
import * as l10n from "@vscode/l10n";
import { formatCount, formatValue } from "../../src/shared/words/numberFormat";
import { explain, type RunStatus } from "../../src/shared/trace/trace";
import type { SeedTrials } from "../../src/shared/wire/seeds";
import { element } from "../ui/dom";
import { announceSeeds } from "../views/scalars/seedBand";
import { phaseText } from "./header";

const QUIET_MS = 5000;
const MILESTONES = 10;

/** Changes whenever there is something to announce: the phase, or another tenth of the iterations. */
export function milestoneOf(status: RunStatus): string {
  const tenth = status.iterations > 0 ? Math.floor((status.iteration / status.iterations) * MILESTONES) : 0;
  return status.phase === "running" ? `running ${tenth}` : status.phase;
}

export function sayMilestone(status: RunStatus): string {
  const facts = [
    phaseText(status.phase),
    ...(status.iterations > 0
      ? [l10n.t("iteration {0} of {1}", formatCount(status.iteration), formatCount(status.iterations))]
      : []),
    ...(status.loss === null ? [] : [l10n.t("loss {0}", formatValue(status.loss))]),
  ];
  return [`${facts.join(", ")}.`, explain(status)].filter((text) => text !== null).join(" ");
}

export class LiveRegion {
  readonly element = element("div", {
    class: "visually-hidden",
    attributes: { role: "status", "aria-live": "polite" },
  });
  private milestone: string | null = null;
  private seeds: SeedTrials["phase"] | null = null;
  private saidAt = -Infinity;
  private waiting: { status: RunStatus; timer: number } | null = null;

  show(status: RunStatus): void {
    const milestone = milestoneOf(status);
    const isFirst = this.milestone === null;
    if (milestone === this.milestone) return;
    this.milestone = milestone;
    // The state when the page opened is not announced.
    if (isFirst) return;
    const wait = this.saidAt + QUIET_MS - performance.now();
    if (this.waiting !== null) this.waiting.status = status;
    else if (wait <= 0) this.announce(status);
    else this.waiting = { status, timer: window.setTimeout(() => this.announce(this.waiting?.status ?? status), wait) };
  }

  /** Announces their end: it comes long after the button was pressed, and moves no focus. */
  showSeeds(trials: SeedTrials | null): void {
    const wasRunning = this.seeds === "running";
    this.seeds = trials?.phase ?? null;
    if (wasRunning && trials !== null && trials.phase !== "running") this.element.textContent = announceSeeds(trials);
  }

  private announce(status: RunStatus): void {
    this.waiting = null;
    this.saidAt = performance.now();
    this.element.textContent = sayMilestone(status);
  }
}
