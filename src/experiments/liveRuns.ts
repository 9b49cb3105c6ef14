import * as vscode from "vscode";
import type { ExperimentSession } from "../session/experimentSession";
import type { SessionRegistry } from "../session/sessionRegistry";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { decideAfterEdit, isSameMovement, runsOnSave, type AutoRun } from "../shared/handover/policy";
import { HANDOVER_MS } from "../shared/handover/times";
import { isExperimentPath } from "./experimentPath";
import type { Movements } from "./movements";
import type { ExperimentFiles } from "./experimentFiles";
import type { ExperimentRunner } from "./experimentRunner";
import type { Notifications } from "../window/notifications";

const SECTION = "rnnLab";

/** A run that an edit has caused. Times of `performance.now()`. */
export interface LiveRun {
  readonly session: ExperimentSession;
  /** When VS Code told of the edit. */
  readonly editedAt: number;
}

interface TypedEdit {
  readonly editedAt: number;
  readonly movement: number | undefined;
}

/** A run that starts when the text has settled. */
interface PendingRun {
  readonly edit: TypedEdit;
  readonly timer: NodeJS.Timeout;
}

/**
 * Runs an experiment anew when its text becomes another experiment while its panel is open: as it is typed, or when it
 * is saved. Comments and layout are no change. A text with an error leaves the run as it is, and so does typing once a
 * run has trained for long: saving or a command replaces that one.
 */
export class LiveRuns implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly pending = new Map<string, PendingRun>();
  /** Files that are about to be saved because someone said so. */
  private readonly savedByHand = new Set<string>();
  private readonly runs = this.owned.add(new vscode.EventEmitter<LiveRun>());
  readonly onDidRun = this.runs.event;

  constructor(
    private readonly sessions: SessionRegistry,
    private readonly files: ExperimentFiles,
    private readonly runner: ExperimentRunner,
    private readonly notifications: Notifications,
    private readonly movements: Movements,
    private readonly hasPanel: (session: ExperimentSession) => boolean,
  ) {
    const { workspace } = vscode;
    this.owned.add(
      workspace.onDidChangeTextDocument(
        ({ document, contentChanges }) => contentChanges.length > 0 && this.onEdit(document),
      ),
    );
    this.owned.add(
      workspace.onWillSaveTextDocument(
        ({ document, reason }) =>
          reason === vscode.TextDocumentSaveReason.Manual &&
          isExperimentPath(document.uri.path) &&
          this.savedByHand.add(document.uri.toString()),
      ),
    );
    this.owned.add(workspace.onDidSaveTextDocument((document) => this.onSave(document)));
  }

  dispose(): void {
    for (const { timer } of this.pending.values()) {
      clearTimeout(timer);
    }
    this.pending.clear();
    this.owned.dispose();
  }

  private onEdit(document: vscode.TextDocument): void {
    const session = this.followed(document);
    if (session === null || this.settings(document).autoRun !== "onType") {
      return;
    }
    const edit: TypedEdit = { editedAt: performance.now(), movement: this.movements.of(document) };
    const isWanted = session.handover.watch();
    const { delayMs } = this.settings(document);
    const key = document.uri.toString();
    clearTimeout(this.pending.get(key)?.timer);
    session.handover.setEditState("coming");
    if (delayMs === 0) {
      this.runTyped(document, session, edit);
      return;
    }
    const run = (): void => {
      this.pending.delete(key);
      if (isWanted()) this.runTyped(document, session, edit);
      else session.handover.setEditState("settled");
    };
    this.pending.set(key, { edit, timer: setTimeout(run, delayMs) });
  }

  /** @param isAsked a run that has trained for long is replaced as well */
  private runTyped(document: vscode.TextDocument, session: ExperimentSession, edit: TypedEdit, isAsked = false): void {
    // The file may have been renamed, or the panel closed, since the key was pressed.
    if (this.followed(document) !== session || document.isClosed) {
      session.handover.setEditState("settled");
      return;
    }
    const text = this.files.read(document);
    const origin = edit.movement === undefined ? {} : { movement: edit.movement };
    const replacesLong = isAsked || isSameMovement(session.run?.request ?? {}, origin);
    const decision = decideAfterEdit(
      { isRunnable: text.experiment !== null, differs: text.hash !== session.handover.targetHash },
      { isActive: session.isActive, trainMs: session.status.trainMs },
      replacesLong ? 0 : this.settings(document).longRunMs,
    );
    if (decision !== "run" || text.experiment === null) {
      session.handover.setEditState(decision === "held" ? "held" : "settled");
      return;
    }
    this.runs.fire({ session, editedAt: edit.editedAt });
    this.start(session, this.runner.runTyped(session, text, origin));
  }

  private onSave(document: vscode.TextDocument): void {
    const byHand = this.savedByHand.delete(document.uri.toString());
    const session = this.followed(document);
    if (session === null) {
      return;
    }
    if (!runsOnSave(this.settings(document).autoRun, byHand)) {
      return;
    }
    const key = document.uri.toString();
    const pending = this.pending.get(key);
    if (pending?.edit.movement !== undefined) {
      // The end of a movement, which saves the file: its run is the last of the movement.
      clearTimeout(pending.timer);
      this.pending.delete(key);
      return this.runTyped(document, session, pending.edit, true);
    }
    const { experiment, hash } = this.files.read(document);
    if (experiment !== null && hash !== session.handover.targetHash) {
      this.start(session, this.runner.run(session, { paused: false }));
    }
  }

  private start(session: ExperimentSession, started: Promise<unknown>): void {
    started
      .catch((error: unknown) =>
        this.notifications.showFailure(vscode.l10n.t("RNN Lab: The experiment could not be re-run"), error),
      )
      .finally(() => session.handover.setEditState("settled"));
  }

  private followed(document: vscode.TextDocument): ExperimentSession | null {
    const session = isExperimentPath(document.uri.path) ? this.sessions.find(document.uri.toString()) : null;
    return session !== null && this.hasPanel(session) && vscode.workspace.isTrusted ? session : null;
  }

  private settings(document: vscode.TextDocument): {
    readonly autoRun: AutoRun;
    readonly delayMs: number;
    readonly longRunMs: number;
  } {
    const section = vscode.workspace.getConfiguration(SECTION, document.uri);
    return {
      autoRun: section.get<AutoRun>("autoRun", "onType"),
      delayMs: Math.max(0, numberIn(section, "autoRunDelay", HANDOVER_MS.typedRunDelay)),
      longRunMs: numberIn(section, "keepRunsAfter", HANDOVER_MS.longRun / 1000) * 1000,
    };
  }
}

/** VS Code marks a value that is no number, but returns it all the same. */
function numberIn(section: vscode.WorkspaceConfiguration, key: string, usual: number): number {
  const value = section.get<unknown>(key);
  return typeof value === "number" && Number.isFinite(value) ? value : usual;
}
