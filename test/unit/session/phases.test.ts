import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isActive, mayBecome } from "../../../src/session/phases";
import type { RunPhase } from "../../../src/shared/trace/trace";

const phases: readonly RunPhase[] = ["idle", "starting", "running", "paused", "done", "stopped", "diverged", "failed"];

describe("phases of a run", () => {
  it("a run that has ended, and one that never began, can only be started", () => {
    for (const from of phases.filter((phase) => !isActive(phase))) {
      expect(phases.filter((to) => to !== from && mayBecome(from, to))).toEqual(["starting"]);
    }
  });

  it("every run under way can be stopped and can fail", () => {
    for (const from of phases.filter(isActive)) {
      expect([mayBecome(from, "stopped"), mayBecome(from, "failed")]).toEqual([true, true]);
    }
  });

  it("whatever is asked for, no run ends twice without a start between", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...phases)), (wishes) => {
        let phase: RunPhase = "idle";
        let open = false;
        for (const wish of wishes.filter((to) => to !== "idle")) {
          if (wish !== phase && mayBecome(phase, wish)) {
            expect(isActive(wish) ? open || wish === "starting" : open).toBe(true);
            open = isActive(wish);
            phase = wish;
          }
        }
      }),
    );
  });
});
