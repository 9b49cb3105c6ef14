/**
 * The most important finding in one line of fixed height, with its first quick fix; the button at its end opens the
 * list of all of them, which scrolls within a fixed height. So findings that come and go move nothing.
 */
import * as l10n from "@vscode/l10n";
import type { Fix, ShownFinding } from "../../../src/shared/wire/findings";
import { formatCount } from "../../../src/shared/words/numberFormat";
import type { ChartModel } from "../../chart/model";
import { ruleTitle } from "../../chart/runEvents";
import { element, setAttribute, setHidden, setText } from "../../ui/dom";
import { createIcon } from "../../ui/icons";
import { createFixButton, createPlaceLink, FindingsList, type FindingsHost } from "./findingsList";

const LIST_ID = "findings-list";
const GAP_PX = 8;

export class FindingsBar {
  readonly element: HTMLElement;
  private readonly line = element("div", { class: "finding-line" });
  private readonly top = element("div", { class: "finding-top" });
  private readonly none = element("p", { class: "findings-none" });
  private readonly progress = element("span", { class: "finding-progress" });
  private readonly toggle = element("button", {
    class: "link findings-toggle",
    attributes: { type: "button", "aria-controls": LIST_ID },
  });
  private readonly words = element("span");
  private readonly list: FindingsList;
  /** Sets of parts that the line may show beside the title. */
  private choices: readonly (readonly HTMLElement[])[] = [];
  private isOpen = false;
  private shown = "";
  private width = 0;

  constructor(private readonly host: FindingsHost) {
    this.list = new FindingsList(host);
    this.list.element.id = LIST_ID;
    setHidden(this.list.element, true);
    this.toggle.append(createIcon("chevron"), this.words);
    this.toggle.addEventListener("click", () => {
      this.isOpen = !this.isOpen;
      host.requestDraw();
    });
    this.line.append(this.top, this.none, this.progress, this.toggle);
    this.element = element(
      "section",
      { class: "findings-bar", attributes: { "aria-label": l10n.t("Findings") } },
      this.line,
      this.list.element,
    );
    new ResizeObserver((entries) => {
      this.width = entries.at(-1)?.contentRect.width ?? 0;
      this.fit();
    }).observe(this.top);
  }

  /** @param place of the line that watches a model that is trained in Python; null for an experiment */
  show(model: ChartModel | null, place: string | null): void {
    const findings = model?.findings ?? [];
    const [first, ...others] = findings;
    setHidden(this.element, model === null);
    this.showTop(first ?? null);
    setHidden(this.none, first !== undefined);
    setText(this.none, noneText(model?.scalars.total ?? 0));
    setText(this.progress, progressText(model));
    setHidden(this.toggle, first === undefined && !this.isOpen);
    setText(
      this.words,
      this.isOpen ? l10n.t("Less") : others.length === 0 ? l10n.t("Details") : l10n.t("+{0} more", others.length),
    );
    setAttribute(this.toggle, "aria-expanded", String(this.isOpen));
    setAttribute(this.toggle, "title", countText(findings.length));
    this.list.show(findings, model?.scalars.place.iteration ?? 0, place);
    this.showList();
  }

  /** Opens the list and brings it into view. */
  open(): void {
    this.isOpen = true;
    this.host.requestDraw();
    this.element.scrollIntoView({ block: "nearest" });
  }

  /** As high as the findings are when it opens, and so until it closes. */
  private showList(): void {
    const { element: list } = this.list;
    if (list.hidden === !this.isOpen) return;
    list.style.height = "";
    setHidden(list, !this.isOpen);
    if (this.isOpen) list.style.height = `${list.offsetHeight}px`;
  }

  private showTop(finding: ShownFinding | null): void {
    setHidden(this.top, finding === null);
    const key = JSON.stringify(finding);
    // Rebuilt only when it changes, so that a focused button keeps the focus.
    if (key === this.shown || finding === null) return;
    this.shown = key;
    const [fix] = finding.fixes;
    this.line.className = `finding-line finding-${finding.severity}`;
    const title = element("strong", { class: "finding-title" }, ruleTitle(finding.rule));
    title.title = finding.message;
    const place = createPlaceLink(finding, this.host);
    const fixes = fix === undefined ? [] : this.createFixes(fix);
    const [inWords, byIcon] = fixes;
    // Best first.
    this.choices =
      inWords === undefined || byIcon === undefined
        ? [[place], []]
        : [[place, inWords], [inWords], [place, byIcon], [byIcon], []];
    this.top.replaceChildren(createIcon(finding.severity === "warning" ? "warning" : "info"), title, place, ...fixes);
    this.fit();
  }

  /** The fix in words, and by its icon alone for a line that has no room for them. */
  private createFixes(fix: Fix): HTMLElement[] {
    const inWords = createFixButton(fix.title, fix, this.host);
    const byIcon = createFixButton("", fix, this.host);
    byIcon.classList.add("is-icon");
    setAttribute(byIcon, "aria-label", fix.title);
    return [inWords, byIcon];
  }

  /** What does not fit is left out whole. */
  private fit(): void {
    const parts = [...this.top.children] as HTMLElement[];
    const optional = parts.slice(2);
    for (const part of optional) setHidden(part, false);
    const widthOf = (nodes: readonly HTMLElement[]): number =>
      nodes.reduce((sum, node) => sum + node.getBoundingClientRect().width + GAP_PX, -GAP_PX);
    const room = this.width - widthOf(parts.slice(0, 2));
    const chosen = this.choices.find((nodes) => nodes.length === 0 || widthOf(nodes) + GAP_PX <= room) ?? [];
    for (const part of optional) setHidden(part, !chosen.includes(part));
  }
}

function noneText(iterations: number): string {
  return iterations === 1
    ? l10n.t("No issues found (1 iteration checked).")
    : l10n.t("No issues found ({0} iterations checked).", formatCount(iterations));
}

function countText(count: number): string {
  return count === 1 ? l10n.t("1 finding in this run") : l10n.t("{0} findings in this run", formatCount(count));
}

function progressText(model: ChartModel | null): string {
  const progress = model?.fixProgress ?? null;
  return progress === null || model?.findings.length === 0
    ? ""
    : l10n.t("Trying fixes ({0} of {1})…", progress.tried, progress.total);
}
