import { describe, expect, it } from "vitest";
import { findFixedPoints, fixedPointsOf, type FoundPoints } from "../../../../src/core/dynamics/fixedPoints";
import type { StateMap } from "../../../../src/core/dynamics/stateMap";
import { finishWork } from "../../../../src/lib/slicedTask";
import { NO_INPUT, randomNumbers, rolledWeights, tanhMap, unheard } from "./maps";

function search(map: StateMap, starts = 60): FoundPoints {
  return finishWork(findFixedPoints(map, randomNumbers(starts * map.size, 3), NO_INPUT, unheard));
}

const radius = ({ re, im }: { readonly re: Float64Array; readonly im: Float64Array }) => Math.hypot(re[0]!, im[0]!);

describe("fixed points of h = tanh(W h) with W[i] = -roll(linspace(-1, 1, n), -i)", () => {
  it("n = 2: two stable ones, and the origin between them", () => {
    const { fixed } = search(tanhMap(rolledWeights(2)));
    expect(fixed.map(({ kind, unstable }) => [kind, unstable])).toEqual([
      ["stable", 0],
      ["stable", 0],
      ["saddle", 1],
    ]);
    for (const [k, sign] of [1, -1].entries()) {
      expect(fixed[k]!.state[0]).toBeCloseTo(sign * 0.957504, 6);
      expect(fixed[k]!.state[1]).toBeCloseTo(sign * -0.957504, 6);
    }
    expect(Math.max(...fixed[2]!.state.map(Math.abs))).toBeLessThan(1e-10);
    expect(Array.from(fixed[2]!.re)).toEqual([expect.closeTo(2, 10), expect.closeTo(0, 10)]);
  });

  it("n = 3: three, none of them stable", () => {
    const { fixed } = search(tanhMap(rolledWeights(3)));
    expect(fixed).toHaveLength(3);
    expect(fixed.every(({ unstable }) => unstable > 0)).toBe(true);
  });

  it("n = 4: nine, two of them stable, with a spectral radius of 0.7516", () => {
    const { fixed } = search(tanhMap(rolledWeights(4)), 200);
    expect(fixed).toHaveLength(9);
    const stable = fixed.filter(({ kind }) => kind === "stable");
    expect(stable).toHaveLength(2);
    for (const point of stable) expect(radius(point)).toBeCloseTo(0.7516, 4);
  });

  it.each([
    { n: 2, found: 3, stable: 2 },
    { n: 3, found: 3, stable: 0 },
    { n: 4, found: 9, stable: 2 },
  ])("n = $n: are found where no sequence leads, too: it stays at the origin", ({ n, found, stable }) => {
    const T = 5;
    const visited = {
      map: tanhMap(rolledWeights(n)),
      seed: 1,
      sequences: 1,
      timeSteps: T,
      states: new Float64Array((T + 1) * n),
      inputs: new Float64Array(T),
      areSymbols: false,
      classes: null,
    };
    const { points, outliers } = finishWork(fixedPointsOf(visited, null, unheard));
    expect([points.length, points.filter(({ kind }) => kind === "stable").length, outliers]).toEqual([
      found,
      stable,
      0,
    ]);
  });

  it("each is one within rounding", () => {
    for (const { q, state } of search(tanhMap(rolledWeights(4)), 200).fixed) {
      expect(q).toBeLessThan(1e-28);
      const next = tanhMap(rolledWeights(4)).step(state, NO_INPUT);
      for (const [i, value] of next.entries()) expect(Math.abs(value - state[i]!)).toBeLessThan(1e-14);
    }
  });
});
