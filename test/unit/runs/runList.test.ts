import fc from "fast-check";
import { expect, test } from "vitest";
import {
  INTERRUPTED_KEPT_MS,
  planRetention,
  type RetainedRun,
  type RetentionLimits,
  type RetentionScope,
} from "../../../src/runs/retention";
import { RunList } from "../../../src/runs/runList";
import { NO_NOTES } from "../../../src/runs/runNotes";
import { metaOf } from "./support";

const LIMITS: RetentionLimits = { runs: 3, bytes: 100 };
const SCOPE: RetentionScope = { baseline: null, includes: () => true };

const idOf = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;

const anyRun = fc
  .record({
    index: fc.nat(9),
    startedAt: fc.nat(5),
    writtenAt: fc.nat(5),
    bytes: fc.nat(60),
    state: fc.constantFrom("running", "done", "interrupted"),
    origin: fc.constantFrom("command", "edit"),
    pinned: fc.boolean(),
  })
  .map(({ index, startedAt, origin, pinned, ...figures }): RetainedRun & { readonly meta: { startedAt: number } } => ({
    id: idOf(index),
    ...figures,
    meta: metaOf({ runId: idOf(index), startedAt, origin }),
    notes: { ...NO_NOTES, pinned },
  }));

const anyChange = fc.oneof(
  anyRun.map((run) => ({ kind: "set", run }) as const),
  fc.nat(9).map((index) => ({ kind: "delete", index }) as const),
  fc.constantFrom(0, 1, INTERRUPTED_KEPT_MS, 3).map((ms) => ({ kind: "wait", ms }) as const),
  fc.record({ kind: fc.constant("limit" as const), runs: fc.integer({ min: 1, max: 5 }) }),
  fc.nat(9).map((index) => ({ kind: "baseline", index }) as const),
);

test("whatever changes, the kept plan is the one that would be made anew, and so is the order of the runs", () => {
  fc.assert(
    fc.property(fc.array(anyChange, { maxLength: 40 }), (changes) => {
      const list = new RunList<RetainedRun>();
      let [now, limits, scope] = [0, LIMITS, SCOPE];
      for (const change of changes) {
        if (change.kind === "set") list.set(change.run.id, change.run);
        else if (change.kind === "delete") list.delete(idOf(change.index));
        else if (change.kind === "wait") now += change.ms;
        else if (change.kind === "limit") limits = { ...limits, runs: change.runs };
        else scope = { ...scope, baseline: idOf(change.index) };
        const runs = list.latestFirst;
        expect(runs).toEqual(
          list.ids
            .map((id) => list.get(id)!)
            .sort((a, b) => b.meta.startedAt - a.meta.startedAt || (a.id < b.id ? 1 : -1)),
        );
        expect(list.plan(limits, scope, now)).toEqual(planRetention(runs, limits, scope, now));
      }
    }),
  );
});

test("a run that is under way costs no new plan when it comes and goes on", () => {
  const list = new RunList<RetainedRun>();
  const run = (index: number, state: RetainedRun["state"], bytes: number): RetainedRun => ({
    id: idOf(index),
    state,
    bytes,
    writtenAt: 0,
    meta: metaOf({ runId: idOf(index), startedAt: index }),
    notes: NO_NOTES,
  });
  const plan = () => list.plan({ ...LIMITS }, { ...SCOPE }, 0);
  list.set(idOf(1), run(1, "done", 10));
  const first = plan();
  for (const bytes of [10, 20]) list.set(idOf(2), run(2, "running", bytes));
  expect(plan()).toBe(first);
  list.set(idOf(2), run(2, "done", 30));
  expect(plan()).toMatchObject({ runs: 2, bytes: 40 });
});
