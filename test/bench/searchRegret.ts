/** What our searches find of known functions. */
import { createSearch, type LearningSearch } from "../../src/search/createSearch";
import { seededDraw } from "../../src/search/draws";
import { createSobol } from "../../src/search/sobol";
import { pointAt, type Draw, type Point, type Search, type Space } from "../../src/search/space";

export const TRIALS = 100;
export type OurSearch = LearningSearch | "sobol" | "random";
export const OUR_SEARCHES: readonly OurSearch[] = ["tpe", "cma-es", "sobol", "random"];

interface TestFunction {
  readonly name: string;
  readonly bounds: readonly (readonly [low: number, high: number])[];
  readonly lowest: number;
  readonly at: (x: readonly number[]) => number;
}

const HARTMANN_A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const HARTMANN_P = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];

export const FUNCTIONS: readonly TestFunction[] = [
  {
    name: "branin",
    bounds: [
      [-5, 10],
      [0, 15],
    ],
    lowest: 0.39788735772973816,
    at: ([x = 0, y = 0]) =>
      (y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6) ** 2 +
      10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
      10,
  },
  {
    name: "hartmann6",
    bounds: Array.from({ length: 6 }, () => [0, 1] as const),
    lowest: -3.32236801141551,
    at: (x) =>
      -[1, 1.2, 3, 3.2].reduce((sum, alpha, i) => {
        const distance = x.reduce((d, xj, j) => d + HARTMANN_A[i]![j]! * (xj - HARTMANN_P[i]![j]!) ** 2, 0);
        return sum + alpha * Math.exp(-distance);
      }, 0),
  },
  {
    name: "rosenbrock5",
    bounds: Array.from({ length: 5 }, () => [-5, 10] as const),
    lowest: 0,
    at: (x) => x.slice(1).reduce((sum, next, i) => sum + 100 * (next - x[i]! * x[i]!) ** 2 + (1 - x[i]!) ** 2, 0),
  },
];

/** f(best) - f* after all trials. @param parallel trials that run at the same time */
export function regretOf(test: TestFunction, kind: OurSearch, seed: number, parallel: number): number {
  const search = createOurs(kind, test.bounds.length, seed);
  let best = Infinity;
  for (let asked = 0; asked < TRIALS; asked += parallel) {
    const batch = Array.from({ length: Math.min(parallel, TRIALS - asked) }, (_, i) => {
      const point = search.propose(seededDraw(seed, asked + i));
      return { point, trial: search.begin(point) };
    });
    for (const { point, trial } of batch) {
      const value = test.at(
        point.map((share, d) => test.bounds[d]![0] + share * (test.bounds[d]![1] - test.bounds[d]![0])),
      );
      best = Math.min(best, value);
      search.tell(trial, { kind: "done", value, violation: 0 });
    }
  }
  return best - test.lowest;
}

function createOurs(kind: OurSearch, dimensions: number, seed: number): Search {
  const space: Space = Array.from({ length: dimensions }, () => ({ kind: "real" }));
  if (kind === "tpe" || kind === "cma-es") return createSearch(kind, space);
  const sobol = createSobol(dimensions, seed);
  let begun = 0;
  return {
    propose: (draw: Draw): Point => pointAt(space, kind === "sobol" ? sobol(begun) : space.map(() => draw())),
    begin: () => begun++,
    tell: () => undefined,
  };
}

/** Milliseconds of one proposal with so many trials before it, the median of five. */
export function askMilliseconds(trials: number, dimensions: number): number {
  const draw = seededDraw(1, 0);
  const space: Space = Array.from({ length: dimensions }, () => ({ kind: "real" }));
  const search = createSearch("tpe", space);
  for (let i = 0; i < trials; i++)
    search.tell(search.begin(space.map(() => draw())), { kind: "done", value: draw(), violation: 0 });
  const times = Array.from({ length: 5 }, (_, i) => {
    const begin = performance.now();
    search.propose(seededDraw(1, trials + i));
    return performance.now() - begin;
  });
  return times.sort((a, b) => a - b)[2]!;
}
