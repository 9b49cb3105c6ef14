/** What the diagnosis says about the run: each finding with its numbers, the place in the charts, the line in the file, and what repairs it. */
import * as l10n from "@vscode/l10n";
import { FINDING_CARD } from "../../../src/shared/wire/findingCards";
import type { Finding, Fix } from "../../../src/shared/wire/findings";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import { createButton } from "../../ui/controls";
import { element, setAttribute, setText } from "../../ui/dom";
import { createIcon } from "../../ui/icons";
import { ruleTitle } from "../../chart/runEvents";
import type { CardHost } from "../../chart/card";
import type { Changed, ChartModel, LabChart } from "../../chart/model";

const NUMBER_DIGITS = 4;

export class FindingsView implements LabChart {
  readonly element: HTMLElement;
  private readonly count = element("span", { class: "card-subtitle" });
  private readonly list = element("ul", { class: "findings" });
  private readonly none = element("p", { class: "findings-none" });
  private items: readonly { readonly finding: Finding; readonly item: HTMLElement }[] = [];
  private shown = "";

  constructor(private readonly host: CardHost) {
    this.element = element(
      "section",
      { class: "card card-findings", attributes: { "aria-labelledby": "findings-title" } },
      element(
        "header",
        { class: "card-header" },
        element("h2", { attributes: { id: "findings-title" } }, l10n.t("Findings")),
        this.count,
      ),
      this.list,
      this.none,
    );
  }

  isAvailable(model: ChartModel | null): boolean {
    return model !== null;
  }

  draw(model: ChartModel | null, _changed: Changed): void {
    const findings = model?.findings ?? [];
    const key = JSON.stringify(findings);
    // Built anew only when it says something else: a button that has the focus keeps it.
    if (key !== this.shown) {
      this.shown = key;
      this.items = findings.map((finding) => ({ finding, item: this.create(finding) }));
      this.list.replaceChildren(...this.items.map(({ item }) => item));
    }
    this.list.hidden = findings.length === 0;
    this.none.hidden = findings.length > 0;
    setText(
      this.count,
      findings.length === 0
        ? l10n.t("what the diagnosis says")
        : l10n.t("{0} in this run", formatCount(findings.length)),
    );
    if (model === null) return;
    setText(this.none, l10n.t("Nothing wrong was found in the {0} traced iterations.", formatCount(model.rows)));
    for (const { finding, item } of this.items)
      setAttribute(item, "aria-current", finding.iteration === model.place.iteration ? "true" : null);
  }

  private create(finding: Finding): HTMLElement {
    const { rule, severity, iteration, timeStep, message, numbers, fixes } = finding;
    const words =
      timeStep === null
        ? l10n.t("iteration {0}", formatCount(iteration))
        : l10n.t("iteration {0}, t = {1}", formatCount(iteration), timeStep);
    const place = element(
      "button",
      { class: "link", attributes: { type: "button", title: l10n.t("Show it in the charts") } },
      createIcon("chart"),
      words,
    );
    place.addEventListener("click", () => this.host.showPlace({ iteration, timeStep, card: FINDING_CARD[rule] }));
    const chips = Object.entries(numbers).map(([name, value]) =>
      element(
        "span",
        { class: "finding-number" },
        `${NUMBERS[name] ?? name} `,
        element(
          "strong",
          {},
          name.toLowerCase().endsWith("share")
            ? `${formatValue(100 * value, NUMBER_DIGITS)} %`
            : formatValue(value, NUMBER_DIGITS),
        ),
      ),
    );
    return element(
      "li",
      { class: `finding finding-${severity}` },
      element(
        "div",
        { class: "finding-head" },
        createIcon(severity === "warning" ? "warning" : "info"),
        element("strong", {}, ruleTitle(rule)),
        place,
        this.createFileLink(finding),
      ),
      element("p", {}, message),
      chips.length === 0 ? null : element("div", { class: "finding-numbers" }, ...chips),
      fixes.length === 0
        ? null
        : element(
            "div",
            {
              class: "finding-fixes",
              attributes: { role: "group", "aria-label": l10n.t("Ways to repair: {0}", ruleTitle(rule)) },
            },
            ...fixes.map((fix) => this.createFix(fix)),
          ),
    );
  }

  private createFileLink({ configPath }: Finding): HTMLElement | null {
    if (configPath.length === 0) return null;
    const link = element(
      "button",
      { class: "link", attributes: { type: "button", title: l10n.t("Show the line in the file") } },
      createIcon("file"),
      configPath.join("."),
    );
    link.addEventListener("click", () => this.host.revealValue(configPath));
    return link;
  }

  private createFix({ title, edits }: Fix): HTMLElement {
    const button = createButton(title, "wrench", "secondary", () => this.host.editValues(edits));
    button.title = l10n.t(
      "Writes into the file: {0}. Undo takes it back.",
      edits
        .map(
          ({ path, value }) =>
            `${path.join(".")} ${value === undefined ? l10n.t("removed") : `= ${JSON.stringify(value)}`}`,
        )
        .join(", "),
    );
    return button;
  }
}

/** What the figures of a finding are called; one that is not among them by its own name. */
const NUMBERS: Readonly<Record<string, string>> = {
  period: l10n.t("period"),
  lowest: l10n.t("lowest"),
  highest: l10n.t("highest"),
  dead: l10n.t("dead"),
  units: l10n.t("units"),
  share: l10n.t("share"),
  loss: l10n.t("loss"),
  largestUpdateRatio: l10n.t("largest update ratio"),
  gradientNorm: l10n.t("gradient norm"),
  growth: l10n.t("growth"),
  medianNorm: l10n.t("median norm"),
  ratio: l10n.t("ratio"),
  steps: l10n.t("steps"),
  before: l10n.t("before"),
  now: l10n.t("now"),
  updateRatio: l10n.t("update ratio"),
  recentLoss: l10n.t("recent loss"),
  lowestLoss: l10n.t("lowest loss"),
};
