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
    let ended = 0;
    const follow = (from: RunPhase, isOpen: boolean, left: number): void => {
      for (const to of phases.filter((phase) => phase !== "idle" && phase !== from && mayBecome(from, phase))) {
        const ends = !isActive(to);
        expect([from, to, ends || to !== "starting" ? isOpen : !isOpen]).toEqual([from, to, true]);
        if (ends) ended++;
        if (left > 1) follow(to, !ends, left - 1);
      }
    };
    follow("idle", false, 7);
    // Of each of the four ends, after one, two or more starts.
    expect(ended).toBeGreaterThan(500);
  });
});
