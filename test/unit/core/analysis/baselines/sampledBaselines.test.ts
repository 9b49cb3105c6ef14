import { expect, test } from "vitest";
import { experimentOf } from "../../../config/support";
import { baselinesByName } from "./support";

const seriesOf = (rows: number): string =>
  `x\n${Array.from({ length: rows }, (_, t) => (Math.sin(t / 9) + 0.3 * Math.sin(t * t)).toFixed(4)).join("\n")}\n`;
const experimentWith = (share: number) =>
  experimentOf(
    `{ "task": { "kind": "csv", "file": "t.csv", "columns": ["x"], "target": "x", "length": 4, "horizon": 1 },
       "model": { "readout": "last" }, "training": { "batchSize": 8, "validation": { "share": ${share} } } }`,
  );

test("baselines of a table with a hundred thousand windows are those of all of them", () => {
  const labels = Object.values(baselinesByName(experimentWith(0.5), seriesOf(200_000))).map(({ label }) => label);
  expect(labels).toEqual([
    "best constant",
    "last value",
    "linear map of the current step",
    "linear map of the last 4 steps",
  ]);
});

test("baselines of more windows are those of a sample, and say so", () => {
  const text = seriesOf(260_000);
  const sampled = baselinesByName(experimentWith(0.5), text);
  expect(sampled["last-value"]?.label).toBe("last value (sample of 100,000 windows)");
  // Of a quarter as many rows the same series has nearly the same losses.
  const whole = baselinesByName(experimentWith(0.5), seriesOf(65_000));
  for (const [name, { loss }] of Object.entries(sampled))
    expect(Math.abs(loss / whole[name as keyof typeof whole]!.loss - 1)).toBeLessThan(0.02);
  expect(baselinesByName(experimentWith(0.5), text)).toEqual(sampled);
});
