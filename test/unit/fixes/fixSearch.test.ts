import { describe, expect, it } from "vitest";
import { FixSearch, SEARCH_MS, type TrialRecord } from "../../../src/fixes/fixSearch";
import { keyOf } from "../../../src/fixes/fixKey";
import { CLIP, EXPLODING, RATE, SLOW, searchedRun, setFix, steppingResources } from "./support";

/** Helps at the seeds 1 to 3. */
const RPROP = setFix("Rprop", ["training.optimizer.kind", "rprop"]);
/** Helps at seed 1 alone. */
const CLIP_20 = setFix("Clip at 20", ["training.clip", { norm: 20 }]);
const titles = (fixes: readonly { readonly title: string }[]): string[] => fixes.map(({ title }) => title);
const CHEAP = 0.01;

describe("a search over fixes", () => {
  it("leaves those that helped, the best first, each with what it did", () => {
    const search = new FixSearch(searchedRun(EXPLODING), [SLOW, CLIP_20, RPROP], steppingResources(CHEAP));
    const records = [...search.trials()];
    expect(records.map(({ key, seed }) => [key, seed])).toEqual([SLOW, CLIP_20, RPROP].map((fix) => [keyOf(fix), 0]));
    const { helped, untried } = search.outcome;
    expect([titles(helped), untried]).toEqual([["Rprop", "Clip at 20"], []]);
    expect(helped[0]?.trial).toMatchObject({ iterations: 500, validationLoss: null, runLoss: Infinity });
    expect(helped[0]?.trial?.finalLoss).toBeLessThan(1e-4);
    expect(search.progress).toEqual({ tried: 3, total: 3 });
  });

  it("judges the fixes of a short run at two more seeds, and drops one that helps at one of three", () => {
    const run = searchedRun(EXPLODING, { trainMs: 5 });
    const search = new FixSearch(run, [CLIP_20, RPROP], steppingResources(CHEAP));
    const seeds = [...search.trials()].map(({ key, seed }) => [key, seed]);
    const [clip, rprop] = [keyOf(CLIP_20), keyOf(RPROP)];
    expect(seeds).toEqual([
      [clip, 0],
      [rprop, 0],
      ["", 1],
      [rprop, 1],
      ["", 2],
      [rprop, 2],
      [clip, 1],
      [clip, 2],
    ]);
    expect(titles(search.outcome.helped)).toEqual(["Rprop"]);
  });

  it("combines two when none helps by itself, but no two that change the same value", () => {
    const search = new FixSearch(searchedRun(EXPLODING), [CLIP, RATE, SLOW], steppingResources(CHEAP));
    const records = [...search.trials()];
    const pairs = records.slice(3).map(({ key }) => key);
    expect(pairs.toSorted()).toEqual(
      [RATE, SLOW].map((fix) => keyOf({ edits: [...CLIP.edits, ...fix.edits] })).toSorted(),
    );
    expect(titles(search.outcome.helped)).toEqual(["Clip; Rate"]);
  });

  it("combines none when one helps by itself", () => {
    const search = new FixSearch(searchedRun(EXPLODING), [CLIP, RATE, RPROP], steppingResources(CHEAP));
    expect([...search.trials()]).toHaveLength(3);
  });

  it("ends when its time is up, and leaves the rest untried", () => {
    // 125 looks at the clock for each, which takes 10 s of it.
    const fixes = Array.from({ length: 9 }, (_, i) =>
      setFix(`Rate ${i}`, ["training.optimizer.learningRate", 1e-10 + i * 1e-11]),
    );
    const search = new FixSearch(searchedRun(EXPLODING), fixes, steppingResources(80));
    const records = [...search.trials()];
    const spent = records.reduce((sum, { figures }) => sum + (figures?.trainMs ?? 0), 0);
    expect([records.length, spent]).toEqual([6, SEARCH_MS]);
    expect(search.outcome).toMatchObject({ helped: [], untried: fixes.slice(6) });
    expect(search.progress).toEqual({ tried: 6, total: 9 });
  });

  it("does not repeat the trials of an earlier search, nor forget their time", () => {
    const earlier = new FixSearch(searchedRun(EXPLODING), [SLOW, RPROP], steppingResources(CHEAP));
    const known: readonly TrialRecord[] = [...earlier.trials()];
    const search = new FixSearch(searchedRun(EXPLODING), [SLOW, RPROP], steppingResources(CHEAP), known);
    expect(search.progress).toEqual({ tried: 2, total: 2 });
    expect([...search.trials()]).toEqual([]);
    expect(search.outcome).toEqual(earlier.outcome);
    const spent = known.map((record) => ({ ...record, figures: { ...record.figures!, trainMs: SEARCH_MS } }));
    const late = new FixSearch(searchedRun(EXPLODING), [SLOW, RPROP, CLIP], steppingResources(CHEAP), spent);
    expect([...late.trials()]).toEqual([]);
    expect(titles(late.outcome.untried)).toEqual(["Clip"]);
  });

  it("counts a fix that cannot be trained as tried", () => {
    const impossible = setFix("No such sequence", ["trace.sequence", 99]);
    const search = new FixSearch(searchedRun(EXPLODING), [impossible], steppingResources(CHEAP));
    expect([...search.trials()]).toEqual([{ key: keyOf(impossible), seed: 0, figures: null }]);
    expect(search.outcome).toEqual({ helped: [], untried: [] });
  });
});
