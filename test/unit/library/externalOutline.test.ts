import { expect, test } from "vitest";
import type { ExternalRun } from "../../../src/externalRuns/externalRun";
import { ExternalOutline } from "../../../src/library/externalOutline";

function runOf(id: string, iterations = 0): ExternalRun {
  return {
    id,
    kind: "probe",
    path: `/runs/${id}.rnnrun`,
    part: null,
    name: id,
    state: "running",
    startedAt: 0,
    trainMs: 0,
    iterations,
    loss: null,
    bytes: 0,
    writtenAt: 0,
    problem: null,
    summary: null,
    notes: [],
  };
}

test("a run that goes on is one changed item, one that comes changes its folder, and another folder all", () => {
  const outline = new ExternalOutline();
  const [a, b] = [runOf("a"), runOf("b")];
  const opened = { folder: null, runs: [runOf("c")] };
  expect(outline.update([{ folder: "/runs", runs: [b, a] }])).toBe("all");
  expect(outline.update([{ folder: "/runs", runs: [runOf("b", 1), a] }])).toEqual([{ kind: "external", id: "b" }]);
  expect(outline.update([{ folder: "/runs", runs: [runOf("d"), b, a] }])).toEqual([
    { kind: "folder", folder: "/runs" },
  ]);
  const runs = [a];
  expect(outline.update([{ folder: "/runs", runs }, opened])).toBe("all");
  expect(outline.update([{ folder: "/runs", runs }, opened])).toEqual([]);
  expect(outline.update([])).toBe("all");
  expect(outline.children()).toEqual([]);
});

test("a folder with thousands of runs is unfolded page by page, and an item stays the same object", () => {
  const outline = new ExternalOutline();
  outline.update([{ folder: "/runs", runs: Array.from({ length: 450 }, (_, i) => runOf(`run-${i}`)) }]);
  const [folder] = outline.children();
  const first = outline.children(folder);
  expect([first.length, first.at(-1)]).toEqual([201, { kind: "olderExternal", folder: "/runs", first: 200 }]);
  const second = outline.children(first.at(-1));
  expect([second[0], second.length]).toEqual([{ kind: "external", id: "run-200" }, 201]);
  expect(outline.children(second.at(-1)).length).toBe(50);
  expect(outline.children(folder)[0]).toBe(first[0]);
});
