import { describe, expect, test } from "vitest";
import { haveRoom } from "../../../webview/sweep/cellNumbers";
import { binValues } from "../../../webview/sweep/histogram";
import {
  availableFigures,
  figureAxis,
  formatFigure,
  shownFigure,
  summaryOf,
  valueOf,
} from "../../../webview/sweep/figures";
import { placedGroups, placesOf, shortKey, shortLabel } from "../../../webview/sweep/parameterPlaces";
import { resultOf } from "../sweepPlan/support";

const rate = { key: "training.optimizer.learningRate", kind: "number", scale: "log" } as const;
const clip = { key: "training.clip", kind: "choice", scale: "linear" } as const;
const info = (goal: boolean) => ({
  parameters: [rate, clip],
  seeds: 1,
  trials: 4,
  goal: goal ? ({ metric: "accuracy", value: 1 } as const) : null,
});

test("values in a geometric sequence are evenly spaced, each with its label", () => {
  const sizes = { key: "model.hiddenSize", kind: "number", scale: "linear" } as const;
  const axisOf = (...values: number[]) =>
    placesOf(
      sizes,
      0,
      values.map((value) => resultOf({ values: [value] })),
      false,
    ).axis;
  expect(axisOf(4, 8, 16, 32)).toEqual({ kind: "log", min: 4, max: 32, at: [4, 8, 16, 32] });
  expect(axisOf(0.001, 0.01, 0.1).kind).toBe("log");
  expect(axisOf(4, 8, 12).kind).toBe("linear");
  expect(axisOf(0, 1, 2).kind).toBe("linear");
});

test("the cells of a map have numbers where all of them have room", () => {
  expect(haveRoom(["0.0291", "17.5"], 60, 40)).toBe(true);
  expect(haveRoom(["0.0291", "17.5"], 40, 40)).toBe(false);
  expect(haveRoom(["1"], 40, 10)).toBe(false);
});

describe("a histogram", () => {
  test("counts every value that the axis shows once, the largest too, in bins that tile the axis", () => {
    for (const axis of [
      { kind: "linear", min: 0, max: 10 },
      { kind: "log", min: 1, max: 10 },
    ] as const) {
      const values = [1, 2, 2, 5, 9.99, 10];
      const bars = binValues([...values, 11, NaN, Infinity], axis);
      expect(bars.reduce((sum, { height }) => sum + height, 0)).toBe(values.length);
      expect(bars.at(-1)?.height).toBe(2);
      bars.slice(1).forEach(({ from }, i) => expect(from).toBe(bars[i]?.to));
      expect([bars[0]?.from, bars.at(-1)?.to]).toEqual([axis.min, axis.max]);
    }
  });
});

describe("a figure", () => {
  const results = [
    resultOf({ loss: 2, reachedAt: 30, accuracy: 1 }),
    resultOf({ loss: 4, accuracy: 0.5 }),
    resultOf({ loss: Infinity, status: "diverged", accuracy: 0 }),
    resultOf({ status: "failed" }),
  ];

  test("is offered where the runs have it", () => {
    expect(availableFigures(info(true), results)).toEqual(["converged", "reachedAt", "loss", "accuracy"]);
    expect(availableFigures(info(false), results)).toEqual(["loss", "accuracy"]);
    expect([
      shownFigure("", info(true), results),
      shownFigure("", info(false), results),
      shownFigure("accuracy", info(false), results),
      shownFigure("exactAccuracy", info(false), results),
    ]).toEqual(["converged", "loss", "accuracy", "loss"]);
  });

  test("of several runs is the share that converged, or the median with what diverged as worst", () => {
    expect(summaryOf("converged", results)).toBeCloseTo(1 / 3);
    expect(summaryOf("loss", results)).toBe(4);
    expect(summaryOf("loss", [results[2] ?? resultOf({})])).toBe(Infinity);
    expect(summaryOf("reachedAt", results)).toBe(30);
    expect(valueOf("loss", resultOf({ status: "failed", loss: 1 }))).toBe(NaN);
  });

  test("has an axis and words that suit it", () => {
    expect(figureAxis("accuracy", [0.5])).toEqual({ kind: "linear", min: 0, max: 1 });
    expect(figureAxis("loss", [1e-6, 1, Infinity]).kind).toBe("log");
    expect(figureAxis("loss", [NaN])).toEqual({ kind: "linear", min: 0, max: 1 });
    expect([
      formatFigure("accuracy", 0.4712),
      formatFigure("reachedAt", 12345),
      formatFigure("loss", NaN),
      formatFigure("loss", Infinity),
    ]).toEqual(["47.1%", "12,345", "–", "∞"]);
  });
});

describe("the places of a parameter", () => {
  const results = [0.1, 0.001, 0.01].flatMap((value) =>
    [null, { norm: 1 }].map((choice) => resultOf({ values: [value, choice] })),
  );

  test("are the numbers themselves, or those of a list", () => {
    const numbers = placesOf(rate, 0, results, false);
    expect([numbers.axis.kind, numbers.place(0.01), numbers.named]).toEqual(["log", 0.01, false]);
    const cells = placesOf(rate, 0, results, true);
    expect([cells.axis, cells.place(0.001), cells.place(0.1)]).toEqual([
      { kind: "linear", min: -0.5, max: 2.5, labels: ["0.001", "0.01", "0.1"] },
      0,
      2,
    ]);
    const choices = placesOf(clip, 1, results, false);
    expect([choices.axis, choices.place({ norm: 1 }), choices.place("none of them")]).toEqual([
      { kind: "linear", min: -0.5, max: 1.5, labels: ["none", "norm 1"] },
      1,
      NaN,
    ]);
  });

  test("of very many different numbers are put together in equal parts of the axis, and no run is lost", () => {
    const drawn = Array.from({ length: 100 }, (_, i) => resultOf({ index: i, values: [10 ** (-3 + (3 * i) / 99)] }));
    const groups = placedGroups(placesOf(rate, 0, drawn, false));
    expect(groups.length).toBe(8);
    expect(groups.reduce((sum, group) => sum + group.results.length, 0)).toBe(100);
    expect(groups[0]?.label).toMatch(/^0\.001 to 0\.00\d+$/);
  });

  test("have short names", () => {
    expect([
      shortLabel({ kind: "adam" }),
      shortLabel({ kind: "sgd", learningRate: 0.1 }),
      shortLabel("lstm"),
      shortLabel(true),
      shortLabel(1e-7),
    ]).toEqual(["adam", "sgd, learningRate 0.1", "lstm", "true", "1e-7"]);
    expect([
      shortKey([rate, clip], 0),
      shortKey(
        [
          { ...clip, key: "training.optimizer.kind" },
          { ...clip, key: "task.kind" },
        ],
        1,
      ),
    ]).toEqual(["learningRate", "task.kind"]);
  });
});
