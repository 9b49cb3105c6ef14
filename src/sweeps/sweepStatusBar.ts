import * as vscode from "vscode";
import type { ExperimentSession } from "../session/experimentSession";
import { Deadline } from "../lib/deadline";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { phaseWord } from "../window/phaseWords";
import type { SweepRun } from "./sweepRun";
import { sweepStatusText } from "./sweepStatusText";
import { linkedText } from "../window/linkedText";
import { StatusItem } from "../window/statusItem";

/** Every change is a message to the window. */
const UPDATE_INTERVAL_MS = 300;

/** The sweep that was started last, from its start until its panel is closed after its end. A click shows the panel. */
export class SweepStatusBar implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly item = this.owned.add(new StatusItem("rnnLab.sweepStatus", vscode.l10n.t("RNN Lab Sweep"), 49));
  private readonly later = new Deadline(UPDATE_INTERVAL_MS);
  private listening: Disposable | null = null;
  private session: ExperimentSession | null = null;
  private run: SweepRun | null = null;

  /** Null while it is hidden. */
  get text(): string | null {
    return this.run === null ? null : this.item.text;
  }

  follow(session: ExperimentSession, run: SweepRun): void {
    this.listening?.dispose();
    this.session = session;
    this.run = run;
    this.listening = run.onDidChange(() => {
      if (run.phase !== "running") this.show();
      else if (!this.later.isSet) this.later.set(() => this.show());
    });
    this.show();
  }

  /** The panel of the sweep was closed: a sweep that has ended leaves. */
  panelClosed(session: ExperimentSession): void {
    if (session === this.session && this.run?.phase !== "running") this.hide();
  }

  /** The session is no more. */
  forget(session: ExperimentSession): void {
    if (session === this.session) this.hide();
  }

  dispose(): void {
    this.hide();
    this.owned.dispose();
  }

  private show(): void {
    this.later.clear();
    if (this.run === null || this.session === null) return;
    const { phase, read, results } = this.run;
    const { file } = this.session;
    const uri = vscode.Uri.parse(file.uri);
    const stop = { label: vscode.l10n.t("Stop Sweep"), command: "rnnLab.stopSweep", arguments: [file.uri] };
    this.item.show({
      text: sweepStatusText(phase, read.info, results),
      command: { command: "rnnLab.openSweep", title: vscode.l10n.t("Show Sweep"), arguments: [uri] },
      tooltip: linkedText(
        `${file.fileName}: ${phaseWord(phase)}. ${vscode.l10n.t("Click to show the sweep.")}`,
        phase === "running" ? [stop] : [],
      ),
      label: vscode.l10n.t(
        "Sweep of {0}, {1}: {2} of {3} runs",
        file.name,
        phaseWord(phase),
        results.length,
        read.info.trials,
      ),
    });
  }

  private hide(): void {
    this.later.clear();
    this.listening?.dispose();
    this.listening = null;
    this.session = null;
    this.run = null;
    this.item.hide();
  }
}
