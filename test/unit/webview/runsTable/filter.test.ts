import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TableRun } from "../../../../src/shared/wire/runsTable";
import { parseFilter } from "../../../../webview/grid/filter";
import { searchText } from "../../../../webview/runsTable/searchText";
import { searchableOf, tableRun } from "./support";

const RUNS = [
  tableRun("a", { name: "clip.norm 2", loss: 0.05, seed: 7, note: "two words", trainMs: 500 }),
  tableRun("b", { state: "diverged", loss: NaN, values: ["rnn", 0.1], seed: 17, accuracy: 0.95 }),
  tableRun("c", { state: "stopped", loss: null, pinned: true, startedAt: Date.UTC(2026, 10, 30, 12) }),
];
const COLUMNS = searchableOf(RUNS);

/** Ids of the runs that a filter leaves; the problem where it cannot be read. */
function found(filter: string): readonly string[] | string {
  const parsed = parseFilter(filter, { columns: COLUMNS, searchText: (run: TableRun) => searchText(run, COLUMNS) });
  return "problem" in parsed ? parsed.problem : RUNS.filter(parsed.test).map(({ id }) => id);
}

describe("a filter of runs", () => {
  test.each([
    ["", ["a", "b", "c"]],
    ["clip.norm", ["a"]],
    ["CLIP norm", ["a"]],
    ['"two words"', ["a"]],
    ['note:"two words"', ["a"]],
    ["/^run [bc]$/", ["b", "c"]],
    ["/^Run b$/u", ["b"]],
    ["cell:lstm", ["a", "c"]],
    ["model.cell=rnn", ["b"]],
    ["-cell:rnn -pinned:yes", ["a"]],
    ["-/run c/", ["a", "b"]],
    ["state:diverged", ["b"]],
    ["status:done loss<0.1", ["a"]],
    ["loss<=0.05", ["a"]],
    ["loss=NaN", ["b"]],
    ["loss!=0.05", ["b", "c"]],
    ["seed:7", ["a"]],
    ["seed>7", ["b"]],
    ["accuracy>90%", ["b"]],
    ["learningRate>=1e-1", ["b"]],
    ["duration<1s", ["a"]],
    ["duration>1min duration<2min", ["b", "c"]],
    ["started:2026-11-30", ["c"]],
    ["started<2026-11-29", ["a", "b"]],
    ["starred:yes", ["c"]],
    ["task.kind:adding", ["a", "b", "c"]],
    ["12:30", []],
  ])("%s", (filter, ids) => {
    expect(found(filter)).toEqual(ids);
  });

  test.each([
    ["lose<1", /^There is no column “lose”\. Columns: Pinned, Run, /],
    ["kind:adam", /^There is no column “kind”/],
    ["loss<", /^A value is missing after “loss<”\.$/],
    ["loss<low", /^“low” is not a value of the column “loss”\.$/],
    ["loss:low", /^“low” is not a value of the column “loss”\.$/],
    ["cell<lstm", /^The column “cell” has text\. Use cell:lstm\.$/],
    ['"open', /^A closing quotation mark is missing\.$/],
    ["/open", /^The regular expression has no closing slash\.$/],
    ["/[/", /^The regular expression is invalid: /],
    ["/a/g", /^The regular expression is invalid: the flags g and y are not supported\.$/],
  ])("%s is refused, and the message says why", (filter, problem) => {
    expect(found(filter)).toMatch(problem);
  });

  test("never throws, whatever is typed", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-"/a-z<>=:. \\[\](){}*+?\d]*$/)), (filter) => {
        expect(["string", "object"]).toContain(typeof found(filter));
      }),
      { seed: 20261128, numRuns: 2000 },
    );
  });
});
