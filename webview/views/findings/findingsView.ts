/**
 * The findings of the automatic diagnostics: each with its numbers, its place in the charts and the file, and its quick
 * fixes.
 */
import * as l10n from "@vscode/l10n";
import { FINDING_CARD } from "../../../src/shared/wire/findingCards";
import type { Finding, Fix, FixProgress } from "../../../src/shared/wire/findings";
import { fixLabel } from "../../../src/shared/words/fixLabel";
import { formatCount, formatPercent, formatValue } from "../../../src/shared/words/numberFormat";
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
    // Rebuilt only when it changes, so that a focused button keeps the focus.
    if (key !== this.shown) {
      this.shown = key;
      this.items = findings.map((finding) => ({ finding, item: this.create(finding) }));
      this.list.replaceChildren(...this.items.map(({ item }) => item));
    }
    this.list.hidden = findings.length === 0;
    this.none.hidden = findings.length > 0;
    setText(this.count, subtitle(findings, model?.fixProgress ?? null));
    if (model === null) return;
    setText(
      this.none,
      model.scalars.total === 1
        ? l10n.t("No issues found (1 iteration checked).")
        : l10n.t("No issues found ({0} iterations checked).", formatCount(model.scalars.total)),
    );
    for (const { finding, item } of this.items)
      setAttribute(item, "aria-current", finding.iteration === model.scalars.place.iteration ? "true" : null);
  }

  private create(finding: Finding): HTMLElement {
    const { rule, severity, iteration, timeStep, message, numbers, fixes } = finding;
    const words =
      timeStep === null
        ? l10n.t("iteration {0}", formatCount(iteration))
        : l10n.t("iteration {0}, t = {1}", formatCount(iteration), timeStep);
    const place = element(
      "button",
      { class: "link", attributes: { type: "button", title: l10n.t("Show in charts") } },
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
            ? formatPercent(value, NUMBER_DIGITS)
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
              attributes: { role: "group", "aria-label": l10n.t("Quick fixes for {0}", ruleTitle(rule)) },
            },
            ...fixes.map((fix) => this.createFix(fix)),
          ),
    );
  }

  private createFileLink({ configPath }: Finding): HTMLElement | null {
    if (configPath.length === 0) return null;
    const link = element(
      "button",
      { class: "link", attributes: { type: "button", title: l10n.t("Go to the line in the file") } },
      createIcon("file"),
      configPath.join("."),
    );
    link.addEventListener("click", () => this.host.revealValue(configPath));
    return link;
  }

  private createFix(fix: Fix): HTMLElement {
    const { edits } = fix;
    const button = createButton(fixLabel(fix), "wrench", "secondary", () => this.host.editValues(edits));
    button.title = l10n.t(
      "Edits the file: {0}. Use Undo to revert.",
      edits
        .map(({ path, value }) =>
          value === undefined ? l10n.t("remove {0}", path.join(".")) : `${path.join(".")} = ${JSON.stringify(value)}`,
        )
        .join(", "),
    );
    return button;
  }
}

function subtitle({ length }: readonly Finding[], progress: FixProgress | null): string {
  if (length === 0) return l10n.t("automatic diagnostics");
  return progress === null
    ? l10n.t("{0} in this run", formatCount(length))
    : l10n.t("Trying fixes ({0} of {1})…", progress.tried, progress.total);
}

/** Labels of the numbers of a finding. A number that is not listed has its own name. */
const NUMBERS: Readonly<Record<string, string>> = {
  period: l10n.t("period"),
  lowest: l10n.t("minimum"),
  highest: l10n.t("maximum"),
  dead: l10n.t("dead units"),
  units: l10n.t("units"),
  share: l10n.t("fraction"),
  loss: l10n.t("loss"),
  largestUpdateRatio: l10n.t("max update ratio"),
  gradientNorm: l10n.t("gradient norm"),
  growth: l10n.t("growth factor"),
  medianNorm: l10n.t("median norm"),
  ratio: l10n.t("ratio"),
  steps: l10n.t("steps"),
  before: l10n.t("initial loss"),
  now: l10n.t("current loss"),
  updateRatio: l10n.t("update ratio"),
  recentLoss: l10n.t("recent loss"),
  lowestLoss: l10n.t("minimum loss"),
};
