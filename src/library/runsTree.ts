import * as vscode from "vscode";
import { folderLabel } from "../window/folderLabel";
import { PHASE_ICONS } from "../window/phaseIcons";
import { runColor } from "../window/runColor";
import { WhenContext } from "../window/whenContext";
import type { RunEntry, RunStore } from "../runs/runStore";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { explain, IDLE } from "../shared/trace/trace";
import { describeProgress, figuresOf, searchText, stateWord } from "./describeRun";
import { isResumable } from "./resumable";
import type { RunLibrary } from "./runLibrary";

const RUNS_VIEW = "rnnLab.runs";

export type RunsNode =
  { readonly kind: "experiment"; readonly uri: string } | { readonly kind: "run"; readonly id: string };

const INTERRUPTED_ICON = "debug-disconnect";

/** The recorded runs by experiment, the latest first, pinned ones on top. */
export class RunsTree implements vscode.TreeDataProvider<RunsNode>, Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new vscode.EventEmitter<undefined>());
  readonly onDidChangeTreeData = this.changes.event;
  readonly view: vscode.TreeView<RunsNode>;
  /** VS Code knows an element by identity. */
  private readonly nodes = new Map<string, RunsNode>();
  private words: readonly string[] = [];
  private readonly context = new WhenContext();

  constructor(private readonly library: RunLibrary) {
    this.view = this.owned.add(
      vscode.window.createTreeView(RUNS_VIEW, { treeDataProvider: this, canSelectMany: true, showCollapseAll: true }),
    );
    this.owned.add(library.onDidChange(() => this.refresh()));
    this.refresh();
  }

  /** What the list is searched for, as it was typed. */
  get search(): string {
    return this.words.join(" ");
  }

  /** Every word has to be found. Nothing: all runs. */
  filter(text: string): void {
    this.words = text
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    this.refresh();
  }

  /** Those that the search leaves, the latest first. */
  get shown(): readonly RunEntry[] {
    const all = this.library.store?.all ?? [];
    return this.words.length === 0
      ? all
      : all.filter((entry) => {
          const text = searchText(entry, this.library.identity(entry).name, vscode.env.language);
          return this.words.every((word) => text.includes(word));
        });
  }

  getChildren(parent?: RunsNode): RunsNode[] {
    const shown = this.shown;
    if (parent === undefined) {
      return [...new Set(shown.map(({ meta }) => meta.uri))].map((uri) => this.node({ kind: "experiment", uri }));
    }
    const runs = parent.kind === "experiment" ? shown.filter(({ meta }) => meta.uri === parent.uri) : [];
    return [...runs.filter(({ notes }) => notes.pinned), ...runs.filter(({ notes }) => !notes.pinned)].map(({ id }) =>
      this.node({ kind: "run", id }),
    );
  }

  getParent(node: RunsNode): RunsNode | undefined {
    const entry = node.kind === "run" ? this.library.store?.find(node.id) : null;
    return entry == null ? undefined : this.node({ kind: "experiment", uri: entry.meta.uri });
  }

  getTreeItem(node: RunsNode): vscode.TreeItem {
    if (node.kind === "experiment") return this.experimentItem(node.uri);
    const entry = this.library.store?.find(node.id);
    if (entry == null) return new vscode.TreeItem("");
    const language = vscode.env.language;
    const { number, name } = this.library.identity(entry);
    const item = new vscode.TreeItem(name);
    item.id = node.id;
    item.command = { command: "rnnLab.openRun", title: vscode.l10n.t("Open Run"), arguments: [node.id] };
    const isBaseline = this.library.baseline === entry.id;
    const { pinned } = entry.notes;
    item.description = [
      ...(isBaseline ? [vscode.l10n.t("baseline")] : []),
      ...(pinned ? [vscode.l10n.t("pinned")] : []),
      describeProgress(entry, name, language),
    ].join(" · ");
    // The state by its shape, the run by its color, which is that of its curves.
    const icon = entry.state === "interrupted" ? INTERRUPTED_ICON : PHASE_ICONS[entry.state].id;
    item.iconPath = new vscode.ThemeIcon(icon, runColor(number));
    item.tooltip = describe(entry, name, language);
    item.contextValue = `${contextOf(entry)} ${isBaseline ? "baseline" : "other"}`;
    item.accessibilityInformation = {
      label: `${name}, ${entry.meta.name}, ${figuresOf(entry)}${pinned ? `, ${vscode.l10n.t("pinned")}` : ""}`,
    };
    return item;
  }

  dispose(): void {
    this.owned.dispose();
  }

  private refresh(): void {
    const { store } = this.library;
    this.context.set("rnnLab.runs.filtered", this.words.length > 0);
    this.context.set("rnnLab.runs.baseline", this.library.baseline !== null);
    this.context.set("rnnLab.runs.deleted", store?.canUndoDelete === true);
    const found =
      this.words.length === 0
        ? ""
        : vscode.l10n.t("{0} of {1} runs match “{2}”.", this.shown.length, store?.all.length ?? 0, this.search);
    const message = [found, describeUnlisted(store)].filter(Boolean).join(" ");
    if (this.view.message !== message) this.view.message = message;
    this.changes.fire(undefined);
  }

  private experimentItem(uri: string): vscode.TreeItem {
    const runs = this.shown.filter(({ meta }) => meta.uri === uri);
    const latest = runs[0]?.meta;
    const item = new vscode.TreeItem(latest?.fileName ?? uri, vscode.TreeItemCollapsibleState.Expanded);
    item.id = `experiment ${uri}`;
    const namesakes = this.shown.some(({ meta }) => meta.uri !== uri && meta.fileName === latest?.fileName);
    const folder = namesakes ? `${folderLabel(vscode.Uri.parse(uri))} · ` : "";
    item.description = `${folder}${latest?.name === latest?.fileName ? "" : `${latest?.name ?? ""} · `}${runs.length === 1 ? vscode.l10n.t("1 run") : vscode.l10n.t("{0} runs", runs.length)}`;
    item.iconPath = new vscode.ThemeIcon("graph-line");
    item.tooltip = vscode.Uri.parse(uri).fsPath;
    item.contextValue = "experiment";
    return item;
  }

  private node(node: RunsNode): RunsNode {
    const key = node.kind === "run" ? `run ${node.id}` : `experiment ${node.uri}`;
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    this.nodes.set(key, node);
    return node;
  }
}

/** Why the list may lack runs that are in the folder; empty when it lacks none. */
function describeUnlisted(store: RunStore | null): string {
  const { unreadable, beyond } = store?.unlisted ?? { unreadable: 0, beyond: 0 };
  return [
    unreadable === 0
      ? ""
      : unreadable === 1
        ? vscode.l10n.t("1 file in the runs folder is not a readable run. See the log for details.")
        : vscode.l10n.t("{0} files in the runs folder are not readable runs. See the log for details.", unreadable),
    beyond === 0
      ? ""
      : vscode.l10n.t("The folder has {0} more run files. Only the most recent ones are listed.", beyond),
  ]
    .filter(Boolean)
    .join(" ");
}

/** Words that the `when` clauses of package.json look for. */
function contextOf(entry: RunEntry): string {
  const { state, notes } = entry;
  const live = state === "running" || state === "paused" || state === "starting";
  return [
    "run",
    notes.pinned ? "pinned" : "unpinned",
    live ? "live" : "ended",
    ...(isResumable(entry) ? ["resumable"] : []),
  ].join(" ");
}

/** Plain text: names come from files. */
function describe(entry: RunEntry, name: string, language: string): string {
  const { meta, notes } = entry;
  const { model, training, task } = meta.config;
  return [
    `${meta.name} · ${name}`,
    `${stateWord(entry.state)}, ${figuresOf(entry)}`,
    vscode.l10n.t(
      "{0}, {1} of {2}, {3}, seed {4}, {5}",
      task.kind,
      model.cell,
      model.hiddenSize,
      training.optimizer.kind,
      meta.seed,
      meta.engine,
    ),
    vscode.l10n.t(
      "Started {0}",
      new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }).format(meta.startedAt),
    ),
    ...[explain(entry.progress?.status ?? IDLE)].filter((text) => text !== null),
    ...(notes.note === "" ? [] : ["", notes.note]),
  ].join("\n");
}
