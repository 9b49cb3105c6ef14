/**
 * The maths of an axis: values to the unit interval and back, and where its ticks stand.
 *
 * "log" needs 0 < min. "symlog" shows both signs and zero over many decades: linear within ±threshold
 * (one decade high), logarithmic outside, continuous at the seam. After J. B. W. Webber, "A bi-symmetric log
 * transformation for wide-range data" (2013), with the piecewise form instead of his smooth one, so that ticks are
 * exact decades.
 */
import type { Extent } from "./extent";

export type AxisSpec =
  /**
   * `whole`: counts (iterations, time steps), whose ticks are whole numbers. `labels`: the places 0, 1, 2, … have names
   * instead of numbers.
   */
  | {
      readonly kind: "linear";
      readonly min: number;
      readonly max: number;
      readonly whole?: boolean;
      readonly labels?: readonly string[];
    }
  /** `at`: the ticks stand at these values, as those of a geometric sequence (4, 8, 16, 32). */
  | {
      readonly kind: "log";
      readonly min: number;
      readonly max: number;
      readonly whole?: boolean;
      readonly at?: readonly number[];
    }
  | { readonly kind: "symlog"; readonly min: number; readonly max: number; readonly threshold: number };

/** Below are denormal numbers, whose powers of ten are no longer exact; above is infinity. */
const MIN_DECADE = -307;
const MIN_SPAN = 1e-300;
const MAX_DECADE = 308;

export function symlog(value: number, threshold: number): number {
  const size = Math.abs(value);
  return size <= threshold ? value / threshold : Math.sign(value) * (1 + Math.log10(size) - Math.log10(threshold));
}

export function symlogInverse(transformed: number, threshold: number): number {
  const size = Math.abs(transformed);
  return size <= 1 ? transformed * threshold : Math.sign(transformed) * 10 ** (Math.log10(threshold) + size - 1);
}

function transform(spec: AxisSpec, value: number): number {
  switch (spec.kind) {
    case "linear":
      return value;
    case "log":
      return Math.log10(value);
    case "symlog":
      return symlog(value, spec.threshold);
  }
}

/** 0 at the axis' minimum, 1 at its maximum; outside that range for values outside it. */
export function toUnit(spec: AxisSpec, value: number): number {
  // Halves, because the span of a linear axis from -1.7e308 to 1.7e308 would overflow.
  const low = transform(spec, spec.min) / 2;
  const span = transform(spec, spec.max) / 2 - low;
  return span === 0 ? 0.5 : (transform(spec, value) / 2 - low) / span;
}

/** {@link toUnit} of many values. */
export function toUnits(spec: AxisSpec, values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const low = transform(spec, spec.min) / 2;
  const span = transform(spec, spec.max) / 2 - low;
  return values.map((value) => (span === 0 ? 0.5 : (transform(spec, value) / 2 - low) / span));
}

export function fromUnit(spec: AxisSpec, unit: number): number {
  const low = transform(spec, spec.min);
  const position = low * (1 - unit) + transform(spec, spec.max) * unit;
  switch (spec.kind) {
    case "linear":
      return position;
    case "log":
      return 10 ** position;
    case "symlog":
      return symlogInverse(position, spec.threshold);
  }
}

/** A linear axis around the values, widened to round numbers. */
export function linearAxis(extent: Extent | null, tickCount = 5): AxisSpec {
  if (extent === null) return { kind: "linear", min: 0, max: 1 };
  let { min, max } = extent;
  // A span at the limit of a double's digits has no ticks of its own between.
  const size = Math.max(Math.abs(min), Math.abs(max));
  if (max / 2 - min / 2 <= Math.max(MIN_SPAN, 1e-12 * size)) {
    const half = size < MIN_SPAN ? 1 : size / 2;
    min = Math.max(min - half, -Number.MAX_VALUE);
    max = Math.min(max + half, Number.MAX_VALUE);
  }
  const step = niceStep((max / 2 - min / 2) / (tickCount / 2));
  const niceMin = Math.floor(min / step) * step;
  const niceMax = Math.ceil(max / step) * step;
  return {
    kind: "linear",
    min: Number.isFinite(niceMin) ? niceMin : min,
    max: Number.isFinite(niceMax) ? niceMax : max,
  };
}

/** A log axis around the positive values. Whole decades when it spans more than two, else a small margin. */
export function logAxis(extent: Extent | null): AxisSpec {
  if (extent === null || extent.max <= 0) return { kind: "log", min: 0.1, max: 10 };
  const top = Math.max(Math.log10(extent.max), MIN_DECADE + 1);
  const bottom = Math.max(Math.log10(extent.min > 0 ? extent.min : extent.smallest), MIN_DECADE + 1);
  if (top - bottom > 2)
    return { kind: "log", min: decade(Math.floor(bottom + 1e-9)), max: decade(Math.ceil(top - 1e-9)) };
  const margin = Math.max(0.05 * (top - bottom), 0.02);
  return { kind: "log", min: decade(bottom - margin), max: decade(top + margin) };
}

/** A symlog axis that contains zero, in whole decades, so that it does not creep while values change a little. */
export function symlogAxis(extent: Extent | null): AxisSpec {
  const largest = extent === null ? 0 : Math.max(Math.abs(extent.min), Math.abs(extent.max));
  if (extent === null || largest < MIN_SPAN) return { kind: "symlog", min: -1, max: 1, threshold: 0.1 };
  const top = Math.ceil(Math.log10(largest) - 1e-9);
  const bottom = Math.min(Math.max(Math.floor(Math.log10(extent.smallest) + 1e-9), MIN_DECADE), top - 1);
  const limit = (value: number): number => {
    const size = Math.abs(value);
    return size === 0 ? 0 : Math.sign(value) * decade(Math.max(Math.ceil(Math.log10(size) - 1e-9), bottom));
  };
  return {
    kind: "symlog",
    min: limit(Math.min(extent.min, 0)),
    max: limit(Math.max(extent.max, 0)),
    threshold: decade(bottom),
  };
}

/**
 * At most about `count` ticks, inside the axis; at least two of them, but where it is of whole numbers and shows fewer.
 */
export function ticksOf(spec: AxisSpec, count: number): number[] {
  switch (spec.kind) {
    case "linear":
      return linearTicks(spec.min, spec.max, count, spec.whole === true ? 1 : 0);
    case "log":
      return spec.at === undefined ? logTicks(spec.min, spec.max, count) : thinned(spec.at, count);
    case "symlog":
      return symlogTicks(spec.min, spec.max, spec.threshold, count);
  }
}

/** The round step (1, 2 or 5 times a power of ten) that is not below `rough`. */
export function niceStep(rough: number): number {
  const power = decade(Math.floor(Math.log10(rough)));
  const mantissa = rough / power;
  return power * (mantissa <= 1 + 1e-9 ? 1 : mantissa <= 2 + 1e-9 ? 2 : mantissa <= 5 + 1e-9 ? 5 : 10);
}

function linearTicks(min: number, max: number, count: number, smallestStep = 0): number[] {
  if (!(max > min) || !Number.isFinite(max - min)) return max === min ? [min] : [min, 0, max];
  let ticks: number[] = [];
  // A round step may be nearly as long as the axis; a second one that fits is at most ten times shorter.
  for (let finer = 1; finer <= 16 && ticks.length < 2; finer *= 2)
    ticks = ticksAtSteps(min, max, Math.max(smallestStep, niceStep((max - min) / (Math.max(count, 1) * finer))));
  return ticks;
}

function ticksAtSteps(min: number, max: number, step: number): number[] {
  // Adding zero makes a plain zero of minus zero.
  const first = Math.ceil(min / step - 1e-9) + 0;
  const last = Math.floor(max / step + 1e-9);
  const ticks: number[] = [];
  // Dividing by the reciprocal of a small step keeps 0.3 from becoming 0.30000000000000004.
  const inverse = Math.round(1 / step);
  for (let k = first; k <= last; k++) ticks.push(step < 1 && inverse > 1 ? k / inverse : k * step);
  return ticks;
}

/** Every n-th of them, the first among them, so that no more than about `count` are left. */
function thinned(values: readonly number[], count: number): number[] {
  const stride = Math.max(1, Math.ceil((values.length - 1) / Math.max(1, count)));
  return values.filter((_, i) => i % stride === 0);
}

function logTicks(min: number, max: number, count: number): number[] {
  const low = Math.log10(min);
  const high = Math.log10(max);
  if (high - low < 0.7) return linearTicks(min, max, count);
  const first = Math.ceil(low - 1e-9);
  const last = Math.floor(high + 1e-9);
  if (high - low <= 2.2) {
    const ticksAt = (mantissas: readonly number[]): number[] => {
      const ticks: number[] = [];
      for (let k = first - 1; k <= last; k++) for (const m of mantissas) ticks.push(m * decade(k));
      return ticks.filter((tick) => tick >= min * (1 - 1e-9) && tick <= max * (1 + 1e-9));
    };
    const decades = ticksAt([1]);
    // One label says nothing about the scale.
    return (high - low) * 2 <= count || decades.length < 2 ? ticksAt([1, 2, 5]) : decades;
  }
  const stride = niceStride((last - first) / Math.max(count, 1));
  const ticks: number[] = [];
  for (let k = Math.ceil(first / stride) * stride; k <= last; k += stride) ticks.push(decade(k));
  return ticks.length < 2 ? [decade(first), decade(last)] : ticks;
}

function symlogTicks(min: number, max: number, threshold: number, count: number): number[] {
  const base = Math.round(Math.log10(threshold));
  const decadesUp = max > 0 ? Math.max(0, Math.round(Math.log10(max)) - base) : 0;
  const decadesDown = min < 0 ? Math.max(0, Math.round(Math.log10(-min)) - base) : 0;
  const stride = niceStride((decadesUp + decadesDown + 2) / Math.max(count, 2));
  const side = (decades: number): number[] => {
    const sizes: number[] = [];
    for (let k = decades; k >= 0; k--) {
      // Decade k stands k + 1 steps away from zero, which has a label of its own.
      if (k + 1 >= stride && (base + k) % stride === 0) sizes.push(decade(base + k));
    }
    if (sizes.length === 0) sizes.push(decade(base + decades));
    return sizes;
  };
  const up = max > 0 ? side(decadesUp).reverse() : [];
  const down = min < 0 ? side(decadesDown).map((size) => -size) : [];
  return [...down, 0, ...up];
}

/** Decades from one tick to the next. */
function niceStride(rough: number): number {
  return rough <= 1 ? 1 : rough <= 2 ? 2 : rough <= 3 ? 3 : Math.round(niceStep(rough));
}

/** 10^k, exact for whole k: `10 ** -7` is one rounding off where a literal is not. */
function decade(k: number): number {
  return Number.isInteger(k) ? Number(`1e${Math.min(k, MAX_DECADE)}`) : Math.min(10 ** k, Number.MAX_VALUE);
}
