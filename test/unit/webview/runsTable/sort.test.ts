import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareValues, sortedBy, sortRuns } from "../../../../webview/runsTable/sort";
import { columnsOf, tableRun } from "./support";

const order = (runs: readonly { readonly id: string }[]): string => runs.map(({ id }) => id).join("");

describe("sorting", () => {
  const RUNS = [
    tableRun("a", { loss: 2, name: "Run 10" }),
    tableRun("b", { loss: NaN, name: "run 9" }),
    tableRun("c", { loss: null, name: "Run 9" }),
    tableRun("d", { loss: 1, name: "" }),
    tableRun("e", { loss: Infinity, name: "Run 1" }),
    tableRun("f", { loss: 1, name: "Run 2" }),
  ];
  const by = (column: string, descending: boolean) => order(sortRuns(RUNS, [{ column, descending }], columnsOf(RUNS)));

  test("goes up or down, with what is missing or NaN last, and leaves equal runs in their order", () => {
    expect([by("loss", false), by("loss", true)]).toEqual(["dfaebc", "eadfbc"]);
  });

  test("takes the numbers in a text as numbers, and letters of either case as equal", () => {
    expect(by("name", false)).toBe("efbcad");
  });

  test("breaks the ties of a column by the columns that were clicked before it", () => {
    const keys = sortedBy(sortedBy([], "name"), "loss");
    expect(keys.map(({ column }) => column)).toEqual(["loss", "name"]);
    expect(order(sortRuns(RUNS, keys, columnsOf(RUNS)))).toBe("fdaebc");
  });

  test("goes up at the first click, down at the second, and back to the order before at the third", () => {
    const before = [{ column: "seed", descending: true }];
    const first = sortedBy(before, "loss");
    const second = sortedBy(first, "loss");
    expect([first[0], second[0]]).toEqual([
      { column: "loss", descending: false },
      { column: "loss", descending: true },
    ]);
    expect(sortedBy(second, "loss")).toEqual(before);
  });

  test("is an order: of any values no two contradict a third", () => {
    const value = fc.oneof(fc.double(), fc.string(), fc.constant(null));
    fc.assert(
      fc.property(value, value, value, fc.boolean(), (a, b, c, descending) => {
        const compare = (x: typeof a, y: typeof a) => Math.sign(compareValues(x, y, descending));
        expect(compare(a, b) + compare(b, a)).toBe(0);
        const isMixed = new Set([a, b, c].map((item) => typeof item)).size > 1;
        if (!isMixed && compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
      }),
      { seed: 20261128 },
    );
  });
});
