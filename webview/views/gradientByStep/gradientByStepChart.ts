import * as l10n from "@vscode/l10n";
import { logAxis, symlogAxis } from "../../../src/shared/scale/axisScale";
import { extentOf, joinExtents, type Extent } from "../../../src/shared/scale/extent";
import { stateSymbol } from "../../../src/shared/trace/cells";
import type { GradientCurve } from "../../../src/shared/trace/gradientCurve";
import { judgeGradient, type GradientVerdict } from "../../../src/shared/trace/gradientLimits";
import { COLUMN, stateUnits, type TraceHeader } from "../../../src/shared/trace/trace";
import { belowRangeText, isFloat32Limit, totalText } from "../../chart/gradientWords";
import { lossAtEveryStep } from "../../chart/predictedFactor";
import { element, setAttribute, setHidden, setText } from "../../ui/dom";
import { applyTheme, createChart, lineDataset, setDatasets, type LineChart } from "../../chart/base";
import { ChartCard, type CardHost } from "../../chart/card";
import { BACK_IN_TIME_NAME, signedGradientName, stateGradientName } from "../../chart/axisNames";
import { setAxis } from "../../chart/mappedScale";
import { unreachedSteps } from "../../chart/shortSequences";
import { setMarks, type BandMark, type PointMark } from "../../chart/marks";
import { isBackward, layerOf, modelOfLayer, type Changed, type ChartModel, type LabChart } from "../../chart/model";
import { layerOptions, Picker } from "../../ui/picker";
import type { Theme } from "../../ui/theme";
import { collectLines, isHidden, measureLine, type Line, type MeasuredLine } from "./gradientLines";
import {
  captionOf,
  widestTotal,
  readoutOf,
  spokenValues,
  summaryOf,
  tableOf,
  type GradientPicture,
} from "./gradientTexts";
import { PredictedLines } from "./predictedLine";
import {
  nonFiniteSteps,
  MAX_DOTS,
  placeKey,
  timeAxis,
  timeCursor,
  timePoints,
  timeProbe,
  timeSlider,
} from "../../chart/timeStepChart";

const PREDICTED_DASH = [1.5, 3] as const;
/** Of what passes through the cell alone, as a part of the width of other lines. */
const THIN = 0.5;
/** A predicted line may go beyond what is measured by this factor, or by as much as what is measured spans. */
const MIN_REACH = 1e3;

const RULE_OF = { vanishes: "vanishing", explodes: "exploding" } as const;
const VERDICTS = { vanishes: l10n.t("vanishing"), explodes: l10n.t("exploding") } as const;

/** The gradient that reaches each time step, at the iteration of the cursor: how it grows or fades on its way back. */
export class GradientByStepChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly factor = element("span", { class: "factor" });
  private readonly factorPlace = element("span", { class: "factor-place" }, this.factor);
  private readonly total = element("strong");
  private readonly verdict = element("span");
  private readonly predictions: PredictedLines;
  private readonly layers: Picker;
  private resized = true;
  private drawn = "";

  constructor(host: CardHost) {
    this.card = new ChartCard(
      {
        id: "gradient",
        title: l10n.t("Gradient by time step"),
        captioned: true,
        ownAxis: "timeStep",
        zoom: { x: "timeStep" },
      },
      host,
      timeProbe(() => this.chart),
    );
    this.element = this.card.element;
    this.factor.append(this.total, this.verdict);
    this.card.aside.append(this.factorPlace);
    this.predictions = new PredictedLines(host);
    this.layers = Picker.ofLayer((layer) => host.setLayer(layer));
    this.card.tools.prepend(this.layers.element);
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
    });
  }

  draw(shown: ChartModel | null, changed: Changed): void {
    const model = shown === null ? null : modelOfLayer(shown);
    const lines = model === null ? [] : collectLines(model);
    const [first] = lines;
    setHidden(this.factor, first === undefined);
    this.card.setEmpty(
      first === undefined ? l10n.t("The gradient at each time step, flowing back from the last one.") : null,
    );
    if (model === null || first === undefined) return;
    const predicted = this.predictions.of(model, first.values);
    const key = `${placeKey(model)} ${predicted?.iteration}`;
    if (key === this.drawn && !(changed.cursor || changed.style || this.resized)) return;
    this.drawn = key;
    this.resized = false;
    const { header, theme } = model;
    this.layers.show(layerOptions(header), String(layerOf(model)));
    const measure = (line: Line): MeasuredLine => measureLine(line, header, isBackward(model, layerOf(model)));
    const picture: GradientPicture = { lines: [measure(first), ...lines.slice(1).map(measure)], predicted };
    this.setMarks(model, picture);
    setAxis(this.chart, "x", timeAxis(model), BACK_IN_TIME_NAME);
    const extent = extentOfPicture(picture);
    const units = stateUnits(header);
    setAxis(
      this.chart,
      "y",
      extent !== null && extent.min >= 0 && units > 1 ? logAxis(extent) : symlogAxis(extent),
      (units > 1 ? stateGradientName : signedGradientName)(stateSymbol(header.cell)),
    );
    applyTheme(this.chart, theme);
    this.drawLines(model, picture);
    this.chart.update("none");
    this.describe(model, picture);
  }

  private setMarks(model: ChartModel, { lines }: GradientPicture): void {
    const { place, theme, header } = model;
    const points = lines.flatMap(({ drawn, color }): PointMark[] => {
      const value = drawn[place.timeStep ?? -1] ?? NaN;
      return Number.isFinite(value) ? [{ x: place.timeStep ?? 0, y: value, color, shape: "dot" }] : [];
    });
    const [{ values, curve }] = lines;
    setMarks(
      this.chart,
      {
        bands: [
          ...(unreachedSteps(model)(place.row) ? [] : nonFiniteSteps(values, theme)),
          ...rangeBands(curve, header, theme),
        ],
        vertical: timeCursor(model),
        horizontal: [{ at: 0, color: theme.muted }],
        points,
      },
      theme,
    );
  }

  private drawLines({ header, theme }: ChartModel, { lines, predicted }: GradientPicture): void {
    const dots = header.timeSteps <= MAX_DOTS;
    const { foreground, muted, grid, lineWidth } = theme;
    // The measured lines keep their places in the list: chart.js holds the points of each. The predicted line, which
    // often lies on a measured one, is drawn on top.
    setDatasets(
      this.chart,
      [
        ...lines.map((line) => ({
          ...lineDataset(timePoints(line.drawn), {
            color: line.color,
            width: lineWidth,
            ...(line.dashed ? { dash: [5, 3] } : {}),
          }),
          pointRadius: dots && !line.dashed ? 2.5 : 0,
          pointBackgroundColor: line.color,
          pointBorderWidth: 0,
        })),
        ...(predicted === null
          ? []
          : [
              {
                ...lineDataset(timePoints(predicted.values), {
                  color: foreground,
                  width: lineWidth,
                  dash: PREDICTED_DASH,
                }),
                order: -1,
              },
            ]),
        ...(predicted?.cellAlone == null
          ? []
          : [lineDataset(timePoints(predicted.cellAlone), { color: muted, width: lineWidth * THIN })]),
        ...(predicted?.units ?? []).map((unit) => ({
          ...lineDataset(timePoints(unit), { color: grid, width: lineWidth * THIN }),
          order: 1,
        })),
      ].map((dataset) => ({ pointRadius: 0, order: 0, ...dataset })),
    );
  }

  private describe(model: ChartModel, picture: GradientPicture): void {
    const { header, preferences } = model;
    const [{ values, curve }] = picture.lines;
    this.showTotal(curve, judgeLine(model, values, curve), header);
    this.card.setCaption(...captionOf(model, picture));
    this.card.setReadout(readoutOf(model, picture));
    this.card.setSlider(timeSlider(model, spokenValues(model, picture)));
    this.card.setSummary(summaryOf(model, picture));
    this.card.setTable(preferences.tables.includes("gradient"), (limit) => tableOf(model, picture, limit));
  }

  private showTotal({ trend }: GradientCurve, verdict: GradientVerdict | null, header: ChartModel["header"]): void {
    setHidden(this.factor, trend === null);
    if (trend === null) return;
    setText(this.total, totalText(trend));
    setAttribute(this.factorPlace, "data-widest", widestTotal(header));
    // What flows in on the way makes a gradient grow that shrinks at every step, so there is no verdict.
    const fed = lossAtEveryStep(header);
    const word = fed ? l10n.t("loss at every step") : verdict === null ? null : VERDICTS[verdict];
    setText(this.verdict, word === null ? "" : ` · ${word}`);
    this.factor.className = fed || verdict === null ? "factor" : `factor factor-${verdict}`;
  }
}

/**
 * What the diagnosis found, where the limits that it uses hold for this iteration as well. A gradient beyond the limits
 * in a run that learns all the same, or that a clip takes care of, is no finding, and gets no verdict here either.
 */
function judgeLine(model: ChartModel, values: Float64Array, { cutBefore }: GradientCurve): GradientVerdict | null {
  const { header, place } = model;
  const first = Math.max(1, cutBefore ?? 0);
  const at = (t: number): number => Math.abs(values[t] ?? NaN);
  const norm = model.column(COLUMN.gradientNorm)?.[place.row] ?? NaN;
  const verdict = judgeGradient(at(first), at(header.timeSteps), header.timeSteps - first, norm);
  return verdict !== null && model.findings.some(({ rule }) => rule === RULE_OF[verdict]) ? verdict : null;
}

/** The steps whose values float32 does not hold. */
function rangeBands(curve: GradientCurve, header: TraceHeader, { muted }: Theme): BandMark[] {
  return isFloat32Limit(curve, header) ? [{ ...curve.tooSmall, color: muted, label: belowRangeText() }] : [];
}

/**
 * What is measured decides. A predicted line that goes far beyond leaves the picture instead of flattening it, but
 * where float32 hides the measured one, it is all there is.
 */
function extentOfPicture({ lines, predicted }: GradientPicture): Extent | null {
  const measured = lines.map(({ drawn }) => extentOf(drawn)).reduce(joinExtents, null);
  if (measured === null || predicted === null) return measured;
  const { max, min, smallest } = measured;
  const largest = Math.max(max, -min);
  const reach = Math.max(MIN_REACH, largest / smallest);
  return [predicted.values, predicted.cellAlone ?? []]
    .map((values) =>
      extentOf(
        Float64Array.from(values).filter((value, t) => {
          const size = Math.abs(value);
          return (size <= largest * reach && size >= smallest / reach) || isHidden(lines[0], t);
        }),
      ),
    )
    .reduce(joinExtents, measured);
}
