/** Replaces the charts before there is anything to draw: explains the state, and what to do next. */
import * as l10n from "@vscode/l10n";
import { formatCount, formatValue } from "../../src/shared/words/numberFormat";
import type { ViewCommand, ViewState } from "../../src/shared/wire/protocol";
import { createButton } from "../ui/controls";
import { element, setHidden } from "../ui/dom";
import { isActive } from "../ui/controlRules";
import { createIcon, type IconName } from "../ui/icons";
import type { LastRun } from "../state/lastRun";
import type { LabState } from "../state/store";
import { createIllustration } from "./illustration";

interface Step {
  readonly label: string;
  readonly icon: IconName;
  readonly command: ViewCommand;
}

interface Invitation {
  /** What it is about, which its color says too; "network" is the drawing of one. */
  readonly picture: "network" | "restored" | "restricted" | "error";
  readonly title: string;
  readonly text: string;
  /** The one to take most likely comes first. */
  readonly steps: readonly Step[];
  /** What else there is to know, in small print. */
  readonly hint?: string;
}

const RUN: Step = { label: l10n.t("Run"), icon: "play", command: "run" };
const RERUN: Step = { label: l10n.t("Re-run"), icon: "rerun", command: "rerun" };
const SHOW_LOG: Step = { label: l10n.t("Show Log"), icon: "output", command: "showLog" };

const STARTING: Invitation = {
  picture: "network",
  title: l10n.t("Starting…"),
  text: l10n.t("The charts appear with the first iteration."),
  steps: [],
};

/**
 * Null when there is something to draw, or will be in a moment.
 * @param isShown whether there is an invitation now: a run that starts keeps it until its first rows
 */
function invitationFor(
  { view, run, lastRun }: Pick<LabState, "view" | "run" | "lastRun">,
  isShown: boolean,
): Invitation | null {
  if (view === null) return null;
  const isStarting = isActive(view.status.phase) && (run === null || run.trace.rows === 0);
  if (isStarting && isShown && view.experiment !== null) return STARTING;
  if (run !== null) return null;
  if (view.probed !== undefined) return probedInvitation(view);
  if (view.experiment === null) {
    return {
      picture: "network",
      title: l10n.t("No experiment open"),
      text: l10n.t("Open an experiment file (.rnn.json) or create one. It runs locally, without Python or a server."),
      steps: [{ label: l10n.t("New Experiment"), icon: "plus", command: "newExperiment" }],
    };
  }
  const { phase, message } = view.status;
  if (!view.canRun) {
    return {
      picture: "restricted",
      title: l10n.t("Restricted Mode"),
      text: l10n.t("The file is checked, but nothing runs until you trust this workspace."),
      steps: [{ label: l10n.t("Manage Workspace Trust"), icon: "shield", command: "manageTrust" }],
    };
  }
  if (phase === "failed")
    return {
      picture: "error",
      title: l10n.t("The run failed"),
      text: message ?? l10n.t("The run ended before its first iteration. See the log for details."),
      steps: [RERUN, SHOW_LOG],
    };
  if (phase === "stopped")
    return {
      picture: "network",
      title: l10n.t("Stopped before the first iteration"),
      text: l10n.t("No data to show yet."),
      steps: [RERUN],
    };
  if (phase !== "idle") return null;
  if (lastRun !== null && lastRun.uri === view.experiment.uri)
    return {
      picture: "restored",
      title: l10n.t("Welcome back"),
      text: recall(lastRun),
      steps: [RUN],
      hint: restoredHint(view),
    };
  return {
    picture: "network",
    title: l10n.t("Ready to train"),
    text: l10n.t("Run the experiment to see its loss, hidden states, and gradients flowing back through time."),
    steps: [RUN, { label: l10n.t("Step"), icon: "step", command: "step" }],
    hint: l10n.t(
      "Then change a value in the file: the experiment runs again, and the previous curve stays for comparison.",
    ),
  };
}

/** Of a run that trains elsewhere, before its first steps are read. */
function probedInvitation({ status: { phase, message } }: ViewState): Invitation | null {
  if (phase !== "failed") return STARTING;
  return {
    picture: "error",
    title: l10n.t("The run cannot be shown"),
    text: message ?? l10n.t("See the RNN Lab log for details."),
    steps: [],
  };
}

/** Whole sentences, which a translator can turn around. */
function recall({ loss, ...reached }: LastRun): string {
  const place = recallPlace(reached);
  return loss === null ? place : `${place} ${l10n.t("Its loss was {0}.", formatValue(loss))}`;
}

function recallPlace({ phase, iteration, iterations }: Omit<LastRun, "loss">): string {
  const place = [formatCount(iteration), formatCount(iterations)] as const;
  switch (phase) {
    case "done":
      return l10n.t("Before the window was reloaded, this experiment had finished (iterations: {0}).", place[1]);
    case "stopped":
      return l10n.t(
        "Before the window was reloaded, this experiment had been stopped at iteration {0} of {1}.",
        ...place,
      );
    case "diverged":
      return l10n.t("Before the window was reloaded, this experiment had diverged at iteration {0} of {1}.", ...place);
    case "failed":
      return l10n.t("Before the window was reloaded, this experiment had failed at iteration {0} of {1}.", ...place);
    default:
      return l10n.t("Before the window was reloaded, this experiment was at iteration {0} of {1}.", ...place);
  }
}

function restoredHint(view: ViewState): string {
  return view.experiment?.textDiffersFromRun === true
    ? l10n.t("The file has changed since then.")
    : l10n.t("The same file with the same seed reproduces the same run.");
}

const ICONS = { restored: "rerun", restricted: "shield", error: "error" } as const satisfies Record<
  Exclude<Invitation["picture"], "network">,
  IconName
>;

export class EmptyState {
  readonly element = element("div", { class: "invitation" });
  private shown = "";
  /** Also before the first state, so that a page that opens on a run that starts shows no empty charts. */
  private isShown = true;

  constructor(private readonly onCommand: (command: ViewCommand) => void) {}

  /** Returns whether it replaces the charts. */
  show(state: LabState): boolean {
    const invitation = invitationFor(state, this.isShown);
    this.isShown = invitation !== null;
    setHidden(this.element, invitation === null);
    const key = JSON.stringify(invitation);
    if (key !== this.shown) {
      this.shown = key;
      this.element.replaceChildren(...(invitation === null ? [] : this.create(invitation)));
    }
    return invitation !== null;
  }

  private create({ picture, title, text, steps, hint }: Invitation): HTMLElement[] {
    const drawing = picture === "network" ? createIllustration() : createIcon(ICONS[picture]);
    const buttons = steps.map(({ label, icon, command }, i) =>
      createButton(label, icon, i === 0 ? "primary" : "secondary", () => this.onCommand(command)),
    );
    return [
      element("div", { class: `invitation-picture invitation-${picture}` }, drawing),
      element("h2", {}, title),
      element("p", {}, text),
      element("div", { class: "invitation-steps" }, ...buttons),
      ...(hint === undefined ? [] : [element("p", { class: "invitation-hint" }, hint)]),
    ];
  }
}
