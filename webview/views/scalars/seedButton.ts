import * as l10n from "@vscode/l10n";
import type { ViewCommand } from "../../../src/shared/wire/protocol";
import { TRIED_SEEDS, type SeedTrials } from "../../../src/shared/wire/seeds";
import { element, setAttribute, setText } from "../../ui/dom";
import { seedProgress } from "./seedBand";

interface Look {
  readonly command: ViewCommand;
  readonly text: string;
  readonly title: string;
}

const TRY: Look = {
  command: "trySeeds",
  text: l10n.t("Try {0} Seeds", TRIED_SEEDS),
  title: l10n.t(
    "Train this experiment with its seed and the {0} that follow, on free cores, and show the band of their losses",
    TRIED_SEEDS - 1,
  ),
};
const STOP: Look = {
  command: "stopSeeds",
  text: l10n.t("Cancel"),
  title: l10n.t("Stop training with other seeds; the seeds trained so far stay in the chart"),
};
const REMOVE: Look = {
  command: "removeSeeds",
  text: l10n.t("Remove Seeds"),
  title: l10n.t("Remove the band of the seeds from the chart"),
};

/** Starts, ends and removes the training with several seeds, and says how far it has come. */
export class SeedButton {
  readonly progress = element("span", { class: "aside-note" });
  readonly button = element("button", { class: "tool tool-text", attributes: { type: "button" } });
  private look = TRY;

  constructor(sendCommand: (command: ViewCommand) => void) {
    this.button.addEventListener("click", () => {
      if (this.button.getAttribute("aria-disabled") !== "true") sendCommand(this.look.command);
    });
    this.show(null, false);
  }

  /** @param hasRun only an experiment that has run is tried with other seeds */
  show(trials: SeedTrials | null, hasRun: boolean): void {
    this.look = trials === null ? TRY : trials.phase === "running" ? STOP : REMOVE;
    setText(this.button, this.look.text);
    const canStart = hasRun || this.look !== TRY;
    setAttribute(this.button, "aria-disabled", canStart ? null : "true");
    setAttribute(this.button, "title", canStart ? this.look.title : l10n.t("Run the experiment first"));
    setText(this.progress, seedProgress(trials));
  }
}
