import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimateMinMax } from "../../../../src/shared/trace/decimate";
import { ScalarSeries, seriesFits, seriesUpdateFits } from "../../../../src/shared/trace/scalarSeries";
import { COLUMN, type TraceRows } from "../../../../src/shared/trace/trace";

const SPECS = Object.values(COLUMN).map((name) => ({ name, length: 1, shape: [1] }));
/** Small, so that buckets are merged many times. */
const TIGHT = { exact: 16, buckets: 8 };

/** Iterations from `from` on, with these losses. */
function rowsOf(losses: readonly number[], from = 0): TraceRows {
  const iterations = Float64Array.from(losses, (_, i) => from + i);
  const loss = Float64Array.from(losses);
  return { rows: losses.length, columns: SPECS.map(({ name }) => (name === COLUMN.iteration ? iterations : loss)) };
}

function seriesOf(losses: readonly number[], limits?: typeof TIGHT): ScalarSeries {
  const series = new ScalarSeries(SPECS, limits);
  series.append(rowsOf(losses));
  return series;
}

const lossesIn = (series: ScalarSeries): number[] => [...series.column(COLUMN.loss)!];
const random = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.sin(i * i) / (1 + i));

describe("a series of scalars", () => {
  it("has every value of a run of 65,537 iterations as it is", () => {
    const losses = random(2 ** 16 + 1);
    const series = seriesOf(losses);
    expect(lossesIn(series)).toEqual(losses);
    expect(series.meanAt(COLUMN.loss, 777)).toBe(losses[777]);
    expect([series.rows, series.points, series.iterationsAt(777)]).toEqual([65_537, 65_537, 1]);
  });

  it("is the same however its values were divided among appends, and however often it was sent on", () => {
    const value = fc.oneof({ weight: 20, arbitrary: fc.double() }, fc.constantFrom(NaN, Infinity, -Infinity));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 400 }), fc.array(fc.nat(60)), fc.boolean(), (losses, cuts, sends) => {
        let series = new ScalarSeries(SPECS, TIGHT);
        let done = 0;
        for (const count of [...cuts, losses.length]) {
          series.append(rowsOf(losses.slice(done, done + count), done));
          done = Math.min(losses.length, done + count);
          if (!sends) continue;
          const received = new ScalarSeries(SPECS, TIGHT);
          received.restore(series.snapshot());
          series = received;
        }
        expect(series.snapshot()).toEqual(seriesOf(losses, TIGHT).snapshot());
        expect(series.rows).toBe(losses.length);
      }),
    );
  });

  it("keeps the first and the last iterations, the extremes and the means of all between, however long it is", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1, maxLength: 700 }),
        (all) => {
          const series = seriesOf(all, TIGHT);
          const points = lossesIn(series);
          const exact = Math.min(all.length, TIGHT.exact / 2);
          expect(points[0]).toBe(all[0]);
          expect(points.slice(-exact)).toEqual(all.slice(-exact));
          expect([Math.min(...points), Math.max(...points)]).toEqual([Math.min(...all), Math.max(...all)]);
          expect(points.length).toBeLessThanOrEqual(1 + 2 * TIGHT.buckets + TIGHT.exact);
          let sum = 0;
          let weights = 0;
          for (let point = 0; point < points.length; point++) {
            const iterations = series.iterationsAt(point);
            const weight = iterations === 1 && isExact(series, point) ? 1 : iterations / 2;
            sum += weight * series.meanAt(COLUMN.loss, point);
            weights += weight;
          }
          expect(weights).toBe(all.length);
          expect(Math.abs(sum / weights - all.reduce((total, loss) => total + loss / all.length, 0))).toBeLessThan(
            1e-3,
          );
        },
      ),
    );
  });

  it("has iterations that ascend, from the first of each bucket to its last", () => {
    const iterations = [...seriesOf(random(1000), TIGHT).column(COLUMN.iteration)!];
    expect(iterations).toEqual([...iterations].sort((a, b) => a - b));
    expect([iterations[0], iterations[1], iterations.at(-1)]).toEqual([0, 1, 999]);
  });

  it("draws a smooth curve as a smooth one: each bucket in the order in which its values came", () => {
    const falling = Array.from({ length: 1000 }, (_, i) => 1000 - i);
    const points = lossesIn(seriesOf(falling, TIGHT));
    expect(points).toEqual([...points].sort((a, b) => b - a));
  });

  it("shows a spike and a value that is not finite wherever they were, of a million iterations", () => {
    const losses = Float64Array.from({ length: 1_000_001 }, (_, i) => 1 / (1 + i));
    losses[123_456] = 1e6;
    losses[234_567] = NaN;
    losses[234_568] = 7e5;
    losses[345_678] = -Infinity;
    const series = new ScalarSeries(SPECS);
    const iterations = Float64Array.from(losses, (_, i) => i);
    series.append({ rows: losses.length, columns: SPECS.map((_, i) => (i === 0 ? iterations : losses)) });
    const points = series.column(COLUMN.loss)!;
    for (const value of [1e6, NaN, 7e5, -Infinity])
      expect([...points].some((point) => Object.is(point, value))).toBe(true);
    expect([series.rows, points[0], points.at(-1), series.latest(COLUMN.loss)]).toEqual([
      1_000_001,
      1,
      losses[1_000_000],
      losses[1_000_000],
    ]);
    expect(points.length).toBeLessThanOrEqual(1 + 2 ** 14 + 2 ** 16);
    const drawn = decimateMinMax(series.column(COLUMN.iteration)!, points, 0, series.points, 800);
    expect([...drawn].map((point) => points[point])).toContain(1e6);
    const { points: sent, means } = series.snapshot();
    expect(sent.byteLength + means.byteLength).toBeLessThan(SPECS.length * 8 * (2 ** 16 + 3 * 2 ** 13 + 1));
  });
});

/** Whether a point is one iteration; a bucket of a single iteration has two points as any other. */
function isExact(series: ScalarSeries, point: number): boolean {
  return point === 0 || point > 2 * series.snapshot().buckets.count;
}

describe("a series that was sent", () => {
  it("fits when its lengths go together, and not otherwise", () => {
    const whole = seriesOf(random(200_000)).snapshot();
    expect(seriesFits(whole, SPECS)).toBe(true);
    expect(seriesFits(seriesOf([]).snapshot(), SPECS)).toBe(true);
    expect(seriesFits(whole, SPECS.slice(1))).toBe(false);
    expect(seriesFits({ ...whole, rows: whole.rows + 1 }, SPECS)).toBe(false);
    expect(seriesFits({ ...whole, means: whole.means.slice(1) }, SPECS)).toBe(false);
    expect(seriesFits({ ...whole, points: whole.points.slice(SPECS.length) }, SPECS)).toBe(false);
    expect(seriesFits({ ...whole, buckets: { ...whole.buckets, count: 2 ** 14 } }, SPECS)).toBe(false);
    expect(seriesUpdateFits({ kind: "whole", whole }, SPECS)).toBe(true);
    const rows = rowsOf([1, 2]);
    expect(seriesUpdateFits({ kind: "rows", rows }, SPECS)).toBe(true);
    expect(seriesUpdateFits({ kind: "rows", rows: { ...rows, rows: 3 } }, SPECS)).toBe(false);
    expect(seriesUpdateFits({ kind: "rows", rows: { ...rows, columns: rows.columns.slice(1) } }, SPECS)).toBe(false);
  });
});
