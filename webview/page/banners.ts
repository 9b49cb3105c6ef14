/**
 * Messages above the charts: what went wrong, what is not allowed, what is out of date. Each with what can be done
 * about it.
 */
import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/shared/words/numberFormat";
import type { ProbedView, RecordedRun, ViewCommand, ViewState } from "../../src/shared/wire/protocol";
import type { RunStatus } from "../../src/shared/trace/trace";
import { isActive } from "../ui/controlRules";
import { createButton } from "../ui/controls";
import { element } from "../ui/dom";
import { createIcon, type IconName } from "../ui/icons";

interface BannerAction {
  readonly label: string;
  readonly icon: IconName;
  readonly command: ViewCommand;
  /** What the reader most likely wants. */
  readonly isPrimary?: boolean;
}

interface Banner {
  readonly kind: "error" | "warning" | "info";
  readonly title: string;
  readonly text: string;
  readonly action?: BannerAction;
  /** Another way out, before the first. */
  readonly alternative?: BannerAction;
}

/** What the reader should know now, most important first. */
function collectBanners(view: ViewState, hasRun: boolean): Banner[] {
  if (view.probed !== undefined) return probedRun(view.status, view.probed);
  const banners: Banner[] = [];
  const { phase, message, advice } = view.status;
  // Without a run the empty state shows these.
  if (!view.canRun && hasRun)
    banners.push({
      kind: "info",
      title: l10n.t("Restricted Mode."),
      text: l10n.t("Training requires a trusted workspace."),
      action: { label: l10n.t("Manage Workspace Trust"), icon: "shield", command: "manageTrust" },
    });
  if (phase === "diverged")
    banners.push({
      kind: "warning",
      title: message === null ? l10n.t("Training diverged.") : advice === null ? "" : message,
      text: advice ?? message ?? l10n.t("The loss or a weight is no longer a finite number."),
      action: { label: l10n.t("Edit Hyperparameter…"), icon: "sliders", command: "editHyperparameter" },
    });
  else if (phase === "failed") {
    if (hasRun)
      banners.push({
        kind: "error",
        title: l10n.t("The run failed."),
        text: message ?? l10n.t("See the RNN Lab log for details."),
        action: { label: l10n.t("Show Log"), icon: "output", command: "showLog" },
      });
  } else if (view.recorded !== null) banners.push(...recordedRun(view, view.recorded));
  else if (message !== null && message !== "") banners.push({ kind: "info", title: "", text: message });
  if (view.notSaved !== null)
    banners.push({
      kind: "warning",
      title: l10n.t("Not saved."),
      text: isActive(phase)
        ? l10n.t("Training continues, but the run cannot be saved: {0}. Retrying every few seconds.", view.notSaved)
        : l10n.t(
            "The run could not be saved: {0}. Retrying every few seconds while this window is open.",
            view.notSaved,
          ),
    });
  // A text with an error cannot be run; the title bar shows the error.
  if (view.experiment?.textDiffersFromRun === true && phase !== "idle" && view.text.error === null)
    banners.push(fileChanged(view));
  return banners;
}

/** Nothing here steers it, so there is nothing to be done about it here. */
function probedRun({ phase, message }: RunStatus, { isInterrupted, notes, problem }: ProbedView): Banner[] {
  const info = (text: string): Banner => ({ kind: "info", title: "", text });
  return [
    ...(problem === null ? [] : [{ kind: "warning" as const, title: l10n.t("Not followed any more."), text: problem }]),
    ...(phase === "failed" && message !== problem
      ? [{ kind: "error" as const, title: l10n.t("The training failed."), text: message ?? "" }]
      : []),
    ...(isInterrupted ? [{ kind: "warning" as const, title: l10n.t("Interrupted."), text: message ?? "" }] : []),
    ...notes.map(info),
  ];
}

/** A latest run that came to its end is shown as it was before the reload, without further words. */
function recordedRun({ status, canRun }: ViewState, { resumeFrom, isReadOnly }: RecordedRun): Banner[] {
  const resume: BannerAction | null =
    resumeFrom === null || !canRun
      ? null
      : {
          label: l10n.t("Resume from {0}", formatCount(resumeFrom)),
          icon: "play",
          command: "resumeRun",
          isPrimary: true,
        };
  const text = status.message ?? "";
  if (isReadOnly)
    return [
      { kind: "info", title: l10n.t("Saved run (read-only)."), text, ...(resume === null ? {} : { action: resume }) },
    ];
  const title =
    text === "" && status.phase === "stopped"
      ? l10n.t("Stopped at iteration {0}.", formatCount(status.iteration))
      : text;
  if (title === "") return [];
  const again: BannerAction = { label: l10n.t("Run Again"), icon: "rerun", command: "rerun" };
  return [
    {
      kind: "info",
      title,
      text: "",
      ...(resume === null ? {} : { alternative: resume }),
      ...(canRun ? { action: again } : {}),
    },
  ];
}

function fileChanged({ text, canRun }: ViewState): Banner {
  const shown = text.heldBack
    ? l10n.t("Long run: edits do not restart it. Save the file to restart.")
    : l10n.t("The charts show the previous version.");
  const action = canRun
    ? { action: { label: l10n.t("Re-run"), icon: "rerun" as const, command: "rerun" as const } }
    : {};
  const alternative =
    canRun && text.applies
      ? {
          alternative: {
            label: l10n.t("Apply to Current Run"),
            icon: "check" as const,
            command: "applyToRunning" as const,
          },
        }
      : {};
  return {
    kind: "info",
    title: text.change === "" ? l10n.t("The file has changed.") : l10n.t("The file has changed: {0}.", text.change),
    text: shown,
    ...alternative,
    ...action,
  };
}

const ICONS: Record<Banner["kind"], IconName> = { error: "error", warning: "warning", info: "info" };

export class Banners {
  readonly element = element("div", { class: "banners" });
  private shown = "";

  constructor(private readonly onCommand: (command: ViewCommand) => void) {}

  show(view: ViewState, hasRun: boolean): void {
    const banners = collectBanners(view, hasRun);
    const key = JSON.stringify(banners);
    if (key === this.shown) return;
    this.shown = key;
    this.element.replaceChildren(...banners.map((banner) => this.create(banner)));
  }

  private create(banner: Banner): HTMLElement {
    const text = element(
      "p",
      {},
      ...(banner.title === "" ? [] : [element("strong", {}, banner.title), " "]),
      banner.text,
    );
    const buttons = [banner.alternative, banner.action]
      .filter((action) => action !== undefined)
      .map(({ label, icon, command, isPrimary = false }) =>
        createButton(label, icon, isPrimary ? "primary" : "secondary", () => this.onCommand(command)),
      );
    return element("div", { class: `banner banner-${banner.kind}` }, createIcon(ICONS[banner.kind]), text, ...buttons);
  }
}
