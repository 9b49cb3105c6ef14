import * as vscode from "vscode";
import { folderLabel } from "../window/folderLabel";
import { PHASE_ICONS } from "../window/phaseIcons";
import { runColor } from "../window/runColor";
import { WhenContext } from "../window/whenContext";
import type { ExternalRun } from "../externalRuns/externalRun";
import type { RunEntry, RunStore } from "../runs/runStore";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { explain, IDLE } from "../shared/trace/trace";
import { formatCount } from "../shared/words/numberFormat";
import { describeProgress, figuresOf, searchText, stateWord } from "./describeRun";
import { describeUsage, nextToGo } from "./describeUsage";
import { isResumable } from "./resumable";
import { describeExternal, externalItem, externalSearchText, groupItem, olderExternalItem } from "./externalItems";
import { ExternalOutline, type ExternalNode } from "./externalOutline";
import type { ExternalRuns } from "./externalRuns";
import type { RunLibrary } from "./runLibrary";
import { RunsOutline, type ChangedNodes, type RunsNode } from "./runsOutline";
import { inertLine } from "../lib/outsideText";
import { createTreeItem, setTreeMessage, withTooltip } from "../window/treeItem";

const RUNS_VIEW = "rnnLab.runs";

const INTERRUPTED_ICON = "debug-disconnect";

type TreeNode = RunsNode | ExternalNode;

/** The recorded runs by experiment, the latest first, pinned ones on top; before them those of others by folder. */
export class RunsTree implements vscode.TreeDataProvider<TreeNode>, Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new vscode.EventEmitter<TreeNode[] | undefined>());
  readonly onDidChangeTreeData = this.changes.event;
  readonly view: vscode.TreeView<TreeNode>;
  private readonly outline = new RunsOutline();
  private readonly others = new ExternalOutline();
  private baseline: string | null = null;
  /** What the search looks in, of the runs that it has looked at; names may change without their run. */
  private readonly searched = new WeakMap<RunEntry, { readonly name: string; readonly text: string }>();
  private words: readonly string[] = [];
  private readonly context = new WhenContext();

  constructor(
    private readonly library: RunLibrary,
    private readonly external: ExternalRuns,
  ) {
    this.view = this.owned.add(
      vscode.window.createTreeView(RUNS_VIEW, { treeDataProvider: this, canSelectMany: true, showCollapseAll: true }),
    );
    this.owned.add(library.onDidChange(() => this.refresh()));
    this.owned.add(external.onDidChange(() => this.refreshOthers()));
    this.owned.add(library.onDidRename((ids) => this.changes.fire([...ids].map((id) => this.outline.run(id)))));
    this.refresh();
    this.refreshOthers();
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
    this.refreshOthers();
  }

  /** Those that the search leaves, the latest first. */
  get shown(): readonly RunEntry[] {
    return this.outline.shown;
  }

  /** Runs of others that the search leaves. */
  get shownOthers(): readonly ExternalRun[] {
    return this.others.all.flatMap(({ runs }) => runs);
  }

  getChildren(parent?: TreeNode): TreeNode[] {
    if (parent === undefined) return [...this.others.children(), ...this.outline.children()];
    return isOther(parent) ? [...this.others.children(parent)] : [...this.outline.children(parent)];
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    if (isOther(node)) return this.otherItem(node);
    if (node.kind === "experiment") return this.experimentItem(node.uri);
    if (node.kind === "older") return this.olderItem(node);
    const entry = this.library.store?.find(node.id);
    if (entry == null) return createTreeItem({ label: "" });
    const language = vscode.env.language;
    const { number, name } = this.library.identity(entry);
    const isBaseline = this.library.baseline === entry.id;
    const { pinned } = entry.notes;
    const item = createTreeItem({
      label: name,
      description: [
        ...(isBaseline ? [vscode.l10n.t("baseline")] : []),
        ...(pinned ? [vscode.l10n.t("pinned")] : []),
        describeProgress(entry, name, language),
      ].join(" · "),
    });
    item.id = node.id;
    item.command = { command: "rnnLab.openRun", title: vscode.l10n.t("Open Run"), arguments: [node.id] };
    // The state by its shape, the run by its color, which is that of its curves.
    const icon = entry.state === "interrupted" ? INTERRUPTED_ICON : PHASE_ICONS[entry.state].id;
    item.iconPath = new vscode.ThemeIcon(icon, runColor(number));
    item.contextValue = `${contextOf(entry)} ${isBaseline ? "baseline" : "other"}`;
    item.accessibilityInformation = {
      label: inertLine(
        `${name}, ${entry.meta.name}, ${figuresOf(entry)}${pinned ? `, ${vscode.l10n.t("pinned")}` : ""}`,
      ),
    };
    return item;
  }

  /** Only when the pointer is on the item: it takes longer than all the rest of it. */
  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const other = node.kind === "external" ? this.external.find(node.id) : null;
    if (other !== null) return describeExternal(item, other);
    const entry = node.kind === "run" ? this.library.store?.find(node.id) : null;
    if (entry == null) return item;
    return withTooltip(item, describe(entry, this.library.identity(entry).name, vscode.env.language));
  }

  dispose(): void {
    this.owned.dispose();
  }

  private refreshOthers(): void {
    const isFound = (run: ExternalRun): boolean => {
      const text = externalSearchText(run);
      return this.words.every((word) => text.includes(word));
    };
    const { groups } = this.external;
    const shown =
      this.words.length === 0
        ? groups
        : groups
            .map(({ folder, runs }) => ({ folder, runs: runs.filter(isFound) }))
            .filter(({ runs }) => runs.length > 0);
    const changed = this.others.update(shown);
    if (changed === "all") this.changes.fire(undefined);
    else if (changed.length > 0) this.changes.fire([...changed]);
    if (this.words.length > 0) this.showMessage();
  }

  private refresh(): void {
    const { store } = this.library;
    const changed = this.updateOutline(store?.all ?? []);
    this.context.set("rnnLab.runs.filtered", this.words.length > 0);
    this.context.set("rnnLab.runs.baseline", this.library.baseline !== null);
    this.context.set("rnnLab.runs.deleted", store?.canUndoDelete === true);
    const { usage } = this.library;
    const description = usage === null || store?.all.length === 0 ? "" : describeUsage(usage);
    if (this.view.description !== description) this.view.description = description;
    this.showMessage();
    if (changed === "all") this.changes.fire(undefined);
    else if (changed.length > 0) this.changes.fire([...changed]);
  }

  private showMessage(): void {
    const { store, usage } = this.library;
    const [shown, all] = [
      this.shown.length + this.shownOthers.length,
      (store?.all.length ?? 0) + this.external.groups.reduce((sum, { runs }) => sum + runs.length, 0),
    ];
    const found = this.words.length === 0 ? "" : vscode.l10n.t("{0} of {1} runs match “{2}”.", shown, all, this.search);
    const next = store?.find((usage === null ? null : nextToGo(usage)) ?? "") ?? null;
    const leaving =
      next === null ? "" : vscode.l10n.t("“{0}” goes to the trash next.", this.library.identity(next).name);
    const message = [found, leaving, describeUnlisted(store)].filter(Boolean).join(" ");
    setTreeMessage(this.view, message);
  }

  private updateOutline(all: readonly RunEntry[]): ChangedNodes {
    const changed = this.outline.update(this.words.length === 0 ? all : all.filter((entry) => this.isFound(entry)));
    const { baseline } = this.library;
    const others = [this.baseline, baseline].filter((id) => id !== null && this.baseline !== baseline);
    this.baseline = baseline;
    return changed === "all" ? changed : [...changed, ...others.map((id) => this.outline.run(id ?? ""))];
  }

  private isFound(entry: RunEntry): boolean {
    const { name } = this.library.identity(entry);
    const known = this.searched.get(entry);
    const text = known?.name === name ? known.text : searchText(entry, name, vscode.env.language);
    if (known?.name !== name) this.searched.set(entry, { name, text });
    return this.words.every((word) => text.includes(word));
  }

  private otherItem(node: ExternalNode): vscode.TreeItem {
    if (node.kind === "external") {
      const run = this.external.find(node.id);
      if (run === null) return createTreeItem({ label: "" });
      return externalItem(run, this.external.numberOf(run), this.external.isOpened(run));
    }
    const group = this.others.find(node.folder);
    if (group === null) return createTreeItem({ label: "" });
    return node.kind === "folder"
      ? groupItem(group)
      : olderExternalItem(group.runs.length - node.first, node.first, node.folder);
  }

  private experimentItem(uri: string): vscode.TreeItem {
    const experiment = this.outline.find(uri);
    if (experiment === null) return createTreeItem({ label: "" });
    const { latest, runs, hasNamesake, isExpanded } = experiment;
    const { fileName, name } = latest.meta;
    const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = createTreeItem({
      label: fileName,
      description: [
        ...(hasNamesake ? [folderLabel(vscode.Uri.parse(uri))] : []),
        ...(name === fileName ? [] : [name]),
        runs === 1 ? vscode.l10n.t("1 run") : vscode.l10n.t("{0} runs", runs),
      ].join(" · "),
      tooltip: vscode.Uri.parse(uri).fsPath,
      collapsibleState: isExpanded ? Expanded : Collapsed,
    });
    item.id = `experiment ${uri}`;
    item.iconPath = new vscode.ThemeIcon("graph-line");
    item.contextValue = "experiment";
    return item;
  }

  private olderItem(node: Extract<RunsNode, { readonly kind: "older" }>): vscode.TreeItem {
    const count = formatCount(this.outline.count(node));
    const item = createTreeItem({
      label: node.uri === null ? vscode.l10n.t("{0} older experiments", count) : vscode.l10n.t("{0} older runs", count),
      collapsibleState: vscode.TreeItemCollapsibleState.Collapsed,
    });
    item.id = `older ${node.first} ${node.uri ?? ""}`;
    item.iconPath = new vscode.ThemeIcon("history");
    item.contextValue = "older";
    return item;
  }
}

function isOther(node: TreeNode): node is ExternalNode {
  return node.kind === "folder" || node.kind === "external" || node.kind === "olderExternal";
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
