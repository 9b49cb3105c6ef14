import * as l10n from "@vscode/l10n";
import type { CompareVerb, ComparedRun, Comparison } from "../../src/shared/wire/comparison";
import { formatCount, formatValue } from "../../src/shared/words/numberFormat";
import { element } from "../ui/dom";
import { createIcon, type IconName } from "../ui/icons";
import { FIGURES, figureOf, relativeTo } from "./figures";
import { runLook } from "../ui/runLook";
import type { CurveModel } from "./curveChart";

export interface RunTableActions {
  act(verb: CompareVerb, id: string): void;
  removeRun(id: string): void;
  toggle(id: string): void;
  point(id: string | null): void;
}

/** A row for each run: first what differs in the configs, then its results. The row is the legend of the charts. */
export class RunTable {
  readonly element = element("div", {
    class: "run-table",
    attributes: {
      role: "region",
      tabindex: "0",
      "aria-label": l10n.t("Runs with their config differences and results"),
    },
  });
  private shown = "";

  constructor(private readonly actions: RunTableActions) {}

  show({ runs, differences, baseline }: Comparison, { hidden, theme }: CurveModel): void {
    const key = JSON.stringify([
      runs.map(({ id, title, state, duration, iterations }) => [id, title, state, duration, iterations]),
      differences,
      baseline,
      [...hidden],
      theme.series,
    ]);
    if (key === this.shown) return;
    this.shown = key;
    const columns = planColumns({ runs, differences, baseline });
    const rows = runs.map((run, index) => this.row(columns, run, index, hidden.has(run.id), theme));
    const focused = this.element.contains(document.activeElement)
      ? document.activeElement?.getAttribute("data-key")
      : null;
    this.element.replaceChildren(
      element(
        "table",
        {},
        element(
          "caption",
          { class: "visually-hidden" },
          differences.length === 0
            ? l10n.t("The configs are identical.")
            : l10n.t("The configs differ in {0}.", differences.map(({ path }) => path).join(", ")),
        ),
        element("thead", {}, headRow(columns)),
        element("tbody", {}, ...rows),
      ),
    );
    if (focused != null) this.element.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  private row(
    columns: Columns,
    run: ComparedRun,
    index: number,
    isHidden: boolean,
    theme: CurveModel["theme"],
  ): HTMLElement {
    const { experiments, differences, figures, reference } = columns;
    const isBaseline = run === reference;
    const seed = (text: string): HTMLElement => seedCell(text, run.seed !== null && columns.sharedSeeds.has(run.seed));
    const row = element(
      "tr",
      { class: [isHidden ? "is-hidden" : "", isBaseline ? "is-baseline" : ""].join(" ") },
      this.nameCell(run, isHidden, isBaseline, theme),
      this.tools(run, isBaseline),
      ...(experiments ? [element("td", {}, run.experiment)] : []),
      ...differences.map(({ path, values }) =>
        path === "seed"
          ? seed(values[index] ?? "")
          : element(
              "td",
              {
                class:
                  reference !== null && values[index] !== values[columns.referenceIndex]
                    ? "differs changed"
                    : "differs",
              },
              values[index] ?? "",
            ),
      ),
      ...(differences.some(({ path }) => path === "seed") ? [] : [seed(String(run.seed ?? "–"))]),
      ...figures.map((figure) => figureCell(run, figure, reference)),
      element("td", { class: "figure" }, formatCount(run.iterations)),
      element("td", { class: "figure" }, run.duration),
    );
    row.addEventListener("pointerenter", () => this.actions.point(run.id));
    row.addEventListener("pointerleave", () => this.actions.point(null));
    return row;
  }

  private nameCell(run: ComparedRun, hidden: boolean, isBaseline: boolean, theme: CurveModel["theme"]): HTMLElement {
    const look = runLook(run.look, theme);
    const swatch = element("span", { class: look.dash.length === 0 ? "swatch swatch-line" : "swatch swatch-dash" });
    swatch.style.color = look.color;
    const toggle = element(
      "button",
      {
        class: "legend-entry",
        attributes: {
          type: "button",
          "aria-pressed": String(!hidden),
          "data-key": `toggle ${run.id}`,
          title: hidden ? l10n.t("Show curves") : l10n.t("Hide curves"),
        },
      },
      swatch,
      element("span", { class: "run-title" }, run.title),
    );
    toggle.addEventListener("click", () => this.actions.toggle(run.id));
    return element(
      "th",
      { class: "run-name", attributes: { scope: "row" } },
      toggle,
      ...(isBaseline ? [element("span", { class: "chip chip-baseline" }, l10n.t("baseline"))] : []),
      ...(run.state === "" ? [] : [element("span", { class: "chip" }, run.state)]),
    );
  }

  private tools(run: ComparedRun, isBaseline: boolean): HTMLElement {
    const tool = (icon: IconName, label: string, pressed: boolean | null, onClick: () => void): HTMLElement => {
      const button = element(
        "button",
        {
          class: "tool",
          attributes: {
            type: "button",
            title: label,
            "aria-label": `${label}: ${run.title}`,
            "data-key": `${icon} ${run.id}`,
            ...(pressed === null ? {} : { "aria-pressed": String(pressed) }),
          },
        },
        createIcon(icon),
      );
      button.addEventListener("click", onClick);
      return button;
    };
    // Those of others have no config, and measure no other run.
    const isSaved = run.seed !== null;
    return element(
      "td",
      { class: "row-tools" },
      ...(isSaved
        ? [
            tool("target", isBaseline ? l10n.t("Clear Baseline") : l10n.t("Set as Baseline"), isBaseline, () =>
              this.actions.act(isBaseline ? "clearBaselineRun" : "setBaselineRun", run.id),
            ),
          ]
        : []),
      tool("chart", l10n.t("Open Run"), null, () => this.actions.act("openRun", run.id)),
      ...(isSaved
        ? [
            tool("diff", l10n.t("Compare Config with File"), null, () => this.actions.act("diffRunConfig", run.id)),
            tool("restore", l10n.t("Restore Config to File"), null, () => this.actions.act("restoreRunConfig", run.id)),
          ]
        : []),
      tool("close", l10n.t("Remove from Comparison"), null, () => this.actions.removeRun(run.id)),
    );
  }
}

/** What the table shows of the runs, which follows from all of them together. */
interface Columns {
  readonly differences: Comparison["differences"];
  readonly figures: readonly (typeof FIGURES)[number][];
  /** Whether the runs are of several experiments. */
  readonly experiments: boolean;
  /** The baseline, with its index; null and -1 where there is none. */
  readonly reference: ComparedRun | null;
  readonly referenceIndex: number;
  /** Those of several runs, where other runs have others. */
  readonly sharedSeeds: ReadonlySet<number>;
}

function planColumns({ runs, differences, baseline }: Pick<Comparison, "runs" | "differences" | "baseline">): Columns {
  const seeds = new Map<number, number>();
  for (const { seed } of runs) if (seed !== null) seeds.set(seed, (seeds.get(seed) ?? 0) + 1);
  const shared = seeds.size > 1 ? [...seeds].filter(([, count]) => count > 1) : [];
  const referenceIndex = runs.findIndex(({ id }) => id === baseline);
  return {
    differences,
    figures: FIGURES.filter((figure) =>
      runs.some((run) => !Number.isNaN(figureOf(run, figure)) || (run.curves[figure.curve]?.length ?? 0) > 0),
    ),
    experiments: new Set(runs.map(({ experiment }) => experiment)).size > 1,
    reference: runs[referenceIndex] ?? null,
    referenceIndex,
    sharedSeeds: new Set(shared.map(([seed]) => seed)),
  };
}

function headRow({ experiments, differences, figures }: Columns): HTMLElement {
  const column = (text: string, kind = ""): HTMLElement =>
    element("th", { class: kind, attributes: { scope: "col" } }, text);
  return element(
    "tr",
    {},
    column(l10n.t("Run"), "run-name"),
    element("td"),
    ...(experiments ? [column(l10n.t("Experiment"))] : []),
    ...differences.map(({ path }) => column(path, "differs")),
    ...(differences.some(({ path }) => path === "seed") ? [] : [column(l10n.t("Seed"))]),
    ...figures.map(({ name }) => column(name, "figure")),
    column(l10n.t("Iterations"), "figure"),
    column(l10n.t("Time"), "figure"),
  );
}

function seedCell(text: string, isShared: boolean): HTMLElement {
  return element(
    "td",
    { class: "seed" },
    text,
    ...(isShared
      ? [
          " ",
          element(
            "span",
            { class: "chip", attributes: { title: l10n.t("Another run in this comparison has the same seed") } },
            l10n.t("same seed"),
          ),
        ]
      : []),
  );
}

function figureCell(run: ComparedRun, figure: (typeof FIGURES)[number], reference: ComparedRun | null): HTMLElement {
  const value = figureOf(run, figure);
  const relative = reference === null || reference === run ? "" : relativeTo(value, figureOf(reference, figure));
  return element(
    "td",
    { class: "figure" },
    Number.isNaN(value) && run.curves[figure.curve] === undefined ? "–" : formatValue(value, 3),
    ...(relative === "" ? [] : [" ", element("span", { class: "relative" }, relative)]),
  );
}
