/** The trials of a study that are running: what they try, and what they reported last. */
import * as l10n from "@vscode/l10n";
import { rankingFigure, type SweepInfo } from "../../src/shared/wire/sweep";
import type { TrialUnderWay } from "../../src/shared/wire/sweepProtocol";
import { fillTable } from "../chart/table";
import { element, setHidden } from "../ui/dom";
import { figureName } from "./figures";
import { shortKey, shortLabel } from "./parameterPlaces";

export class UnderWayTable {
  readonly element: HTMLElement;
  private readonly region: HTMLElement;
  private shown: readonly TrialUnderWay[] = [];

  constructor() {
    const title = l10n.t("Running trials");
    this.region = element("div", {
      class: "table-region under-way",
      attributes: { tabindex: "0" },
    });
    this.element = element(
      "section",
      { class: "card sweep-card under-way-card", attributes: { "aria-labelledby": "under-way-title" } },
      element("header", { class: "card-header" }, element("h2", { attributes: { id: "under-way-title" } }, title)),
      this.region,
    );
    setHidden(this.element, true);
  }

  show(info: SweepInfo, trials: readonly TrialUnderWay[]): void {
    setHidden(this.element, trials.length === 0);
    if (trials === this.shown) return;
    this.shown = trials;
    const figure = rankingFigure(info);
    const value = figure === null ? l10n.t("Last value") : l10n.t("Last {0}", figureName(figure));
    fillTable(this.region, () => ({
      caption: l10n.t("Values that they try, and what they reported last"),
      columns: [
        l10n.t("Trial"),
        ...info.parameters.map((_, p) => shortKey(info.parameters, p)),
        l10n.t("Last step"),
        value,
        l10n.t("Started"),
      ],
      rows: trials.map(({ index, values, step, value: last, startedAt }) => [
        index,
        ...info.parameters.map((_, p) => (values[p] === null ? "–" : shortLabel(values[p]))),
        Number.isNaN(step) ? "–" : step,
        Number.isNaN(step) ? "–" : last,
        Number.isNaN(startedAt) ? "–" : new Date(startedAt).toLocaleTimeString("en-US", { hour12: false }),
      ]),
    }));
  }
}
