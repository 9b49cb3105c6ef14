import { describe, expect, test } from "vitest";
import {
  convergence,
  groupByValue,
  leadingFigure,
  median,
  ranked,
  shareOf,
} from "../../../../src/shared/wire/sweepSummary";
import { resultOf } from "../../sweepPlan/support";

describe("a share", () => {
  test("has Wilson's interval (values of R's prop.test without correction)", () => {
    for (const [count, total, low, high] of [
      [47, 100, 0.37506, 0.56714],
      [0, 20, 0, 0.16113],
      [20, 20, 0.83887, 1],
      [1, 3, 0.061492, 0.79234],
    ] as const) {
      const share = shareOf(count, total);
      expect(share.low).toBeCloseTo(low, 4);
      expect(share.high).toBeCloseTo(high, 4);
    }
    expect(shareOf(0, 0)).toEqual({ count: 0, total: 0, low: 0, high: 1 });
  });

  test("of convergence counts goals where there is a goal, and what did not diverge where there is none", () => {
    const results = [
      resultOf({ reachedAt: 3 }),
      resultOf({}),
      resultOf({ status: "diverged", reachedAt: 1 }),
      resultOf({ status: "failed" }),
    ];
    expect(convergence(results, true)).toMatchObject({ count: 2, total: 3 });
    expect(convergence(results, false)).toMatchObject({ count: 2, total: 3 });
  });
});

test("the median takes what is not finite for largest", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([1, NaN, Infinity]), median([1, NaN]), median([])]).toEqual([
    2,
    2.5,
    Infinity,
    Infinity,
    NaN,
  ]);
});

test("results are grouped by value: numbers in their order, choices in that of the sweep, then as they came", () => {
  const labels = (values: readonly unknown[], choices?: readonly unknown[]) =>
    groupByValue(
      values.map((value) => resultOf({ values: [value] })),
      0,
      choices,
    ).map(({ label, results }) => [label, results.length]);
  expect(labels([10, 2, 10])).toEqual([
    ["2", 1],
    ["10", 2],
  ]);
  expect(labels([{ norm: 1 }, null, "rnn", null])).toEqual([
    ['{"norm":1}', 1],
    ["null", 2],
    ["rnn", 1],
  ]);
  expect(labels(["lstm", null, "rnn"], ["rnn", "gru", "lstm"])).toEqual([
    ["rnn", 1],
    ["lstm", 1],
    ["null", 1],
  ]);
});

test("the best come first: small losses, large accuracies, then the fastest; what diverged comes last", () => {
  const results = [
    resultOf({ index: 0, loss: 2 }),
    resultOf({ index: 1, loss: 0, status: "diverged" }),
    resultOf({ index: 2, loss: 1 }),
    resultOf({ index: 3, loss: NaN }),
    resultOf({ index: 4, loss: 1, reachedAt: 5 }),
  ];
  expect(ranked(results, "loss").map(({ index }) => index)).toEqual([4, 2, 0, 1, 3]);
  expect(
    ranked([resultOf({ index: 0, accuracy: 0.5 }), resultOf({ index: 1, accuracy: 0.9 })], "accuracy").map(
      ({ index }) => index,
    ),
  ).toEqual([1, 0]);
  expect([
    leadingFigure(results, null),
    leadingFigure(results, "accuracy"),
    leadingFigure([resultOf({ validationLoss: 1, bestValidationLoss: 0.5 })], null),
  ]).toEqual(["loss", "accuracy", "bestValidationLoss"]);
});
