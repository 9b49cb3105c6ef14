import type { Dialect } from "./dialect";

const CURRENCY = /^[$€£¥]|[$€£¥]$/u;
const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Blanks that typesetters put between groups of digits. */
const BLANKS = /[\u00a0\u2007\u2009\u202f]/g;

/**
 * The number that a cell says in a dialect: 15 for "1.5e1", 0.5 for "50%", 3 for "$3". Hexadecimal digits, infinities
 * and other words are none.
 * @returns NaN when it is no number
 */
export function numberIn(text: string, { decimal, thousands }: Pick<Dialect, "decimal" | "thousands">): number {
  let body = text.trim();
  const isPercent = body.endsWith("%");
  if (isPercent) body = body.slice(0, -1).trim();
  const sign = /^[+-]/.exec(body)?.[0] ?? "";
  const unsigned = body.slice(sign.length).trim();
  if (CURRENCY.test(unsigned)) {
    const amount = unsigned.replace(CURRENCY, "").trim();
    body = /^[+-]/.test(amount) && sign !== "" ? "" : `${sign}${amount}`;
  }
  const digits = thousands === "" ? body : withoutGroups(body, decimal, thousands);
  const plain = decimal === "," ? withPoint(digits) : digits;
  if (!PLAIN.test(plain)) return NaN;
  const value = Number(plain);
  if (!Number.isFinite(value)) return NaN;
  return isPercent ? value / 100 : value;
}

/** Without the marks between its groups of three digits; as it is where the groups have other sizes. */
function withoutGroups(text: string, decimal: string, thousands: string): string {
  const body = thousands === " " ? text.replace(BLANKS, " ") : text;
  const at = body.indexOf(decimal);
  const whole = at < 0 ? body : body.slice(0, at);
  const groups = whole.replace(/^[+-]/, "").split(thousands);
  const isGrouped = groups.every((group, index) => (index === 0 ? /^\d{1,3}$/ : /^\d{3}$/).test(group));
  return groups.length > 1 && isGrouped ? whole.replaceAll(thousands, "") + (at < 0 ? "" : body.slice(at)) : body;
}

/** A decimal comma as a point; text with a point is no number. */
function withPoint(text: string): string {
  return text.includes(".") ? "" : text.replace(",", ".");
}
