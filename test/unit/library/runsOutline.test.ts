import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RunNames } from "../../../src/library/runNames";
import { RunsOutline, type RunsNode } from "../../../src/library/runsOutline";
import { runIdentities } from "../../../src/runs/runName";
import type { RunEntry } from "../../../src/runs/runStore";
import { metaOf } from "../runs/support";

function entryOf(id: string, uri: string, startedAt: number, change: Partial<RunEntry> = {}): RunEntry {
  const fileName = uri.slice(uri.lastIndexOf("/") + 1);
  return {
    id,
    path: `/runs/${id}.rnnrun`,
    state: "done",
    notes: { name: null, note: "", pinned: false },
    meta: metaOf({ runId: id, uri, fileName, name: fileName, startedAt, number: 0 }),
    progress: null,
    bytes: 1,
    writtenAt: 1,
    ...change,
  };
}

/** Latest first. @param perExperiment runs of each */
function manyRuns(count: number, perExperiment: number): RunEntry[] {
  return Array.from({ length: count }, (_, index) =>
    entryOf(`run-${index}`, `file:///lab/${Math.floor(index / perExperiment)}/a.rnn.json`, count - index),
  );
}

const keyOf = (node: RunsNode): string =>
  node.kind === "run" ? node.id : node.kind === "experiment" ? node.uri : "older";

/** All nodes, as VS Code would fetch them if everything were expanded. */
function walk(outline: RunsOutline, node?: RunsNode): RunsNode[] {
  return outline.children(node).flatMap((child) => [child, ...walk(outline, child)]);
}

describe("the Runs view", () => {
  test("lists experiments by their latest run, pinned runs first, and all runs, in pages of a bounded size", () => {
    const outline = new RunsOutline();
    const runs = manyRuns(2500, 1250);
    const pinned = { ...runs[1249]!, notes: { name: null, note: "", pinned: true } };
    outline.update(runs.with(1249, pinned));
    const [first, second] = outline.children();
    const page = outline.children(first);
    expect(page.slice(0, 2).map(keyOf)).toEqual(["run-1249", "run-0"]);
    expect(page.length).toBe(201);
    expect(page.at(-1)).toEqual({ kind: "older", uri: "file:///lab/0/a.rnn.json", first: 200 });
    expect(outline.find(keyOf(first!))).toMatchObject({ runs: 1250, hasNamesake: true, isExpanded: true });
    expect(outline.find(keyOf(second!))?.isExpanded).toBe(false);
    const all = walk(outline);
    expect(all.filter(({ kind }) => kind === "run").length).toBe(2500);
    expect(new Set(all.map((node) => `${node.kind} ${keyOf(node)}`)).size).toBe(2503);
  });

  test("names the items that a change concerns: one for the progress of a run, its experiment for another run", () => {
    const outline = new RunsOutline();
    const runs = manyRuns(30, 10);
    expect(outline.update(runs)).toBe("all");
    expect(outline.update(runs)).toEqual([]);
    const [experiment] = outline.children();
    const [run] = outline.children(experiment);
    const going = runs.with(0, { ...runs[0]!, state: "running" });
    expect(outline.update(going)).toEqual([run]);
    expect(outline.children()[0]).toBe(experiment);
    expect(outline.children(experiment)[0]).toBe(run);
    expect(outline.find("file:///lab/0/a.rnn.json")?.latest.state).toBe("running");
    const next = entryOf("next", "file:///lab/0/a.rnn.json", 99);
    const changed = outline.update([next, ...going]);
    expect(changed).toEqual([experiment]);
    expect((changed as RunsNode[])[0]).toBe(experiment);
    expect(outline.update([entryOf("other", "file:///lab/2/a.rnn.json", 100), next, ...going])).toBe("all");
    expect(outline.update([])).toBe("all");
    expect(walk(outline)).toEqual([]);
  });

  test("looks at each run a bounded number of times, however many there are", () => {
    const visitsOf = (count: number, perExperiment: number): { opened: number; added: number; progress: number } => {
      let visits = 0;
      const counting = (entry: RunEntry): RunEntry =>
        new Proxy(entry, {
          get: (target, key) => {
            visits++;
            return target[key as keyof RunEntry];
          },
        });
      const since = (): number => {
        const counted = visits;
        visits = 0;
        return counted;
      };
      let runs = manyRuns(count, perExperiment).map(counting);
      const outline = new RunsOutline();
      const names = new RunNames(() => runs, "en");
      names.update();
      outline.update(runs);
      for (const node of walk(outline)) {
        if (node.kind === "experiment") outline.find(node.uri);
        if (node.kind === "run") names.identityOf(node.id);
      }
      const opened = since();
      runs = runs.with(0, counting({ ...manyRuns(count, perExperiment)[0]!, state: "running" }));
      names.update();
      outline.update(runs);
      const progress = since();
      runs = [counting(entryOf("next", "file:///lab/0/a.rnn.json", count + 1)), ...runs];
      names.update();
      outline.update(runs);
      return { opened, progress, added: since() };
    };
    for (const perExperiment of [10, 10_000]) {
      const [some, many] = [visitsOf(500, perExperiment), visitsOf(2000, perExperiment)];
      for (const key of ["opened", "progress", "added"] as const)
        expect(many[key], `${key}, ${perExperiment} runs an experiment`).toBeLessThan(4.2 * some[key]);
      expect(many.opened).toBeLessThan(60 * 2000);
    }
  });
});

test("names that are kept up to date are those that all runs at once would have", () => {
  const run = fc.record({
    id: fc.constantFrom("a", "b", "c", "d", "e"),
    uri: fc.constantFrom("file:///x.rnn.json", "file:///y.rnn.json"),
    number: fc.integer({ min: 0, max: 3 }),
    varied: fc.boolean(),
    startedAt: fc.integer({ min: 1, max: 4 }),
    resumedFrom: fc.constantFrom(null, "a", "b"),
    name: fc.constantFrom(null, "Mine"),
  });
  const listsOf = fc.array(fc.uniqueArray(run, { selector: ({ id }) => id }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(listsOf, (lists) => {
      let listed: RunEntry[] = [];
      const now = 1_700_000_000_000;
      const names = new RunNames(
        () => listed,
        "en",
        () => now,
      );
      for (const list of lists) {
        listed = list.map(({ id, uri, number, varied, startedAt, resumedFrom, name }) =>
          entryOf(id, uri, startedAt, {
            notes: { name, note: "", pinned: false },
            meta: metaOf({
              runId: id,
              uri,
              number,
              varied: varied ? [{ path: ["seed"], value: 2 }] : [],
              startedAt,
              resumedFrom: resumedFrom === id ? null : resumedFrom,
            }),
          }),
        );
        names.update();
        const expected = runIdentities(listed, { language: "en", now });
        for (const { id } of listed) expect(names.identityOf(id)).toEqual(expected.get(id));
      }
      expect(names.identityOf("f")).toBeNull();
    }),
    { numRuns: 300 },
  );
});
