/**
 * The labels of an axis that is so many pixels long: all in one notation, none over another, and room among them for
 * the name of the axis. Without a canvas, because the widths of digits are known well enough.
 */
import { ticksOf, toUnit, type AxisSpec } from "../../src/shared/scale/axisScale";
import { formatLinearTicks, formatLogTicks } from "../../src/shared/words/tickFormat";

export type AxisSide = "horizontal" | "vertical";

export interface TickLabel {
  readonly value: number;
  readonly label: string;
}

const PIXELS_PER_TICK = { horizontal: 56, vertical: 30 } as const;
export const LABEL_HEIGHT = 13;
/** Of a digit at the size of labels, in the widest of the usual fonts. */
export const CHARACTER_WIDTH = 7;
/** Between two labels side by side. */
const GAP = 6;
/** Fewer labels do not show a scale. */
const MIN_LABELS = 2;
/** Of a name beside an upright axis. */
const NAMED_PLACE_WIDTH = 36;

/** @param pixels from one end of the axis to the other */
export function labeledTicks(spec: AxisSpec, pixels: number, side: AxisSide): TickLabel[] {
  const most = Math.max(MIN_LABELS, Math.floor(pixels / PIXELS_PER_TICK[side]));
  if (spec.kind === "linear" && spec.labels !== undefined) return namedPlaces(spec, pixels, side, most);
  for (let count = most; count >= MIN_LABELS; count--) {
    const ticks = labelsOf(spec, count);
    if (!overlap(spec, ticks, pixels, side)) return ticks;
  }
  // A small picture: the two ends of what there is.
  const ticks = labelsOf(spec, MIN_LABELS);
  return ticks.length <= MIN_LABELS ? ticks : relabeled(spec, [ticks[0]!.value, ticks.at(-1)!.value]);
}

function labelsOf(spec: AxisSpec, count: number): TickLabel[] {
  return relabeled(spec, ticksOf(spec, count));
}

function relabeled(spec: AxisSpec, values: readonly number[]): TickLabel[] {
  const isLinear = spec.kind === "linear" || (spec.kind === "log" && (spec.whole === true || spec.at !== undefined));
  const labels = isLinear ? formatLinearTicks(values) : formatLogTicks(values);
  return values.map((value, i) => ({ value, label: labels[i] ?? "" }));
}

function overlap(spec: AxisSpec, ticks: readonly TickLabel[], pixels: number, side: AxisSide): boolean {
  return ticks.some((tick, i) => {
    const before = ticks[i - 1];
    if (before === undefined) return false;
    const distance = (toUnit(spec, tick.value) - toUnit(spec, before.value)) * pixels;
    return distance < (side === "vertical" ? LABEL_HEIGHT : (widthOf(tick) + widthOf(before)) / 2 + GAP);
  });
}

function widthOf({ label }: TickLabel): number {
  return label.length * CHARACTER_WIDTH;
}

type NamedAxis = Extract<AxisSpec, { readonly kind: "linear" }>;

/** Places that have room for a name, the first among them. */
function namedPlaces(spec: NamedAxis, pixels: number, side: AxisSide, room: number): TickLabel[] {
  const { labels = [], min, max } = spec;
  const stride = Math.max(1, Math.ceil(labels.length / room));
  const places = labels
    .map((label, value) => ({ value, label }))
    .filter(({ value }) => value % stride === 0 && value >= min && value <= max);
  const width = side === "horizontal" ? pixels / Math.max(1, places.length) : NAMED_PLACE_WIDTH;
  const characters = Math.max(2, Math.floor(width / (CHARACTER_WIDTH - 1)));
  return places.map(({ value, label }) => ({
    value,
    label: label.length <= characters ? label : `${label.slice(0, characters - 1)}…`,
  }));
}

/** A label on a horizontal axis, in pixels. */
export interface PlacedLabel {
  readonly at: number;
  readonly width: number;
}

export interface NamePlace {
  /** Right end of the name. */
  readonly right: number;
  /** Labels in whose place the name stands. */
  readonly dropped: ReadonlySet<number>;
}

/**
 * The place of the name of a horizontal axis in the row of its labels: at the right end, or before the last label where
 * that stands there. Labels under it are left out, never the first and the last. Null: there is no room.
 * @param right of the room for the name
 */
export function placeName(labels: readonly PlacedLabel[], width: number, right: number): NamePlace | null {
  const last = labels.at(-1);
  if (last === undefined) return { right, dropped: new Set() };
  const lastEnd = last.at + last.width / 2 + GAP;
  const end = right - width >= lastEnd ? right : last.at - last.width / 2 - 2 * GAP;
  const dropped = new Set<number>();
  for (const [i, { at, width: wide }] of labels.entries())
    if (at + wide / 2 + 2 * GAP > end - width && at - wide / 2 < end) dropped.add(i);
  const isFree = !dropped.has(0) && !dropped.has(labels.length - 1);
  return isFree && labels.length - dropped.size >= Math.min(MIN_LABELS, labels.length) ? { right: end, dropped } : null;
}
