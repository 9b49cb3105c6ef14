import * as vscode from "vscode";
import { phaseWord } from "../window/phaseWords";
import type { ExperimentSession } from "../session/experimentSession";
import type { SessionRegistry } from "../session/sessionRegistry";
import { DisposableStore, type Disposable } from "../lib/dispose";
import { formatValue } from "../shared/words/numberFormat";
import { explain, type RunPhase } from "../shared/trace/trace";
import type { ActiveExperiment } from "../experiments/activeExperiment";
import { printable } from "../lib/outsideText";
import { iconText, joinIconTexts, type IconText } from "../window/iconText";
import { StatusItem } from "../window/statusItem";

/** Every change is a message to the window. */
const UPDATE_INTERVAL_MS = 300;
/** Characters of the name of an experiment. */
const MAX_NAME = 40;

/**
 * Nothing turns while a run is under way: the figures move, and an icon that spins has the window drawn anew for each
 * of its frames.
 */
const ICONS: Readonly<Record<RunPhase, IconText>> = {
  idle: iconText`$(graph-line)`,
  starting: iconText`$(sync~spin)`,
  running: iconText`$(pulse)`,
  paused: iconText`$(debug-pause)`,
  done: iconText`$(pass)`,
  stopped: iconText`$(debug-stop)`,
  diverged: iconText`$(warning)`,
  failed: iconText`$(error)`,
};

/** The state of the active experiment; a click opens its panel. */
export class StatusBar implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly item = this.owned.add(new StatusItem("rnnLab.status", "RNN Lab", 50));
  private timer: NodeJS.Timeout | null = null;

  constructor(
    sessions: SessionRegistry,
    private readonly active: ActiveExperiment,
  ) {
    this.owned.add(active.onDidChange(() => this.show()));
    this.owned.add(
      sessions.onDidSettle(({ session, event }) => {
        if (session !== active.session) {
          return;
        }
        if (["rows", "race", "rateTest", "seeds"].includes(event.kind)) {
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
    const { status, file, identity } = session;
    const phase = phaseWord(status.phase);
    const notes = notesOn(session).join(" ");
    const tooltip = [
      `${[file.fileName, ...(identity === null ? [] : [identity.name])].join(", ")}: ${explain(status) ?? `${phase}.`}`,
      notes,
      vscode.l10n.t("Click to open the panel."),
    ]
      .filter(Boolean)
      .join(" ");
    const label = [vscode.l10n.t("RNN Lab, {0}, {1}, iteration {2}.", file.name, phase, status.iteration), notes]
      .filter(Boolean)
      .join(" ");
    this.item.show({ text: describe(session), tooltip, label, command: "rnnLab.openPanel" });
  }

  private cancelTimer(): void {
    if (this.timer !== null) {
      clearTimeout(this.timer);
      this.timer = null;
    }
  }
}

/** Findings and save problems, in sentences. */
function notesOn({ run }: ExperimentSession): string[] {
  const { findings: { length } = [], notSaved = null } = run ?? {};
  const health =
    length === 0
      ? []
      : [
          length === 1
            ? vscode.l10n.t("1 finding. See the Problems view.")
            : vscode.l10n.t("{0} findings. See the Problems view.", length),
        ];
  return notSaved === null ? health : [...health, vscode.l10n.t("Not saved: {0}.", notSaved)];
}

function describe({ file, status, run }: ExperimentSession): IconText {
  const { phase, iteration, iterations, loss } = status;
  const name = printable(file.name, MAX_NAME);
  if (phase === "idle") return joinIconTexts([ICONS[phase], iconText`${name}`], " ");
  const shownLoss = vscode.l10n.t("loss {0}", loss === null ? "–" : formatValue(loss, 3));
  const figures = iconText`${name}: ${iteration}/${iterations} · ${shownLoss} · ${phaseWord(phase)}`;
  const { findings = [], notSaved = null } = run ?? {};
  const health = findings.length === 0 ? [] : [iconText`$(warning) ${findings.length}`];
  const unsaved = notSaved === null ? [] : [iconText`$(save) ${vscode.l10n.t("not saved")}`];
  return joinIconTexts([ICONS[phase], joinIconTexts([figures, ...health, ...unsaved], " · ")], " ");
}
