import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { timeIn, type TimeFormat } from "../../../src/tables/timeText";
import { nextTimes, timesOf, writeTime } from "../../../src/tables/writeTime";

const FORMS: readonly (readonly [TimeFormat, string])[] = [
  ["YYYY-MM-DD", "2024-01-31"],
  ["YYYY-MM-DD", "2024/1/5"],
  ["YYYY-MM-DD", "2024-01"],
  ["YYYY-MM-DD", "2024-01-31T07:05"],
  ["YYYY-MM-DD", "2024-01-31 07:05:09.250"],
  ["YYYY-MM-DD", "2024-01-31T07:05:09Z"],
  ["YYYY-MM-DD", "2024-01-31T07:05:09 +05:30"],
  ["DD/MM/YYYY", "31.01.2024"],
  ["DD/MM/YYYY", "5/1/2024 7:05"],
  ["MM/DD/YYYY", "01/31/2024"],
  ["D MMM YYYY", "31 Jan 2024"],
  ["D MMM YYYY", "5-JAN-2024"],
  ["MMM D YYYY", "January 5, 2024"],
  ["DD/MM/YY", "31.01.24"],
  ["MM/DD/YY", "1/5/24 7:05"],
  ["YY-MM-DD", "24-01-31"],
  ["D MMM YY", "5 Jan 24"],
  ["HH:MM", "07:05"],
  ["YYYYMMDD", "20240131"],
  ["unix", "1706659200"],
];

describe("a time is written as the table writes its own", () => {
  test.each(FORMS)("%s like %s", (format, like) => {
    expect(writeTime(timeIn(like, format), format, like)).toBe(like);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 1439 }), (day, minute) => {
        const hasClock = /:/.test(like) || format === "unix";
        const isMonth = like === "2024-01";
        const date = new Date(day * 86_400_000);
        const start = isMonth ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) : day * 86_400_000;
        const time = format === "HH:MM" ? minute * 60_000 : start + (hasClock && !isMonth ? minute * 60_000 : 0);
        expect(timeIn(writeTime(time, format, like), format)).toBe(time);
      }),
    );
  });
});

describe("times go on", () => {
  const next = (texts: readonly string[], steps: number): string | null => {
    const format: TimeFormat = "YYYY-MM-DD";
    const rule = nextTimes(timesOf(texts, format)!);
    return rule === null ? null : writeTime(rule(steps), format, texts.at(-1)!);
  };
  test.each([
    [["2024-02-26", "2024-02-27", "2024-02-28"], 2, "2024-03-01"],
    [["2024-01", "2024-02", "2024-03"], 10, "2025-01"],
    [["2023-11-30", "2023-12-31", "2024-01-31"], 1, "2024-02-29"],
    [["2023-01-15", "2023-04-15", "2023-07-15"], 3, "2024-04-15"],
    [["2020-02-29", "2021-02-28", "2022-02-28"], 2, "2024-02-29"],
    [["2024-01-01T23:30", "2024-01-02T00:00", "2024-01-02T00:30"], 2, "2024-01-02T01:30"],
    [["2024-01-03", "2024-01-02", "2024-01-01"], 1, "2023-12-31"],
    [["2024-01-01", "2024-01-02", "2024-01-04"], 1, null],
    [["2024-01-05", "2024-02-05", "2024-03-06"], 1, null],
    [["2024-01-01", "2024-01-02"], 1, null],
    [["2024-01-01", "2024-01-01", "2024-01-01"], 1, null],
  ] as const)("%j, %d later: %s", (texts, steps, expected) => {
    expect(next(texts, steps)).toBe(expected);
  });
});
