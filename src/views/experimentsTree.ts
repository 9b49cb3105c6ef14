import * as vscode from "vscode";
import type { SessionRegistry } from "../session/sessionRegistry";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { EXPERIMENT_GLOB, fileNameOf } from "../experiments/experimentPath";
import type { RunPhase } from "../shared/trace/trace";
import { formatCount } from "../shared/words/numberFormat";
import { folderLabel } from "../window/folderLabel";
import { PHASE_ICONS } from "../window/phaseIcons";
import { phaseWord } from "../window/phaseWords";
import { createTreeItem } from "../window/treeItem";

const EXPERIMENTS_VIEW = "rnnLab.experiments";
/** Files that are listed; more than anybody reads in a list. */
const MAX_FILES = 1000;
const EXCLUDED = "**/{node_modules,.git,.vscode-test}/**";

/** Beside the files of an exported run. */
const BUNDLE_GLOB = "**/bundle.json";

/** The experiment files of the workspace and the state of their runs. */
export class ExperimentsTree implements vscode.TreeDataProvider<vscode.Uri>, Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new vscode.EventEmitter<vscode.Uri | undefined>());
  readonly onDidChangeTreeData = this.changes.event;
  private readonly view: vscode.TreeView<vscode.Uri>;
  /** Files on display, by URI: VS Code knows an element by identity. */
  private shown = new Map<string, vscode.Uri>();
  private readonly phases = new Map<string, RunPhase>();

  constructor(private readonly sessions: SessionRegistry) {
    const watcher = this.owned.add(vscode.workspace.createFileSystemWatcher(EXPERIMENT_GLOB, false, true, false));
    const refresh = (): void => this.changes.fire(undefined);
    this.owned.add(watcher.onDidCreate(refresh));
    this.owned.add(watcher.onDidDelete(refresh));
    this.owned.add(vscode.workspace.onDidChangeWorkspaceFolders(refresh));
    this.owned.add(sessions.onDidSettle(({ session }) => this.showPhase(session.file.uri, session.status.phase)));
    this.view = this.owned.add(vscode.window.createTreeView(EXPERIMENTS_VIEW, { treeDataProvider: this }));
  }

  async getChildren(parent?: vscode.Uri): Promise<vscode.Uri[]> {
    if (parent !== undefined) {
      return [];
    }
    const [experiments, bundles] = await Promise.all([
      vscode.workspace.findFiles(EXPERIMENT_GLOB, EXCLUDED, MAX_FILES + 1),
      vscode.workspace.findFiles(BUNDLE_GLOB, EXCLUDED, MAX_FILES),
    ]);
    // What a bundle holds is a recorded run, not one to run here.
    const bundleFolders = new Set(bundles.map(folderOf));
    const found = experiments.filter((uri) => !bundleFolders.has(folderOf(uri)));
    found.sort((a, b) => (a.path < b.path ? -1 : 1)).splice(MAX_FILES);
    this.view.message =
      experiments.length > MAX_FILES
        ? vscode.l10n.t("Only {0} experiment files are listed. Open others in the Explorer.", formatCount(MAX_FILES))
        : "";
    this.shown = new Map(found.map((uri) => [uri.toString(), uri]));
    return found;
  }

  getTreeItem(uri: vscode.Uri): vscode.TreeItem {
    const session = this.sessions.find(uri.toString());
    const phase = session?.status.phase ?? "idle";
    const item = createTreeItem({
      resourceUri: uri,
      label: fileNameOf(uri.path),
      description: [phase === "idle" ? "" : phaseWord(phase), folderLabel(uri)].filter(Boolean).join(" · "),
    });
    item.iconPath = phase === "idle" ? new vscode.ThemeIcon("graph-line") : PHASE_ICONS[phase];
    item.contextValue = session?.isActive === true ? "active" : "inactive";
    item.command = { command: "vscode.open", title: vscode.l10n.t("Open"), arguments: [uri] };
    return item;
  }

  dispose(): void {
    this.owned.dispose();
  }

  private showPhase(uri: string, phase: RunPhase): void {
    const element = this.shown.get(uri);
    if (element !== undefined && this.phases.get(uri) !== phase) {
      this.phases.set(uri, phase);
      this.changes.fire(element);
    }
  }
}

function folderOf({ path }: vscode.Uri): string {
  return path.slice(0, path.lastIndexOf("/"));
}
