/** Tabs with predictions: what was predicted is remembered, so that a reload of the window predicts it again. */
import * as vscode from "vscode";
import type { Disposable } from "../lib/dispose";
import { describeError, inertLine } from "../lib/outsideText";
import { PREDICTION_TYPE, showPrediction, showPredictionIn, showUnpredicted } from "../panel/predictionTab";
import type { PredictionPage } from "../shared/wire/predictionPage";
import type { PredictJob, PredictReport } from "../threads/predictMessages";
import { runPredictThread } from "../threads/runPredictThread";

const KEY = "rnnLab.predictions";
/** Tabs that are remembered, the newest ones. */
const MOST_TABS = 20;

/** By the title of the tab: the page has no script that could keep more. */
type Jobs = readonly (readonly [title: string, job: PredictJob])[];

export class PredictionTabs implements vscode.WebviewPanelSerializer, Disposable {
  private readonly owned: Disposable;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly memory: vscode.Memento,
  ) {
    this.owned = vscode.window.registerWebviewPanelSerializer(PREDICTION_TYPE, this);
  }

  /** @throws Error that says why the table or the run does not serve */
  predict(job: PredictJob): Promise<Extract<PredictReport, { readonly type: "done" }>> {
    return runPredictThread(vscode.Uri.joinPath(this.extensionUri, "dist", "predict.js").fsPath, job);
  }

  async show(job: PredictJob, page: PredictionPage): Promise<void> {
    const open = new Set(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label)));
    const title = freeTitle(inertLine(page.heading), open);
    showPrediction(page, title);
    const others = this.jobs.filter(([other]) => other !== title);
    await this.memory.update(KEY, [...others, [title, job]].slice(-MOST_TABS));
  }

  /** The table may be another one by now, or gone: then the page says why it is empty. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    const job = this.jobs.find(([title]) => title === panel.title)?.[1];
    const lost = vscode.l10n.t('This prediction is not known any more. Run "Predict…" again.');
    try {
      if (job === undefined) showUnpredicted(panel, lost);
      else showPredictionIn(panel, (await this.predict(job)).page);
    } catch (error) {
      showUnpredicted(panel, vscode.l10n.t("The prediction cannot be made again: {0}", describeError(error)));
    }
  }

  dispose(): void {
    this.owned.dispose();
  }

  private get jobs(): Jobs {
    const jobs = this.memory.get<unknown>(KEY);
    return Array.isArray(jobs) ? jobs.filter(isEntry) : [];
  }
}

/** Tabs are told apart by their titles. */
function freeTitle(title: string, taken: ReadonlySet<string>): string {
  let free = title;
  for (let count = 2; taken.has(free); count++) free = `${title} (${count})`;
  return free;
}

/** As this version writes it; another one may have had other fields. */
function isEntry(value: unknown): value is Jobs[number] {
  if (!Array.isArray(value) || typeof value[0] !== "string") return false;
  const { runPath, weights, folder, tablePath, tableName, steps } = (value[1] ?? {}) as Partial<
    Record<keyof PredictJob, unknown>
  >;
  const areTexts = [runPath, tablePath, tableName].every((text) => typeof text === "string");
  const isChoice = weights === null || weights === "best" || weights === "last";
  return (
    areTexts &&
    isChoice &&
    (folder === null || typeof folder === "string") &&
    (steps === null || typeof steps === "number")
  );
}
