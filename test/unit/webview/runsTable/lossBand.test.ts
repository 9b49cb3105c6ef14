import { describe, expect, test } from "vitest";
import type { LossCurve } from "../../../../src/shared/wire/runsTable";
import { CurveStore } from "../../../../webview/runsTable/curveStore";
import { collectBand, pointAt } from "../../../../webview/runsTable/lossBand";
import { tableRun } from "./support";

const curve = (id: string, iteration: number[], loss: number[]): LossCurve => ({
  id,
  iteration: Float64Array.from(iteration),
  loss: Float64Array.from(loss),
});

describe("the band of several runs", () => {
  test("has mean, minimum and maximum, on the line between recorded iterations", () => {
    const band = collectBand([curve("a", [0, 4], [4, 0]), curve("b", [0, 2, 4], [6, 2, 2])], "range");
    expect([...band.iteration]).toEqual([0, 1, 2, 3, 4]);
    expect([...band.mean]).toEqual([5, 3.5, 2, 1.5, 1]);
    expect([...band.low]).toEqual([4, 3, 2, 1, 0]);
    expect([...band.high]).toEqual([6, 4, 2, 2, 2]);
  });

  test("is as wide as the sample standard deviation, and a line of one run", () => {
    const several = collectBand(
      [1, 2, 3].map((loss) => curve("a", [0], [loss])),
      "deviation",
    );
    expect([several.low[0], several.mean[0], several.high[0]]).toEqual([1, 2, 3]);
    const one = collectBand([curve("a", [0], [7])], "deviation");
    expect([one.low[0], one.high[0]]).toEqual([7, 7]);
  });

  test("counts a run up to its last finite loss", () => {
    const band = collectBand([curve("a", [0, 1, 2], [1, NaN, NaN]), curve("b", [0, 1], [3, 5])], "range");
    expect([...band.count]).toEqual([2, 1, 0]);
    expect([...band.mean]).toEqual([2, 5, NaN]);
  });

  test("has few points of a long run, the first and the last iteration among them", () => {
    const { iteration } = collectBand([curve("a", [0, 1_000_000], [1, 0])], "range");
    expect([iteration.length, iteration[0], iteration.at(-1)]).toEqual([256, 0, 1_000_000]);
    expect(pointAt(collectBand([curve("a", [0, 4], [4, 0])], "range"), 2.5)).toBe(2);
    expect(pointAt(collectBand([curve("a", [0, 4], [4, 0])], "range"), null)).toBe(4);
  });
});

describe("the curves of runs", () => {
  test("are read once, in parts, and again of a run that has gone on", () => {
    const asked: (readonly string[])[] = [];
    const store = new CurveStore(({ requestId, ids }) => {
      expect(requestId).toBe(asked.length + 1);
      asked.push(ids);
    });
    const runs = Array.from({ length: 70 }, (_, index) => tableRun(`r${index}`));
    expect(store.find(runs)).toEqual({ curves: [], isComplete: false });
    store.find(runs);
    expect(asked.map(({ length }) => length)).toEqual([64]);
    const answer = () => (asked.at(-1) ?? []).map((id) => curve(id, [0], [1]));
    expect(store.receive(9, answer(), [])).toBe(false);
    expect(store.receive(1, answer().slice(1), ["r0 could not be read."])).toBe(true);
    expect(store.find(runs).curves.length).toBe(63);
    expect(asked.map(({ length }) => length)).toEqual([64, 6]);
    store.receive(2, answer(), []);
    expect(store.find(runs)).toMatchObject({ isComplete: true });
    expect(asked.length).toBe(2);
    store.find([{ ...runs[3]!, iterations: 501 }]);
    expect(asked[2]).toEqual(["r3"]);
  });
});
