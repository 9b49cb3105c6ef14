import * as l10n from "@vscode/l10n";
import type { DataPart, Predictions } from "../../../src/shared/trace/predictions";
import type { CursorTarget } from "../../state/cursor";
import { withAlpha, type Theme } from "../../ui/theme";
import { QueryThrottle } from "../../chart/queryThrottle";
import { applyTheme, createChart, isCollapsed, lineDataset, setDatasets, type LineChart } from "../../chart/base";
import { ChartCard, type CardHost, type SliderState } from "../../chart/card";
import { cellsPlugin, type Cells } from "../../chart/cells";
import { probeX } from "../../chart/iterationChart";
import { setAxis } from "../../chart/mappedScale";
import { setMarks, type LineMark, type PointMark } from "../../chart/marks";
import type { Changed, ChartModel, LabChart } from "../../chart/model";
import { Picker, type PickerOption } from "../../ui/picker";
import { timeCursor, timeSlider } from "../../chart/timeStepChart";
import { drawPicture, nearestRow, pictureOf, splitRow, type Picture } from "./predictionPictures";
import { predictionTable } from "./predictionTable";
import {
  axisNames,
  captionSentences,
  legendItems,
  lineColor,
  scoreItems,
  spokenText,
  subtitleText,
  summaryText,
  type Chosen,
} from "./predictionWords";
import { ResidualStrip } from "./residualStrip";

const ASK_EVERY_MS = 500;
/** The pointer finds a point from so many pixels away. */
const REACH = 24;
/** Sequences that Page Up and Page Down move by. */
const PAGE = 10;
const BOTH = { value: "both", label: l10n.t("both parts") };
const VALIDATION = { value: "validation", label: l10n.t("validation") };
const TRAINING = { value: "training", label: l10n.t("training") };

/** Outputs next to their targets, for many sequences at once. A click inspects one of them. */
export class PredictionsChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly parts: Picker;
  private readonly columns: Picker;
  private readonly residuals: ResidualStrip;
  private readonly pace: QueryThrottle;
  private readonly cells: Cells = { cells: [], color: "", fontFamily: "" };
  /**
   * What is chosen: a part, where "both" is answered with the validation part unless the data are a series, and the
   * column that lines show.
   */
  private readonly chosen: { part: DataPart; column: number } = { part: "both", column: 0 };
  private shown: Predictions | null = null;
  /** Counted from the first of what is shown. */
  private hovered: number | null = null;
  private inspected: number | null = null;
  /** Iteration that the answer is about. */
  private answeredAt = 0;
  private resized = true;

  constructor(private readonly host: CardHost) {
    this.card = new ChartCard(
      {
        id: "predictions",
        title: l10n.t("Predictions"),
        ownAxis: "timeStep",
        cursorLabel: l10n.t("sequence cursor"),
        captioned: true,
      },
      host,
      (x, y) => this.probe(x, y),
    );
    this.element = this.card.element;
    this.pace = new QueryThrottle(host, ASK_EVERY_MS);
    this.parts = new Picker(l10n.t("Sequences"), (part) => {
      this.chosen.part = part === "training" || part === "validation" ? part : "both";
      host.requestDraw();
    });
    this.columns = new Picker(l10n.t("Column"), (column) => {
      this.chosen.column = Number(column);
      this.resized = true;
      host.requestDraw();
    });
    this.card.tools.prepend(this.columns.element, this.parts.element);
    this.residuals = new ResidualStrip(() => host.requestDraw());
    this.card.afterPlot.append(this.residuals.element);
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
      plugins: [cellsPlugin(this.cells)],
    });
    this.element.addEventListener("click", (event) => this.onClick(event));
    this.element.addEventListener("pointerout", () => (this.hovered = null));
    this.element.addEventListener("keydown", (event) => this.onKey(event), { capture: true });
  }

  draw(model: ChartModel | null, changed: Changed): void {
    const predictions = model === null ? null : this.ask(model);
    const words =
      model === null
        ? l10n.t("Model outputs next to their targets.")
        : predictions === null
          ? l10n.t("Running the model…")
          : "failure" in predictions
            ? predictions.failure
            : null;
    this.card.setEmpty(words);
    if (model === null || predictions === null || "failure" in predictions) {
      this.residuals.hide();
      this.shown = null;
      return;
    }
    if (predictions === this.shown && !(changed.cursor || changed.style || this.resized)) return;
    this.shown = predictions;
    const { sequence } = model.place;
    const row = typeof sequence === "number" ? sequence - predictions.first : -1;
    this.inspected = row >= 0 && row < predictions.sequences ? row : null;
    if (this.resized) this.chart.update("none");
    this.resized = isCollapsed(this.chart);
    if (this.resized) return;
    this.chosen.column = Math.min(this.chosen.column, predictions.width - 1);
    const picture = drawPicture(predictions, this.inspected ?? 0, this.chosen.column, model);
    this.paint(model, predictions, picture);
    this.describe(model, predictions);
  }

  private ask(model: ChartModel): Predictions | { readonly failure: string } | null {
    const { header, place } = model;
    const hasValidation = (header.data?.sequences?.validation ?? 0) > 0;
    this.pace.ask(model, {
      kind: "predictions",
      iteration: place.iteration,
      part: hasValidation ? this.chosen.part : "training",
    });
    const answer = model.answerTo("predictions");
    if (answer === null || "failure" in answer) return answer;
    const { predictions } = answer;
    const isSeries = predictions.arrangement === "series";
    this.parts.show(
      hasValidation ? [...(isSeries ? [BOTH] : []), VALIDATION, TRAINING] : [TRAINING],
      hasValidation && this.chosen.part !== "both" ? this.chosen.part : predictions.part,
    );
    const columns = pictureOf(predictions) === "lines" ? columnOptions(predictions) : [];
    this.columns.show(columns, String(Math.min(this.chosen.column, predictions.width - 1)));
    this.answeredAt = answer.iteration;
    return predictions;
  }

  private paint(model: ChartModel, predictions: Predictions, picture: Picture): void {
    const { theme } = model;
    Object.assign(this.cells, { cells: picture.cells, color: theme.foreground, fontFamily: theme.fontFamily });
    const names = axisNames(predictions, this.chosen.column);
    setAxis(this.chart, "x", picture.x, names.x);
    setAxis(this.chart, "y", picture.y, names.y);
    applyTheme(this.chart, theme);
    const kind = pictureOf(predictions);
    this.element.classList.toggle("is-tall", kind !== "lines");
    setDatasets(this.chart, [
      ...(kind === "parity" ? diagonals(picture, theme) : []).map((dataset) => ({
        ...dataset,
        showLine: true,
        pointRadius: 0,
      })),
      ...pointsAndLines(picture, theme),
    ]);
    const marks = this.markChosen(model, predictions);
    this.chart.update("none");
    if (kind === "lines" && !model.preferences.tables.includes("predictions"))
      this.residuals.show(picture, names, marks, theme);
    else this.residuals.hide();
  }

  /**
   * The sequence that is pointed at, or inspected, and the time step of the cursor.
   * @returns the vertical lines, without their labels
   */
  private markChosen(model: ChartModel, predictions: Predictions): LineMark[] {
    const { theme } = model;
    const kind = pictureOf(predictions);
    const row = this.hovered ?? this.inspected;
    const held = row === null ? null : row + predictions.first;
    const cursor: LineMark[] =
      kind === "grid" || (kind === "lines" && predictions.arrangement !== "series")
        ? timeCursor(model)
        : kind === "lines" && row !== null
          ? [{ at: predictions.rows[row] ?? NaN, color: theme.foreground }]
          : [];
    const split = splitRow(predictions);
    const splitLine = split === null ? [] : [{ at: split, color: theme.muted, dash: [3, 3] }];
    setMarks(
      this.chart,
      {
        vertical: [...splitLine.map((mark) => ({ ...mark, label: l10n.t("validation →") })), ...cursor],
        horizontal:
          kind === "grid" && held !== null
            ? [-0.5, 0.5].map((side) => ({ at: held + side, color: theme.foreground }))
            : [],
        points: kind === "parity" && row !== null ? pointsOf(predictions, row, theme.foreground) : [],
      },
      theme,
    );
    return [...splitLine, ...cursor];
  }

  private describe(model: ChartModel, predictions: Predictions): void {
    const { steps } = predictions;
    const { answeredAt } = this;
    const { column } = this.chosen;
    const step = Math.min(steps, Math.max(1, model.place.timeStep ?? steps)) - 1;
    const isOneSequence = pictureOf(predictions) === "lines" && predictions.arrangement !== "series";
    const chosen: Chosen = { row: this.hovered ?? this.inspected ?? (isOneSequence ? 0 : null), step, column };
    this.card.setSubtitle(subtitleText(predictions));
    this.card.setReadout([...legendItems(model, predictions, chosen), ...scoreItems(predictions, answeredAt)]);
    this.card.setSlider(sliderOf(model, predictions, chosen));
    this.card.setCaption(captionSentences(model, predictions, column));
    this.card.setSummary(summaryText(predictions, answeredAt, column));
    this.card.setTable(model.preferences.tables.includes("predictions"), (limit) =>
      predictionTable(model, predictions, limit),
    );
  }

  private probe(offsetX: number, offsetY: number): CursorTarget | null {
    const { shown } = this;
    const x = probeX(this.chart, offsetX, offsetY);
    if (x === null || shown === null) {
      this.hovered = null;
      return null;
    }
    const y = this.chart.scales["y"]?.getValueForPixel(offsetY) ?? NaN;
    switch (pictureOf(shown)) {
      case "grid":
        this.hovered = within(Math.round(y) - shown.first, shown.sequences);
        return { timeStep: x };
      case "lines":
        if (shown.arrangement !== "series") return { timeStep: x };
        this.hovered = nearestRow(shown, x);
        return {};
      case "parity":
        this.hovered = this.nearest(shown, offsetX, offsetY);
        return {};
      case "confusion":
        this.hovered = null;
        return {};
    }
  }

  private nearest(
    { outputs, targets, width, sequences }: Predictions,
    offsetX: number,
    offsetY: number,
  ): number | null {
    const { x, y } = this.chart.scales;
    if (x === undefined || y === undefined) return null;
    let best: number | null = null;
    let distance = REACH;
    for (let i = 0; i < sequences * width; i++) {
      const away = Math.hypot(
        x.getPixelForValue(targets[i] ?? NaN) - offsetX,
        y.getPixelForValue(outputs[i] ?? NaN) - offsetY,
      );
      if (!(away < distance)) continue;
      distance = away;
      best = Math.floor(i / width);
    }
    return best;
  }

  private onClick(event: MouseEvent): void {
    if (this.hovered !== null && (event.target as HTMLElement).classList.contains("plot-cursor"))
      this.inspect(this.hovered);
  }

  /** Along the sequences: up and down in the grid, where left and right are the time steps. */
  private onKey(event: KeyboardEvent): void {
    if (
      this.shown === null ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.shiftKey ||
      !(event.target as HTMLElement).classList.contains("plot-cursor")
    )
      return;
    const by = sequencesBy(event.key, this.shown.steps > 1, this.shown.sequences);
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    this.hovered = null;
    this.inspect(Math.min(this.shown.sequences - 1, Math.max(0, (this.inspected ?? -Math.sign(by)) + by)));
  }

  private inspect(row: number): void {
    if (this.shown === null) return;
    // The next key may come before the next drawing.
    this.inspected = row;
    this.host.moveCursor({ kind: "inspect", sequence: this.shown.first + row });
  }
}

/** How far a key moves along the sequences. Where they have time steps, left and right move along those. */
function sequencesBy(key: string, hasSteps: boolean, sequences: number): number {
  if (key === "ArrowUp") return 1;
  if (key === "ArrowDown") return -1;
  if (hasSteps) return 0;
  switch (key) {
    case "ArrowRight":
      return 1;
    case "ArrowLeft":
      return -1;
    case "PageUp":
      return PAGE;
    case "PageDown":
      return -PAGE;
    case "Home":
      return -sequences;
    case "End":
      return sequences;
    default:
      return 0;
  }
}

function sliderOf(model: ChartModel, predictions: Predictions, chosen: Chosen): SliderState {
  const { first, sequences, steps, rows, arrangement } = predictions;
  const spoken = spokenText(model, predictions, chosen);
  if (steps > 1) return timeSlider(model, spoken);
  const place = (row: number): number => (arrangement === "series" ? (rows[row] ?? 0) : first + row);
  return {
    min: place(0),
    max: place(sequences - 1),
    now: place(chosen.row ?? 0),
    text: spoken === "" ? l10n.t("no sequence selected") : spoken,
  };
}

/** None where there is nothing to choose. */
function columnOptions({ names, width }: Predictions): PickerOption[] {
  if (width === 1) return [];
  return Array.from({ length: width }, (_, o) => ({ value: String(o), label: names[o] ?? l10n.t("output {0}", o) }));
}

type Dataset = Parameters<typeof setDatasets>[1][number];

/** Where prediction and target are equal, and how far around it they count as equal. */
function diagonals({ x: { min, max }, tolerance }: Picture, { muted }: Theme): Dataset[] {
  const beside = (offset: number) => [
    { x: min, y: min + offset },
    { x: max, y: max + offset },
  ];
  return [
    lineDataset(beside(0), { color: muted, width: 1 }),
    ...(tolerance === null
      ? []
      : [-tolerance, tolerance].map((offset) => lineDataset(beside(offset), { color: muted, width: 1, dash: [3, 3] }))),
  ];
}

function pointsAndLines({ points, targets, outputs }: Picture, theme: Theme): Dataset[] {
  const blue = theme.series[0] ?? theme.foreground;
  const line = (values: Picture["targets"], color: string): Dataset => ({
    ...lineDataset([...values], { color, width: theme.lineWidth }),
    showLine: true,
    pointRadius: 0,
  });
  return [
    {
      ...lineDataset([...points], { color: blue, width: 0 }),
      showLine: false,
      pointRadius: 3,
      pointBackgroundColor: withAlpha(blue, 0.55),
      pointBorderWidth: 0,
    },
    line(targets, theme.muted),
    line(outputs, lineColor(theme)),
  ];
}

function within(row: number, count: number): number | null {
  return row >= 0 && row < count ? row : null;
}

function pointsOf({ outputs, targets, width }: Predictions, row: number, color: string): PointMark[] {
  return Array.from({ length: width }, (_, i) => ({
    x: targets[row * width + i] ?? NaN,
    y: outputs[row * width + i] ?? NaN,
    color,
    shape: "ring" as const,
  }));
}
