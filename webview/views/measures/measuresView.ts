/** How good the answers are in the terms of the targets: errors in their units, or which class is taken for which. */
import * as l10n from "@vscode/l10n";
import type { Measures } from "../../../src/shared/trace/measures";
import { formatCount } from "../../../src/shared/words/numberFormat";
import type { CardHost } from "../../chart/card";
import type { Changed, ChartModel, LabChart } from "../../chart/model";
import { QueryThrottle } from "../../chart/queryThrottle";
import { element, setHidden, setText } from "../../ui/dom";
import { isActive } from "../../ui/controlRules";
import { describeClasses, describeComputation, describePart, errorTable } from "./measuresWords";
import { confusionTable } from "./confusionTable";

/** Up to the whole validation set goes through the network for each answer. */
const REFRESH_MS = 1000;

export class MeasuresView implements LabChart {
  readonly element: HTMLElement;
  private readonly subtitle = element("span", { class: "card-subtitle" });
  private readonly note = element("p", { class: "measures-note" });
  private readonly computation = element("p", { class: "measures-computation" });
  private readonly tables = element("div", {
    class: "measures-tables",
    attributes: { role: "region", "aria-label": l10n.t("Metrics"), tabindex: "0" },
  });
  private readonly pace: QueryThrottle;
  private asked = { iteration: -1, runId: "" };
  private shown: Measures | null = null;

  constructor(private readonly host: CardHost) {
    this.pace = new QueryThrottle(host, REFRESH_MS);
    this.element = element(
      "section",
      { class: "card card-measures", attributes: { "aria-labelledby": "measures-title" } },
      element(
        "header",
        { class: "card-header" },
        element("h2", { attributes: { id: "measures-title" } }, l10n.t("Metrics")),
        this.subtitle,
      ),
      this.note,
      this.tables,
      this.computation,
    );
  }

  isAvailable(model: ChartModel | null): boolean {
    return model?.header.data?.measured === true;
  }

  draw(model: ChartModel | null, _changed: Changed): void {
    if (model === null) return;
    const { header, place } = model;
    const { runId } = header;
    const live = place.followsLatest && isActive(model.phase);
    const isNew = runId !== this.asked.runId || place.iteration !== this.asked.iteration;
    if (isNew && this.pace.isDue(runId, live)) {
      this.asked = { iteration: place.iteration, runId };
      this.host.ask({ kind: "measures", iteration: place.iteration });
    }
    const answer = model.answerTo("measures");
    if (answer === null) return;
    if ("failure" in answer) return setText(this.note, answer.failure);
    const { measures, iteration } = answer;
    setText(
      this.subtitle,
      measures.part === "validation"
        ? l10n.t("validation set, iteration {0}", formatCount(iteration))
        : l10n.t("training set, iteration {0}", formatCount(iteration)),
    );
    if (measures === this.shown) return;
    this.shown = measures;
    const { classes, values } = measures;
    const notes = [...(classes === null ? [] : [describeClasses(classes)]), ...describePart(measures)];
    setText(this.note, notes.join("; "));
    setHidden(this.note, notes.length === 0);
    setText(this.computation, describeComputation(measures));
    this.tables.replaceChildren(
      ...(values === null ? [] : [errorTable(values)]),
      ...(classes === null || classes.confusion.length === 0 ? [] : [confusionTable(classes)]),
    );
  }
}
