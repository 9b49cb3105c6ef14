import { describe, expect, test } from "vitest";
import type { LastRun } from "../../../../webview/state/lastRun";
import { PageMemory, type SavedState } from "../../../../webview/state/savedState";
import { DEFAULT_PREFERENCES } from "../../../../webview/state/preferences";
import { INITIAL_STATE, reduce, type LabState } from "../../../../webview/state/store";
import { headerOf, rowsOf, seriesOf, statusOf, viewOf } from "../support";

function stateAt(iteration: number, phase: "running" | "done" | "idle"): LabState {
  const view = viewOf({ status: statusOf({ phase, iteration, loss: 1 }) });
  const header = phase === "idle" ? null : headerOf("run");
  return reduce(INITIAL_STATE, {
    type: "host",
    message: {
      type: "snapshot",
      sequence: 0,
      view,
      header,
      rows: header === null ? null : rowsOf(0, 3),
      scalars: header === null ? null : seriesOf(3),
      ghosts: [],
      surface: null,
    },
  }).state;
}

function memoryOf(saved: unknown): { memory: PageMemory; written: SavedState[]; wait(ms: number): void } {
  const written: SavedState[] = [];
  let now = 0;
  return {
    memory: new PageMemory(
      saved,
      (state) => written.push(state),
      () => now,
    ),
    written,
    wait: (ms) => (now += ms),
  };
}

describe("what the page keeps across a reload", () => {
  test("is written when the phase changes, and now and then while a run goes on", () => {
    const { memory, written, wait } = memoryOf(undefined);
    memory.save(stateAt(10, "running"));
    memory.save(stateAt(20, "running"));
    expect(written.map(({ lastRun }) => lastRun?.iteration)).toEqual([10]);
    wait(2000);
    memory.save(stateAt(30, "running"));
    memory.save(stateAt(40, "done"));
    expect(written.map(({ lastRun }) => lastRun?.iteration)).toEqual([10, 30, 40]);
    expect(memoryOf(JSON.parse(JSON.stringify(written.at(-1)))).memory.saved).toEqual(written.at(-1));
  });

  test("stays while there is no new run of the same file, and goes with another file", () => {
    const lastRun: LastRun = { uri: "file:///b.rnn.json", phase: "done", iteration: 500, iterations: 500, loss: 0.5 };
    const idle = stateAt(0, "idle");
    const uri = idle.view?.experiment?.uri;
    const { memory, written } = memoryOf({ uri, preferences: DEFAULT_PREFERENCES, lastRun: { ...lastRun, uri } });
    // Preferences that the reader changes are written, and the last run with them.
    memory.save({ ...idle, preferences: { ...DEFAULT_PREFERENCES } });
    expect(written.at(-1)?.lastRun).toEqual({ ...lastRun, uri });
    const other = memoryOf({ uri: lastRun.uri, preferences: DEFAULT_PREFERENCES, lastRun });
    other.memory.save(idle);
    expect(other.written.at(-1)).toMatchObject({ uri, lastRun: null });
  });

  test.each([
    undefined,
    null,
    7,
    "x",
    [],
    { lastRun: { uri: 1 } },
    { lastRun: { uri: "a", phase: "flying", iteration: 1, iterations: 2, loss: 0 } },
    { uri: {}, lastRun: { uri: "a", phase: "done", iteration: -1, iterations: 2, loss: 0 } },
  ])("is read from anything without a complaint: %j", (saved) => {
    expect(memoryOf(saved).memory.saved).toEqual({
      uri: null,
      preferences: DEFAULT_PREFERENCES,
      lastRun: null,
      lastRace: null,
    });
  });
});
