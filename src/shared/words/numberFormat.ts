import * as l10n from "@vscode/l10n";

/**
 * Numbers for people, as the field writes them: 0.0123, 7.15e-5, 1.2e6, 12,275, 88%. A value has the same text
 * everywhere, also for a screen reader and in the terminal. Powers of ten (10⁻⁵) are for the ticks of axes only.
 */

/** Sizes from here on are written without an exponent, up to a million. */
export const MIN_PLAIN = 1e-3;
const MAX_PLAIN = 1e6;
const NONE = "–";

function notFinite(value: number): string | null {
  if (Number.isNaN(value)) return "NaN";
  if (value === Infinity) return "∞";
  return value === -Infinity ? "-∞" : null;
}

/** "0.003214", "615,690", "7.15e-5": at most so many significant digits, but all of a whole number below a million. */
export function formatValue(value: number, digits = 4): string {
  const special = notFinite(value);
  if (special !== null) return special;
  const size = Math.abs(value);
  if (size === 0) return "0";
  const sign = value < 0 ? "-" : "";
  // Rounded first, so that 0.00099999 is 0.001 and 999,999.7 is 1e6.
  const isPlain = Number(size.toPrecision(digits)) >= MIN_PLAIN && size < MAX_PLAIN - 0.5;
  return sign + (isPlain ? plain(size, digits) : exponential(size, digits));
}

/** A share of 1 as "88%" or "95.3%". */
export function formatPercent(share: number, digits = 3): string {
  return Number.isFinite(share) ? `${formatValue(share * 100, digits)}%` : NONE;
}

function plain(size: number, digits: number): string {
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return withoutTrailingZeros(groupThousands(size.toFixed(Math.min(decimals, 12))));
}

function exponential(size: number, digits: number): string {
  const [mantissa = "", exponent = ""] = size.toExponential(digits - 1).split("e");
  return `${withoutTrailingZeros(mantissa)}e${exponent.replace("+", "")}`;
}

function withoutTrailingZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** "12345.5" to "12,345.5". */
export function groupThousands(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** "×0.420", "×-1.40", "×12.3": three digits, zeros kept, so that the text keeps its width while it changes. */
export function formatFactor(factor: number): string {
  const size = Math.abs(factor);
  const text = size >= 0.01 && size < 999.5 ? size.toPrecision(3) : formatValue(size, 3);
  return `×${factor < 0 ? "-" : ""}${text}`;
}

/** A thousand, a million and so on, as the field writes them. */
export const SI_PREFIXES = ["", "k", "M", "G", "T", "P"] as const;

/** "412k", "1.2M", "37": a speed, or how many of something, where the digits behind do not count. */
export function formatSi(value: number, digits = 3): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return formatValue(value);
  if (size < 999.5) return String(Number(value.toPrecision(digits)));
  const rounded = Number(size.toPrecision(digits));
  const power = Math.floor(Math.log10(rounded) / 3 + 1e-9);
  const prefix = SI_PREFIXES[power];
  const sign = value < 0 ? "-" : "";
  return prefix === undefined
    ? sign + exponential(size, digits)
    : `${sign}${Number((rounded / 1000 ** power).toPrecision(digits))}${prefix}`;
}

/** "312" or "12,275": an iteration, never shortened. */
export function formatCount(value: number): string {
  return Number.isFinite(value) ? groupThousands(String(Math.round(value))) : NONE;
}

/** "0.84 ms", "12.3 s", "4 min 05 s", "2 h 10 min". */
export function formatDuration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds) || milliseconds < 0) return NONE;
  if (milliseconds < 999.5) return `${Number(milliseconds.toPrecision(3))} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)} s`;
  const whole = Math.round(seconds);
  const two = (n: number): string => String(n).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return l10n.t("{0} h {1} min", Math.floor(whole / 3600), two(Math.floor((whole % 3600) / 60)));
}
