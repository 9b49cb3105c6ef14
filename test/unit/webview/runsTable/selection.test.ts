import { describe, expect, test } from "vitest";
import type { Row } from "../../../../webview/runsTable/rows";
import {
  keepPresent,
  NOTHING_SELECTED,
  selectOnly,
  selectRange,
  toggleRow,
} from "../../../../webview/runsTable/selection";
import { tableRun } from "./support";

const run = (id: string): Row => ({ kind: "run", key: id, run: tableRun(id), level: 1 });
const group: Row = {
  kind: "group",
  key: "group g",
  group: { key: "g", label: "g", runs: [tableRun("x"), tableRun("y")] },
  isExpanded: false,
};
const ROWS = [run("a"), run("b"), group, run("c"), run("d")];
const ids = (selection: { readonly ids: ReadonlySet<string> }) => [...selection.ids].sort().join("");

describe("the selection", () => {
  test("goes from the row that was chosen to the one with Shift, whichever way, with the runs of groups between", () => {
    const first = selectOnly(ROWS[3]!);
    const up = selectRange(first, ROWS, 1);
    expect([ids(up), up.active]).toEqual(["bcxy", "b"]);
    const down = selectRange(up, ROWS, 4);
    expect([ids(down), down.active, down.anchor]).toEqual(["cd", "d", "c"]);
  });

  test("of a group is all of its runs, and a second time none of them", () => {
    const once = toggleRow(selectOnly(ROWS[0]!), group);
    expect([ids(once), ids(toggleRow(once, group))]).toEqual(["axy", "a"]);
    expect(ids(toggleRow({ ...once, ids: new Set(["x"]) }, group))).toBe("xy");
  });

  test("forgets runs that are gone, and begins anew where its first row is gone", () => {
    const both = toggleRow(selectOnly(ROWS[0]!), ROWS[1]!);
    expect(ids(keepPresent(both, (id) => id !== "a"))).toBe("b");
    expect(ids(selectRange({ ...NOTHING_SELECTED, anchor: "gone" }, ROWS, 1))).toBe("b");
  });
});
