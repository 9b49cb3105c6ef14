/**
 * The iteration and the loss, beside the track: those of the run, or those under the cursor while it is elsewhere. As
 * wide as they will ever be in this run, so that nothing beside them moves.
 */
import * as l10n from "@vscode/l10n";
import { formatCount, formatValue } from "../../src/shared/words/numberFormat";
import { COLUMN } from "../../src/shared/trace/trace";
import type { ViewState } from "../../src/shared/wire/protocol";
import type { ChartModel } from "../chart/model";
import { element, setAttribute, setText } from "../ui/dom";

/** A loss with an exponent of three digits has no longer text. */
const WIDEST_LOSS = formatValue(8.888e-100);

/** A value that is laid out as wide as another text would be. */
export function createFixedWidth(className = ""): HTMLElement {
  return element("span", { class: `fixed-width ${className}`.trimEnd() });
}

export function setFixedText(node: HTMLElement, text: string, widest: string): void {
  setText(node, text);
  setAttribute(node, "data-widest", widest);
}

export class Readings {
  readonly iteration: HTMLElement;
  /** Of how many: a part of the iteration, which a narrow line leaves out. */
  readonly total = element("span", { class: "reading-total" });
  readonly loss: HTMLElement;
  private readonly place = element("span", { class: "cursor-place" });
  private readonly iterationValue = createFixedWidth("reading-value");
  private readonly lossValue = createFixedWidth("reading-value");
  private widest = "";

  constructor() {
    this.iterationValue.append(element("span", {}, this.place, this.total));
    this.iteration = createReading(l10n.t("Iteration"), this.iterationValue);
    this.loss = createReading(l10n.t("Loss"), this.lossValue);
  }

  /** @returns whether they have another width than before */
  show({ status }: ViewState, model: ChartModel | null): boolean {
    const scalars = model?.scalars ?? null;
    const away = scalars !== null && !scalars.place.followsLatest;
    const isKnown = status.iterations > 0 || scalars !== null;
    const count = !isKnown ? "–" : formatCount(away ? scalars.place.iteration : status.iteration);
    const latest = scalars?.meanAt(COLUMN.loss, scalars.rows - 1) ?? null;
    const loss = away ? scalars.meanAt(COLUMN.loss, scalars.place.row) : (status.loss ?? latest);
    const total = status.iterations === 0 ? "" : formatCount(status.iterations);
    const longest = formatCount(Math.max(status.iterations, status.iteration));
    setText(this.place, count);
    setText(this.total, total === "" ? "" : ` / ${total}`);
    setAttribute(this.iterationValue, "data-widest", total === "" ? longest : `${longest} / ${total}`);
    setAttribute(this.iterationValue, "data-widest-alone", longest);
    setFixedText(this.lossValue, loss === null ? "–" : formatValue(loss), WIDEST_LOSS);
    for (const cell of [this.iteration, this.loss]) cell.classList.toggle("is-away", away);
    setAttribute(
      this.iteration,
      "title",
      away
        ? total === ""
          ? l10n.t("Iteration at the cursor. The run is at {0}.", formatCount(status.iteration))
          : l10n.t("Iteration at the cursor. The run is at {0} of {1}.", formatCount(status.iteration), total)
        : l10n.t("Iteration of the run"),
    );
    setAttribute(this.loss, "title", away ? l10n.t("Loss at the cursor") : l10n.t("Loss of the run"));
    const changed = total !== this.widest;
    this.widest = total;
    return changed;
  }
}

function createReading(label: string, value: HTMLElement): HTMLElement {
  return element("div", { class: "reading" }, element("span", { class: "reading-label" }, label), value);
}
