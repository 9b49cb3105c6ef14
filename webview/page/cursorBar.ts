/**
 * One line of fixed height under the toolbar: the numbers of the moment, and at its end what the shared cursor points
 * at, and the ways back from a held cursor and from a zoom.
 */
import * as l10n from "@vscode/l10n";
import { formatCount } from "../../src/shared/words/numberFormat";
import type { ViewState } from "../../src/shared/wire/protocol";
import type { ChartModel } from "../chart/model";
import type { CursorMove } from "../state/cursor";
import type { Run } from "../state/store";
import { element, setHidden, setText } from "../ui/dom";
import { createIcon, type IconName } from "../ui/icons";
import type { ZoomMove } from "../state/zoom";
import { Figures } from "./figures";

interface CursorBarHost {
  moveCursor(move: CursorMove): void;
  zoom(move: ZoomMove): void;
}

export class CursorBar {
  readonly element: HTMLElement;
  private readonly figures = new Figures();
  private readonly detail = element("span", { class: "cursor-detail" });
  private readonly follow: HTMLButtonElement;
  private readonly unzoom: HTMLButtonElement;

  constructor(host: CursorBarHost) {
    this.follow = createLink(
      "latest",
      l10n.t("Follow Latest"),
      l10n.t("Keep the cursor at the latest iteration (Escape)"),
      () => host.moveCursor({ kind: "follow" }),
    );
    this.unzoom = createLink(
      "resetZoom",
      l10n.t("Reset Zoom"),
      l10n.t("Show all iterations and time steps (0 in a chart)"),
      () => host.zoom({ kind: "reset" }),
    );
    this.element = element("div", { class: "cursor-bar" }, this.figures.element, this.detail, this.follow, this.unzoom);
  }

  show(view: ViewState, run: Run | null, model: ChartModel | null): void {
    this.figures.show(view, run);
    const words = model === null ? [] : cursorWords(model);
    setText(this.detail, words.join(" · "));
    setHidden(this.detail, words.length === 0);
    setHidden(this.follow, model?.scalars.place.isHeld !== true);
    setHidden(this.unzoom, model === null || (!model.isZoomed && model.timeSpan === null));
  }
}

/** Nothing while the cursor follows the run. */
function cursorWords(model: ChartModel): string[] {
  const { place } = model.scalars;
  const words = [
    ...(place.timeStep === null ? [] : [l10n.t("time step {0}", place.timeStep)]),
    ...(place.unit === null ? [] : [l10n.t("unit {0}", place.unit)]),
  ];
  if (!place.followsLatest && model.place.iteration !== place.iteration)
    words.push(l10n.t("states and gradients of {0}", formatCount(model.place.iteration)));
  if (place.isHeld) words.push(l10n.t("held"));
  else if (!place.followsLatest || words.length > 0) words.push(l10n.t("click to hold"));
  else if (place.row !== model.scalars.rows - 1)
    words.push(l10n.t("gradients of {0}, the last that are finite", formatCount(place.iteration)));
  return words;
}

function createLink(icon: IconName, label: string, title: string, onClick: () => void): HTMLButtonElement {
  const button = element("button", { class: "link", attributes: { type: "button", title } }, createIcon(icon), label);
  button.addEventListener("click", onClick);
  return button;
}
