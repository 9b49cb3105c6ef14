import * as l10n from "@vscode/l10n";

/** Numbers for people: engineering notation, SI prefixes, durations. One minus sign (U+2212), one "not a number". */

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const MINUS = "−";

function notFinite(value: number): string | null {
  if (Number.isNaN(value)) return "NaN";
  if (value === Infinity) return "∞";
  return value === -Infinity ? `${MINUS}∞` : null;
}

function powerOfTen(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)] ?? "").join("");
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/**
 * "0.003214", "615,690", "1.801×10⁻⁶": plain between 0.001 and a million, else with an exponent that is a multiple of
 * three.
 */
export function formatValue(value: number, digits = 4): string {
  const special = notFinite(value);
  if (special !== null) return special;
  const size = Math.abs(value);
  const sign = value < 0 ? MINUS : "";
  if (size === 0) return "0";
  if (size >= 1e-3 && size < 999_999.5) return sign + plain(size, digits);
  const { mantissa, exponent } = engineering(size, digits);
  return exponent === 0 ? sign + mantissa : `${sign}${mantissa}×${powerOfTen(exponent)}`;
}

/** The same for a screen reader and for tables that are copied: "1.801e-6". */
export function formatSpoken(value: number, digits = 4): string {
  if (Number.isNaN(value)) return l10n.t("not a number");
  if (!Number.isFinite(value)) return value > 0 ? l10n.t("infinity") : l10n.t("minus infinity");
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 999_999.5)) return String(Number(value.toPrecision(digits)));
  return value
    .toExponential(digits - 1)
    .replace(/\.?0+e/, "e")
    .replace("e+", "e");
}

function plain(size: number, digits: number): string {
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  const fixed = size.toFixed(Math.min(decimals, 12));
  const [whole = "", fraction] = fixed.split(".");
  const trimmed = fraction?.replace(/0+$/, "");
  return groupThousands(whole) + (trimmed ? `.${trimmed}` : "");
}

function groupThousands(whole: string): string {
  return whole.length < 5 ? whole : whole.replace(/\B(?=(\d{3})+$)/g, ",");
}

function engineering(size: number, digits: number): { mantissa: string; exponent: number } {
  // toExponential rounds first, so 999.96 becomes 1.000e3 and not 1000.
  const [rounded = "0", power = "0"] = size.toExponential(digits - 1).split("e");
  const exponent = Math.floor(Number(power) / 3) * 3;
  const shift = Number(power) - exponent;
  const mantissa = (Number(rounded) * 10 ** shift).toFixed(Math.max(0, digits - 1 - shift));
  return { mantissa: mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa, exponent };
}

/** A label on a linear axis whose ticks are `step` apart. */
export function formatTick(value: number, step: number): string {
  if (value === 0) return "0";
  const sign = value < 0 ? MINUS : "";
  const size = Math.abs(value);
  if (size >= 1e4) return sign + formatSi(size, 4).replace(" ", "");
  if (size < 1e-3 || step < 1e-4) {
    const { mantissa, exponent } = engineering(size, 3);
    return exponent === 0 ? sign + mantissa : `${sign}${mantissa}×${powerOfTen(exponent)}`;
  }
  return sign + size.toFixed(Math.min(6, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))));
}

/** A label on a log or symlog axis: "1", "10", "10⁻³", "5×10³", "−10²". */
export function formatPowerTick(value: number): string {
  if (value === 0) return "0";
  const sign = value < 0 ? MINUS : "";
  const size = Math.abs(value);
  const exponent = Math.floor(Math.log10(size) + 1e-9);
  const mantissa = Number((size / 10 ** exponent).toPrecision(3));
  const power = exponent === 0 ? "1" : exponent === 1 ? "10" : powerOfTen(exponent);
  if (mantissa === 1) return sign + power;
  if (exponent >= -2 && exponent <= 3) return sign + String(Number(size.toPrecision(3)));
  return `${sign}${mantissa}×${power}`;
}

/** "×0.42", "×−1.40", "×12.3": three digits, zeros kept, so that the text keeps its width while it changes. */
export function formatFactor(factor: number): string {
  const size = Math.abs(factor);
  const text = size >= 0.01 && size < 999.5 ? size.toPrecision(3) : formatValue(size, 3);
  return `×${factor < 0 ? MINUS : ""}${text}`;
}

const PREFIXES = ["", "k", "M", "G", "T", "P"] as const;

/** "412 k", "1.2 M", "37": whole numbers of things. */
export function formatSi(value: number, digits = 3): string {
  const special = notFinite(value);
  if (special !== null) return special;
  if (Math.abs(value) < 999.5) return String(Number(value.toPrecision(digits)));
  const { mantissa, exponent } = engineering(Math.abs(value), digits);
  const prefix = PREFIXES[exponent / 3];
  const sign = value < 0 ? MINUS : "";
  return prefix === undefined ? `${sign}${mantissa}×${powerOfTen(exponent)}` : `${sign}${mantissa} ${prefix}`;
}

/** "312" or "12,000": an iteration, never rounded. */
export function formatCount(value: number): string {
  return Number.isFinite(value) ? groupThousands(String(Math.round(value))) : "–";
}

/** "0.84 ms", "12.3 s", "4 min 05 s", "2 h 10 min". */
export function formatDuration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds) || milliseconds < 0) return "–";
  if (milliseconds < 999.5) return `${Number(milliseconds.toPrecision(3))} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(seconds < 9.995 ? 2 : 1)} s`;
  const whole = Math.round(seconds);
  const two = (n: number): string => String(n).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return l10n.t("{0} h {1} min", Math.floor(whole / 3600), two(Math.floor((whole % 3600) / 60)));
}
