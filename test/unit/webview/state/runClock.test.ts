import { expect, it } from "vitest";
import { RunClock } from "../../../../webview/state/runClock";

it("knows the time of each iteration between two reports, and beyond them at the last speed", () => {
  const clock = new RunClock("a", 1);
  clock.note(10, 100);
  expect(clock.isKnown).toBe(false);
  clock.note(30, 200);
  expect(clock.isKnown).toBe(true);
  expect([0, 5, 10, 20, 30, 40].map((iteration) => clock.msAt(iteration))).toEqual([0, 50, 100, 150, 200, 250]);
  for (const iteration of [0, 3, 17, 30, 99])
    expect(clock.iterationAt(clock.msAt(iteration))).toBeCloseTo(iteration, 9);
});

it("takes no report that is not later, such as the same one again", () => {
  const clock = new RunClock("a", 1);
  for (const [iteration, ms] of [
    [10, 100],
    [10, 120],
    [20, 90],
    [20, 200],
  ] as const)
    clock.note(iteration, ms);
  expect(clock.msAt(20)).toBe(200);
  expect(clock.msAt(10)).toBe(100);
});

it("stays bounded in a long run, exact at its start and its end", () => {
  const clock = new RunClock("a", 1);
  for (let i = 1; i <= 50_000; i++) clock.note(i, i * i);
  expect(clock.msAt(0)).toBe(0);
  expect(clock.msAt(50_000)).toBe(2.5e9);
  expect(clock.msAt(25_000) / 6.25e8).toBeCloseTo(1, 2);
  expect(clock.reports).toBeLessThanOrEqual(2048);
});
