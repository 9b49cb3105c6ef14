/**
 * The half of the soak that runs in the extension host: endless training while the panel is shown, hidden, closed and
 * opened again and the file is edited. It tells what memory, event loop and frames do.
 */
import { readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as vscode from "vscode";
import type { ActivatedServices } from "../../../src/app/services";
import type { PanelConnection } from "../../../src/panel/panelConnection";
import type { ExperimentSession } from "../../../src/session/experimentSession";
import { activateLab, command, replaceInFile, show, until, untilRows, writeExperiment } from "../../host/support";
import { pause, report, reportingEnd } from "./report";

export interface SoakPlan {
  readonly experiment: string;
  readonly minutes: number;
  /** Between two actions. */
  readonly stepMs: number;
}

const RATES = ["0.001", "0.002"] as const;

export function run(): Promise<void> {
  return reportingEnd(async () => {
    const plan = JSON.parse(process.env["RNNLAB_BENCH_PLAN"] ?? "null") as SoakPlan;
    const lab = await activateLab();
    const uri = await writeExperiment("soak.rnn.json", plan.experiment);
    const document = await show(uri);
    await command("run", uri);
    const soak = new Soak(lab, await lab.files.session(uri), document, plan.stepMs);
    await soak.untilDrawn();
    const end = performance.now() + plan.minutes * 60_000;
    for (let round = 0; performance.now() < end; round++) await soak.round(round);
    soak.sample();
  });
}

class Soak {
  private readonly counted = new Set<PanelConnection>();
  private readonly counts = {
    rounds: 0,
    edits: 0,
    panelsOpened: 0,
    hidden: 0,
    framesSent: 0,
    acknowledged: 0,
    snapshotsAsked: 0,
    viewErrors: 0,
    maxInFlight: 0,
  };
  private readonly delay = monitorEventLoopDelay({ resolution: 1 });
  private readonly collectGarbage: () => void;
  private rate = 0;

  constructor(
    private readonly lab: ActivatedServices,
    private readonly session: ExperimentSession,
    private readonly document: vscode.TextDocument,
    private readonly stepMs: number,
  ) {
    setFlagsFromString("--expose-gc");
    this.collectGarbage = runInNewContext("gc") as () => void;
    session.onDidChange(
      () =>
        (this.counts.maxInFlight = Math.max(
          this.counts.maxInFlight,
          lab.panels.find(session)?.link.framesInFlight ?? 0,
        )),
    );
    this.delay.enable();
  }

  /** The page draws. */
  async untilDrawn(): Promise<void> {
    const { link } = this.lab.panels.open(this.session);
    this.watch();
    await until(link.onDidHandle, () => this.counts.acknowledged > 0);
  }

  /** One of everything a reader does; each waits for rows, so that the run goes on in every state. */
  async round(round: number): Promise<void> {
    this.watch();
    await pause(this.stepMs);
    await this.hideAndShow();
    await pause(this.stepMs);
    await this.edit();
    await pause(this.stepMs);
    if (round % 3 === 2) await this.closeAndOpen();
    if (!this.session.isActive) await command("run", this.document.uri);
    await untilRows(this.session);
    this.counts.rounds++;
    this.sample();
  }

  sample(): void {
    this.delay.disable();
    this.collectGarbage();
    const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
    const threads = [...this.lab.threads].map(({ thread }) => thread);
    report({
      type: "sample",
      at: performance.now(),
      hostHeap: heapUsed,
      external,
      arrayBuffers,
      rss,
      threads: threads.length,
      trainingRss: threads.reduce((sum, { pid }) => sum + residentBytes(pid), 0),
      delayP99Ms: this.delay.percentile(99) / 1e6,
      delayMaxMs: this.delay.max / 1e6,
      ...this.counts,
    });
    this.delay.reset();
    this.delay.enable();
  }

  /** Frames of every panel that was ever open. */
  private watch(): void {
    const link = this.lab.panels.find(this.session)?.link;
    if (link === undefined || this.counted.has(link)) return;
    this.counted.clear();
    this.counted.add(link);
    this.counts.panelsOpened++;
    link.onDidHandle(({ type }) => {
      if (type === "acknowledge") this.counts.acknowledged++;
      else if (type === "requestSnapshot") this.counts.snapshotsAsked++;
      else if (type === "viewError") this.counts.viewErrors++;
    });
  }

  /** Another editor in front of the panel, then the panel again. */
  private async hideAndShow(): Promise<void> {
    const panel = this.lab.panels.find(this.session)?.panel;
    const column = panel?.viewColumn;
    if (panel === undefined || column === undefined) return;
    const other = await vscode.workspace.openTextDocument({ language: "plaintext", content: "in front of the panel" });
    await vscode.window.showTextDocument(other, column);
    await untilRows(this.session);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    panel.reveal(column, true);
    this.counts.hidden++;
  }

  private async edit(): Promise<void> {
    const from = RATES[this.rate % 2] as string;
    const to = RATES[++this.rate % 2] as string;
    await replaceInFile(this.document, `"learningRate": ${from}`, `"learningRate": ${to}`);
    await this.document.save();
    this.counts.edits++;
  }

  private async closeAndOpen(): Promise<void> {
    this.lab.panels.close(this.session);
    await pause(200);
    await command("openPanel", this.document.uri);
    this.watch();
  }
}

/** Of a process that lives; 0 where the system has no such file. */
function residentBytes(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
