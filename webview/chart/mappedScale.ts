/**
 * A chart.js scale on the axis maths of src/shared/scale/axisScale: linear, log and symlog (which chart.js does not
 * have) with one kind of ticks, and the name of the axis. Its range is set from outside by {@link setAxis}, never
 * fitted to the data by chart.js.
 */
import { Scale, type CartesianScaleOptions, type Chart, type Tick } from "chart.js";
import { fromUnit, toUnit, type AxisSpec } from "../../src/shared/scale/axisScale";
import type { AxisName } from "./axisNames";
import { labeledTicks, LABEL_HEIGHT, placeName } from "./axisTicks";
import { drawLabel, drawUprightLabel, labelWidth, type LabelStyle } from "./labelSprites";

declare module "chart.js" {
  interface CartesianScaleTypeRegistry {
    mapped: { options: CartesianScaleOptions };
  }
}

const DEFAULT_AXIS: AxisSpec = { kind: "linear", min: 0, max: 1 };

/** Between an axis and its labels. */
export const LABEL_GAP = 6;
export const TICK_FONT_SIZE = 11;
const NAME_FONT_SIZE = 10;
/** What an upright name takes beside the labels of its axis. */
export const UPRIGHT_NAME_WIDTH = 12;
/** The labels at the right end stick out by half of a number, and so may the name. */
const NAME_OVERHANG = 10;
const LABEL_WIDTH = 36;

interface Axis {
  readonly spec: AxisSpec;
  readonly name: AxisName;
}

/** Not an option of the scale: chart.js wraps options in proxies, which would be asked for every point. */
const axes = new WeakMap<Chart, Map<string, Axis>>();

/** @param name of several the first that fits; left out: the axis has none */
export function setAxis(chart: Chart, id: string, spec: AxisSpec, name: AxisName = []): void {
  const known = axes.get(chart) ?? new Map<string, Axis>();
  known.set(id, { spec, name });
  axes.set(chart, known);
}

export class MappedScale extends Scale<CartesianScaleOptions> {
  static id = "mapped";
  static defaults = {};
  private axisSpec: AxisSpec = DEFAULT_AXIS;
  private axisName: AxisName = [];

  override determineDataLimits(): void {
    const { spec, name } = axes.get(this.chart)?.get(this.id) ?? { spec: DEFAULT_AXIS, name: [] };
    this.axisSpec = spec;
    this.axisName = name;
    this.min = spec.min;
    this.max = spec.max;
  }

  override buildTicks(): Tick[] {
    const horizontal = this.isHorizontal();
    return labeledTicks(
      this.axisSpec,
      horizontal ? this.width : this.height,
      horizontal ? "horizontal" : "vertical",
    ).map((tick) => ({ ...tick }));
  }

  /** They come with their ticks. */
  override generateTickLabels(): void {}

  /**
   * chart.js measures every label at every update, which was a third of the time of a frame. Our axes have fixed sizes
   * and labels of one line, so an estimate will do. Not part of its types: without it the charts look the same and cost
   * more.
   */
  protected _computeLabelSizes(): unknown {
    const size = { width: LABEL_WIDTH, height: LABEL_HEIGHT };
    return {
      first: size,
      last: size,
      widest: size,
      highest: size,
      widths: this.ticks.map(() => LABEL_WIDTH),
      heights: this.ticks.map(() => LABEL_HEIGHT),
    };
  }

  override drawLabels(): void {
    const { ticks } = this.options;
    if (!ticks.display) return;
    const family = this.chart.options.font?.family ?? "sans-serif";
    const style: LabelStyle = {
      color: String(ticks.color),
      font: `${TICK_FONT_SIZE}px ${family}`,
      ratio: this.chart.currentDevicePixelRatio,
    };
    const nameStyle = { ...style, font: `${NAME_FONT_SIZE}px ${family}` };
    if (this.isHorizontal()) this.drawRow(style, nameStyle);
    else this.drawColumn(style, nameStyle);
  }

  private drawRow(style: LabelStyle, nameStyle: LabelStyle): void {
    const y = this.top + LABEL_GAP + LABEL_HEIGHT / 2;
    const placed = this.ticks.map((tick, i) => ({
      at: this.getPixelForTick(i),
      width: labelWidth(textOf(tick), style),
    }));
    const named = this.axisName
      .map((name) => ({
        name,
        place: placeName(placed, labelWidth(name, nameStyle), this.right + NAME_OVERHANG),
      }))
      .find(({ place, name }) => place !== null && place.right - labelWidth(name, nameStyle) >= this.left);
    for (const [i, tick] of this.ticks.entries())
      if (named?.place?.dropped.has(i) !== true) drawLabel(this.ctx, textOf(tick), placed[i]!.at, y, "center", style);
    if (named?.place != null) drawLabel(this.ctx, named.name, named.place.right, y, "right", nameStyle);
  }

  private drawColumn(style: LabelStyle, nameStyle: LabelStyle): void {
    for (const [i, tick] of this.ticks.entries())
      drawLabel(this.ctx, textOf(tick), this.right - LABEL_GAP, this.getPixelForTick(i), "right", style);
    const name = this.axisName.find((text) => labelWidth(text, nameStyle) <= this.height);
    if (name !== undefined)
      drawUprightLabel(this.ctx, name, this.left + UPRIGHT_NAME_WIDTH / 2, (this.top + this.bottom) / 2, nameStyle);
  }

  override getPixelForValue(value: number): number {
    return Number.isFinite(value) ? this.getPixelForDecimal(toUnit(this.axisSpec, value)) : NaN;
  }

  override getValueForPixel(pixel: number): number {
    return fromUnit(this.axisSpec, this.getDecimalForPixel(pixel));
  }
}

function textOf({ label }: Tick): string {
  return typeof label === "string" ? label : "";
}
