import { describe, expect, test } from "vitest";
import { Handover, type PresentRun } from "../../../src/session/handover";
import { HANDOVER_MS } from "../../../src/shared/handover/times";
import type { WorkerRequest } from "../../../src/threads/trainingMessages";
import { COUNT_ONES } from "./support";

const request = (configHash: string, byTyping = false) => ({
  experiment: COUNT_ONES,
  configHash,
  paused: false,
  byTyping,
});

function openHandover(present: PresentRun) {
  const posted: WorkerRequest[] = [];
  let changes = 0;
  const handover = new Handover(
    present,
    (message) => posted.push(message),
    () => changes++,
  );
  return { handover, posted, changes: () => changes };
}

const NO_RUN: PresentRun = { isActive: false, run: null };
const running = (rows: number, byTyping = false): PresentRun => ({
  isActive: true,
  run: { configHash: "present", request: request("present", byTyping), trace: { rows } },
});

describe("what comes after the present run", () => {
  test("is the run that was asked for last, once", () => {
    const { handover } = openHandover(running(3));
    expect(handover.targetHash).toBe("present");
    handover.queue(request("first"));
    handover.queue(request("second"));
    expect([handover.targetHash, handover.hasNext, handover.state.expectsRun]).toEqual(["second", true, true]);
    expect(handover.dequeue()?.configHash).toBe("second");
    expect([handover.dequeue(), handover.hasNext, handover.targetHash]).toEqual([null, false, "present"]);
  });

  test("is nothing after Stop, which also calls off a start that still reads its files", () => {
    const { handover } = openHandover(NO_RUN);
    const isWanted = handover.watch();
    handover.queue(request("next"));
    expect(isWanted()).toBe(true);
    handover.cancel();
    expect([isWanted(), handover.dequeue(), handover.targetHash]).toEqual([false, null, null]);
    expect(handover.watch()()).toBe(true);
  });

  test("is expected from the edit on, at which the run under way pauses each time", () => {
    const { handover, posted, changes } = openHandover(running(3));
    handover.setEditState("coming");
    handover.setEditState("coming");
    const pause = { type: "throttle", milliseconds: HANDOVER_MS.pauseAfterEdit };
    expect([posted, changes(), handover.state.expectsRun]).toEqual([[pause, pause], 1, true]);
    handover.setEditState("settled");
    expect([posted.length, changes(), handover.state.expectsRun]).toEqual([2, 2, false]);
  });

  test("settles without an event when its run starts", () => {
    const { handover, posted, changes } = openHandover(NO_RUN);
    handover.setEditState("coming");
    handover.settle();
    expect([posted, changes(), handover.editState]).toEqual([[], 1, "settled"]);
  });

  test("depends on whether the present run has something to show, and on who started it", () => {
    expect(openHandover(NO_RUN).handover.state).toEqual({ expectsRun: false, isBlank: false, byTyping: false });
    expect(openHandover(running(0, true)).handover.state).toEqual({ expectsRun: false, isBlank: true, byTyping: true });
    expect(openHandover(running(1)).handover.state).toMatchObject({ isBlank: false, byTyping: false });
    expect(openHandover({ ...running(0), isActive: false }).handover.state.isBlank).toBe(false);
  });

  test("a run that was drawn trains on at full speed, if it still trains", () => {
    const active = openHandover(running(1, true));
    active.handover.drawn("run");
    expect(active.posted).toEqual([{ type: "drawn", runId: "run" }]);
    const ended = openHandover({ ...running(1, true), isActive: false });
    ended.handover.drawn("run");
    expect(ended.posted).toEqual([]);
  });
});
