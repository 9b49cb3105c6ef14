import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { RUNS_TABLE_TYPE, RunsTablePanel } from "../panel/runsTablePanel";
import type { PanelPages } from "../panel/panelPages";
import { COLUMN } from "../shared/trace/trace";
import type { LossCurve, RunsTablePageMessage } from "../shared/wire/runsTable";
import { RunReader } from "../threads/runReader";
import type { ListedRun, ListedRuns } from "./listedRun";
import { RunsTableFeed } from "./runsTableFeed";

/** Of a curve; as many as a narrow chart has pixels. */
const POINTS = 1024;
/** Changes that come together go to the page together. */
const SETTLE_MS = 50;
/** Work between two pauses that leave the extension host to others. */
const SLICE_MS = 8;

type Asked = Extract<RunsTablePageMessage, { readonly type: "readCurves" }>;

/** The table of runs, fed from the library. */
export class RunsTable implements vscode.WebviewPanelSerializer, Disposable {
  private readonly owned = new DisposableStore();
  readonly panel: RunsTablePanel;
  private readonly feed = new RunsTableFeed((run) => this.runs.identity(run));
  private readonly reader: RunReader;
  private timer: NodeJS.Timeout | null = null;
  private isSending = false;
  private isOutdated = false;

  constructor(
    pages: PanelPages,
    workerPath: string,
    private readonly runs: ListedRuns,
    private readonly warn: (message: string) => void,
  ) {
    this.reader = this.owned.add(new RunReader(workerPath));
    this.panel = this.owned.add(
      new RunsTablePanel(pages, {
        start: () => {
          this.feed.startOver();
          this.sendSoon(0);
        },
        act: ({ verb, ids }) => void vscode.commands.executeCommand(`rnnLab.${verb}`, ids[0], ids),
        readCurves: (asked) => this.sendCurves(asked),
        warn,
      }),
    );
    for (const { onDidChange } of [runs.library, runs.external])
      this.owned.add(onDidChange(() => this.panel.isOpen && this.sendSoon(SETTLE_MS)));
    this.owned.add(vscode.window.registerWebviewPanelSerializer(RUNS_TABLE_TYPE, this));
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.panel.restore(panel);
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.owned.dispose();
  }

  private sendSoon(wait: number): void {
    this.isOutdated = true;
    if (!this.isSending) this.timer ??= setTimeout(() => void this.sendRuns(), wait);
  }

  private async sendRuns(): Promise<void> {
    this.timer = null;
    this.isSending = true;
    try {
      while (this.isOutdated) {
        this.isOutdated = false;
        const work = this.feed.collect(this.runs.all);
        let step = work.next();
        for (let pausedAt = performance.now(); step.done !== true; step = work.next()) {
          if (performance.now() - pausedAt < SLICE_MS) continue;
          await nextTurn();
          pausedAt = performance.now();
        }
        for (const message of step.value) {
          this.panel.post(message);
          await nextTurn();
        }
      }
    } catch (error) {
      this.warn(`The runs could not be shown: ${String(error)}`);
    } finally {
      this.isSending = false;
    }
  }

  private sendCurves({ requestId, ids }: Asked): void {
    const entries = ids.flatMap((id) => this.runs.find(id) ?? []);
    this.readCurves(entries).then(
      ({ curves, problems }) => this.panel.post({ type: "curves", requestId, curves, problems }),
      (error: unknown) => this.warn(`The curves of the runs could not be read: ${String(error)}`),
    );
  }

  private async readCurves(
    entries: readonly ListedRun[],
  ): Promise<{ readonly curves: readonly LossCurve[]; readonly problems: readonly string[] }> {
    const read = await this.runs.readCurves(this.reader, entries, POINTS);
    const curves: LossCurve[] = [];
    const problems: string[] = [];
    entries.forEach((entry, index) => {
      const result = read[index];
      const iteration = result !== undefined && "curves" in result ? result.curves[COLUMN.iteration] : undefined;
      const loss = result !== undefined && "curves" in result ? result.curves[COLUMN.loss] : undefined;
      if (iteration !== undefined && loss !== undefined) curves.push({ id: entry.id, iteration, loss });
      else problems.push(vscode.l10n.t("{0} could not be read.", this.runs.identity(entry).name));
    });
    return { curves, problems };
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
