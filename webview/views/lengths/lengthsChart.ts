import * as l10n from "@vscode/l10n";
import { linearAxis, logAxis } from "../../../src/shared/scale/axisScale";
import { extentOf } from "../../../src/shared/scale/extent";
import { formatCount, formatPercent, formatValue } from "../../../src/shared/words/numberFormat";
import type { LengthPoint } from "../../../src/shared/trace/predictions";
import type { LengthPlan } from "../../../src/shared/trace/taskHints";
import { isActive } from "../../ui/controlRules";
import { element, setText } from "../../ui/dom";
import {
  applyTheme,
  createChart,
  isCollapsed,
  lineDataset,
  setDatasets,
  type LineChart,
  type Point,
} from "../../chart/base";
import { ChartCard, type CardHost } from "../../chart/card";
import type { CollectTable } from "../../chart/table";
import { probeX } from "../../chart/iterationChart";
import { setAxis } from "../../chart/mappedScale";
import { setMarks } from "../../chart/marks";
import type { Changed, ChartModel, LabChart } from "../../chart/model";
import { Picker } from "../../ui/picker";
import type { ReadoutItem } from "../../chart/readout";

type Measure = "loss" | "accuracy" | "exactAccuracy";

const MEASURES: readonly { readonly value: Measure; readonly label: string }[] = [
  { value: "loss", label: l10n.t("loss") },
  { value: "accuracy", label: l10n.t("accuracy") },
  { value: "exactAccuracy", label: l10n.t("exact-match accuracy") },
];

interface Study {
  readonly runId: string;
  readonly iteration: number;
  points: LengthPoint[];
  /** Lengths whose evaluation failed, with the reason. */
  failures: Map<number, string>;
}

/**
 * How well the model does on sequences shorter and longer than those it was trained on: evaluated on demand and when a
 * run ends.
 */
export class LengthGeneralizationChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly measures: Picker;
  private readonly button: HTMLButtonElement;
  private readonly progress = element("span", { class: "saturation" });
  private measure: Measure = "loss";
  private study: Study | null = null;
  private wanted = false;
  private wasActive = false;
  private hovered: number | null = null;
  private resized = true;
  private askedLength: number | null = null;
  private seenAnswer: unknown = null;

  constructor(private readonly host: CardHost) {
    this.card = new ChartCard(
      {
        id: "lengths",
        title: l10n.t("Length generalization"),
        ownAxis: "timeStep",
        cursorLabel: l10n.t("length cursor"),
      },
      host,
      (x, y) => this.probe(x, y),
    );
    this.element = this.card.element;
    this.measures = new Picker(l10n.t("Metric"), (measure) => {
      this.measure = MEASURES.find(({ value }) => value === measure)?.value ?? "loss";
      host.requestDraw();
    });
    this.button = element(
      "button",
      {
        class: "tool tool-text",
        attributes: {
          type: "button",
          title: l10n.t("Evaluate the model at the iteration of the cursor on shorter and longer sequences"),
        },
      },
      l10n.t("Evaluate"),
    );
    this.button.addEventListener("click", () => {
      this.wanted = true;
      host.requestDraw();
    });
    this.card.tools.prepend(this.measures.element, this.button);
    this.card.aside.append(this.progress);
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
    });
    this.element.addEventListener("keydown", (event) => this.onKey(event), { capture: true });
  }

  /** Sequences of a file have fixed lengths. */
  isAvailable(model: ChartModel | null): boolean {
    return model?.header.data?.lengths !== undefined;
  }

  draw(model: ChartModel | null, changed: Changed): void {
    const plan = model?.header.data?.lengths;
    if (model === null || plan === undefined) return;
    // Evaluated when a run ends, or, if the section was not visible then, when it becomes visible.
    const active = isActive(model.phase);
    if (model.phase === "done" && (this.wasActive || this.study?.runId !== model.header.runId)) this.wanted = true;
    this.wasActive = active;
    this.begin(model);
    const moved = this.collect(model, plan);
    const { study } = this;
    if (study === null || study.runId !== model.header.runId) return this.showInvitation(plan);
    if (!moved && !changed.cursor && !changed.style && !this.resized) return;
    this.card.setEmpty(study.points.length === 0 ? (this.failureOf(study, plan) ?? l10n.t("Evaluating…")) : null);
    if (this.resized) this.chart.update("none");
    this.resized = isCollapsed(this.chart);
    if (study.points.length === 0 || this.resized) return;
    this.paint(model, plan, study);
    this.describe(model, plan, study);
  }

  private showInvitation(plan: LengthPlan): void {
    setText(this.progress, "");
    this.measures.show([], "");
    this.card.setEmpty(
      l10n.t(
        "Evaluates the model on unseen sequences of other lengths (trained with {0} = {1}). Select Evaluate to start; it also runs when training ends.",
        plan.name,
        formatCount(plan.trained),
      ),
    );
  }

  /** Starts a study at the iteration of the cursor. */
  private begin({ header, place }: ChartModel): void {
    if (!this.wanted) return;
    this.wanted = false;
    this.study = { runId: header.runId, iteration: place.iteration, points: [], failures: new Map() };
  }

  /** Stores the answer that arrived and requests the next length. Returns whether there is something new. */
  private collect(model: ChartModel, plan: LengthPlan): boolean {
    const { study } = this;
    if (study === null || study.runId !== model.header.runId) return false;
    const next = (): number | undefined =>
      plan.lengths.find(
        (length) => !study.failures.has(length) && !study.points.some((point) => point.length === length),
      );
    const answer = model.answerTo("lengths");
    let moved = false;
    const asked = next();
    if (
      answer !== null &&
      "failure" in answer &&
      asked !== undefined &&
      this.askedLength === asked &&
      this.seenAnswer !== answer
    ) {
      study.failures.set(asked, answer.failure);
      moved = true;
    } else if (answer !== null && "point" in answer && this.seenAnswer !== answer && answer.point.length === asked) {
      study.points.push(answer.point);
      moved = true;
    }
    this.seenAnswer = answer;
    const length = next();
    this.askedLength = length ?? null;
    if (length !== undefined) this.host.ask({ kind: "lengths", iteration: study.iteration, length });
    setText(
      this.progress,
      length === undefined ? "" : l10n.t("evaluating {0} of {1}…", study.points.length + 1, plan.lengths.length),
    );
    this.button.disabled = length !== undefined;
    return moved;
  }

  private failureOf({ failures }: Study, { lengths }: LengthPlan): string | null {
    return failures.size === lengths.length ? ([...failures.values()][0] ?? null) : null;
  }

  private paint(model: ChartModel, plan: LengthPlan, { points }: Study): void {
    const { theme } = model;
    const measure = this.measureOf(points);
    const line: Point[] = points.map((point) => ({ x: point.length, y: valueOf(point, measure) }));
    const extent = extentOf(line.map(({ y }) => y));
    const shortest = plan.lengths[0] ?? 0;
    const longest = plan.lengths.at(-1) ?? 1;
    setAxis(this.chart, "x", { kind: "log", min: Math.max(0.7, shortest / 1.1), max: longest * 1.1, whole: true }, [
      plan.name,
    ]);
    setAxis(
      this.chart,
      "y",
      measure === "loss"
        ? extent !== null && extent.min > 0 && extent.max / extent.min > 30
          ? logAxis(extent)
          : linearAxis(extent)
        : { kind: "linear", min: 0, max: 1 },
      MEASURES.filter(({ value }) => value === measure).map(({ label }) => label),
    );
    applyTheme(this.chart, theme);
    const color = theme.series[0] ?? theme.foreground;
    const at = this.hovered === null ? undefined : line[this.hovered];
    setMarks(
      this.chart,
      {
        vertical: [{ at: plan.trained, color: theme.muted, dash: [4, 3], label: l10n.t("training length") }],
        horizontal: [],
        points: at === undefined || !Number.isFinite(at.y) ? [] : [{ ...at, color: theme.foreground, shape: "ring" }],
      },
      theme,
    );
    setDatasets(this.chart, [
      {
        ...lineDataset(line, { color, width: theme.lineWidth }),
        pointRadius: 3,
        pointBackgroundColor: color,
        pointBorderWidth: 0,
      },
    ]);
    this.chart.update("none");
  }

  /** The selected metric, if the task has it. */
  private measureOf(points: readonly LengthPoint[]): Measure {
    const choices = MEASURES.filter(({ value }) => points.some((point) => point[value] !== null));
    const measure = choices.find(({ value }) => value === this.measure)?.value ?? "loss";
    this.measures.show(choices, measure);
    return measure;
  }

  private describe(model: ChartModel, plan: LengthPlan, { points, iteration }: Study): void {
    const measure = this.measureOf(points);
    const shown = points[this.hovered ?? points.findIndex(({ length }) => length === plan.trained)] ?? points.at(-1);
    const color = model.theme.series[0] ?? model.theme.foreground;
    this.card.setSubtitle(l10n.t("iteration {0} · unseen sequences", formatCount(iteration)));
    if (shown === undefined) return;
    this.card.setReadout(readoutOf(shown, plan, measure, color));
    this.card.setSlider({
      min: plan.lengths[0] ?? 0,
      max: plan.lengths.at(-1) ?? 1,
      now: shown.length,
      text: pointText(plan, shown),
    });
    const [first, last] = [points[0], points.at(-1)];
    this.card.setSummary(
      first === undefined || last === undefined
        ? ""
        : l10n.t(
            "Length generalization of a model trained at length {0}: {1}; {2}.",
            formatCount(plan.trained),
            pointText(plan, first),
            pointText(plan, last),
          ),
    );
    this.card.setTable(model.preferences.tables.includes("lengths"), () => lengthTable(plan, points, iteration));
  }

  private probe(offsetX: number, offsetY: number): Record<string, never> | null {
    const x = probeX(this.chart, offsetX, offsetY);
    const points = this.study?.points ?? [];
    if (x === null || points.length === 0) {
      this.hovered = null;
      return null;
    }
    const away = points.map(({ length }) => Math.abs(Math.log(length / x)));
    this.hovered = away.indexOf(Math.min(...away));
    return {};
  }

  private onKey(event: KeyboardEvent): void {
    const points = this.study?.points ?? [];
    const by =
      event.key === "ArrowRight" || event.key === "ArrowUp"
        ? 1
        : event.key === "ArrowLeft" || event.key === "ArrowDown"
          ? -1
          : 0;
    if (
      by === 0 ||
      points.length === 0 ||
      event.shiftKey ||
      event.ctrlKey ||
      !(event.target as HTMLElement).classList.contains("plot-cursor")
    )
      return;
    event.preventDefault();
    event.stopPropagation();
    this.hovered = Math.min(points.length - 1, Math.max(0, (this.hovered ?? (by > 0 ? -1 : points.length)) + by));
    this.host.requestDraw();
  }
}

function valueOf(point: LengthPoint, measure: Measure): number {
  const value = point[measure];
  return value !== null && Number.isFinite(value) ? value : NaN;
}

function readoutOf(shown: LengthPoint, plan: LengthPlan, measure: Measure, color: string): ReadoutItem[] {
  const item = (of: Measure, label: string, value: string): ReadoutItem => ({
    label,
    value,
    ...(measure === of ? { swatch: { kind: "line", color } as const } : {}),
  });
  const { accuracy, exactAccuracy } = shown;
  return [
    {
      label:
        shown.length === plan.trained
          ? l10n.t("{0} = {1} (training length):", plan.name, formatCount(shown.length))
          : `${plan.name} = ${formatCount(shown.length)}:`,
    },
    item("loss", l10n.t("loss"), formatValue(shown.loss)),
    ...(accuracy === null ? [] : [item("accuracy", l10n.t("accuracy"), formatPercent(accuracy))]),
    ...(exactAccuracy === null
      ? []
      : [item("exactAccuracy", l10n.t("exact-match accuracy"), formatPercent(exactAccuracy))]),
  ];
}

function pointText(plan: LengthPlan, { length, loss, accuracy }: LengthPoint): string {
  return accuracy === null
    ? l10n.t("{0} = {1}: loss {2}", plan.name, formatCount(length), formatValue(loss))
    : l10n.t(
        "{0} = {1}: loss {2}, accuracy {3}",
        plan.name,
        formatCount(length),
        formatValue(loss),
        formatPercent(accuracy),
      );
}

function lengthTable(plan: LengthPlan, points: readonly LengthPoint[], iteration: number): ReturnType<CollectTable> {
  const first = points[0];
  return {
    caption: l10n.t(
      "Length generalization at iteration {0}, trained at length {1}",
      formatCount(iteration),
      formatCount(plan.trained),
    ),
    columns: [
      plan.name,
      l10n.t("Loss"),
      ...(first?.accuracy == null ? [] : [l10n.t("Accuracy")]),
      ...(first?.exactAccuracy == null ? [] : [l10n.t("Exact-match accuracy")]),
      l10n.t("Sequences"),
    ],
    rows: points.map((point) => [
      `${point.length}`,
      formatValue(point.loss),
      ...(point.accuracy === null ? [] : [formatPercent(point.accuracy)]),
      ...(point.exactAccuracy === null ? [] : [formatPercent(point.exactAccuracy)]),
      String(point.sequences),
    ]),
  };
}
