import { expect, test } from "vitest";
import { importances, type MeasuredParameter } from "../../../../src/shared/statistics/importance";
import { normalMass, tabulatedTail, upperTail } from "../../../../src/shared/statistics/normal";

/** Sixty trials of five parameters, of which `share` is there for one kind only; some losses are infinite. */
function study(): { readonly losses: number[]; readonly parameters: readonly MeasuredParameter[] } {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const u = (k: number) => ((i * k + 7 * k) % 61) / 61;
    const kind = Math.floor(3 * u(41));
    const rate = Number((10 ** (-4 + 4 * u(13))).toFixed(6));
    const share = kind === 0 ? Number((2 * u(17)).toFixed(4)) : NaN;
    const [size, depth] = [1 + Math.floor(63 * u(29)), 1 + Math.floor(4 * u(31))];
    const loss = Math.abs(Math.log10(rate) + 2) + 0.1 * depth + (kind === 0 ? 0.3 * share : 0.2);
    return { rate, share, size, depth, kind, loss: i % 17 === 5 ? Infinity : Number(loss.toFixed(6)) };
  });
  const number = (key: "rate" | "share" | "size" | "depth", low: number, high: number, log: boolean, step: 1 | null) =>
    ({ kind: "number", low, high, log, step, values: rows.map((row) => row[key]) }) as const;
  return {
    losses: rows.map(({ loss }) => loss),
    parameters: [
      number("rate", 1e-4, 1, true, null),
      number("share", 0, 2, false, null),
      number("size", 1, 64, true, 1),
      number("depth", 1, 4, false, 1),
      { kind: "choice", count: 3, values: rows.map(({ kind }) => kind) },
    ],
  };
}

test("importances are those of Optuna 5.0.0's get_param_importances within 1e-9", () => {
  const { losses, parameters } = study();
  const expected = [
    0.7191924838091358, 0.02221634281517341, 0.10934419018244272, 0.13594257010244798, 0.01330441309080013,
  ];
  for (const [i, share] of importances(losses, parameters).entries())
    expect(Math.abs(share - expected[i]!)).toBeLessThan(1e-9);
});

test("nothing is more important than another where nothing can be said", () => {
  const { parameters } = study();
  expect(importances([], parameters)).toEqual([0.2, 0.2, 0.2, 0.2, 0.2]);
  expect(importances([1], [{ kind: "choice", count: 2, values: [0] }])).toEqual([1]);
  expect(importances([1, 1, 1], [{ kind: "choice", count: 1, values: [0, 0, 0] }])).toEqual([1]);
});

test("tails of the normal distribution have 13 digits, tabulated ones 9 places", () => {
  const known = [
    [0, 0.5],
    [0.5, 0.3085375387259869],
    [2.9, 0.0018658133003840375],
    [3.1, 0.0009676032132183563],
    [8, 6.22096057427174e-16],
    [20, 2.7536241186061556e-89],
  ] as const;
  for (const [z, tail] of known) {
    expect(Math.abs(upperTail(z) / tail - 1)).toBeLessThan(1e-13);
    expect(Math.abs(tabulatedTail(z) - tail)).toBeLessThan(1e-9);
  }
  expect(normalMass(-1, 1)).toBeCloseTo(0.6826894921370859, 13);
  expect(normalMass(8, 9) / normalMass(-9, -8)).toBeCloseTo(1, 12);
});
