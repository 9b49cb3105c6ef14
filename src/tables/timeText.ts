/** Dates and times of day as they stand in tables. */

/**
 * Named after their usual form. Hyphen, slash and point are the same; a time of day may follow a date, and a zone the
 * time.
 */
export const TIME_FORMATS = [
  "YYYY-MM-DD",
  "DD/MM/YYYY",
  "MM/DD/YYYY",
  "D MMM YYYY",
  "MMM D YYYY",
  "DD/MM/YY",
  "MM/DD/YY",
  "YY-MM-DD",
  "D MMM YY",
  "HH:MM",
  "YYYYMMDD",
  "unix",
] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

/** Those that a column of text can be recognized by; digits alone are numbers. */
const RECOGNIZED: readonly TimeFormat[] = TIME_FORMATS.filter((format) => format !== "YYYYMMDD" && format !== "unix");

const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?`;
const ZONE = String.raw`\s*(Z|[+-]\d{2}:?\d{2})?`;
const REST = `(?:[T ]\\s*${CLOCK}${ZONE})?$`;
/** Of years with two digits, as POSIX reads them: 69 to 99 lie in the 20th century, 0 to 68 in the 21st. */
export const SHORT_YEARS = { first: 1969, last: 2068 } as const;

const PATTERNS: Readonly<Record<Exclude<TimeFormat, "unix">, RegExp>> = {
  "YYYY-MM-DD": new RegExp(String.raw`^(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?${REST}`),
  "DD/MM/YYYY": new RegExp(String.raw`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})${REST}`),
  "MM/DD/YYYY": new RegExp(String.raw`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})${REST}`),
  "D MMM YYYY": new RegExp(String.raw`^(\d{1,2})[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})${REST}`),
  "MMM D YYYY": new RegExp(String.raw`^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})${REST}`),
  "DD/MM/YY": new RegExp(String.raw`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{2})${REST}`),
  "MM/DD/YY": new RegExp(String.raw`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{2})${REST}`),
  "YY-MM-DD": new RegExp(String.raw`^(\d{2})[-/.](\d{1,2})[-/.](\d{1,2})${REST}`),
  "D MMM YY": new RegExp(String.raw`^(\d{1,2})[ -]([A-Za-z]{3,9})\.?,?[ -](\d{2})${REST}`),
  "HH:MM": new RegExp(`^${CLOCK}$`),
  YYYYMMDD: new RegExp(String.raw`^(\d{4})(\d{2})(\d{2})${REST}`),
};
/** Of each format which group is the year, the month and the day. */
const PARTS: Readonly<Record<Exclude<TimeFormat, "unix" | "HH:MM">, readonly [number, number, number]>> = {
  "YYYY-MM-DD": [1, 2, 3],
  "DD/MM/YYYY": [3, 2, 1],
  "MM/DD/YYYY": [3, 1, 2],
  "D MMM YYYY": [3, 2, 1],
  "MMM D YYYY": [3, 1, 2],
  "DD/MM/YY": [3, 2, 1],
  "MM/DD/YY": [3, 1, 2],
  "YY-MM-DD": [1, 2, 3],
  "D MMM YY": [3, 2, 1],
  YYYYMMDD: [1, 2, 3],
};
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/**
 * Milliseconds since 1970-01-01T00:00Z, a time without a zone read as UTC; of "HH:MM" since midnight; "unix" counts
 * seconds.
 * @returns NaN when the text has another form, or there is no such day
 */
export function timeIn(text: string, format: TimeFormat): number {
  const body = text.trim();
  if (format === "unix") return /^-?\d{1,13}(\.\d+)?$/.test(body) ? Math.round(Number(body) * 1000) : NaN;
  const found = PATTERNS[format].exec(body);
  if (found === null) return NaN;
  if (format === "HH:MM") return timeOfDay(found, 1);
  const [year, month, day] = PARTS[format].map((part) => found[part]) as [string, string, string | undefined];
  const date = dayOf(
    year.length === 2 ? fullYear(Number(year)) : Number(year),
    monthOf(month),
    day === undefined ? 1 : Number(day),
  );
  return found[4] === undefined ? date : date + timeOfDay(found, 4) - offsetOf(found[8]);
}

/**
 * The regular expression of a format, and which of its groups are the year, the month and the day; null where there is
 * no date. From `clock` on, groups are hours, minutes, seconds, and digits of a second.
 */
export function timePattern(format: Exclude<TimeFormat, "unix">): {
  readonly source: string;
  readonly date: readonly [number, number, number] | null;
  readonly clock: number;
} {
  const { source } = PATTERNS[format];
  return format === "HH:MM" ? { source, date: null, clock: 1 } : { source, date: PARTS[format], clock: 4 };
}

/** The formats that every text has, or may have. */
export function timeFormatsOf(texts: readonly string[]): readonly TimeFormat[] {
  return RECOGNIZED.filter((format) => texts.every((text) => !Number.isNaN(timeIn(text, format))));
}

export function isTime(text: string): boolean {
  return RECOGNIZED.some((format) => !Number.isNaN(timeIn(text, format)));
}

export function hasShortYear(format: TimeFormat): boolean {
  return /(?<!Y)YY(?!Y)/.test(format);
}

function fullYear(year: number): number {
  return year + (1900 + year >= SHORT_YEARS.first ? 1900 : 2000);
}

function monthOf(text: string): number {
  return /^\d/.test(text) ? Number(text) : MONTHS.indexOf(text.slice(0, 3).toLowerCase()) + 1;
}

function dayOf(year: number, month: number, day: number): number {
  const time = Date.UTC(year, month - 1, day);
  const date = new Date(time);
  return month >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? time : NaN;
}

function timeOfDay(found: RegExpExecArray, first: number): number {
  const [hours, minutes, seconds] = [0, 1, 2].map((part) => Number(found[first + part] ?? 0)) as [
    number,
    number,
    number,
  ];
  if (hours > 24 || minutes > 59 || seconds > 60 || (hours === 24 && minutes + seconds > 0)) return NaN;
  const fraction = found[first + 3];
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + (fraction === undefined ? 0 : Number(`0.${fraction}`) * 1000);
}

/** Milliseconds that a zone is ahead of UTC. */
function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith("-") ? -1 : 1) * minutes * 60_000;
}
