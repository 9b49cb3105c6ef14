import { describe, expect, test } from "vitest";
import { haveRoom } from "../../../webview/sweep/cellNumbers";
import { binValues } from "../../../webview/sweep/histogram";
import {
  availableFigures,
  figureAxis,
  figureValues,
  formatFigure,
  shownFigure,
  summaryOf,
} from "../../../webview/sweep/figures";
import { placedGroups, placesOf, shortKey, shortLabel } from "../../../webview/sweep/parameterPlaces";
import { allRows, gather, rankRows, sortRows } from "../../../src/shared/wire/trialOrder";
import { ranked } from "../../../src/shared/wire/sweepSummary";
import { improvements } from "../../../webview/sweep/bestChart";
import { brushedRows, movedEnds, withStretch } from "../../../webview/sweep/brush";
import { collectImportances } from "../../../webview/sweep/importanceChart";
import { SweepModel } from "../../../webview/sweep/model";
import { combinationsOf, meansOf } from "../../../webview/sweep/combinations";
import { lengthAmong, lineParameters, reachLines } from "../../../webview/sweep/reachLines";
import { thinned } from "../../../webview/sweep/pointsLayer";
import { tableColumns, trialText } from "../../../webview/sweep/tableColumns";
import { parseFilter } from "../../../webview/grid/filter";
import { textOf } from "../../../webview/grid/column";
import { resultOf, trialsOf } from "../sweepPlan/support";

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
    placesOf(sizes, 0, trialsOf(...values.map((value) => resultOf({ values: [value] }))), false).axis;
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
      const bars = binValues(Float64Array.of(...values, 11, NaN, Infinity), axis);
      expect(bars.reduce((sum, { height }) => sum + height, 0)).toBe(values.length);
      expect(bars.at(-1)?.height).toBe(2);
      bars.slice(1).forEach(({ from }, i) => expect(from).toBe(bars[i]?.to));
      expect([bars[0]?.from, bars.at(-1)?.to]).toEqual([axis.min, axis.max]);
    }
  });
});

describe("a figure", () => {
  const trials = trialsOf(
    resultOf({ loss: 2, reachedAt: 30, accuracy: 1 }),
    resultOf({ loss: 4, accuracy: 0.5 }),
    resultOf({ loss: Infinity, status: "diverged", accuracy: 0 }),
    resultOf({ status: "failed", loss: 1 }),
  );

  test("is offered where the runs have it", () => {
    expect(availableFigures(info(true), trials)).toEqual(["converged", "reachedAt", "loss", "accuracy"]);
    expect(availableFigures(info(false), trials)).toEqual(["loss", "accuracy"]);
    expect([
      shownFigure("", info(true), trials),
      shownFigure("", info(false), trials),
      shownFigure("accuracy", info(false), trials),
      shownFigure("exactAccuracy", info(false), trials),
    ]).toEqual(["converged", "loss", "accuracy", "loss"]);
  });

  test("of several runs is the share that converged, or the median with what diverged as worst", () => {
    const of = (figure: Parameters<typeof figureValues>[0]) => summaryOf(figure, figureValues(figure, trials));
    expect(of("converged")).toBeCloseTo(1 / 3);
    expect(of("loss")).toBe(4);
    expect(summaryOf("loss", Float64Array.of(Infinity))).toBe(Infinity);
    expect(of("reachedAt")).toBe(30);
    expect(figureValues("loss", trials)[3]).toBe(NaN);
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

describe("the gradient that reaches step 1", () => {
  const parameters = [
    { key: "training.optimizer.learningRate", kind: "number", scale: "log" },
    { key: "task.length", kind: "number", scale: "linear" },
    { key: "model.cell", kind: "choice", scale: "linear" },
  ] as const;
  const reached: readonly (readonly [length: number, cell: string, value: number])[] = [
    [20, "rnn", 1e-9],
    [10, "rnn", 1e-4],
    [10, "rnn", 3e-4],
    [10, "rnn", 0],
    [10, "lstm", 0.5],
    [20, "lstm", 0.25],
    [20, "lstm", NaN],
  ];
  const trials = trialsOf(
    ...reached.map(([length, cell, gradientReach], index) =>
      resultOf({ index, values: [0.01, length, cell], gradientReach }),
    ),
  );
  const of = { parameters, seeds: 3, trials: 7, goal: null };
  const model = new SweepModel(of, trials, allRows(trials), "loss").withFigure("gradientReach");

  test("is drawn over the length, with a line for each cell: medians and quartiles of the runs that have it", () => {
    expect([lengthAmong(of, [0, 1]), lengthAmong(of, [0]), lineParameters(model, 1)]).toEqual([1, 0, [2]]);
    const lines = reachLines(model, 1, 2);
    expect(lines.map(({ label, points }) => [label, points.map(({ x, runs, median }) => [x, runs, median])])).toEqual([
      [
        "rnn",
        [
          [10, 3, 1e-4],
          [20, 1, 1e-9],
        ],
      ],
      [
        "lstm",
        [
          [10, 1, 0.5],
          [20, 1, 0.25],
        ],
      ],
    ]);
    const { low, high } = lines[0]!.points[0]!;
    expect(low).toBeCloseTo(0.5e-4, 12);
    expect(high).toBeCloseTo(2e-4, 12);
    expect(reachLines(model, 1, null).map(({ rows }) => rows.length)).toEqual([6]);
  });

  test("has an axis of powers, on which zero has no place, and numbers instead of percent", () => {
    expect(figureAxis("gradientReach", [0, 1e-9, 0.5])).toEqual({ kind: "log", min: 1e-9, max: 1 });
    expect(formatFigure("gradientReach", 0.5)).toBe("0.5");
  });
});

describe("the places of a parameter", () => {
  const trials = trialsOf(
    ...[0.1, 0.001, 0.01].flatMap((value) =>
      [null, { norm: 1 }].map((choice) => resultOf({ values: [value, choice] })),
    ),
  );

  test("are the numbers themselves, or those of a list", () => {
    const numbers = placesOf(rate, 0, trials, false);
    expect([numbers.axis.kind, [...numbers.at], numbers.named]).toEqual([
      "log",
      [0.1, 0.1, 0.001, 0.001, 0.01, 0.01],
      false,
    ]);
    const cells = placesOf(rate, 0, trials, true);
    expect([cells.axis, [...cells.at]]).toEqual([
      { kind: "linear", min: -0.5, max: 2.5, labels: ["0.001", "0.01", "0.1"] },
      [2, 2, 0, 0, 1, 1],
    ]);
    const choices = placesOf(clip, 1, trials, false);
    expect([choices.axis, [...choices.at].slice(0, 2)]).toEqual([
      { kind: "linear", min: -0.5, max: 1.5, labels: ["none", "norm 1"] },
      [0, 1],
    ]);
  });

  test("of very many different numbers are put together in equal parts of the axis, and no run is lost", () => {
    const drawn = trialsOf(
      ...Array.from({ length: 100 }, (_, i) => resultOf({ index: i, values: [10 ** (-3 + (3 * i) / 99)] })),
    );
    const groups = placedGroups(placesOf(rate, 0, drawn, false), allRows(drawn));
    expect(groups.length).toBe(8);
    expect(groups.reduce((sum, group) => sum + group.rows.length, 0)).toBe(100);
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

describe("very many runs", () => {
  // More than a sort by comparison takes, with ties, signs and what is not finite among them.
  const COUNT = 20_000;
  const keys = Float64Array.from({ length: COUNT }, (_, row) =>
    row % 97 === 0 ? [NaN, Infinity, -Infinity, -0][row % 4]! : ((row * 7919) % 5003) / 13 - 190,
  );
  const rows = allRows(keys);

  test("are sorted as a comparison sorts them, stable, with what is not finite last whichever way", () => {
    for (const down of [false, true]) {
      const finite = [...rows].filter((row) => Number.isFinite(keys[row]!));
      const expected = finite.sort((a, b) => (down ? keys[b]! - keys[a]! : keys[a]! - keys[b]!) || a - b);
      const sorted = sortRows(rows, keys, down);
      expect([...sorted].slice(0, expected.length)).toEqual(expected);
      expect(gather(sorted.subarray(expected.length), keys).some(Number.isFinite)).toBe(false);
      expect(sorted).toHaveLength(COUNT);
    }
  });

  test("have the rank that fewer have", () => {
    const results = Array.from({ length: 300 }, (_, i) =>
      resultOf({
        index: (i * 77) % 300,
        loss: [0.5, (i % 9) / 7, NaN, Infinity][i % 4]!,
        reachedAt: i % 3 === 0 ? i % 5 : null,
        status: i % 11 === 0 ? "diverged" : "done",
      }),
    );
    const trials = trialsOf(...results);
    const best = ranked(results, "loss").filter(({ status, loss }) => status === "done" && Number.isFinite(loss));
    const order = [...rankRows(allRows(trials), trials, "loss")].map((row) => trials.at(row));
    expect(order.slice(0, best.length)).toEqual(best);
    expect(order).toHaveLength(300);
  });

  test("are drawn as one where they cover each other", () => {
    const units = keys.map((key) => (Number.isFinite(key) ? (key + 190) / 385 : NaN));
    const drawn = thinned(rows, units, units, 100, 50);
    expect(drawn.length).toBeLessThanOrEqual(51 * 26);
    expect(drawn.length).toBeGreaterThan(40);
    const cellOf = (row: number) => `${Math.floor(units[row]! * 50)} ${Math.floor(units[row]! * 25)}`;
    const seen = new Set([...rows].filter((row) => Number.isFinite(units[row]!)).map(cellOf));
    expect(new Set([...drawn].map(cellOf))).toEqual(seen);
  });
});

describe("the table of runs", () => {
  const trials = trialsOf(
    resultOf({ index: 0, seed: 1, values: [0.1, "rnn"], loss: 3 }),
    resultOf({ index: 1, seed: 2, values: [0.1, "rnn"], loss: 1 }),
    resultOf({ index: 2, seed: 1, values: [0.2, "gru"], loss: 4 }),
    resultOf({ index: 3, seed: 2, values: [0.2, "gru"], status: "failed", message: "out of memory" }),
  );
  const about = { ...info(false), parameters: [rate, { ...clip, key: "model.cell" }], seeds: 2 };
  const columns = tableColumns(about, trials);
  const shown = (row: number) => columns.map((column) => `${column.id} ${textOf(column, row)}`);

  test("says on how many seeds the mean of a combination rests, and why a run failed", () => {
    expect(shown(1)).toEqual(expect.arrayContaining(["index 2", "loss 1", "mean 2", "seeds 2", "status done"]));
    expect(shown(3)).toEqual(expect.arrayContaining(["loss –", "mean 4", "seeds 1", "status failed: out of memory"]));
    const combinations = combinationsOf(trials);
    expect([...combinations.of]).toEqual([0, 0, 1, 1]);
    expect([...meansOf(combinations, figureValues("loss", trials)).runs]).toEqual([2, 1]);
  });

  test.each([
    ["loss<3.5", [0, 1]],
    ["cell:gru", [2, 3]],
    ["learningRate>=0.2 -status:failed", [2]],
    ["memory", [3]],
    ["seeds:1", [2, 3]],
  ])("is filtered by %s", (filter, kept) => {
    const parsed = parseFilter(filter, { columns, searchText: trialText(about, trials) });
    if ("problem" in parsed) throw new Error(parsed.problem);
    expect([...allRows(trials)].filter(parsed.test)).toEqual(kept);
  });

  test("sorts words by their letters, and puts what is not finite last", () => {
    const order = (id: string, down: boolean) => {
      const keys = columns.find((column) => column.id === id)!.keys();
      return [...sortRows(allRows(trials), keys, down)];
    };
    expect([order("model.cell", false), order("loss", true)]).toEqual([
      [2, 3, 0, 1],
      [2, 0, 1, 3],
    ]);
  });
});

describe("a marked stretch of an axis", () => {
  const axes = [
    { id: "a", at: Float64Array.of(1, 2, 3, NaN) },
    { id: "b", at: Float64Array.of(0, 1, 0, 1) },
  ];
  const rows = Int32Array.of(0, 1, 2, 3);

  test("leaves the runs that are within all of them, both ends included, and none without a value", () => {
    const kept = (brush: Parameters<typeof brushedRows>[2]) => [...brushedRows(rows, axes, brush)];
    expect(kept({})).toEqual([0, 1, 2, 3]);
    expect(kept({ a: { from: 1, to: 2 } })).toEqual([0, 1]);
    expect(kept({ a: { from: 0, to: 9 }, b: { from: 0, to: 0.5 } })).toEqual([0, 2]);
    expect(kept(withStretch({ a: { from: 1, to: 2 } }, "a", null))).toEqual([0, 1, 2, 3]);
  });

  test("is moved by keys, an end as far as the other one", () => {
    const ends = { low: 0.2, high: 0.3 };
    expect(movedEnds("PageUp", "low", ends)).toEqual({ low: 0.3, high: 0.3 });
    expect(movedEnds("End", "high", ends)).toEqual({ low: 0.2, high: 1 });
    expect(movedEnds("Home", "low", ends)).toEqual({ low: 0, high: 0.3 });
    expect(movedEnds("ArrowDown", "high", ends)?.high).toBeCloseTo(0.28);
    expect(movedEnds("x", "low", ends)).toBeNull();
  });
});

test("the best so far is each run that was better than all before it", () => {
  const values = Float64Array.of(NaN, 3, 5, Infinity, 2, 2);
  const rows = Int32Array.of(0, 1, 2, 3, 4, 5);
  const steps = (smallFirst: boolean) => improvements(rows, values, smallFirst).map(({ runs, value }) => [runs, value]);
  expect(steps(true)).toEqual([
    [2, 3],
    [5, 2],
  ]);
  expect(steps(false)).toEqual([
    [2, 3],
    [3, 5],
  ]);
});

test("the parameter that decides is the more important one", () => {
  const trials = trialsOf(
    ...Array.from({ length: 200 }, (_, i) => {
      const rate = 10 ** (-4 + ((i * 0.618034) % 1) * 4);
      return resultOf({ index: i, values: [rate, i % 3 === 0 ? "rnn" : "gru"], loss: (Math.log10(rate) + 2) ** 2 });
    }),
  );
  const model = new SweepModel(info(false), trials, allRows(trials), "loss");
  const [first, second] = collectImportances(model);
  expect(first?.name).toBe("learningRate");
  expect(first!.share).toBeGreaterThan(0.9);
  expect(first!.share + second!.share).toBeCloseTo(1);
});
