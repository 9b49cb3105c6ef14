/** The place of the shared cursor, the way back to the latest iteration, and how much of the run is in view. */
import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/shared/words/numberFormat";
import type { ChartModel } from "../chart/model";
import type { CursorMove } from "../state/cursor";
import { element, setAttribute, setHidden, setText } from "../ui/dom";
import { createIcon } from "../ui/icons";
import type { AxesChoice, IterationRange } from "../state/preferences";
import type { ZoomMove } from "../state/zoom";

interface CursorBarHost {
  moveCursor(move: CursorMove): void;
  setAxes(choice: AxesChoice): void;
  zoom(move: ZoomMove): void;
}

const RANGES: readonly { readonly range: IterationRange; readonly label: string; readonly title: string }[] = [
  { range: "all", label: l10n.t("All"), title: l10n.t("All iterations (R)") },
  {
    range: "recent",
    label: l10n.t("Recent"),
    title: l10n.t("Most recent quarter of the run, with axes fitted to it (R)"),
  },
];

export class CursorBar {
  readonly element: HTMLElement;
  private readonly place = element("span", { class: "cursor-place" });
  private readonly detail = element("span", { class: "cursor-detail" });
  private readonly hint = element("span", { class: "cursor-hint" }, `· ${l10n.t("hover over a chart, click to hold")}`);
  private readonly follow: HTMLButtonElement;
  private readonly ranges: readonly HTMLButtonElement[];
  private readonly unzoom: HTMLButtonElement;

  constructor(host: CursorBarHost) {
    this.follow = element(
      "button",
      {
        class: "link",
        attributes: { type: "button", title: l10n.t("Keep the cursor at the latest iteration (Escape)") },
      },
      createIcon("latest"),
      l10n.t("Follow Latest"),
    );
    this.follow.addEventListener("click", () => host.moveCursor({ kind: "follow" }));
    this.ranges = RANGES.map(({ range, label, title }) => {
      const button = element(
        "button",
        { class: "segment", attributes: { type: "button", title, "aria-pressed": "false" } },
        label,
      );
      button.addEventListener("click", () => host.setAxes({ range }));
      return button;
    });
    this.unzoom = element(
      "button",
      {
        class: "link",
        attributes: { type: "button", title: l10n.t("Show all iterations and time steps (0 in a chart)") },
      },
      createIcon("resetZoom"),
      l10n.t("Reset Zoom"),
    );
    this.unzoom.addEventListener("click", () => host.zoom({ kind: "reset" }));
    this.element = element(
      "div",
      { class: "cursor-bar" },
      element("div", { class: "cursor-where" }, this.place, this.detail, this.hint, this.follow),
      element(
        "div",
        {
          class: "segments",
          attributes: {
            role: "group",
            "aria-label": l10n.t("Iterations in view"),
            title: l10n.t(
              "In a chart: drag to zoom in on a range, Ctrl+wheel to zoom, Shift+wheel to pan, double-click to reset",
            ),
          },
        },
        this.unzoom,
        element("span", { class: "segments-label" }, l10n.t("Iterations")),
        ...this.ranges,
      ),
    );
  }

  show(model: ChartModel | null, range: IterationRange): void {
    setHidden(this.element, model === null);
    for (const [i, button] of this.ranges.entries())
      setAttribute(button, "aria-pressed", String(RANGES[i]?.range === range && model?.isZoomed !== true));
    if (model === null) return;
    setHidden(this.unzoom, !model.isZoomed && model.timeSpan === null);
    const { place } = model.scalars;
    setText(this.place, l10n.t("Iteration {0}", formatCount(place.iteration)));
    const latest = place.row === model.scalars.rows - 1 ? l10n.t("latest") : l10n.t("last with finite gradients");
    setText(
      this.detail,
      [
        ...(place.timeStep === null ? [] : [l10n.t("time step {0}", place.timeStep)]),
        ...(place.unit === null ? [] : [l10n.t("unit {0}", place.unit)]),
        ...(model.place.iteration === place.iteration
          ? []
          : [l10n.t("states and gradients of {0}", formatCount(model.place.iteration))]),
        place.isHeld ? l10n.t("held") : place.followsLatest ? latest : l10n.t("click to hold"),
      ].join(" · "),
    );
    setHidden(this.hint, !place.followsLatest || place.isHeld);
    setHidden(this.follow, !place.isHeld);
  }
}
