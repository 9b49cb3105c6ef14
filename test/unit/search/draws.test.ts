import { expect, test } from "vitest";
import { seededDraw } from "../../../src/search/draws";

test("draws are uniform, the same for the same seed and step, and of neighbors of either unlike", () => {
  const take = (seed: number, step: number) => {
    const draw = seededDraw(seed, step);
    return Array.from({ length: 4000 }, () => draw());
  };
  const draws = take(3, 7);
  expect(take(3, 7)).toEqual(draws);
  for (let tenth = 0; tenth < 10; tenth++) {
    const inside = draws.filter((x) => Math.floor(10 * x) === tenth).length;
    expect(Math.abs(inside - 400)).toBeLessThan(100);
  }
  for (const others of [take(4, 7), take(3, 8), take(0, 0), take(4_294_967_295, 0)]) {
    const covariance = draws.reduce((sum, x, i) => sum + (x - 0.5) * (others[i]! - 0.5), 0) / draws.length;
    // Of independent ones a tenth of it in the mean.
    expect(Math.abs(covariance)).toBeLessThan(0.005);
  }
});
