import * as l10n from "@vscode/l10n";
import { linearAxis, logAxis, type AxisSpec } from "../../../src/shared/scale/axisScale";
import { extentOf } from "../../../src/shared/scale/extent";
import { OPTIONAL_COLUMN } from "../../../src/shared/trace/trace";
import type { ViewCommand } from "../../../src/shared/wire/protocol";
import { LEARNING_RATE_PATH, type RateTest, type ShownRateTest } from "../../../src/shared/wire/rateTest";
import { formatValue } from "../../../src/shared/words/numberFormat";
import { LOSS_NAME } from "../../chart/axisNames";
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
import { probeX } from "../../chart/iterationChart";
import { setAxis } from "../../chart/mappedScale";
import { setMarks, type LineMark, type PointMark } from "../../chart/marks";
import type { Changed, ChartModel, LabChart, RowModel } from "../../chart/model";
import type { ReadoutItem } from "../../chart/readout";
import { tableRows } from "../../chart/table";
import { element, setHidden, setText } from "../../ui/dom";
import { withAlpha, type Theme } from "../../ui/theme";
import { emptyText, progressText, verdictSentences } from "./rateTestWords";

const ID = "rate-test";
const FILE_DASH = [4, 3];
/** The picture reaches so many times the lowest loss: where the test stops. */
const RISE = 4;
/** Two marks that are so many powers of ten apart have room for the labels of both. */
const LABEL_DECADES = 1.5;

export type RateTestHost = CardHost & { sendCommand(command: ViewCommand): void };

/** The loss while the learning rate grows: where it falls fastest, where it rises, and what is suggested. */
export class RateTestChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly button: HTMLButtonElement;
  private readonly progress = element("span", { class: "saturation" });
  private readonly verdict = element("div", { class: "rate-verdict" });
  private readonly suggestion = element("strong", { attributes: { "aria-live": "polite" } });
  private readonly apply = element("button", { class: "link", attributes: { type: "button" } });
  private running = false;
  private hovered: number | null = null;
  private moved = false;
  private resized = true;
  private drawn: ShownRateTest | null = null;

  constructor(private readonly host: RateTestHost) {
    this.card = new ChartCard(
      {
        id: ID,
        title: l10n.t("Learning-rate range test"),
        ownAxis: "timeStep",
        cursorLabel: l10n.t("learning-rate cursor"),
      },
      host,
      (x, y) => this.probe(x, y),
    );
    this.element = this.card.element;
    this.button = element("button", { class: "tool tool-text", attributes: { type: "button" } });
    this.button.addEventListener("click", () => host.sendCommand(this.running ? "stopRateTest" : "testLearningRates"));
    this.card.tools.prepend(this.button);
    this.card.aside.append(this.progress);
    this.apply.addEventListener("click", () => this.write());
    this.verdict.append(this.suggestion, this.apply);
    this.card.controls.append(this.verdict);
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
    });
    this.element.addEventListener("keydown", (event) => this.onKey(event), { capture: true });
  }

  /** An optimizer without a learning rate has nothing to test. */
  isAvailable(model: ChartModel | null): boolean {
    return model !== null && model.scalars.column(OPTIONAL_COLUMN.learningRate) !== null;
  }

  draw(model: ChartModel | null, changed: Changed): void {
    const shown = model?.rateTest ?? null;
    this.running = shown?.phase === "running" || shown?.phase === "starting";
    setText(this.button, this.running ? l10n.t("Stop") : shown === null ? l10n.t("Run Test") : l10n.t("Run Again"));
    this.button.title = this.running
      ? l10n.t("Stop the range test (recorded data is kept)")
      : l10n.t("Train a copy while the learning rate grows, and suggest a rate");
    setText(this.progress, shown === null ? "" : progressText(shown));
    const test = shown?.test ?? null;
    this.showVerdict(shown);
    if (model === null || shown === null || test === null || test.rates.length === 0) {
      this.card.setEmpty(emptyText(shown));
      this.drawn = null;
      return;
    }
    this.card.setEmpty(null);
    const isNew = shown.test !== this.drawn?.test || shown.inFile !== this.drawn.inFile;
    if (!isNew && shown.phase === this.drawn?.phase && !(changed.style || this.resized || this.moved)) return;
    this.drawn = shown;
    this.moved = false;
    if (this.resized) this.chart.update("none");
    this.resized = isCollapsed(this.chart);
    if (this.resized) return;
    this.paint(model, shown, test);
    this.describe(model, shown, test);
  }

  private showVerdict(shown: ShownRateTest | null): void {
    const suggested = shown?.phase === "done" ? (shown.test?.suggested ?? null) : null;
    setHidden(this.verdict, suggested === null);
    if (shown === null || suggested === null) return;
    const isInFile = shown.inFile === suggested;
    setText(
      this.suggestion,
      isInFile
        ? l10n.t("Suggested learning rate: {0} (in file)", formatValue(suggested))
        : l10n.t("Suggested learning rate: {0}", formatValue(suggested)),
    );
    setHidden(this.apply, isInFile || shown.inFile === null);
    setText(this.apply, l10n.t("Apply to File"));
    this.apply.title = l10n.t("Set {0} to {1} in the file", LEARNING_RATE_PATH.join("."), suggested);
    this.apply.setAttribute("aria-label", l10n.t("Apply learning rate {0} to file", suggested));
  }

  private write(): void {
    const suggested = this.drawn?.test?.suggested ?? null;
    if (suggested !== null) this.host.editValues([{ path: LEARNING_RATE_PATH, value: suggested }]);
  }

  private paint({ theme, preferences }: RowModel, shown: ShownRateTest, test: RateTest): void {
    const log = preferences.lossScale === "log";
    setAxis(this.chart, "x", { kind: "log", min: shown.from, max: shown.to }, [
      l10n.t("learning rate"),
      l10n.t("rate"),
    ]);
    setAxis(this.chart, "y", lossAxis(test, log), LOSS_NAME);
    applyTheme(this.chart, theme);
    setMarks(
      this.chart,
      { ...lineMarks(shown, test, theme), points: this.pointMarks(test, theme), horizontal: [] },
      theme,
    );
    const color = rawColor(theme);
    setDatasets(this.chart, [
      {
        ...lineDataset(pointsOf(test.rates, test.losses, log), { color, width: 0 }),
        showLine: false,
        pointRadius: 2,
        pointBackgroundColor: color,
        pointBorderWidth: 0,
      },
      {
        ...lineDataset(pointsOf(test.rates, test.smoothed, log), { color: smoothColor(theme), width: theme.lineWidth }),
        showLine: true,
        pointRadius: 0,
      },
    ]);
    this.chart.update("none");
  }

  private pointMarks({ rates, smoothed, steepest, lowest }: RateTest, theme: Theme): PointMark[] {
    const at = (rate: number | null, shape: PointMark["shape"]): PointMark[] =>
      rate === null ? [] : [{ x: rate, y: smoothed[rates.indexOf(rate)] ?? NaN, color: smoothColor(theme), shape }];
    const hovered = this.hovered === null ? null : (rates[this.hovered] ?? null);
    return this.drawn?.phase === "done"
      ? [...at(steepest, "diamond"), ...at(lowest, "dot"), ...at(hovered, "ring")]
      : at(hovered, "ring");
  }

  private describe(model: RowModel, shown: ShownRateTest, test: RateTest): void {
    const { theme, preferences } = model;
    const last = test.rates.length - 1;
    const row = Math.min(this.hovered ?? last, last);
    const sentences = shown.phase === "done" ? verdictSentences(test) : [];
    this.card.setReadout(this.hovered === null ? legendOf(shown, theme) : valuesAt(test, row, theme));
    this.card.setCaption(sentences);
    this.card.setSlider({ min: 0, max: last, now: row, text: spokenAt(test, row) });
    const suggested = shown.phase === "done" ? test.suggested : null;
    this.card.setSummary(
      [
        l10n.t(
          "Loss over the learning rate, from {0} to {1}, after each of {2} updates.",
          formatValue(test.rates[0]!, 2),
          formatValue(test.rates[last]!, 2),
          test.rates.length,
        ),
        ...(suggested === null ? [] : [l10n.t("Suggested learning rate: {0}.", formatValue(suggested))]),
        ...sentences,
      ].join(" "),
    );
    this.card.setTable(preferences.tables.includes(ID), (limit) => {
      const { rows, caption } = tableRows(0, test.rates.length, limit.rows);
      return {
        caption: caption(l10n.t("Loss after the update with each learning rate")),
        columns: [l10n.t("Learning rate"), l10n.t("Loss"), l10n.t("Smoothed loss")],
        rows: rows.map((at) => [test.rates[at]!, test.losses[at]!, test.smoothed[at]!]),
      };
    });
  }

  private probe(offsetX: number, offsetY: number): Record<string, never> | null {
    const x = probeX(this.chart, offsetX, offsetY);
    const rates = this.drawn?.test?.rates;
    this.hover(x === null || rates === undefined ? null : nearest(rates, x));
    return x === null ? null : {};
  }

  private onKey(event: KeyboardEvent): void {
    const rates = this.drawn?.test?.rates;
    if (rates === undefined || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(event.target as HTMLElement).classList.contains("plot-cursor")) return;
    const next = rowForKey(event.key, this.hovered, rates.length);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.hover(next);
  }

  private hover(row: number | null): void {
    if (row === this.hovered) return;
    this.hovered = row;
    this.moved = true;
    this.host.requestDraw();
  }
}

/** Undefined: not a key of the cursor. Null: no row any more. */
function rowForKey(key: string, row: number | null, rows: number): number | null | undefined {
  switch (key) {
    case "ArrowRight":
    case "ArrowUp":
      return Math.min(rows - 1, (row ?? -1) + 1);
    case "ArrowLeft":
    case "ArrowDown":
      return Math.max(0, (row ?? rows) - 1);
    case "Home":
      return 0;
    case "End":
      return rows - 1;
    case "Escape":
      return null;
    default:
      return undefined;
  }
}

function nearest(rates: ArrayLike<number>, rate: number): number {
  let best = 0;
  for (let k = 1; k < rates.length; k++)
    if (Math.abs(Math.log(rates[k]! / rate)) < Math.abs(Math.log(rates[best]! / rate))) best = k;
  return best;
}

function smoothColor({ series, foreground }: Theme): string {
  return series[0] ?? foreground;
}

function rawColor(theme: Theme): string {
  return theme.highContrast ? theme.foreground : withAlpha(smoothColor(theme), 0.55);
}

function suggestionColor({ series, foreground }: Theme): string {
  return series[1] ?? foreground;
}

function pointsOf(rates: Float64Array, values: Float64Array, log: boolean): Point[] {
  return Array.from(rates, (x, i) => {
    const y = values[i] ?? NaN;
    return { x, y: Number.isFinite(y) && (!log || y > 0) ? y : NaN };
  });
}

/** What explodes at the end leaves the picture: it must not flatten the fall. */
function lossAxis({ losses, smoothed, initialLoss }: RateTest, log: boolean): AxisSpec {
  const lowest = smoothed.indexOf(Math.min(...smoothed.filter(Number.isFinite)));
  const before = losses.slice(0, lowest + 1);
  const highest = Math.max(initialLoss, ...before.filter(Number.isFinite), RISE * (smoothed[lowest] ?? 0));
  const extent = extentOf([initialLoss, ...losses, ...smoothed].filter((value) => value <= highest));
  return log ? logAxis(extent) : linearAxis(extent);
}

function lineMarks(
  { phase, inFile, from, to }: ShownRateTest,
  { suggested, stoppedAt }: RateTest,
  theme: Theme,
): { readonly vertical: readonly LineMark[] } {
  const best = phase === "done" ? suggested : null;
  const apart = inFile === null || best === null || Math.abs(Math.log10(inFile / best)) > LABEL_DECADES;
  const inRange = inFile !== null && inFile >= from && inFile <= to && inFile !== best;
  return {
    vertical: [
      ...(stoppedAt === null ? [] : [{ at: stoppedAt, color: theme.error, dash: [2, 2] }]),
      ...(inRange
        ? [
            {
              at: inFile,
              color: theme.muted,
              dash: FILE_DASH,
              ...(apart ? { label: l10n.t("file: {0}", formatValue(inFile)) } : {}),
            },
          ]
        : []),
      ...(best === null
        ? []
        : [{ at: best, color: suggestionColor(theme), label: l10n.t("suggested: {0}", formatValue(best)) }]),
    ],
  };
}

function legendOf({ inFile }: ShownRateTest, theme: Theme): ReadoutItem[] {
  return [
    { label: l10n.t("loss"), swatch: { kind: "dot", color: rawColor(theme) } },
    { label: l10n.t("smoothed"), swatch: { kind: "line", color: smoothColor(theme) } },
    ...(inFile === null
      ? []
      : [
          {
            label: l10n.t("in file"),
            value: formatValue(inFile),
            swatch: { kind: "dash", color: theme.muted, dash: FILE_DASH } as const,
          },
        ]),
  ];
}

function valuesAt({ rates, losses, smoothed }: RateTest, row: number, theme: Theme): ReadoutItem[] {
  return [
    { label: l10n.t("rate"), value: formatValue(rates[row]!, 3) },
    { label: l10n.t("loss"), value: formatValue(losses[row]!), swatch: { kind: "dot", color: rawColor(theme) } },
    {
      label: l10n.t("smoothed"),
      value: formatValue(smoothed[row]!),
      swatch: { kind: "line", color: smoothColor(theme) },
    },
  ];
}

function spokenAt({ rates, losses, smoothed }: RateTest, row: number): string {
  return l10n.t(
    "learning rate {0}: loss {1}, smoothed {2}",
    formatValue(rates[row]!, 3),
    formatValue(losses[row]!),
    formatValue(smoothed[row]!),
  );
}
