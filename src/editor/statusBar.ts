import * as vscode from "vscode";
import type { ExperimentSession } from "../session/experimentSession";
import type { SessionRegistry } from "../session/sessionRegistry";
import { DisposableStore } from "../shared/dispose";
import type { Disposable } from "../shared/dispose";
import { formatValue } from "../shared/numberFormat";
import type { RunPhase } from "../shared/trace";
import type { ActiveExperiment } from "./activeExperiment";

/** Every change is a message to the window; nobody reads faster. */
const UPDATE_INTERVAL_MS = 200;

const ICONS: Readonly<Record<RunPhase, string>> = {
  idle: "$(graph-line)",
  starting: "$(sync~spin)",
  running: "$(sync~spin)",
  paused: "$(debug-pause)",
  done: "$(pass)",
  stopped: "$(debug-stop)",
  diverged: "$(warning)",
  failed: "$(error)",
};

/** How the active experiment is doing; a click opens its panel. */
export class StatusBar implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly item = this.owned.add(vscode.window.createStatusBarItem("rnnLab.status", vscode.StatusBarAlignment.Left, 50));
  private timer: NodeJS.Timeout | null = null;

  constructor(
    sessions: SessionRegistry,
    private readonly active: ActiveExperiment,
  ) {
    this.item.name = "RNN Lab";
    this.item.command = "rnnLab.openPanel";
    this.owned.add(active.onDidChange(() => this.show()));
    this.owned.add(
      sessions.onDidChange(({ session, event }) => {
        if (session !== active.session) {
          return;
        }
        if (event.kind === "rows" || event.kind === "race") {
          this.timer ??= setTimeout(() => this.show(), UPDATE_INTERVAL_MS);
        } else {
          this.show();
        }
      }),
    );
  }

  get text(): string {
    return this.item.text;
  }

  dispose(): void {
    this.cancelTimer();
    this.owned.dispose();
  }

  private show(): void {
    this.cancelTimer();
    const { session } = this.active;
    if (session === null) {
      this.item.hide();
      return;
    }
    this.item.text = describe(session);
    const { length } = session.findings;
    const health = length === 0 ? "" : ` ${length === 1 ? "One finding" : `${length} findings`}: see Problems.`;
    const notSaved = session.notSaved === null ? "" : ` Not saved: ${session.notSaved}.`;
    this.item.tooltip = `${session.file.fileName}: ${session.status.message ?? `${session.status.phase}.`}${health}${notSaved} Click to open the panel.`;
    this.item.accessibilityInformation = { label: `RNN Lab, ${session.file.name}, ${session.status.phase}, iteration ${session.status.iteration}.${health}${notSaved}` };
    this.item.show();
  }

  private cancelTimer(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
  }
}

function describe({ file, status, findings, notSaved }: ExperimentSession): string {
  const { phase, iteration, iterations, loss } = status;
  const name = file.name.length > 40 ? `${file.name.slice(0, 39)}…` : file.name;
  // `$(` in a name would be read as an icon.
  const head = `${ICONS[phase]} ${name.replaceAll("$(", "$ (")}`;
  return phase === "idle" ? head : `${head}: ${iteration}/${iterations} · loss ${loss === null ? "–" : formatValue(loss, 3)} · ${phase}${findings.length === 0 ? "" : ` · $(warning) ${findings.length}`}${notSaved === null ? "" : " · $(save) not saved"}`;
}
