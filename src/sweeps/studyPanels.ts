/** Journals of Optuna in VS Code: each study has a page, which is only a view of the file and follows it. */
import * as vscode from "vscode";
import type { JournalStudy } from "../formats/optunaJournal";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import { finishInPieces } from "../lib/slicedTask";
import type { PanelPages } from "../panel/panelPages";
import { saveChart } from "../panel/saveChart";
import type { SweepView } from "../shared/wire/sweepProtocol";
import { TrialColumns } from "../shared/wire/trialColumns";
import { formatCount, formatDuration } from "../shared/words/numberFormat";
import { StudyTrials, trialJson } from "../sweepPlan/studyTrials";
import { sweepCsv } from "../sweepPlan/sweepCsv";
import type { Notifications } from "../window/notifications";
import { pickOne } from "../window/quickPick";
import { createWebviewTab } from "../window/webviewTab";
import { FollowedJournal } from "./followedJournal";
import { SweepConnection, type LinkedSweep } from "./sweepConnection";

/** Also in package.json, where it wakes the extension for a panel that a window reload left behind. */
export const STUDY_PANEL_TYPE = "rnnLab.studyPanel";

/** A trial that is under way writes nothing for a while; after this it is said. */
const SILENT_AFTER_MS = 10 * 60_000;

/** A text that is shown as a document which cannot be changed. */
interface TextShelf {
  add(fileName: string, label: string, text: string): vscode.Uri;
}

/** One study, and what of it a page shows. */
export class ShownStudy implements LinkedSweep, Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new Emitter<void>());
  readonly onDidChange = this.changes.event;
  private trials: StudyTrials | null = null;

  /** @param onReplaced the results are other ones from now on */
  constructor(
    readonly journal: FollowedJournal,
    readonly name: string,
    private readonly onReplaced: () => void = () => undefined,
  ) {
    this.owned.add(journal);
    this.take();
    this.owned.add(
      journal.onDidChange(() => {
        if (this.take()) this.onReplaced();
        this.changes.fire();
      }),
    );
  }

  get results(): TrialColumns {
    return this.trials?.results ?? new TrialColumns([]);
  }

  trial(index: number): string | null {
    const trial = this.trials?.study.trials[index];
    return trial === undefined ? null : trialJson(trial);
  }

  /** @returns the table, or null while there is no study */
  async table(): Promise<string | null> {
    return this.trials === null ? null : finishInPieces(sweepCsv(this.trials.info, this.trials.results));
  }

  view(uri: string, fileName: string): SweepView {
    const { trials, name } = this;
    const running = trials?.progress.running ?? 0;
    return {
      source: "optuna",
      uri,
      name,
      fileName,
      phase: trials === null ? "failed" : running > 0 ? "running" : "done",
      info: trials?.info ?? null,
      progress: trials?.progress ?? null,
      ...(running > 0 ? { underWay: trials?.underWay ?? [] } : {}),
      elapsedMs: trials?.elapsedMs ?? 0,
      threads: 0,
      message: this.message,
      canRun: false,
    };
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** @returns whether the results are other ones */
  private take(): boolean {
    const study = this.journal.studies.find(({ name }) => name === this.name);
    if (study === this.trials?.study) return this.trials?.update() ?? false;
    this.trials = study === undefined ? null : new StudyTrials(study);
    return true;
  }

  private get message(): string | null {
    const { journal, trials, name } = this;
    const texts = journal.problem === null ? [] : [journal.problem];
    if (trials === null) {
      const gone = vscode.l10n.t("The journal has no study “{0}”; it may have been deleted.", name);
      return [...texts, ...(journal.problem === null ? [gone] : [])].join(" ");
    }
    if (trials.unshown > 0) texts.push(vscode.l10n.t("Objectives that are not shown: {0}.", trials.unshown));
    const { running } = trials.progress;
    const silentMs = Date.now() - trials.lastEntry;
    if (running > 0 && silentMs > SILENT_AFTER_MS)
      texts.push(
        vscode.l10n.t("For {0}, no trial has begun or ended.", formatDuration(silentMs)),
        vscode.l10n.t("A worker that is killed leaves its trial in the state “running”."),
      );
    return texts.length === 0 ? null : texts.join(" ");
  }
}

interface StudyPanel {
  readonly panel: vscode.WebviewPanel;
  readonly link: SweepConnection;
  readonly study: ShownStudy;
}

export class StudyPanels implements vscode.WebviewPanelSerializer, Disposable {
  /** By the address of the study. */
  private readonly open = new Map<string, StudyPanel>();
  private readonly registration: vscode.Disposable;

  constructor(
    private readonly pages: PanelPages,
    private readonly notifications: Notifications,
    private readonly texts: TextShelf,
  ) {
    this.registration = vscode.window.registerWebviewPanelSerializer(STUDY_PANEL_TYPE, this);
  }

  /**
   * Shows a study of a journal; where it has several and none is named, the user picks one.
   * @returns the address of the study, or null when the user canceled
   * @throws Error in words for a person
   */
  async show(file: vscode.Uri, named?: string): Promise<vscode.Uri | null> {
    if (file.scheme !== "file")
      throw new Error(vscode.l10n.t("Only files on a disk can be opened, not {0}.", file.scheme));
    const journal = new FollowedJournal(file.fsPath);
    await journal.look();
    const name = named ?? (await pickStudy(journal));
    if (name === undefined) {
      journal.dispose();
      return null;
    }
    const address = file.with({ fragment: name });
    const known = this.open.get(address.toString());
    if (known === undefined) {
      const title = titleOf(name);
      this.adopt(createWebviewTab(STUDY_PANEL_TYPE, title, vscode.ViewColumn.Active), address, journal);
    } else {
      journal.dispose();
      known.panel.reveal();
    }
    return address;
  }

  find(address: vscode.Uri): StudyPanel | null {
    return this.open.get(address.toString()) ?? null;
  }

  /** A panel that a window reload has left. A second one for the same study is closed. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    this.pages.adopt(panel);
    const address = readAddress(state);
    const journal = address === null ? null : new FollowedJournal(address.fsPath);
    await journal?.look();
    if (address !== null && journal !== null && !this.open.has(address.toString()))
      return this.adopt(panel, address, journal);
    if (address === null) this.notifications.log.warn("A panel of a study could not be restored: it names no file.");
    journal?.dispose();
    panel.dispose();
  }

  /**
   * Writes the table of a study where the user says.
   * @param given its address; of another file, and left out, it is the study whose panel is active
   * @returns the file, or null when the dialog was closed
   * @throws Error in words for a person
   */
  async saveTable(given?: vscode.Uri, to?: vscode.Uri): Promise<vscode.Uri | null> {
    const isOpen = given !== undefined && this.find(given) !== null;
    const address = isOpen ? given : this.activeAddress;
    if (address === null)
      throw new Error(vscode.l10n.t("No panel of a study is active. Open one with “Open Optuna Journal…”."));
    const table = await this.find(address)?.study.table();
    if (table === undefined || table === null) return null;
    const proposed = address.with({ fragment: "", path: `${address.path.replace(/\.[^./]*$/, "")}.csv` });
    const file =
      to ??
      (await vscode.window.showSaveDialog({
        title: vscode.l10n.t("Export Sweep Results"),
        filters: { [vscode.l10n.t("CSV table")]: ["csv"] },
        defaultUri: proposed,
      }));
    if (file === undefined) return null;
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(table));
    return file;
  }

  private get activeAddress(): vscode.Uri | null {
    const active = [...this.open].find(([, { panel }]) => panel.active);
    return active === undefined ? null : vscode.Uri.parse(active[0]);
  }

  dispose(): void {
    for (const { panel } of [...this.open.values()]) panel.dispose();
    this.registration.dispose();
  }

  private adopt(panel: vscode.WebviewPanel, address: vscode.Uri, journal: FollowedJournal): void {
    this.pages.adopt(panel);
    const key = address.toString();
    const journalUri = address.with({ fragment: "" });
    const fileName = address.path.slice(address.path.lastIndexOf("/") + 1);
    const study: ShownStudy = new ShownStudy(journal, address.fragment, () => link.show(study));
    const { notifications } = this;
    const report = (failure: string, done: PromiseLike<unknown>): void =>
      void done.then(undefined, (error: unknown) => notifications.showFailure(failure, error));
    const notSaved = vscode.l10n.t("RNN Lab: The chart could not be saved");
    const link = new SweepConnection(
      panel.webview,
      {
        view: () => study.view(key, fileName),
        runCommand: (command) => {
          if (command === "saveSweep")
            report(vscode.l10n.t("RNN Lab: The table could not be saved"), this.saveTable(address));
        },
        openFile: () => void vscode.commands.executeCommand("vscode.open", journalUri),
        openTrial: (index) => this.openTrial(study, index),
        // The page has no button for it: there is no file to write it into.
        applyTrial: () => undefined,
        saveChart: (file) => report(notSaved, saveChart({ file: { uri: journalUri.toString() } }, file)),
        chartFailed: (message) => notifications.showFailure(notSaved, new Error(message)),
        warn: (message) => notifications.log.warn(message),
      },
      panel.visible,
    );
    this.open.set(key, { panel, link, study });
    journal.follow(panel.visible);
    panel.onDidChangeViewState(() => {
      link.setVisible(panel.visible);
      journal.follow(panel.visible);
    });
    panel.onDidDispose(() => {
      this.open.delete(key);
      link.dispose();
      study.dispose();
    });
    link.show(study);
    this.pages.load(panel, "sweep", { uri: key });
  }

  private openTrial(study: ShownStudy, index: number): void {
    const text = study.trial(index);
    if (text === null) return;
    const label = vscode.l10n.t("trial {0}", index);
    const uri = this.texts.add(`${label}.json`, study.name.replaceAll("/", "-"), text);
    void vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.Beside, preview: true });
  }
}

/** Undefined when the user canceled. @throws Error where there is none */
async function pickStudy(journal: FollowedJournal): Promise<string | undefined> {
  const { studies, problem, path } = journal;
  const [only] = studies;
  if (only === undefined) throw new Error(problem ?? vscode.l10n.t("There is no study in {0}.", path));
  if (studies.length === 1) return only.name;
  const items = studies.map((study) => ({ label: study.name, description: describeStudy(study), name: study.name }));
  return (await pickOne(items, { title: vscode.l10n.t("Select a study to open") }))?.name;
}

function describeStudy({ trials, directions }: JournalStudy): string {
  const count =
    trials.length === 1 ? vscode.l10n.t("1 trial") : vscode.l10n.t("{0} trials", formatCount(trials.length));
  return directions.length < 2 ? count : `${count}, ${vscode.l10n.t("{0} objectives", directions.length)}`;
}

function titleOf(name: string): string {
  return vscode.l10n.t("Study: {0}", name);
}

/** Null for what is no state of ours. */
function readAddress(state: unknown): vscode.Uri | null {
  const text = typeof state === "object" && state !== null && "uri" in state ? state.uri : undefined;
  const uri = typeof text === "string" ? vscode.Uri.parse(text) : null;
  return uri?.scheme === "file" && uri.fragment !== "" ? uri : null;
}
