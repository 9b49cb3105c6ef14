/** How much of the run is in view: all iterations, or the recent ones. */
import * as l10n from "@vscode/l10n";
import type { IterationRange } from "../state/preferences";
import { element, setAttribute } from "../ui/dom";

const RANGES: readonly { readonly range: IterationRange; readonly label: string; readonly title: string }[] = [
  { range: "all", label: l10n.t("All"), title: l10n.t("All iterations (R)") },
  {
    range: "recent",
    label: l10n.t("Recent"),
    title: l10n.t("Most recent quarter of the run, with axes fitted to it (R)"),
  },
];

export class RangeChoice {
  readonly element: HTMLElement;
  private readonly buttons: readonly HTMLButtonElement[];

  constructor(onChoose: (range: IterationRange) => void) {
    this.buttons = RANGES.map(({ range, label, title }) => {
      const button = element(
        "button",
        { class: "segment", attributes: { type: "button", title, "aria-pressed": "false" } },
        label,
      );
      button.addEventListener("click", () => onChoose(range));
      return button;
    });
    this.element = element(
      "div",
      {
        class: "toolbar-group segments",
        attributes: {
          role: "group",
          "aria-label": l10n.t("Iterations in view"),
          title: l10n.t(
            "In a chart: drag to zoom in on a range, Ctrl+wheel to zoom, Shift+wheel to pan, double-click to reset",
          ),
        },
      },
      element("span", { class: "group-label" }, l10n.t("Iterations in view")),
      ...this.buttons,
    );
  }

  /** @param zoomed the reader has chosen another range in a chart */
  show(range: IterationRange, zoomed: boolean): void {
    for (const [i, button] of this.buttons.entries())
      setAttribute(button, "aria-pressed", String(RANGES[i]?.range === range && !zoomed));
  }
}
