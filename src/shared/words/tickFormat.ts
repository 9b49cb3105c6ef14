/** Labels of the ticks of an axis: all of one axis in one notation, so that they can be compared at a glance. */
import { groupThousands, MIN_PLAIN, SI_PREFIXES } from "./numberFormat";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** Digits after the point; more do not fit beside an axis. */
const MAX_DECIMALS = 5;
/** All that a double has. */
const MAX_DIGITS = 15;
/** From here on thousands are a "k". */
const MIN_SHORTENED = 1e4;

/** "0.5", "10k" or "2e-6", as precise as the distance of the ticks asks for. */
export function formatLinearTicks(ticks: readonly number[]): string[] {
  const largest = Math.max(0, ...ticks.map(Math.abs));
  const step = smallestStep(ticks);
  const power = largest < MIN_SHORTENED ? 0 : Math.floor(Math.log10(largest) / 3 + 1e-9);
  const prefix = SI_PREFIXES[power];
  const decimals = decimalsOf(step / 1000 ** power);
  if (prefix !== undefined && (largest >= MIN_PLAIN || largest === 0) && decimals <= (power === 0 ? MAX_DECIMALS : 2))
    return ticks.map((tick) => (tick === 0 ? "0" : `${(tick / 1000 ** power).toFixed(decimals)}${prefix}`));
  // Large numbers that lie close together, as where a part of many iterations is in view.
  if (prefix !== undefined && power > 0 && step >= 1) return ticks.map((tick) => grouped(tick));
  return formatExponentials(ticks, Math.min(MAX_DECIMALS, Math.max(0, orderOf(largest) - orderOf(step))));
}

/**
 * "10⁻³", "10⁰" for whole powers of ten. Within two decades "0.5", "1", "20", where that is short, and "2e-5" where
 * powers are not all there is.
 */
export function formatLogTicks(ticks: readonly number[]): string[] {
  const sizes = ticks.filter((tick) => tick !== 0).map(Math.abs);
  const isPlain = sizes.every((size) => size > 0.99 * MIN_PLAIN && size < MIN_SHORTENED);
  const isPowers = sizes.every((size) => isPower(size));
  const isWide = Math.max(...sizes) > 100.1 * Math.min(...sizes);
  if (isPlain && !(isPowers && isWide)) return isEven(ticks) ? formatLinearTicks(ticks) : ticks.map(grouped);
  return isPowers ? ticks.map(powerOfTen) : formatExponentials(ticks, 2);
}

/** With more digits than asked for where two ticks would read alike. */
function formatExponentials(ticks: readonly number[], digits: number): string[] {
  for (let more = digits; more < MAX_DIGITS; more++) {
    const labels = ticks.map((tick) => exponential(tick, more));
    if (new Set(labels).size === labels.length) return labels;
  }
  return ticks.map((tick) => exponential(tick, MAX_DIGITS));
}

/** Less than a decade has the ticks of a linear axis. */
function isEven(ticks: readonly number[]): boolean {
  const steps = ticks.slice(1).map((tick, i) => tick - ticks[i]!);
  return steps.length > 1 && steps.every((step) => Math.abs(step - steps[0]!) < 1e-6 * step);
}

function isPower(size: number): boolean {
  const exponent = Math.log10(size);
  return Math.abs(exponent - Math.round(exponent)) < 1e-9;
}

function powerOfTen(tick: number): string {
  if (tick === 0) return "0";
  const exponent = orderOf(tick);
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)] ?? "").join("");
  return `${tick < 0 ? "-" : ""}10${exponent < 0 ? "⁻" : ""}${digits}`;
}

function exponential(tick: number, digits: number): string {
  if (tick === 0) return "0";
  const [mantissa, exponent] = tick.toExponential(digits).split("e");
  return `${Number(mantissa)}e${exponent?.replace("+", "")}`;
}

/** Of the leading digit. */
function orderOf(value: number): number {
  return Math.floor(Math.log10(Math.abs(value)) + 1e-9);
}

function grouped(tick: number): string {
  return groupThousands(String(Number(tick.toPrecision(12))));
}

function smallestStep(ticks: readonly number[]): number {
  const sorted = [...ticks].sort((a, b) => a - b);
  const steps = sorted.slice(1).map((tick, i) => tick - (sorted[i] ?? 0));
  const step = Math.min(...steps.filter((size) => size > 0));
  return Number.isFinite(step) ? step : Math.abs(ticks[0] ?? 1) || 1;
}

/** Of a round number: 0.5 has one, 0.25 two. */
function decimalsOf(step: number): number {
  for (let decimals = 0; decimals <= MAX_DECIMALS; decimals++)
    if (Math.abs(step - Number(step.toFixed(decimals))) <= 1e-6 * step) return decimals;
  return MAX_DECIMALS + 1;
}
