/**
 * A chart.js scale on the axis maths of src/shared/scale/axisScale: linear, log and symlog (which chart.js does not
 * have) with one kind of ticks. Its range is set from outside by {@link setAxis}, never fitted to the data by chart.js.
 */
import { Scale, type CartesianScaleOptions, type Chart, type Tick } from "chart.js";
import { fromUnit, ticksOf, toUnit, type AxisSpec } from "../../src/shared/scale/axisScale";
import { formatLinearTicks, formatLogTicks } from "../../src/shared/words/tickFormat";
import { drawLabel } from "./labelSprites";

declare module "chart.js" {
  interface CartesianScaleTypeRegistry {
    mapped: { options: CartesianScaleOptions };
  }
}

const DEFAULT_AXIS: AxisSpec = { kind: "linear", min: 0, max: 1 };
const PIXELS_PER_TICK = { horizontal: 56, vertical: 30 } as const;

/** Between an axis and its labels. */
export const LABEL_GAP = 6;
export const TICK_FONT_SIZE = 11;
const LABEL_WIDTH = 36;
const LABEL_HEIGHT = 13;

/** Of the font above, roughly. */
const CHARACTER_WIDTH = 6;

/** Places that have room for a name, the first among them. */
function labeledPlaces(places: number, min: number, max: number, room: number): number[] {
  const stride = Math.max(1, Math.ceil(places / Math.max(1, room)));
  return Array.from({ length: places }, (_, place) => place).filter(
    (place) => place % stride === 0 && place >= min && place <= max,
  );
}

function shorten(text: string, characters: number): string {
  return text.length <= Math.max(2, characters) ? text : `${text.slice(0, Math.max(1, characters - 1))}…`;
}

/** What an axis shows in the place of the values that it is given: a growing function of them, and its inverse. */
export interface AxisUnit {
  toShown(value: number): number;
  toValue(shown: number): number;
}

/** Not an option of the scale: chart.js wraps options in proxies, which would be asked for every point. */
const axes = new WeakMap<Chart, Map<string, ShownAxis>>();

interface ShownAxis {
  readonly spec: AxisSpec;
  readonly unit: AxisUnit | null;
}

/** @param unit of a linear axis that counts something else than its values, which are iterations */
export function setAxis(chart: Chart, id: string, spec: AxisSpec, unit: AxisUnit | null = null): void {
  const known = axes.get(chart) ?? new Map<string, ShownAxis>();
  known.set(id, { spec, unit });
  axes.set(chart, known);
}

function axisOf(chart: Chart, id: string): ShownAxis {
  return axes.get(chart)?.get(id) ?? { spec: DEFAULT_AXIS, unit: null };
}

export class MappedScale extends Scale<CartesianScaleOptions> {
  static id = "mapped";
  static defaults = {};
  /** In what the axis shows. */
  private axisSpec: AxisSpec = DEFAULT_AXIS;
  private unit: AxisUnit | null = null;

  override determineDataLimits(): void {
    const { spec, unit } = axisOf(this.chart, this.id);
    this.unit = unit;
    this.axisSpec = unit === null ? spec : { kind: "linear", min: unit.toShown(spec.min), max: unit.toShown(spec.max) };
    this.min = spec.min;
    this.max = spec.max;
  }

  override buildTicks(): Tick[] {
    const horizontal = this.isHorizontal();
    const pixels = horizontal ? this.width : this.height;
    const count = Math.max(2, Math.floor(pixels / PIXELS_PER_TICK[horizontal ? "horizontal" : "vertical"]));
    const { axisSpec: axis } = this;
    if (axis.kind === "linear" && axis.labels !== undefined)
      return labeledPlaces(axis.labels.length, axis.min, axis.max, count).map((value) => ({ value }));
    return ticksOf(this.axisSpec, count).map((shown) => ({ value: this.unit?.toValue(shown) ?? shown }));
  }

  override generateTickLabels(ticks: Tick[]): void {
    const { axisSpec: axis } = this;
    if (axis.kind === "linear" && axis.labels !== undefined) {
      const room = Math.floor((this.isHorizontal() ? this.width / ticks.length : LABEL_WIDTH) / CHARACTER_WIDTH);
      for (const tick of ticks) tick.label = shorten(axis.labels[tick.value] ?? "", room);
      return;
    }
    const values = ticks.map(({ value }) => this.shown(value));
    const isLinear = axis.kind === "linear" || (axis.kind === "log" && axis.whole === true);
    const labels = isLinear ? formatLinearTicks(values) : formatLogTicks(values);
    for (const [i, tick] of ticks.entries()) tick.label = labels[i] ?? "";
  }

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
    const style = {
      color: String(ticks.color),
      font: `${TICK_FONT_SIZE}px ${this.chart.options.font?.family ?? "sans-serif"}`,
      ratio: this.chart.currentDevicePixelRatio,
    };
    for (const [i, tick] of this.ticks.entries()) {
      const at = this.getPixelForTick(i);
      const label = typeof tick.label === "string" ? tick.label : "";
      if (this.isHorizontal()) drawLabel(this.ctx, label, at, this.top + LABEL_GAP + LABEL_HEIGHT / 2, "center", style);
      else drawLabel(this.ctx, label, this.right - LABEL_GAP, at, "right", style);
    }
  }

  override getPixelForValue(value: number): number {
    return Number.isFinite(value) ? this.getPixelForDecimal(toUnit(this.axisSpec, this.shown(value))) : NaN;
  }

  override getValueForPixel(pixel: number): number {
    const shown = fromUnit(this.axisSpec, this.getDecimalForPixel(pixel));
    return this.unit?.toValue(shown) ?? shown;
  }

  private shown(value: number): number {
    return this.unit?.toShown(value) ?? value;
  }
}
