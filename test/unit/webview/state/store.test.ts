import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HostMessage, WebviewMessage } from "../../../../src/shared/wire/protocol";
import { COLUMN } from "../../../../src/shared/trace/trace";
import { readHostMessage } from "../../../../webview/wire/messages";
import { cursorPlace, INITIAL_STATE, reduce, type LabState } from "../../../../webview/state/store";
import { appendOf, headerOf, rowsOf, snapshotOf, viewOf } from "../support";

/** What the page does with each message, and what it says to the host. */
function receive(
  messages: readonly unknown[],
  from: LabState = INITIAL_STATE,
): { state: LabState; sent: WebviewMessage[]; acknowledged: number[] } {
  let state = from;
  const sent: WebviewMessage[] = [];
  const acknowledged: number[] = [];
  for (const message of messages) {
    const reduced = reduce(state, { type: "host", message: readHostMessage(message) });
    state = reduced.state;
    sent.push(...reduced.replies);
    if (reduced.acknowledge !== null) acknowledged.push(reduced.acknowledge);
  }
  return { state, sent, acknowledged };
}

function iterationsOf(state: LabState): number[] {
  return [...(state.run?.trace.column(COLUMN.iteration) ?? [])];
}

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe("frames in order", () => {
  it("build the trace, move the status, and are each acknowledged once", () => {
    const { state, sent, acknowledged } = receive([
      snapshotOf(1, "a", 3),
      appendOf(2, "a", 3, 5),
      appendOf(3, "a", 5, 9),
    ]);
    expect(iterationsOf(state)).toEqual(upTo(9));
    expect(state.view?.status.iteration).toBe(8);
    expect(sent).toEqual([]);
    expect(acknowledged).toEqual([1, 2, 3]);
  });

  it("of a new run replace the old one and let the cursor go", () => {
    const first = receive([snapshotOf(1, "a", 3)]).state;
    const pinned = reduce(first, { type: "cursor", move: { kind: "pin", iteration: 1 } }).state;
    expect(cursorPlace(pinned).iteration).toBe(1);
    expect(cursorPlace(receive([snapshotOf(2, "a", 6)], pinned).state).iteration).toBe(1);
    const second = receive([snapshotOf(2, "b", 2)], pinned).state;
    expect(iterationsOf(second)).toEqual(upTo(2));
    expect(cursorPlace(second)).toMatchObject({ followsLatest: true, isHeld: false });
  });

  it("stay within the bound of the trace however long the run is", () => {
    const appends = upTo(40).map((i) => appendOf(2 + i, "a", 1 + i * 1000, 1 + (i + 1) * 1000));
    const { state } = receive([snapshotOf(1, "a", 1), ...appends]);
    expect(state.run?.trace.rows).toBeLessThanOrEqual(4096);
    expect(iterationsOf(state)[0]).toBe(0);
    expect(iterationsOf(state).at(-1)).toBe(40_000);
  });
});

describe("a frame that does not fit", () => {
  it("that is a duplicate changes nothing and asks for nothing", () => {
    const { state, sent, acknowledged } = receive([
      snapshotOf(1, "a", 3),
      appendOf(2, "a", 3, 5),
      appendOf(2, "a", 3, 5),
      snapshotOf(2, "a", 3),
    ]);
    expect(iterationsOf(state)).toEqual(upTo(5));
    expect(sent).toEqual([]);
    expect(acknowledged).toEqual([1, 2, 2, 2]);
  });

  it("after a lost one asks for a snapshot once, and is acknowledged so that its credit is not lost", () => {
    const { state, sent, acknowledged } = receive([
      snapshotOf(1, "a", 3),
      appendOf(3, "a", 5, 7),
      appendOf(4, "a", 7, 9),
    ]);
    expect(iterationsOf(state)).toEqual(upTo(3));
    expect(sent).toEqual([{ type: "requestSnapshot" }]);
    expect(acknowledged).toEqual([1, 3, 4]);
    expect(iterationsOf(receive([snapshotOf(5, "a", 9), appendOf(6, "a", 9, 10)], state).state)).toEqual(upTo(10));
  });

  it("asks again when the request itself seems to be lost", () => {
    const { sent } = receive([snapshotOf(1, "a", 3), ...upTo(31).map((i) => appendOf(3 + i, "a", 5, 7))]);
    expect(sent).toEqual([{ type: "requestSnapshot" }, { type: "requestSnapshot" }]);
  });

  it("of an unknown run asks for a snapshot, also as the very first one", () => {
    expect(receive([appendOf(1, "a", 0, 2)]).sent).toEqual([{ type: "requestSnapshot" }]);
    expect(receive([snapshotOf(1, "a", 3), appendOf(2, "b", 0, 2)]).sent).toEqual([{ type: "requestSnapshot" }]);
  });

  it("that is an old snapshot does not turn the clock back, but asks, for the host may count anew", () => {
    const { state, sent } = receive([snapshotOf(5, "a", 9), snapshotOf(1, "a", 3)]);
    expect(iterationsOf(state)).toEqual(upTo(9));
    expect(sent).toEqual([{ type: "requestSnapshot" }]);
    expect(iterationsOf(receive([snapshotOf(2, "b", 4)], state).state)).toEqual(upTo(4));
  });

  it("because a column is short is not taken in", () => {
    const bad = { ...appendOf(2, "a", 3, 5), rows: { rows: 2, columns: rowsOf(3, 4).columns } };
    const { state, sent } = receive([snapshotOf(1, "a", 3), bad]);
    expect(iterationsOf(state)).toEqual(upTo(3));
    expect(sent.map((message) => message.type).sort()).toEqual(["requestSnapshot", "viewError"]);
  });

  it("comes to the same trace as the host's after any loss, repetition and disorder", () => {
    const plan = fc.array(
      fc.record({
        rows: fc.integer({ min: 0, max: 4 }),
        newRun: fc.boolean(),
        fate: fc.constantFrom("deliver", "deliver", "deliver", "lose", "repeat", "late"),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(plan, (steps) => {
        const host = { sequence: 0, run: 0, rows: 1 };
        const snapshot = (): HostMessage => snapshotOf(++host.sequence, `run ${host.run}`, host.rows);
        let state = INITIAL_STATE;
        let late: HostMessage | null = null;
        const deliver = (message: HostMessage): void => {
          const seen = receive([message], state);
          state = seen.state;
          for (const reply of seen.sent) if (reply.type === "requestSnapshot") deliver(snapshot());
        };
        deliver(snapshot());
        for (const { rows, newRun, fate } of [...steps, { rows: 1, newRun: false, fate: "deliver" }]) {
          let message: HostMessage;
          if (newRun) {
            Object.assign(host, { run: host.run + 1, rows: 1 });
            message = snapshot();
          } else {
            host.rows += rows;
            message = appendOf(++host.sequence, `run ${host.run}`, host.rows - rows, host.rows);
          }
          if (fate === "late") {
            late = message;
            continue;
          }
          if (fate !== "lose") deliver(message);
          if (fate === "repeat") deliver(message);
          if (late !== null) deliver(late);
          late = null;
        }
        expect(iterationsOf(state)).toEqual(upTo(host.rows));
        expect(state.run?.header.runId).toBe(`run ${host.run}`);
        expect(state.awaiting).toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});

describe("what cannot be read", () => {
  it("is reported, counted, and changes nothing", () => {
    const before = receive([snapshotOf(1, "a", 3)]).state;
    const { state, sent } = receive(
      [null, 7, "x", {}, { type: "bang" }, { type: "append" }, { type: "snapshot", sequence: -1 }],
      before,
    );
    expect(state.badMessages).toBe(7);
    expect(sent.every((message) => message.type === "viewError")).toBe(true);
    expect({ ...state, badMessages: 0 }).toEqual(before);
  });

  it("never throws, whatever comes", () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.record({
        type: fc.constantFrom("snapshot", "append", "view", "surface"),
        sequence: fc.anything(),
        view: fc.anything(),
        header: fc.anything(),
        rows: fc.anything(),
        ghosts: fc.anything(),
        surface: fc.anything(),
        runId: fc.anything(),
        status: fc.anything(),
      }),
    );
    fc.assert(
      fc.property(anything, (message) => void receive([message], receive([snapshotOf(1, "a", 3)]).state)),
      { numRuns: 2000 },
    );
  });

  it("includes a header that asks for more memory than any trace needs", () => {
    const huge = {
      ...headerOf("a"),
      columns: [...headerOf("a").columns, { name: "state.l0", length: 1e9, shape: [1e9] }],
    };
    expect(readHostMessage({ ...snapshotOf(1, "a", 0), header: huge, rows: null })).toMatchObject({
      type: "malformed",
    });
  });

  it("includes a surface of another size, and one of another run is not shown", () => {
    const surface = {
      runId: "b",
      xParameter: 0,
      yParameter: 1,
      xRange: [0, 1],
      yRange: [0, 1],
      columns: 2,
      rows: 2,
      loss: new Float64Array(4),
    };
    expect(readHostMessage({ type: "surface", surface: { ...surface, loss: new Float64Array(3) } })).toMatchObject({
      type: "malformed",
    });
    const before = receive([snapshotOf(1, "a", 3)]).state;
    expect(receive([{ type: "surface", surface }], before).state.surface).toBeNull();
    expect(receive([{ type: "surface", surface: { ...surface, runId: "a" } }], before).state.surface?.columns).toBe(2);
  });
});

it("a view message changes the status without touching the trace", () => {
  const before = receive([snapshotOf(1, "a", 3)]).state;
  const after = receive([{ type: "view", view: viewOf({ pace: 100 }) }], before).state;
  expect(after.view?.pace).toBe(100);
  expect(after.run).toBe(before.run);
});
