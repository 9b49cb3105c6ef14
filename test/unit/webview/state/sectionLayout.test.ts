import { describe, expect, test } from "vitest";
import {
  arrange,
  columnCountFor,
  DEFAULT_LAYOUT,
  isDefaultLayout,
  isFolded,
  moveSection,
  withFolds,
  type SectionHome,
} from "../../../../webview/state/sectionLayout";
import { readPreferences } from "../../../../webview/state/preferences";

/** As it is read back with the other preferences. */
const layoutOf = (saved: unknown) => readPreferences({ layout: saved }).layout;

const home = (id: string, of2: 0 | 1, of3: 0 | 1 | 2, folded = false): SectionHome => ({
  id,
  column2: of2,
  column3: of3,
  folded,
});
const HOMES = [home("a", 0, 0), home("b", 1, 1), home("c", 0, 1, true), home("d", 1, 2)];

describe("the layout of the page", () => {
  test("has one, two or three columns by its width", () => {
    expect([300, 699, 700, 1499, 1500, 4000].map(columnCountFor)).toEqual([1, 1, 2, 2, 3, 3]);
  });

  test("puts each section where it was made for", () => {
    expect(arrange(HOMES, DEFAULT_LAYOUT, 1)).toEqual([["a", "b", "c", "d"]]);
    expect(arrange(HOMES, DEFAULT_LAYOUT, 2)).toEqual([
      ["a", "c"],
      ["b", "d"],
    ]);
    expect(arrange(HOMES, DEFAULT_LAYOUT, 3)).toEqual([["a"], ["b", "c"], ["d"]]);
  });

  test("moves a section within its column and into another, for that number of columns alone", () => {
    const up = moveSection(HOMES, DEFAULT_LAYOUT, 2, "c", { column: 0, before: "a" });
    expect(arrange(HOMES, up, 2)).toEqual([
      ["c", "a"],
      ["b", "d"],
    ]);
    const across = moveSection(HOMES, up, 2, "c", { column: 1, before: null });
    expect(arrange(HOMES, across, 2)).toEqual([["a"], ["b", "d", "c"]]);
    expect(arrange(HOMES, across, 1)).toEqual([["a", "b", "c", "d"]]);
  });

  test("knows no difference once a section is back in its place", () => {
    const there = moveSection(HOMES, DEFAULT_LAYOUT, 2, "c", { column: 1, before: "b" });
    expect(isDefaultLayout(there)).toBe(false);
    expect(isDefaultLayout(moveSection(HOMES, there, 2, "c", { column: 0, before: null }))).toBe(true);
  });

  test("gives a view that a saved layout does not know a place beside its neighbor, and forgets one that is gone", () => {
    const saved = layoutOf({
      folds: {},
      arrangements: {
        2: [
          ["gone", "d"],
          ["a", "b", "d"],
        ],
      },
    });
    expect(arrange(HOMES, saved, 2)).toEqual([["d"], ["a", "c", "b"]]);
  });

  test("remembers only folds that differ from how a section comes", () => {
    const [a, , c] = HOMES as [SectionHome, SectionHome, SectionHome, SectionHome];
    expect([isFolded(a, DEFAULT_LAYOUT), isFolded(c, DEFAULT_LAYOUT)]).toEqual([false, true]);
    const all = withFolds(HOMES, DEFAULT_LAYOUT, true);
    expect(Object.keys(all.folds)).toEqual(["a", "b", "d"]);
    expect(isFolded(a, all)).toBe(true);
    expect(isDefaultLayout(withFolds([a, c], withFolds([a], DEFAULT_LAYOUT, true), false))).toBe(false);
    expect(isDefaultLayout(withFolds([a], withFolds([a], DEFAULT_LAYOUT, true), false))).toBe(true);
  });

  test.each([
    null,
    3,
    "x",
    [],
    { arrangements: 1, folds: [] },
    { arrangements: { 1: "a", 2: [1, ["a", 2]], 9: [["a"]] }, folds: { a: "yes" } },
  ])("reads garbage without a complaint: %j", (saved) => {
    for (const count of [1, 2, 3] as const)
      expect(arrange(HOMES, layoutOf(saved), count).flat().sort()).toEqual(["a", "b", "c", "d"]);
    expect(layoutOf(saved).folds).toEqual({});
  });

  test("comes back from what was saved", () => {
    const layout = withFolds(HOMES, moveSection(HOMES, DEFAULT_LAYOUT, 3, "a", { column: 2, before: "d" }), true);
    expect(layoutOf(JSON.parse(JSON.stringify(layout)))).toEqual(layout);
  });
});
