/** Numbers as a reader types them in a filter; null for what is none. */

/** "0.1", "1e-3", "95%", "NaN", "∞". */
export function parseNumber(text: string): number | null {
  const named = NAMED[text.toLowerCase()];
  if (named !== undefined) return named;
  const share = text.endsWith("%");
  const digits = share ? text.slice(0, -1) : text;
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(digits)) return null;
  return share ? Number(digits) / 100 : Number(digits);
}

const NAMED: Readonly<Record<string, number>> = { nan: NaN, infinity: Infinity, "∞": Infinity, "-∞": -Infinity };

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** In milliseconds: "90" and "90s" are seconds, "2min", "1.5h", "300ms". */
export function parseDuration(text: string): number | null {
  const [, digits = "", unit = "s"] = /^([\d.]+(?:e[-+]?\d+)?)(ms|s|min|h)?$/i.exec(text) ?? [];
  const value = parseNumber(digits);
  const factor = UNITS[unit.toLowerCase()];
  return value === null || factor === undefined ? null : value * factor;
}

/** A day or a moment, "2026-11-28" or "2026-11-28T14:30", in the reader's time zone. Milliseconds since 1970. */
export function parseDate(text: string): number | null {
  const [, day = "", time = "00:00"] = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?))?$/.exec(text) ?? [];
  const at = day === "" ? NaN : Date.parse(`${day}T${time}`);
  return Number.isNaN(at) ? null : at;
}
