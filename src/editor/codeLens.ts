import { createScanner } from "jsonc-parser";
import * as vscode from "vscode";
import { valueRange } from "../config/read/valueRange";
import { phaseWord } from "../window/phaseWords";
import { Deadline } from "../lib/deadline";
import type { ExperimentSession } from "../session/experimentSession";
import type { SessionRegistry } from "../session/sessionRegistry";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { formatCount, formatValue } from "../shared/words/numberFormat";
import { describeExcluded } from "../shared/words/excluded";
import { sweepInfo } from "../sweepPlan/plan";
import { rangeIn } from "../experiments/documentRange";
import { EXPERIMENT_SELECTOR, type ExperimentFiles } from "../experiments/experimentFiles";
import { iconText, type IconText } from "../window/iconText";

const SETTING = "rnnLab.codeLens";
const SETTLE_MS = 150;

/** The sweep of an experiment, if one was started. */
export interface SweepLookup {
  readonly onDidChange: vscode.Event<unknown>;
  find(session: ExperimentSession): { readonly phase: string } | null;
}

/**
 * One line above the experiment: Check Gradients · last loss. Run is not among them: it stands in the title of the
 * editor.
 */
export class ExperimentCodeLens implements vscode.CodeLensProvider, Disposable {
  private readonly owned = new DisposableStore();
  private readonly changes = this.owned.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changes.event;
  private readonly settled = new Deadline(SETTLE_MS);

  constructor(
    private readonly sessions: SessionRegistry,
    private readonly files: ExperimentFiles,
    private readonly sweeps: SweepLookup,
  ) {
    // Rows come twenty times a second; the lenses show only what a change of phase brings.
    this.owned.add(
      sessions.onDidSettle(
        ({ event }) => !["rows", "surface", "race", "rateTest", "seeds"].includes(event.kind) && this.changeSoon(),
      ),
    );
    this.owned.add(sweeps.onDidChange(() => this.changes.fire()));
    this.owned.add(
      vscode.workspace.onDidChangeConfiguration(
        (change) => change.affectsConfiguration(SETTING) && this.changes.fire(),
      ),
    );
    this.owned.add(vscode.languages.registerCodeLensProvider(EXPERIMENT_SELECTOR, this));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!vscode.workspace.getConfiguration().get<boolean>(SETTING, true)) {
      return [];
    }
    const position = document.positionAt(offsetOfRoot(document.getText()));
    const range = new vscode.Range(position, position);
    const { uri } = document;
    const session = this.sessions.find(uri.toString());
    const lens = (title: IconText, command: string): vscode.CodeLens =>
      new vscode.CodeLens(range, { title, command, arguments: [uri] });
    const lenses = [lens(iconText`$(beaker)\u2002${vscode.l10n.t("Check Gradients")}`, "rnnLab.checkGradients")];
    if (session !== null && session.run !== null && !session.isActive) {
      const { phase, loss } = session.status;
      lenses.push(
        lens(
          iconText`${vscode.l10n.t("last loss: {0}", loss === null ? "–" : formatValue(loss, 3))}${phase === "done" ? "" : ` (${phaseWord(phase)})`}`,
          "rnnLab.openPanel",
        ),
      );
    }
    return [...lenses, ...this.sweepLenses(document)];
  }

  /** A start brings several changes, at the moment when the window has a curve to draw. */
  private changeSoon(): void {
    if (!this.settled.isSet) this.settled.set(() => this.changes.fire());
  }

  /** On the line of the sweep block, where there is one. */
  private sweepLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const { experiment } = this.files.read(document);
    if (!experiment?.sweep) {
      return [];
    }
    const { offset } = valueRange(document.getText(), ["sweep"]);
    const range = rangeIn(document, { offset, length: 0 });
    const session = this.sessions.find(document.uri.toString());
    const run = session === null ? null : this.sweeps.find(session);
    const lens = (title: IconText, command: string): vscode.CodeLens =>
      new vscode.CodeLens(range, { title, command, arguments: [document.uri] });
    if (run?.phase === "running") {
      return [lens(iconText`$(debug-stop)\u2002${vscode.l10n.t("Stop Sweep")}`, "rnnLab.stopSweep")];
    }
    const { trials, excluded } = sweepInfo(experiment.sweep, experiment.seed);
    const runs = trials === 1 ? vscode.l10n.t("1 run") : vscode.l10n.t("{0} runs", formatCount(trials));
    const words = vscode.l10n.t(
      "Run Sweep ({0})",
      excluded === undefined ? runs : `${runs} · ${describeExcluded(excluded)}`,
    );
    return [lens(iconText`$(run-all)\u2002${words}`, "rnnLab.sweep")];
  }

  dispose(): void {
    this.settled.clear();
    this.owned.dispose();
  }
}

/** Where the first value begins, after blanks and comments. Reads no further. */
function offsetOfRoot(text: string): number {
  const scanner = createScanner(text, true);
  scanner.scan();
  return scanner.getTokenOffset();
}
