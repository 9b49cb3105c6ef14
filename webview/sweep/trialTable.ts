/** The runs as a table, the best first; a click on a heading sorts by it, a click on a run opens it. */
import * as l10n from "@vscode/l10n";
import { formatCount, formatDuration } from "../../src/shared/words/numberFormat";
import { type SweepInfo, type TrialResult, isLoss, TRIAL_FIGURES, trialNumber } from "../../src/shared/wire/sweep";
import { leadingFigure, ranked } from "../../src/shared/wire/sweepSummary";
import { element, setHidden, setText } from "../ui/dom";
import { createIcon } from "../ui/icons";
import { availableFigures, figureName, formatFigure, statusWord } from "./figures";
import { shortKey, shortLabel } from "./parameterPlaces";
import type { SweepPreferences } from "./state";
import type { SweepHost, TrialFilter } from "./sweepCard";

/** A longer table is not read, and is slow to build; the whole one is in the CSV file. */
const MAX_ROWS = 200;
const REFRESH_MS = 500;

interface Column {
  readonly id: string;
  readonly title: string;
  readonly hint?: string;
  text(result: TrialResult): string;
  /** What sorts; what is not finite comes last whichever way. */
  order(result: TrialResult): number | string;
  /** Whether the first click puts the largest first. */
  readonly largestFirst?: boolean;
}

export class TrialTable {
  readonly element: HTMLElement;
  private readonly region = element("div", {
    class: "table-region",
    attributes: { role: "region", tabindex: "0", "aria-label": l10n.t("Runs of the sweep") },
  });
  private readonly note = element("span", { class: "card-subtitle" });
  private readonly filterText = element("span");
  private readonly filterChip: HTMLButtonElement;
  private filledAt = -Infinity;
  private timer: number | null = null;
  private shown = "";

  constructor(
    private readonly host: SweepHost,
    private readonly prefer: (change: Partial<SweepPreferences>) => void,
  ) {
    this.filterChip = element(
      "button",
      { class: "tool tool-text filter-chip", attributes: { type: "button", title: l10n.t("Show all runs") } },
      this.filterText,
      createIcon("close"),
    );
    this.filterChip.addEventListener("click", () => host.filter(null));
    this.element = element(
      "section",
      { class: "card sweep-table", attributes: { "aria-labelledby": "sweep-table-title" } },
      element(
        "header",
        { class: "card-header" },
        element("h2", { attributes: { id: "sweep-table-title" } }, l10n.t("Runs")),
        this.note,
        element("div", { class: "card-tools" }, this.filterChip),
      ),
      this.region,
    );
  }

  draw(
    info: SweepInfo,
    results: readonly TrialResult[],
    { sort }: SweepPreferences,
    filter: TrialFilter | null,
    ended: boolean,
  ): void {
    setHidden(this.filterChip, filter === null);
    setText(this.filterText, filter?.label ?? "");
    // Also what the reader asked for is drawn at once.
    const key = JSON.stringify([sort, filter?.label, ended]);
    const wait = key === this.shown ? this.filledAt + REFRESH_MS - performance.now() : 0;
    if (wait > 0) {
      this.timer ??= window.setTimeout(() => {
        this.timer = null;
        this.host.requestDraw();
      }, wait);
      return;
    }
    this.shown = key;
    this.filledAt = performance.now();
    const columns = columnsOf(info, results);
    const kept = filter === null ? results : results.filter(({ index }) => filter.indices.has(index));
    const column = columns.find(({ id }) => id === sort?.column);
    const ordered =
      column === undefined || sort === null
        ? ranked(kept, leadingFigure(results, info.goal?.metric ?? null))
        : sortBy(kept, column, sort.down);
    setText(
      this.note,
      kept.length > MAX_ROWS
        ? l10n.t("first {0} of {1} runs; export the results to get all", MAX_ROWS, formatCount(kept.length))
        : kept.length === 1
          ? l10n.t("1 run · click to open it")
          : l10n.t("{0} runs · click one to open it", formatCount(kept.length)),
    );
    this.fill(columns, ordered.slice(0, MAX_ROWS), sort);
  }

  private fill(columns: readonly Column[], rows: readonly TrialResult[], sort: SweepPreferences["sort"]): void {
    const focused = (document.activeElement as HTMLElement | null)?.dataset["key"];
    const scrolled = this.region.scrollTop;
    const heads = columns.map((column) => this.headCell(column, sort));
    const body = rows.map((result) => this.row(columns, result));
    this.region.replaceChildren(
      element(
        "table",
        {},
        element("caption", { class: "visually-hidden" }, l10n.t("Runs of the sweep")),
        element("thead", {}, element("tr", {}, ...heads)),
        element("tbody", {}, ...body),
      ),
    );
    this.region.scrollTop = scrolled;
    if (focused !== undefined)
      this.region.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  private headCell(column: Column, sort: SweepPreferences["sort"]): HTMLElement {
    const direction = sort?.column === column.id ? (sort.down ? "descending" : "ascending") : null;
    const button = element(
      "button",
      {
        class: "table-sort",
        attributes: { type: "button", "data-key": `sort ${column.id}`, title: column.hint ?? column.title },
      },
      column.title,
      direction === null ? "" : direction === "descending" ? " ↓" : " ↑",
    );
    button.addEventListener("click", () =>
      this.prefer({
        sort: {
          column: column.id,
          down: direction === null ? column.largestFirst === true : direction === "ascending",
        },
      }),
    );
    return element(
      "th",
      { attributes: { scope: "col", ...(direction === null ? {} : { "aria-sort": direction }) } },
      button,
    );
  }

  private row(columns: readonly Column[], result: TrialResult): HTMLElement {
    const open = element(
      "button",
      {
        class: "link",
        attributes: {
          type: "button",
          "data-key": `run ${result.index}`,
          title: result.message ?? l10n.t("Open this run in a panel"),
        },
      },
      `${trialNumber(result)}`,
    );
    const row = element(
      "tr",
      { class: `trial trial-${result.status}` },
      element("th", { attributes: { scope: "row" } }, open),
      ...columns.slice(1).map((column) => element("td", {}, column.text(result))),
    );
    // The button is for keys and screen readers; its click comes up to the row like any other.
    row.addEventListener("click", () => this.host.openTrial(result.index));
    return row;
  }
}

function columnsOf(info: SweepInfo, results: readonly TrialResult[]): Column[] {
  const figures = availableFigures(info, results);
  return [
    { id: "index", title: l10n.t("Run"), text: (result) => String(trialNumber(result)), order: trialNumber },
    ...info.parameters.map(({ key }, p): Column => ({
      id: key,
      title: shortKey(info.parameters, p),
      hint: key,
      text: ({ values }) => shortLabel(values[p]),
      order: ({ values }) => (typeof values[p] === "number" ? values[p] : shortLabel(values[p])),
    })),
    { id: "seed", title: l10n.t("Seed"), text: ({ seed }) => String(seed), order: ({ seed }) => seed },
    ...TRIAL_FIGURES.filter((figure) => figures.includes(figure)).map((figure): Column => ({
      id: figure,
      title: figureName(figure),
      text: (result) => (result.status === "failed" ? "–" : formatFigure(figure, result[figure])),
      order: (result) => result[figure],
      largestFirst: !isLoss(figure),
    })),
    ...(info.goal === null
      ? []
      : [
          {
            id: "reachedAt",
            title: l10n.t("Goal reached at"),
            hint: l10n.t("First iteration that reached the goal"),
            text: ({ reachedAt }: TrialResult) => (reachedAt === null ? "–" : formatCount(reachedAt)),
            order: ({ reachedAt }: TrialResult) => reachedAt ?? Infinity,
          },
        ]),
    {
      id: "iterations",
      title: l10n.t("Iterations"),
      text: ({ iterations }) => formatCount(iterations),
      order: ({ iterations }) => iterations,
    },
    {
      id: "time",
      title: l10n.t("Time"),
      text: ({ trainMs }) => formatDuration(trainMs),
      order: ({ trainMs }) => trainMs,
    },
    {
      id: "status",
      title: l10n.t("Status"),
      text: (result) =>
        result.status === "done"
          ? result.reachedAt === null || info.goal === null
            ? statusWord("done")
            : l10n.t("converged")
          : statusWord(result.status),
      order: ({ status }) => status,
    },
  ];
}

function sortBy(results: readonly TrialResult[], column: Column, down: boolean): TrialResult[] {
  const last = (value: number | string): boolean => typeof value === "number" && !Number.isFinite(value);
  return [...results].sort((a, b) => {
    const [x, y] = [column.order(a), column.order(b)];
    if (last(x) || last(y)) return Number(last(x)) - Number(last(y));
    const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
    return (down ? -order : order) || a.index - b.index;
  });
}
