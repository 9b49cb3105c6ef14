import { describe, expect, test } from "vitest";
import { createRandom } from "../../../src/core/numerics/random";
import { CmaSearch } from "../../../src/search/cmaes";
import { symmetricEigen } from "../../../src/search/eigen";
import { Evolution } from "../../../src/search/evolution";
import type { Dimension, Space } from "../../../src/search/space";

describe("the distribution", () => {
  test("is after four generations that of cmaes 0.13.1, with the same mean, step size and covariance", () => {
    const evolution = new Evolution([0.5, 0.5, 0.5], 1 / 6);
    expect(evolution.population).toBe(7);
    const value = ([a = 0, b = 0, c = 0]: readonly number[]) => 100 * (b - a * a) ** 2 + (1 - a) ** 2 + (c - 0.2) ** 2;
    for (let generation = 0; generation < 4; generation++)
      evolution.update(
        Array.from({ length: 7 }, (_, i) => {
          const x = [0, 1, 2].map((d) => ((37 * (7 * generation + i) + 11 * d * d + 5 * d) % 101) / 101);
          return { x, value: value(x) };
        }),
      );
    const expected = [0.17744176940559314, 0.33585761098975153, 0.5905628945167753];
    for (const [i, mean] of evolution.mean.entries()) expect(mean).toBeCloseTo(expected[i]!, 10);
    expect(evolution.sigma).toBeCloseTo(0.17478874113323697, 10);
    const covariance = [
      [0.998560375041, 0.582391802742, -0.088514941129],
      [0.582391802742, 1.184248046135, -0.161313636512],
      [-0.088514941129, -0.161313636512, 0.758449060491],
    ];
    for (const [i, row] of covariance.entries())
      for (const [j, entry] of row.entries()) expect(evolution.covariance[i]![j]).toBeCloseTo(entry, 9);
  });
});

test("eigenvectors are orthonormal and give the matrix back", () => {
  const random = createRandom(4);
  const n = 9;
  const half = Array.from({ length: n }, () => Array.from({ length: n }, () => random.double() - 0.5));
  const matrix = half.map((row, i) => row.map((x, j) => x + half[j]![i]!));
  const { values, vectors } = symmetricEigen(matrix);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const back = values.reduce((sum, value, k) => sum + value * vectors[i]![k]! * vectors[j]![k]!, 0);
      const product = vectors.reduce((sum, row) => sum + row[i]! * row[j]!, 0);
      expect(back).toBeCloseTo(matrix[i]![j]!, 12);
      expect(product).toBeCloseTo(i === j ? 1 : 0, 12);
    }
});

describe("a search by CMA-ES", () => {
  const WHOLE: Dimension = {
    kind: "whole",
    levels: 9,
    edge: (level) => level / 9,
    levelAt: (share) => Math.floor(9 * share),
  };
  const SPACE: Space = [{ kind: "real" }, WHOLE, { kind: "choice", count: 2 }];

  test("finds numbers, whole numbers and a choice, with trials that end in any order", () => {
    const search = new CmaSearch(SPACE);
    const random = createRandom(6);
    let best = Infinity;
    for (let batch = 0; batch < 40; batch++) {
      const points = Array.from({ length: 5 }, () => {
        const point = search.propose(() => random.double());
        return { point, trial: search.begin(point) };
      });
      for (const { point, trial } of points.toReversed()) {
        const value = (point[0]! - 0.8) ** 2 + 0.01 * (point[1]! - 2) ** 2 + point[2]!;
        best = Math.min(best, value);
        search.tell(trial, { kind: "done", value, violation: 0 });
      }
    }
    expect(best).toBeLessThan(1e-4);
  });

  test("begins again with more members when it has shrunk to a point, and survives when all trials diverge", () => {
    const search = new CmaSearch([{ kind: "real" }]);
    const random = createRandom(1);
    const seen: number[] = [];
    for (let i = 0; i < 600; i++) {
      const [share] = search.propose(() => random.double());
      seen.push(share!);
      search.tell(search.begin([share!]), { kind: "done", value: Math.abs(share! - 0.2), violation: 0 });
    }
    // Close to its optimum, then far from it again.
    const arrived = seen.findIndex((share) => Math.abs(share - 0.2) < 1e-7);
    expect(arrived).toBeGreaterThan(0);
    expect(seen.slice(arrived).some((share) => Math.abs(share - 0.2) > 0.1)).toBe(true);
    const lost = new CmaSearch(SPACE);
    for (let i = 0; i < 50; i++) {
      const point = lost.propose(() => random.double());
      expect(point.every(Number.isFinite)).toBe(true);
      lost.tell(lost.begin(point), { kind: "done", value: Infinity, violation: 0 });
    }
  });
});
