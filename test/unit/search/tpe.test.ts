import { describe, expect, test } from "vitest";
import { createRandom } from "../../../src/core/numerics/random";
import { createKernels } from "../../../src/search/kernels";
import { SortedColumns } from "../../../src/search/sortedColumns";
import type { Dimension, Outcome, Point, Space } from "../../../src/search/space";
import { TpeSearch } from "../../../src/search/tpe";

/** Whole numbers from 0 to 99. */
const LEVELS: Dimension = {
  kind: "whole",
  levels: 100,
  edge: (level) => level / 100,
  levelAt: (share) => Math.floor(100 * share),
};
const SPACE: Space = [{ kind: "real" }, { kind: "choice", count: 3 }, LEVELS];
const OBSERVED: readonly Point[] = Array.from({ length: 30 }, (_, i) => [
  ((37 * i + 5) % 101) / 101,
  (7 * i) % 3,
  (29 * i + 3) % 97,
]);
const done = (value: number, violation = 0): Outcome => ({ kind: "done", value, violation });

describe("the density over trials", () => {
  test.each([
    ["thirty trials", 30, [-7.503004058680598, -7.146610766492123, -9.189534421926613]],
    ["one trial", 1, [-5.198288342156511, -5.850657240235498, -6.217762488727747]],
  ])("of %s is that of Optuna 5.0's _ParzenEstimator", (_, count, expected) => {
    const points = OBSERVED.slice(0, count);
    const columns = new SortedColumns(SPACE);
    for (const point of points) columns.add(point);
    const kernels = createKernels(SPACE, points, [...points.keys()], columns);
    const candidates = [
      [0.1, 0, 2],
      [0.5, 1, 50],
      [0.93, 2, 99],
    ];
    for (const [i, density] of kernels.logDensities(candidates).entries()) expect(density).toBeCloseTo(expected[i]!, 7);
  });
});

function searched(outcomeOf: (point: Point) => Outcome, trials: number, space = SPACE) {
  const search = new TpeSearch(space);
  const random = createRandom(5);
  return Array.from({ length: trials }, () => {
    const point = search.propose(() => random.double());
    search.tell(search.begin(point), outcomeOf(point));
    return point;
  });
}

describe("a search by TPE", () => {
  test("goes where trials are good: near a real optimum, at the best level and choice", () => {
    const points = searched(([a, c, k]) => done((a! - 0.3) ** 2 + (c === 1 ? 0 : 1) + (k! / 100 - 0.4) ** 2), 80);
    const late = points.slice(-20);
    expect(late.filter(([, c]) => c === 1).length).toBeGreaterThan(14);
    expect(late.filter(([, , k]) => Math.abs(k! - 40) < 20).length).toBeGreaterThan(12);
    expect(late.filter(([a]) => Math.abs(a! - 0.3) < 0.2).length).toBeGreaterThan(12);
  });

  test("keeps away from what violates constraints, diverges, or is stopped early", () => {
    for (const bad of [done(-10, 2), done(Infinity), { kind: "stopped", value: -10, step: 5 } as const]) {
      const points = searched((point) => (point[0]! > 0.5 ? bad : done((point[0]! - 0.25) ** 2)), 60);
      expect(points.slice(-20).filter(([a]) => a! <= 0.5).length).toBeGreaterThan(16);
    }
  });

  test("keeps trials that run at the same time apart", () => {
    const search = new TpeSearch([{ kind: "real" }]);
    const random = createRandom(2);
    for (let i = 0; i < 20; i++) search.tell(search.begin([i / 20]), done(Math.abs(i / 20 - 0.5)));
    const running = Array.from({ length: 8 }, () => {
      const point = search.propose(() => random.double());
      search.begin(point);
      return point[0]!;
    }).sort((a, b) => a - b);
    expect(Math.max(...running) - Math.min(...running)).toBeGreaterThan(0.1);
  });

  test("takes a trial without a value in a dimension as knowing nothing of it", () => {
    const search = new TpeSearch(SPACE);
    const random = createRandom(1);
    for (let i = 0; i < 30; i++) search.tell(search.begin([NaN, i % 3, NaN]), done(i % 3));
    const point = search.propose(() => random.double());
    expect(point.every(Number.isFinite)).toBe(true);
  });

  test("proposes the same for the same trials and draws, and changes nothing by it", () => {
    const search = new TpeSearch(SPACE);
    for (const [i, observed] of OBSERVED.entries()) search.tell(search.begin(observed), done(i));
    const propose = () => {
      const random = createRandom(9);
      return search.propose(() => random.double());
    };
    expect(propose()).toEqual(propose());
  });
});
