/** All findings of a run: each with its numbers, its place in the charts and the file, and its quick fixes. */
import * as l10n from "@vscode/l10n";
import { FINDING_CARD } from "../../../src/shared/wire/findingCards";
import type { Fix, ShownFinding } from "../../../src/shared/wire/findings";
import { fixLabel } from "../../../src/shared/words/fixLabel";
import { formatCount, formatPercent, formatValue } from "../../../src/shared/words/numberFormat";
import { createButton } from "../../ui/controls";
import { element, setAttribute } from "../../ui/dom";
import { createIcon } from "../../ui/icons";
import { ruleTitle } from "../../chart/runEvents";
import type { CardHost } from "../../chart/card";
import { withoutControls } from "../../ui/visibleText";

/** What a finding leads to. */
export type FindingsHost = Pick<CardHost, "showPlace" | "revealValue" | "editValues" | "requestDraw"> & {
  /** Of a run that is trained in Python: the line that watches the model. */
  openFile(): void;
};

const NUMBER_DIGITS = 4;

export class FindingsList {
  readonly element = element("ul", { class: "findings" });
  private items: readonly { readonly finding: ShownFinding; readonly item: HTMLElement }[] = [];
  private shown = "";

  constructor(private readonly host: FindingsHost) {}

  /**
   * @param iteration of the cursor
   * @param place of the line that watches the model; null for an experiment
   */
  show(findings: readonly ShownFinding[], iteration: number, place: string | null): void {
    const key = JSON.stringify([findings, place]);
    // Rebuilt only when it changes, so that a focused button keeps the focus.
    if (key !== this.shown) {
      this.shown = key;
      this.items = findings.map((finding) => ({ finding, item: this.create(finding, place) }));
      this.element.replaceChildren(...this.items.map(({ item }) => item));
    }
    for (const { finding, item } of this.items)
      setAttribute(item, "aria-current", finding.iteration === iteration ? "true" : null);
  }

  private create(finding: ShownFinding, place: string | null): HTMLElement {
    const { rule, severity, message, numbers, fixes, advice } = finding;
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
        createPlaceLink(finding, this.host),
        place === null ? this.createFileLink(finding) : this.createWatchLink(place),
      ),
      element("p", {}, message),
      chips.length === 0 ? null : element("div", { class: "finding-numbers" }, ...chips),
      advice === undefined ? null : createAdvice(advice),
      fixes.length === 0
        ? null
        : element(
            "div",
            {
              class: "finding-fixes",
              attributes: { role: "group", "aria-label": l10n.t("Quick fixes for {0}", ruleTitle(rule)) },
            },
            ...fixes.map((fix) => createFixButton(fixLabel(fix), fix, this.host)),
          ),
    );
  }

  private createWatchLink(place: string): HTMLElement {
    const link = element(
      "button",
      { class: "link", attributes: { type: "button", title: l10n.t("Go to the line in the file") } },
      createIcon("file"),
      withoutControls(place),
    );
    link.addEventListener("click", () => this.host.openFile());
    return link;
  }

  private createFileLink({ configPath }: ShownFinding): HTMLElement | null {
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
}

/** Leads to the iteration in the chart that shows the finding best. */
export function createPlaceLink({ rule, iteration, timeStep }: ShownFinding, host: FindingsHost): HTMLElement {
  const link = element(
    "button",
    { class: "link", attributes: { type: "button", title: l10n.t("Show in charts") } },
    createIcon("chart"),
    timeStep === null
      ? l10n.t("iteration {0}", formatCount(iteration))
      : l10n.t("iteration {0}, t = {1}", formatCount(iteration), timeStep),
  );
  link.addEventListener("click", () => host.showPlace({ iteration, timeStep, card: FINDING_CARD[rule] }));
  return link;
}

/** What to do, and a button that copies it. */
function createAdvice(advice: string): HTMLElement {
  const text = element("code", { class: "finding-advice" }, withoutControls(advice));
  const copy = createButton(l10n.t("Copy"), "copy", "secondary", () => void navigator.clipboard.writeText(advice));
  copy.title = l10n.t("Copy this text");
  return element("div", { class: "finding-fixes" }, text, copy);
}

export function createFixButton(label: string, fix: Fix, host: FindingsHost): HTMLElement {
  const button = createButton(label, "wrench", "secondary", () => host.editValues(fix.edits));
  const edits = fix.edits
    .map(({ path, value }) =>
      value === undefined ? l10n.t("remove {0}", path.join(".")) : `${path.join(".")} = ${JSON.stringify(value)}`,
    )
    .join(", ");
  button.title = l10n.t("{0}. Edits the file: {1}. Use Undo to revert.", fixLabel(fix), edits);
  return button;
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
