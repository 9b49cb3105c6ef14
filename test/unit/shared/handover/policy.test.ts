import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decideAfterEdit,
  firstWriteDelay,
  endsAtOnce,
  isTransient,
  keepsEarlierCurves,
  pausesForEdit,
  rowsWait,
  runsOnSave,
  surroundingsWait,
  takesOver,
  trainsAtHalfSpeed,
  viewWaits,
  type HandoverState,
} from "../../../../src/shared/handover/policy";
import { HANDOVER_MS } from "../../../../src/shared/handover/times";

const root = join(import.meta.dirname, "../../../..");
const IDLE: HandoverState = { expectsRun: false, isBlank: false, byTyping: false };

describe("after an edit", () => {
  const other = { isRunnable: true, differs: true };
  const running = { isActive: true, trainMs: 20_000 };

  test("the text runs when it is another experiment", () => {
    expect(decideAfterEdit(other, { isActive: false, trainMs: 0 }, 10_000)).toBe("run");
    expect(decideAfterEdit({ isRunnable: true, differs: false }, running, 10_000)).toBe("settled");
    expect(decideAfterEdit({ isRunnable: false, differs: true }, running, 10_000)).toBe("settled");
  });

  test("a long run is held, unless it has ended or the setting is 0", () => {
    expect(decideAfterEdit(other, running, 10_000)).toBe("held");
    expect(decideAfterEdit(other, { isActive: true, trainMs: 9999 }, 10_000)).toBe("run");
    expect(decideAfterEdit(other, { ...running, isActive: false }, 10_000)).toBe("run");
    expect(decideAfterEdit(other, running, 0)).toBe("run");
  });

  test("the run under way pauses while another one may come", () => {
    expect([pausesForEdit("coming", true), pausesForEdit("coming", false)]).toEqual([true, false]);
    expect([pausesForEdit("settled", true), pausesForEdit("held", true)]).toEqual([false, false]);
  });

  test("saving runs by the setting; where typing runs, only saving by hand", () => {
    expect([runsOnSave("onSave", false), runsOnSave("onSave", true)]).toEqual([true, true]);
    expect([runsOnSave("onType", false), runsOnSave("onType", true)]).toEqual([false, true]);
    expect([runsOnSave("off", false), runsOnSave("off", true)]).toEqual([false, false]);
  });
});

describe("a typed run", () => {
  test("leaves neither a curve nor a file when another typed one replaces it soon", () => {
    const run = { byTyping: true, startedAt: 100 };
    const soon = 100 + HANDOVER_MS.transientRun - 1;
    expect(isTransient(run, { byTyping: true }, soon)).toBe(true);
    expect(isTransient(run, { byTyping: true }, soon + 1)).toBe(false);
    expect(isTransient(run, {}, soon)).toBe(false);
    expect(isTransient({ startedAt: 100 }, { byTyping: true }, soon)).toBe(false);
  });

  test("ends without its last findings when it is replaced soon; not one that ends or is stopped", () => {
    expect(endsAtOnce({ replaced: true, trainMs: HANDOVER_MS.briefRun - 1 })).toBe(true);
    expect(endsAtOnce({ replaced: true, trainMs: HANDOVER_MS.briefRun })).toBe(false);
    expect(endsAtOnce({ replaced: false, trainMs: 0 })).toBe(false);
  });

  test("writes later and trains slower at first, as no other run does", () => {
    expect(firstWriteDelay({ byTyping: true })).toBe(HANDOVER_MS.firstWrite);
    expect([firstWriteDelay({ byTyping: false }), firstWriteDelay({})]).toEqual([0, 0]);
    expect(trainsAtHalfSpeed({ byTyping: true }, HANDOVER_MS.halfSpeed - 1)).toBe(true);
    expect(trainsAtHalfSpeed({ byTyping: true }, HANDOVER_MS.halfSpeed)).toBe(false);
    expect(trainsAtHalfSpeed({}, 0)).toBe(false);
  });
});

describe("the page", () => {
  const blank = { ...IDLE, isBlank: true };
  const expecting = { ...IDLE, expectsRun: true };

  test("keeps the earlier curves, and what is said beside them, until the run has rows", () => {
    expect([keepsEarlierCurves(blank, true), viewWaits(blank, true)]).toEqual([true, true]);
    expect([keepsEarlierCurves(IDLE, true), viewWaits(IDLE, true)]).toEqual([false, false]);
  });

  test("that shows no earlier run gets everything at once", () => {
    expect([keepsEarlierCurves(blank, false), viewWaits(blank, false)]).toEqual([false, false]);
  });

  test("gets no more rows of a run that another is about to replace", () => {
    expect([rowsWait(expecting), rowsWait(blank)]).toEqual([true, false]);
    expect(viewWaits(expecting, false)).toBe(true);
  });

  test("draws a run that takes over at once; the first it shows takes nothing over", () => {
    expect([takesOver("a", "b"), takesOver("a", null)]).toEqual([true, true]);
    expect([takesOver(null, "b"), takesOver("a", "a"), takesOver(null, null)]).toEqual([false, false, false]);
  });
});

test("what surrounds the editor waits for a typed run and for no other", () => {
  const state = fc.record({ expectsRun: fc.boolean(), isBlank: fc.boolean(), byTyping: fc.boolean() });
  fc.assert(
    fc.property(state, (handover) => {
      expect(surroundingsWait(handover)).toBe(handover.expectsRun || (handover.isBlank && handover.byTyping));
      // Nothing waits once the run is there and no other one is expected.
      if (!handover.expectsRun && !handover.isBlank)
        expect([surroundingsWait(handover), viewWaits(handover, true), rowsWait(handover)]).toEqual([
          false,
          false,
          false,
        ]);
    }),
  );
});

describe("the times", () => {
  test("are the ones that docs/live.md gives, all of them", () => {
    const text = readFileSync(join(root, "docs/live.md"), "utf8");
    const rows = [...text.matchAll(/^\| `(\w+)` \| ([\d,]+) \|/gm)].map(([, name, ms]) => [
      name,
      Number(ms?.replaceAll(",", "")),
    ]);
    expect(Object.fromEntries(rows)).toEqual(HANDOVER_MS);
  });

  test("are the defaults of the settings", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      contributes: { configuration: { properties: Record<string, { default: unknown }> } };
    };
    const { properties } = manifest.contributes.configuration;
    expect(properties["rnnLab.autoRunDelay"]?.default).toBe(HANDOVER_MS.typedRunDelay);
    expect(properties["rnnLab.keepRunsAfter"]?.default).toBe(HANDOVER_MS.longRun / 1000);
  });

  test("leave each other the room they need", () => {
    // The text is read for its run first, and a run that pauses for an edit still pauses when the next one starts.
    expect(HANDOVER_MS.typedRunDelay).toBeLessThan(HANDOVER_MS.readDelay);
    expect(HANDOVER_MS.typedRunDelay).toBeLessThan(HANDOVER_MS.pauseAfterEdit);
    expect(HANDOVER_MS.surroundingsDelay).toBeLessThan(HANDOVER_MS.maxSurroundingsDelay);
    expect(HANDOVER_MS.firstWrite).toBeLessThan(HANDOVER_MS.briefRun);
  });
});
