import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  INTERRUPTED_KEPT_MS,
  isExpired,
  isWorthless,
  MAX_EDIT_RUNS,
  MAX_PASSED_THROUGH_MS,
  planRetention,
  TRASH_KEPT_MS,
  type RetainedRun,
  type RetentionLimits,
  type RetentionScope,
} from "../../../src/runs/retention";

const NOW = 1_700_000_000_000;
const MINE = "file:///lab/a.rnn.json";
const LIMITS: RetentionLimits = { runs: 3, bytes: 1000 };
const EVERYTHING: RetentionScope = { baseline: null, includes: () => true };

/** Ids in the shape that the editor makes, in order. */
function idOf(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
}

type Change = Partial<Omit<RetainedRun, "meta" | "notes">> & {
  readonly meta?: Partial<RetainedRun["meta"]>;
  readonly notes?: Partial<RetainedRun["notes"]>;
};

/** Ended, the younger the larger its index. */
function run(index: number, { meta, notes, ...change }: Change = {}): RetainedRun {
  const id = change.id ?? idOf(index);
  const startedAt = NOW - 1_000_000 + index;
  return {
    id,
    state: "done",
    bytes: 1,
    writtenAt: startedAt,
    ...change,
    meta: { runId: id, uri: MINE, startedAt, origin: "command", ...meta },
    notes: { name: null, note: "", pinned: false, ...notes },
  };
}

function runs(count: number, change: Change = {}): RetainedRun[] {
  return Array.from({ length: count }, (_, index) => run(index, change));
}

function excess(of: readonly RetainedRun[], limits = LIMITS, scope = EVERYTHING): readonly string[] {
  return planRetention(of, limits, scope, NOW).excess;
}

const edit = { meta: { origin: "edit" } } as const;

describe("planRetention", () => {
  it("moves the oldest beyond the number of runs, and nothing below it", () => {
    expect(excess(runs(3))).toEqual([]);
    expect(excess(runs(5))).toEqual([idOf(0), idOf(1)]);
  });

  it("moves the oldest beyond the number of bytes", () => {
    expect(excess(runs(3, { bytes: 400 }))).toEqual([idOf(0)]);
    expect(planRetention(runs(3, { bytes: 400 }), LIMITS, EVERYTHING, NOW)).toMatchObject({ runs: 2, bytes: 800 });
  });

  it("keeps the latest run whatever its size, and others next to it", () => {
    expect(excess([run(0, { bytes: 600 }), run(1, { bytes: 5000 })])).toEqual([]);
    expect(excess([run(0, { bytes: 600 }), run(1, { bytes: 5000 }), run(2, { bytes: 300 })])).toEqual([idOf(1)]);
  });

  it("lets no edit run push out another run, however many there are", () => {
    const first = run(0);
    const edits = Array.from({ length: 500 }, (_, index) => run(1 + index, edit));
    expect(excess([first, ...edits])).toEqual(edits.slice(0, 500 - MAX_EDIT_RUNS).map(({ id }) => id));
    expect(excess([first, ...edits.map((each) => ({ ...each, bytes: 900 }))])).not.toContain(first.id);
  });

  it("counts edit runs by experiment file, and those that somebody wrote on among the others", () => {
    const many = Array.from({ length: MAX_EDIT_RUNS }, (_, index) => run(index, edit));
    const others = many.map((_run, index) =>
      run(100 + index, { meta: { origin: "edit", uri: "file:///lab/b.rnn.json" } }),
    );
    expect(excess([...many, ...others])).toEqual([]);
    const named = run(50, { ...edit, notes: { name: "good" } });
    const noted = run(51, { ...edit, notes: { note: "why" } });
    expect(excess([...many, named, noted])).toEqual([]);
    expect(planRetention([...many, named, noted], LIMITS, EVERYTHING, NOW)).toMatchObject({
      runs: 2,
      editRuns: MAX_EDIT_RUNS,
    });
  });

  it("moves edit runs first when bytes are scarce", () => {
    const of = [
      run(0, { bytes: 400 }),
      run(1, { ...edit, bytes: 300 }),
      run(2, { ...edit, bytes: 300 }),
      run(3, { bytes: 500 }),
    ];
    expect(excess(of)).toEqual([idOf(1)]);
    expect(planRetention(of, LIMITS, EVERYTHING, NOW).next).toEqual([idOf(2), idOf(0), idOf(3)]);
  });

  it.each<[string, Change]>([
    ["starts", { state: "starting" }],
    ["runs", { state: "running" }],
    ["is paused", { state: "paused" }],
    ["is pinned", { notes: { pinned: true } }],
    ["was interrupted within a day", { state: "interrupted", writtenAt: NOW - INTERRUPTED_KEPT_MS }],
    ["was interrupted in the future of this clock", { state: "interrupted", writtenAt: NOW + 1e9 }],
    ["is of another workspace", { meta: { uri: "file:///elsewhere/a.rnn.json" } }],
    ["has a file that somebody named", { id: "best" }],
    ["is the copy of another", { meta: { runId: idOf(77) } }],
  ])("neither moves nor counts a run that %s", (_state, change) => {
    const scope: RetentionScope = { baseline: null, includes: (uri) => uri.startsWith("file:///lab/") };
    const spared = Array.from({ length: 10 }, (_, index) => run(index, change));
    const counted = [run(20), run(21), run(22)];
    const plan = planRetention([...spared, ...counted], { runs: 3, bytes: 3 }, scope, NOW);
    expect([plan.excess, plan.runs, plan.bytes]).toEqual([[], 3, 3]);
    expect(plan.next).toEqual(counted.map(({ id }) => id));
  });

  it("neither moves nor counts the baseline", () => {
    expect(excess(runs(4), LIMITS, { ...EVERYTHING, baseline: idOf(0) })).toEqual([]);
    expect(excess(runs(5), LIMITS, { ...EVERYTHING, baseline: idOf(0) })).toEqual([idOf(1)]);
  });

  it("moves a run that was interrupted long ago, or ended in whatever way", () => {
    for (const state of ["interrupted", "stopped", "failed", "diverged"] as const)
      expect(excess([run(0, { state, writtenAt: NOW - INTERRUPTED_KEPT_MS - 1 }), ...runs(4).slice(1)])).toEqual([
        idOf(0),
      ]);
  });

  it("takes an imported run for as old as its file, not as the run", () => {
    const imported = run(0, { meta: { uri: "rnnlab-imported:/experiment.rnn.json", startedAt: 5 }, writtenAt: NOW });
    expect(excess([imported, ...runs(4).slice(1)])).toEqual([idOf(1)]);
  });

  const anyRun = fc
    .record({
      state: fc.constantFrom("done", "stopped", "running", "paused", "starting", "interrupted", "failed" as const),
      bytes: fc.nat(600),
      age: fc.nat(3 * INTERRUPTED_KEPT_MS),
      origin: fc.constantFrom("command" as const, "edit" as const),
      pinned: fc.boolean(),
      name: fc.constantFrom(null, null, "named"),
      uri: fc.constantFrom(MINE, "file:///lab/b.rnn.json", "file:///elsewhere/c.rnn.json"),
      owned: fc.boolean(),
    })
    .map(({ state, bytes, age, origin, pinned, name, uri, owned }) => ({
      state,
      bytes,
      writtenAt: NOW - age,
      meta: { uri, origin, startedAt: NOW - age, ...(owned ? {} : { runId: "other" }) },
      notes: { pinned, name },
    }));
  const anyRuns = fc
    .array(anyRun, { maxLength: 60 })
    .map((changes) => changes.map((change, index) => run(index, change as Change)));
  const anyLimits = fc.record({ runs: fc.integer({ min: 1, max: 20 }), bytes: fc.integer({ min: 1, max: 5000 }) });
  const scope: RetentionScope = { baseline: idOf(3), includes: (uri) => uri.startsWith("file:///lab/") };
  const without = (of: readonly RetainedRun[], ids: readonly string[]) => of.filter(({ id }) => !ids.includes(id));

  it("holds for any runs and limits: what must stay stays, the limits hold, and a second look moves nothing", () => {
    fc.assert(
      fc.property(anyRuns, anyLimits, (of, limits) => {
        const plan = planRetention(of, limits, scope, NOW);
        const gone = of.filter(({ id }) => plan.excess.includes(id));
        for (const { id, state, notes, meta, writtenAt } of gone) {
          expect(["starting", "running", "paused"]).not.toContain(state);
          expect([notes.pinned, id === scope.baseline, meta.runId === id, scope.includes(meta.uri)]).toEqual([
            false,
            false,
            true,
            true,
          ]);
          expect(state !== "interrupted" || NOW - writtenAt > INTERRUPTED_KEPT_MS).toBe(true);
        }
        expect(plan.runs).toBeLessThanOrEqual(limits.runs);
        const again = planRetention(without(of, plan.excess), limits, scope, NOW);
        expect([again.excess, again.runs, again.editRuns, again.bytes]).toEqual([
          [],
          plan.runs,
          plan.editRuns,
          plan.bytes,
        ]);
        // The latest of either origin may be larger than the limit.
        const largest = Math.max(0, ...of.map(({ bytes }) => bytes));
        expect(plan.bytes).toBeLessThanOrEqual(limits.bytes + 2 * largest);
        expect(new Set([...plan.excess, ...plan.next]).size).toBe(plan.excess.length + plan.next.length);
      }),
    );
  });

  it("does not depend on the order of the list, nor what others go on the runs of edits, other workspaces, or pinned ones", () => {
    fc.assert(
      fc.property(anyRuns, anyLimits, (of, limits) => {
        const plan = planRetention(of, limits, scope, NOW);
        expect(planRetention([...of].reverse(), limits, scope, NOW)).toEqual(plan);
        const isEdit = ({ meta, notes }: RetainedRun) => meta.origin === "edit" && notes.name === null;
        const relevant = of.filter((each) => !isEdit(each) && !each.notes.pinned && scope.includes(each.meta.uri));
        const commands = new Set(relevant.map(({ id }) => id));
        expect(plan.excess.filter((id) => commands.has(id))).toEqual(
          planRetention(relevant, limits, scope, NOW).excess,
        );
      }),
    );
  });
});

describe("isWorthless", () => {
  it("is true only of an edit run of less than a second that nobody wrote on", () => {
    const brief = MAX_PASSED_THROUGH_MS - 1;
    expect(isWorthless(run(0, edit), brief)).toBe(true);
    expect(isWorthless(run(0, edit), MAX_PASSED_THROUGH_MS)).toBe(false);
    expect(isWorthless(run(0, edit), NaN)).toBe(false);
    expect(isWorthless(run(0), 0)).toBe(false);
    expect(isWorthless(run(0, { ...edit, notes: { pinned: true } }), 0)).toBe(false);
    expect(isWorthless(run(0, { ...edit, notes: { note: "n" } }), 0)).toBe(false);
  });
});

describe("isExpired", () => {
  const ageMs = TRASH_KEPT_MS + 1;
  it("is true only of our files after their time", () => {
    expect(isExpired({ name: `${idOf(1)}.rnnrun`, isFile: true, ageMs })).toBe(true);
    expect(isExpired({ name: `${idOf(1)}.rnnnotes.json`, isFile: true, ageMs })).toBe(true);
    expect(isExpired({ name: `${idOf(1)}.rnnrun`, isFile: true, ageMs: TRASH_KEPT_MS })).toBe(false);
    expect(isExpired({ name: `${idOf(1)}.rnnrun`, isFile: true, ageMs: NaN })).toBe(false);
    expect(isExpired({ name: `${idOf(1)}.rnnrun`, isFile: false, ageMs })).toBe(false);
  });

  it("is false of any other name", () => {
    const names = [
      "thesis.txt",
      `${idOf(1)}.json`,
      `${idOf(1)}.rnnrun.bak`,
      `x${idOf(1)}.rnnrun`,
      "best.rnnrun",
      ".rnnrun",
      "",
    ];
    for (const name of names) expect(isExpired({ name, isFile: true, ageMs }), name).toBe(false);
    fc.assert(fc.property(fc.string(), (name) => !isExpired({ name, isFile: true, ageMs })));
  });
});
