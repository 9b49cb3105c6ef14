import * as l10n from "@vscode/l10n";
import { formatCount, formatPercent, formatValue } from "../../../src/shared/words/numberFormat";
import type { DataPart, Predictions } from "../../../src/shared/trace/predictions";
import { symbolText } from "../../state/sequenceOutputs";
import type { CursorTarget } from "../../state/cursor";
import { withAlpha } from "../../ui/theme";
import { QueryThrottle } from "../../chart/queryThrottle";
import { applyTheme, createChart, isCollapsed, lineDataset, setDatasets, type LineChart } from "../../chart/base";
import { ChartCard, type CardHost } from "../../chart/card";
import { type ReadoutItem } from "../../chart/readout";
import { cellsPlugin, type Cells } from "../../chart/cells";
import { probeX } from "../../chart/iterationChart";
import { setAxis } from "../../chart/mappedScale";
import { setMarks, type PointMark } from "../../chart/marks";
import type { Changed, ChartModel, LabChart } from "../../chart/model";
import { Picker } from "../../chart/picker";
import { drawPicture, pictureOf, type Picture } from "./predictionPictures";
import { predictionTable } from "./predictionTable";
import { timeCursor, timeSlider } from "../../chart/timeStepChart";

const ASK_EVERY_MS = 500;
/** The pointer finds a point from so many pixels away. */
const REACH = 24;
const PARTS: readonly { readonly value: DataPart; readonly label: string }[] = [
  { value: "validation", label: l10n.t("validation") },
  { value: "training", label: l10n.t("training") },
];
const SUBTITLES = {
  parity: l10n.t("output ↑ · target →"),
  grid: l10n.t("sequence ↑ · time step →"),
  confusion: l10n.t("output ↑ · target →"),
} as const;

/** Outputs next to their targets, for many sequences at once. A click inspects one of them. */
export class PredictionsChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly parts: Picker;
  private readonly pace: QueryThrottle;
  private readonly cells: Cells = { cells: [], color: "", fontFamily: "" };
  private part: DataPart = "validation";
  private shown: Predictions | null = null;
  /** Counted from the first of what is shown. */
  private hovered: number | null = null;
  private inspected: number | null = null;
  /** Iteration that the answer is about. */
  private answeredAt = 0;
  private resized = true;
  private drawn: Predictions | null = null;

  constructor(private readonly host: CardHost) {
    this.card = new ChartCard(
      {
        id: "predictions",
        title: l10n.t("Predictions"),
        subtitle: l10n.t("output and target"),
        ownAxis: "timeStep",
        cursorLabel: l10n.t("sequence cursor"),
      },
      host,
      (x, y) => this.probe(x, y),
    );
    this.element = this.card.element;
    this.pace = new QueryThrottle(host, ASK_EVERY_MS);
    this.parts = new Picker(l10n.t("Sequences"), (part) => {
      this.part = part === "training" ? "training" : "validation";
      host.requestDraw();
    });
    this.card.tools.prepend(this.parts.element);
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
      this.drawn = null;
      return;
    }
    if (predictions === this.drawn && !(changed.cursor || changed.style || this.resized)) return;
    this.drawn = this.shown = predictions;
    const { sequence } = model.place;
    const row = typeof sequence === "number" ? sequence - predictions.first : -1;
    this.inspected = row >= 0 && row < predictions.sequences ? row : null;
    if (this.resized) this.chart.update("none");
    this.resized = isCollapsed(this.chart);
    if (this.resized) return;
    const picture = drawPicture(predictions, this.inspected ?? 0, model);
    this.paint(model, predictions, picture);
    this.describe(model, predictions);
  }

  private ask(model: ChartModel): Predictions | { readonly failure: string } | null {
    const { header, place } = model;
    const held = header.data?.sequences?.validation ?? 0;
    const part = held > 0 ? this.part : "training";
    this.parts.show(held > 0 ? PARTS : PARTS.slice(1), part);
    this.pace.ask(model, { kind: "predictions", iteration: place.iteration, part });
    const answer = model.answerTo("predictions");
    if (answer === null || "failure" in answer) return answer;
    this.answeredAt = answer.iteration;
    return answer.predictions;
  }

  private paint(model: ChartModel, predictions: Predictions, picture: Picture): void {
    const { theme } = model;
    Object.assign(this.cells, { cells: picture.cells, color: theme.foreground, fontFamily: theme.fontFamily });
    setAxis(this.chart, "x", picture.x);
    setAxis(this.chart, "y", picture.y);
    applyTheme(this.chart, theme);
    const blue = theme.series[0] ?? theme.foreground;
    const orange = theme.series[1] ?? theme.foreground;
    const { min, max } = picture.x;
    const beside = (offset: number) => [
      { x: min, y: min + offset },
      { x: max, y: max + offset },
    ];
    const kind = pictureOf(predictions);
    this.element.classList.toggle("is-tall", kind !== "lines");
    const diagonals =
      kind !== "parity"
        ? []
        : [
            lineDataset(beside(0), { color: theme.muted, width: 1 }),
            ...(picture.tolerance === null
              ? []
              : [-1, 1].map((side) =>
                  lineDataset(beside(side * (picture.tolerance ?? 0)), { color: theme.muted, width: 1, dash: [3, 3] }),
                )),
          ];
    setDatasets(this.chart, [
      ...diagonals.map((dataset) => ({ ...dataset, showLine: true, pointRadius: 0 })),
      {
        ...lineDataset([...picture.points], { color: blue, width: 0 }),
        showLine: false,
        pointRadius: 3,
        pointBackgroundColor: withAlpha(blue, 0.55),
        pointBorderWidth: 0,
      },
      {
        ...lineDataset([...picture.targets], {
          color: theme.highContrast ? theme.foreground : theme.muted,
          width: theme.lineWidth,
          dash: [5, 3],
        }),
        showLine: true,
        pointRadius: 0,
      },
      {
        ...lineDataset([...picture.outputs], { color: orange, width: theme.lineWidth }),
        showLine: true,
        pointRadius: 0,
      },
    ]);
    const row = this.hovered ?? this.inspected;
    const held = row === null ? null : row + predictions.first;
    const isSeries = predictions.arrangement === "series";
    setMarks(
      this.chart,
      {
        vertical:
          kind === "grid" || (kind === "lines" && !isSeries)
            ? timeCursor(model)
            : isSeries && held !== null
              ? [{ at: held, color: theme.foreground }]
              : [],
        horizontal:
          kind === "grid" && held !== null
            ? [-0.5, 0.5].map((side) => ({ at: held + side, color: theme.foreground }))
            : [],
        points: kind === "parity" && row !== null ? pointsOf(predictions, row, theme.foreground) : [],
      },
      theme,
    );
    this.chart.update("none");
  }

  private describe(model: ChartModel, predictions: Predictions): void {
    const { place } = model;
    const { answeredAt } = this;
    const { sequences, of, loss, accuracy, exactAccuracy, first, steps, names, part } = predictions;
    const kind = pictureOf(predictions);
    const which = sequencesText(part, sequences, of);
    const over =
      kind === "lines"
        ? predictions.arrangement === "series"
          ? l10n.t("{0} ↑ · window →", names[0] ?? l10n.t("value"))
          : l10n.t("value ↑ · time step →")
        : SUBTITLES[kind];
    this.card.setSubtitle([over, which].join(" · "));
    const row = this.hovered ?? this.inspected;
    const step = Math.min(steps, Math.max(1, place.timeStep ?? steps)) - 1;
    const named: ReadoutItem[] =
      row === null || kind === "confusion"
        ? []
        : [
            {
              label:
                steps > 1
                  ? l10n.t("sequence {0} at t = {1}:", formatCount(first + row), step + 1)
                  : l10n.t("sequence {0}:", formatCount(first + row)),
            },
            {
              label: l10n.t("target"),
              value: answerText(predictions, predictions.targets, row, step, model),
              swatch: { kind: "dash", color: model.theme.muted },
            },
            {
              label: l10n.t("output"),
              value: answerText(predictions, predictions.outputs, row, step, model),
              swatch: {
                kind: kind === "parity" ? "dot" : "line",
                color: model.theme.series[kind === "parity" ? 0 : 1] ?? model.theme.foreground,
              },
            },
          ];
    const scores: ReadoutItem[] = [
      // That of the cursor, or one that is known nearest to it: a run at full speed goes on while it is asked.
      { label: l10n.t("at {0}", formatCount(answeredAt)) },
      { label: l10n.t("loss"), value: formatValue(loss) },
      ...(accuracy === null ? [] : [{ label: l10n.t("accuracy"), value: formatPercent(accuracy) }]),
      ...(exactAccuracy === null
        ? []
        : [{ label: l10n.t("exact-match accuracy"), value: formatPercent(exactAccuracy) }]),
    ];
    this.card.setReadout([...scores, ...named]);
    const spoken = named.map(({ label, value }) => `${label} ${value ?? ""}`).join(" ");
    this.card.setSlider(
      steps > 1
        ? timeSlider(model, spoken)
        : {
            min: first,
            max: first + sequences - 1,
            now: first + (row ?? 0),
            text: spoken === "" ? l10n.t("no sequence selected") : spoken,
          },
    );
    this.card.setSummary(
      accuracy === null
        ? l10n.t("Predictions for {0} at iteration {1}: loss {2}.", which, formatCount(answeredAt), formatValue(loss))
        : l10n.t(
            "Predictions for {0} at iteration {1}: loss {2}, accuracy {3}.",
            which,
            formatCount(answeredAt),
            formatValue(loss),
            formatPercent(accuracy),
          ),
    );
    this.card.setTable(model.preferences.tables.includes("predictions"), () => predictionTable(model, predictions));
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
        this.hovered = within(Math.round(x) - shown.first, shown.sequences);
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
    const alongSteps = this.shown.steps > 1;
    const by =
      event.key === "ArrowUp" || (event.key === "ArrowRight" && !alongSteps)
        ? 1
        : event.key === "ArrowDown" || (event.key === "ArrowLeft" && !alongSteps)
          ? -1
          : 0;
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    this.hovered = null;
    this.inspect(Math.min(this.shown.sequences - 1, Math.max(0, (this.inspected ?? -by) + by)));
  }

  private inspect(row: number): void {
    if (this.shown !== null) this.host.moveCursor({ kind: "inspect", sequence: this.shown.first + row });
  }
}

/** "64 of 2,000 training sequences". */
function sequencesText(part: DataPart, shown: number, of: number): string {
  const [some, all] = [formatCount(shown), formatCount(of)];
  if (part === "training") {
    if (shown < of) return l10n.t("{0} of {1} training sequences", some, all);
    return of === 1 ? l10n.t("1 training sequence") : l10n.t("{0} training sequences", all);
  }
  if (shown < of) return l10n.t("{0} of {1} validation sequences", some, all);
  return of === 1 ? l10n.t("1 validation sequence") : l10n.t("{0} validation sequences", all);
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

function answerText(
  { steps, width, targetKind }: Predictions,
  values: Float64Array,
  row: number,
  step: number,
  { header }: ChartModel,
): string {
  const start = (row * steps + step) * width;
  return Array.from(values.subarray(start, start + width), (value) =>
    targetKind === "classes" ? symbolText(header, value) : formatValue(value, targetKind === "bits" ? 2 : 4),
  ).join(", ");
}
