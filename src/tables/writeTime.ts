/** Times written as a table writes its own, and what comes after the last one. */
import { hasShortYear, timeIn, type TimeFormat } from "./timeText";

const MINUTE = 60_000;
const DAY = 86_400_000;
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const TAIL = /(?:([T ])\s*)?(\d{1,2}):\d{2}(?::\d{2}(?:([.,])(\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * @param time milliseconds since 1970-01-01T00:00Z
 * @param like a time of the table in this format: order, separators, leading zeros and zone are taken from it
 */
export function writeTime(time: number, format: TimeFormat, like: string): string {
  if (format === "unix") return String(time / 1000);
  const text = like.trim();
  const clock = TAIL.exec(text);
  const zone = clock?.[5];
  const shown = time + zoneOffset(zone);
  const tail = clock === null ? "" : writeClock(shown, clock);
  if (format === "HH:MM") return tail;
  const start = clock === null ? text : text.slice(0, clock.index).trimEnd();
  return writeDate(new Date(shown), format, start) + tail;
}

function zoneOffset(zone: string | undefined): number {
  if (zone === undefined || zone === "Z") return 0;
  return (zone.startsWith("-") ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * MINUTE;
}

function writeClock(time: number, found: RegExpExecArray): string {
  const [text, before = "", hours = "", point, fraction, zone = ""] = found;
  const inDay = ((time % DAY) + DAY) % DAY;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const hour = hours.length === 1 ? String(Math.floor(inDay / (60 * MINUTE))) : two(inDay / (60 * MINUTE));
  const hasSeconds = /:\d{2}:/.test(text);
  const seconds = hasSeconds ? `:${two((inDay / 1000) % 60)}` : "";
  const digits = fraction?.length ?? 0;
  const rest = point === undefined ? "" : point + ((inDay % 1000) / 1000).toFixed(digits).slice(2);
  const blank = / (?=[Z+-])/.test(text) ? " " : "";
  return `${before}${hour}:${two((inDay / MINUTE) % 60)}${seconds}${rest}${zone === "" ? "" : blank + zone}`;
}

function writeDate(date: Date, format: Exclude<TimeFormat, "unix" | "HH:MM">, like: string): string {
  const year = String(date.getUTCFullYear())
    .padStart(4, "0")
    .slice(hasShortYear(format) ? -2 : -4);
  const separator = /[-/. ]/.exec(like)?.[0] ?? "";
  // A part of one digit says that no part has a leading zero.
  const isPadded = !/(^|\D)\d(\D|$)/.test(like);
  const part = (value: number): string => (isPadded ? String(value).padStart(2, "0") : String(value));
  const [month, day] = [date.getUTCMonth() + 1, date.getUTCDate()];
  switch (format) {
    case "YYYY-MM-DD": {
      const hasDay = like.split(/[-/.]/).length > 2;
      return [year, part(month), ...(hasDay ? [part(day)] : [])].join(separator);
    }
    case "YY-MM-DD":
      return [year, part(month), part(day)].join(separator);
    case "DD/MM/YYYY":
    case "DD/MM/YY":
      return [part(day), part(month), year].join(separator);
    case "MM/DD/YYYY":
    case "MM/DD/YY":
      return [part(month), part(day), year].join(separator);
    case "D MMM YYYY":
    case "D MMM YY":
      return [part(day), monthLike(month, like), year].join(separator);
    case "MMM D YYYY":
      return `${monthLike(month, like)} ${part(day)}${like.includes(",") ? "," : ""} ${year}`;
    case "YYYYMMDD":
      return year + String(month).padStart(2, "0") + String(day).padStart(2, "0");
  }
}

function monthLike(month: number, like: string): string {
  const word = /[A-Za-z]+/.exec(like)?.[0] ?? "";
  const name = MONTHS[month - 1]!;
  const short = MONTHS.some((full) => full.length > 3 && full.toLowerCase() === word.toLowerCase())
    ? name
    : name.slice(0, 3);
  if (word === word.toUpperCase()) return short.toUpperCase();
  return word === word.toLowerCase() ? short.toLowerCase() : short;
}

/** How the times of a table go on: the time `steps` rows after the last one. */
export type NextTime = (steps: number) => number;

/**
 * Times with one distance, or with one number of months from each to the next.
 * @param times in the order of the rows
 * @returns null when they follow neither rule, or are too few to have one
 */
export function nextTimes(times: Float64Array): NextTime | null {
  const last = times.at(-1);
  if (times.length < 3 || last === undefined || times.some(Number.isNaN)) return null;
  // December and January have as many days: months are looked for first.
  const months = nextMonths(times);
  if (months !== null) return months;
  const distance = times[1]! - times[0]!;
  return distance !== 0 && times.every((time, row) => row === 0 || time - times[row - 1]! === distance)
    ? (steps) => last + steps * distance
    : null;
}

function nextMonths(times: Float64Array): NextTime | null {
  const months = Array.from(times, monthOf);
  const distance = months[1]! - months[0]!;
  if (distance < 1 || months.some((month, row) => row > 0 && month - months[row - 1]! !== distance)) return null;
  const dates = Array.from(times, (time) => new Date(time).getUTCDate());
  const day = Math.max(...dates);
  const ofDay = times[0]! - startOfDay(times[0]!);
  const isRegular = times.every(
    (time, row) => dates[row] === Math.min(day, lastDay(months[row]!)) && time - startOfDay(time) === ofDay,
  );
  if (!isRegular) return null;
  const isLastDay = dates.every((date, row) => date === lastDay(months[row]!));
  return (steps) => {
    const month = months.at(-1)! + steps * distance;
    const date = isLastDay ? lastDay(month) : Math.min(day, lastDay(month));
    return Date.UTC(Math.floor(month / 12), month % 12, date) + ofDay;
  };
}

/** Counted from the year 0. */
function monthOf(time: number): number {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function lastDay(month: number): number {
  return new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate();
}

function startOfDay(time: number): number {
  return Math.floor(time / DAY) * DAY;
}

/** The times of texts; null where one is no time in the format. */
export function timesOf(texts: readonly string[], format: TimeFormat): Float64Array | null {
  const times = Float64Array.from(texts, (text) => timeIn(text, format));
  return times.some(Number.isNaN) ? null : times;
}
