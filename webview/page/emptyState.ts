/** What stands in the place of the charts before there is anything to draw: what this is, and the one thing to do next. */
import type { ViewCommand, ViewState } from "../../src/shared/protocol";
import { createButton } from "../controls";
import { element, setHidden } from "../dom";
import { createIcon, type IconName } from "../icons";

interface Invitation {
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
  readonly action: { readonly label: string; readonly icon: IconName; readonly command: ViewCommand } | null;
}

/** Null when there is something to draw, or will be in a moment. */
function invitationFor(view: ViewState | null, hasRun: boolean): Invitation | null {
  if (view === null || hasRun) return null;
  if (view.experiment === null) {
    return { icon: "chart", title: "No experiment open", text: "Open an experiment file (.rnn.json) or start from a new one. It runs right here: no Python, no server.", action: { label: "New experiment", icon: "plus", command: "newExperiment" } };
  }
  const { phase } = view.status;
  if (!view.canRun) return { icon: "shield", title: "Not run yet", text: "Trust this workspace to train the network of this file.", action: null };
  if (phase === "failed") return { icon: "error", title: "Nothing to show", text: "The run ended before its first iteration.", action: { label: "Re-run", icon: "rerun", command: "rerun" } };
  if (phase !== "idle" && phase !== "stopped") return null;
  return { icon: "chart", title: "Ready to train", text: "Run the experiment to see its loss, its hidden states, and the gradient flowing back through time.", action: { label: "Run", icon: "play", command: "run" } };
}

export class EmptyState {
  readonly element = element("div", { class: "invitation" });
  private shown = "";

  constructor(private readonly onCommand: (command: ViewCommand) => void) {}

  /** Returns whether it stands in the place of the charts. */
  show(view: ViewState | null, hasRun: boolean): boolean {
    const invitation = invitationFor(view, hasRun);
    setHidden(this.element, invitation === null);
    const key = JSON.stringify(invitation);
    if (key !== this.shown) {
      this.shown = key;
      this.element.replaceChildren(...(invitation === null ? [] : this.create(invitation)));
    }
    return invitation !== null;
  }

  private create({ icon, title, text, action }: Invitation): HTMLElement[] {
    const parts: HTMLElement[] = [element("div", { class: "invitation-icon" }, createIcon(icon)), element("h2", {}, title), element("p", {}, text)];
    if (action !== null) parts.push(createButton(action.label, action.icon, "primary", () => this.onCommand(action.command)));
    return parts;
  }
}
