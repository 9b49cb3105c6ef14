/** Stretches of axes that the reader has marked: only runs within all of them are shown. */

/** In values of the axis, both ends included. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** By the id of an axis: the key of a parameter, or the name of a metric. */
export type Brush = Readonly<Record<string, Stretch>>;

/** An axis that can be marked. */
export interface BrushedAxis {
  readonly id: string;
  /** By row; NaN is in no stretch. */
  readonly at: Float64Array;
}

export function brushedRows(
  rows: Int32Array<ArrayBuffer>,
  axes: readonly BrushedAxis[],
  brush: Brush,
): Int32Array<ArrayBuffer> {
  return axes.reduce((left, { id, at }) => {
    const stretch = brush[id];
    return stretch === undefined ? left : left.filter((row) => at[row]! >= stretch.from && at[row]! <= stretch.to);
  }, rows);
}

/** Without a stretch the axis is not marked. */
export function withStretch(brush: Brush, id: string, stretch: Stretch | null): Brush {
  const others = Object.fromEntries(Object.entries(brush).filter(([other]) => other !== id));
  return stretch === null ? others : { ...others, [id]: stretch };
}

/** Parts of an axis, from 0 at its low end to 1. */
export interface Ends {
  readonly low: number;
  readonly high: number;
}

const STEP = 0.02;
const PAGE = 0.1;

/**
 * What a key on one end of a stretch makes of it: arrows and pages move the end as far as the other one, Home and End
 * take it to the end of the axis. Null for other keys.
 */
export function movedEnds(key: string, end: keyof Ends, { low, high }: Ends): Ends | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowUp: STEP,
    ArrowRight: STEP,
    ArrowDown: -STEP,
    ArrowLeft: -STEP,
    PageUp: PAGE,
    PageDown: -PAGE,
    Home: -1,
    End: 1,
  };
  const step = steps[key];
  if (step === undefined) return null;
  return end === "low"
    ? { low: Math.max(0, Math.min(high, low + step)), high }
    : { low, high: Math.min(1, Math.max(low, high + step)) };
}
