import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  drawnRunOf,
  dueIn,
  framesLost,
  headerChanged,
  initialState,
  NOTHING_DUE,
  pageReady,
  pageVisible,
  queued,
  rowsCame,
  runChanged,
  runDrawn,
  snapshotSent,
  startOver,
  type PanelState,
} from "../../../src/panel/panelState";
import type { HostMessage } from "../../../src/shared/wire/protocol";
import { COLUMN, TRACE_VERSION, type TraceHeader } from "../../../src/shared/trace/trace";
import { PendingRows } from "../../../src/panel/pendingRows";

const columns = Object.values(COLUMN).map((name) => ({ name, length: 1, shape: [1] }));
const headerOf = (runId: string): TraceHeader => ({
  version: TRACE_VERSION,
  runId,
  name: "A",
  configHash: "0",
  engine: "float64",
  iterations: 10,
  timeSteps: 1,
  cell: "linear",
  hiddenSize: 1,
  numLayers: 1,
  parameters: [],
  columns,
  inspected: { sequence: 0, inputSize: 1, input: [], target: [] },
  clip: null,
});
const HEADER = headerOf("run 1");
const createRows = () => new PendingRows(HEADER);

const open = pageReady(initialState(true));
const streaming = snapshotSent(open, HEADER);
const perform: HostMessage = { type: "perform", action: "foldAll" };
const reveal = (iteration: number): HostMessage => ({
  type: "reveal",
  place: { iteration, timeStep: null, card: null },
});

describe("a page that comes and goes", () => {
  test("needs a snapshot once it is visible and ready, in either order", () => {
    expect(initialState(true)).toMatchObject({ kind: "away", presence: "loading" });
    expect(initialState(false)).toMatchObject({ kind: "away", presence: "hidden" });
    expect(open).toEqual({ kind: "needsSnapshot", showsEarlier: false, drawnRun: null, due: NOTHING_DUE });
    const readyFirst = pageReady(initialState(false));
    expect(readyFirst).toMatchObject({ kind: "away", presence: "hiddenReady" });
    expect(pageVisible(readyFirst, true)).toEqual(open);
  });

  test("is away when it is hidden, and has to say ready again", () => {
    const hidden = pageVisible(streaming, false);
    expect(hidden).toMatchObject({ kind: "away", presence: "hidden" });
    expect(pageVisible(hidden, true)).toMatchObject({ kind: "away", presence: "loading" });
    // Hidden twice: what said ready in between is gone.
    expect(pageVisible(pageReady(hidden), false)).toMatchObject({ presence: "hidden" });
    expect(pageVisible(streaming, true)).toBe(streaming);
  });

  test("that was loaded anew has drawn nothing", () => {
    const drawn = runDrawn(streaming, "run 1");
    expect(drawnRunOf(drawn)).toBe("run 1");
    expect(pageReady(drawn)).toEqual(open);
    expect(drawnRunOf(pageVisible(drawn, false))).toBeNull();
  });
});

describe("a page between two runs", () => {
  test("awaits the run that was started, then needs a snapshot, and shows the earlier one meanwhile", () => {
    const drawn = runDrawn(streaming, "run 1");
    const awaiting = runChanged(drawn, false);
    expect(awaiting).toEqual({ kind: "awaitsRun", drawnRun: "run 1" });
    const begun = runChanged(awaiting, true);
    expect(begun).toMatchObject({ kind: "needsSnapshot", showsEarlier: true, drawnRun: "run 1" });
    expect(snapshotSent(begun, headerOf("run 2"))).toMatchObject({ kind: "streaming", rows: null });
  });

  test("that needs a snapshot anyway does not lose what is due", () => {
    const waiting = queued(open, perform)!;
    expect(dueIn(runChanged(waiting, false)).messages).toEqual([perform]);
    expect(runChanged(waiting, false)).toMatchObject({ kind: "needsSnapshot", showsEarlier: true });
  });

  test("needs a snapshot when the settings of its run changed, and not when another run is there", () => {
    expect(headerChanged(streaming, { ...HEADER })).toMatchObject({ kind: "needsSnapshot", showsEarlier: false });
    expect(headerChanged(streaming, HEADER)).toBe(streaming);
    expect(headerChanged(streaming, headerOf("run 2"))).toBe(streaming);
    expect(headerChanged(streaming, null)).toBe(streaming);
    expect(headerChanged(snapshotSent(open, null), null)).toMatchObject({ kind: "streaming" });
  });

  test("whose frames were lost needs a snapshot, and still shows what it showed", () => {
    expect(framesLost(streaming)).toMatchObject({ kind: "needsSnapshot", showsEarlier: false });
    expect(framesLost(runChanged(streaming, false))).toMatchObject({ kind: "needsSnapshot", showsEarlier: true });
    expect(framesLost(open)).toBe(open);
  });

  test("collects rows only after its snapshot, in one buffer", () => {
    expect(rowsCame(open, createRows)).toBe(open);
    const collecting = rowsCame(streaming, createRows);
    expect(collecting).toMatchObject({ kind: "streaming", rows: expect.any(PendingRows) });
    expect(rowsCame(collecting, createRows)).toBe(collecting);
    expect(runChanged(collecting, false)).not.toHaveProperty("rows");
  });
});

describe("messages", () => {
  test("wait for a page that has had its snapshot; of places the latest, of others a few in their order", () => {
    expect(queued(streaming, perform)).toBeNull();
    expect(queued(runChanged(streaming, false), perform)).toBeNull();
    let state: PanelState = initialState(true);
    for (let i = 0; i < 20; i++) state = queued(queued(state, reveal(i))!, perform)!;
    expect(dueIn(state).place?.iteration).toBe(19);
    expect(dueIn(state).messages).toHaveLength(8);
    expect(dueIn(pageReady(state))).toEqual(dueIn(state));
  });
});

test("whatever happens: only an open page has drawn a run, and nothing is due on one that has had its snapshot", () => {
  const transitions: readonly ((state: PanelState) => PanelState)[] = [
    pageReady,
    startOver,
    framesLost,
    (state) => pageVisible(state, true),
    (state) => pageVisible(state, false),
    (state) => runChanged(state, true),
    (state) => runChanged(state, false),
    (state) => headerChanged(state, { ...HEADER }),
    (state) => snapshotSent(state, HEADER),
    (state) => rowsCame(state, createRows),
    (state) => runDrawn(state, "run 1"),
    (state) => queued(state, perform) ?? state,
  ];
  const starts = [initialState(false), initialState(true), open, streaming, runChanged(streaming, false)];
  const reached = new Set<string>();
  fc.assert(
    fc.property(
      fc.constantFrom(...starts),
      fc.array(fc.nat(transitions.length - 1), { maxLength: 40 }),
      (start, steps) => {
        let state = start;
        let ready = start.kind !== "away";
        let shown = ready || start === starts[1];
        for (const index of steps) {
          const before = state;
          state = transitions[index]!(state);
          if (index === 0) ready = true;
          if (index === 3) shown = true;
          if (index === 4) ready = shown = false;
          reached.add(state.kind);
          expect(state.kind === "away").toBe(!(ready && shown));
          if (state.kind === "away") expect(drawnRunOf(state)).toBeNull();
          if (state.kind === "streaming" || state.kind === "awaitsRun") expect(dueIn(state)).toBe(NOTHING_DUE);
          // Only a snapshot makes a page stream.
          if (state.kind === "streaming" && before.kind !== "streaming") expect(before.kind).toBe("needsSnapshot");
        }
      },
    ),
    { numRuns: 500 },
  );
  expect([...reached].toSorted()).toEqual(["awaitsRun", "away", "needsSnapshot", "streaming"]);
});
