import { describe, expect, it } from "vitest";
import { FREE_CURSOR, placeOf, type Cursor } from "../../../../webview/state/cursor";
import { travelForKey } from "../../../../webview/page/scrubber";
import { INITIAL_STATE, cursorPlace, reduce, type LabEvent, type LabState } from "../../../../webview/state/store";
import {
  nextSpeed,
  playOn,
  STILL,
  travel,
  type Playback,
  type TravelSpace,
} from "../../../../webview/state/timeTravel";
import { PACES, SPEEDS } from "../../../../src/shared/wire/protocol";
import { formatSpeed } from "../../../../src/shared/words/speed";
import type { TravelAction } from "../../../../src/shared/wire/panelActions";
import { appendOf, snapshotOf, viewOf } from "../support";

/** Rows of a thinned trace. */
const SPACE: TravelSpace = {
  iterations: [0, 1, 2, 10, 20, 30],
  rows: 6,
  latest: 5,
  timeSteps: 4,
  units: 1,
  sequence: 0,
  begin: 0,
  frames: [0, 1, 2, 10, 20, 30],
  findings: [
    { iteration: 2, timeStep: 3 },
    { iteration: 20, timeStep: null },
  ],
};

function after(cursor: Cursor, ...actions: TravelAction[]): { cursor: Cursor; playback: Playback } {
  return actions.reduce((state, action) => travel(state, action, SPACE), { cursor, playback: STILL });
}

const at = (iteration: number): Cursor => ({ ...FREE_CURSOR, pinnedIteration: iteration });
const iterationOf = ({ cursor }: { cursor: Cursor }): number => placeOf(cursor, SPACE).iteration;

describe("time travel", () => {
  it("steps back and forward row by row, and lets go at the latest", () => {
    expect(iterationOf(after(FREE_CURSOR, "stepBack"))).toBe(20);
    expect(iterationOf(after(FREE_CURSOR, "stepBack", "stepBack", "stepForward"))).toBe(20);
    expect(after(at(20), "stepForward").cursor.pinnedIteration).toBeNull();
    expect(iterationOf(after(FREE_CURSOR, "goToFirst", "stepBack"))).toBe(0);
    expect(after(at(2), "goToLatest").cursor).toEqual(FREE_CURSOR);
  });

  it("jumps to the findings on either side, with their time step, and stays where there is none", () => {
    expect(after(FREE_CURSOR, "previousFinding").cursor).toMatchObject({ pinnedIteration: 20 });
    expect(after(FREE_CURSOR, "previousFinding", "previousFinding").cursor).toMatchObject({
      pinnedIteration: 2,
      pinnedTimeStep: 3,
    });
    expect(after(at(2), "previousFinding").cursor).toEqual(at(2));
    expect(iterationOf(after(at(0), "nextFinding", "nextFinding", "nextFinding"))).toBe(20);
  });

  it("plays from the start when there is nothing ahead, else from where it is", () => {
    expect(after(FREE_CURSOR, "playPause")).toMatchObject({
      cursor: { pinnedIteration: 0 },
      playback: { playing: true },
    });
    expect(after(at(10), "playPause")).toMatchObject({ cursor: { pinnedIteration: 10 }, playback: { playing: true } });
    expect(after(at(10), "playPause", "playPause").playback.playing).toBe(false);
    expect(after(at(10), "playPause", "stepBack")).toMatchObject({
      cursor: { pinnedIteration: 2 },
      playback: { playing: false },
    });
  });

  it("plays as many rows as its speed says, however short the frames are, and lets go at the end", () => {
    let state = { cursor: at(0), playback: { ...STILL, playing: true, speed: SPEEDS[1] } };
    for (let frame = 0; frame < 11; frame++) state = playOn(state, 10, SPACE) as typeof state;
    expect(state.cursor.pinnedIteration).toBe(10);
    expect(playOn(state, 1000, SPACE)).toMatchObject({
      cursor: { pinnedIteration: null },
      playback: { playing: false },
    });
  });

  it("has the speeds that training can be held to, beside full speed", () => {
    expect([...PACES].sort((a, b) => a - b)).toEqual([0, ...SPEEDS]);
    expect(PACES.map(formatSpeed)).toEqual(["Full speed", "1,000/s", "300/s", "100/s", "30/s", "10/s"]);
  });

  it("goes through its speeds and stops at both ends", () => {
    expect(nextSpeed(SPEEDS[0], -1)).toBe(SPEEDS[0]);
    expect(nextSpeed(SPEEDS[0], 1)).toBe(SPEEDS[1]);
    expect(nextSpeed(1000, 1)).toBe(1000);
  });

  it("has its keys", () => {
    expect([",", ".", "p", "[", "]", "<", ">", "constructor", "a"].map(travelForKey)).toEqual([
      "stepBack",
      "stepForward",
      "playPause",
      "previousFinding",
      "nextFinding",
      "playSlower",
      "playFaster",
      null,
      null,
    ]);
  });
});

describe("while a film plays", () => {
  const play = (...events: LabEvent[]): LabState =>
    events.reduce(
      (state, event) => reduce(state, event).state,
      reduce(INITIAL_STATE, { type: "host", message: snapshotOf(0, "a", 101) }).state,
    );
  const start: LabEvent[] = [
    { type: "cursor", move: { kind: "pin", iteration: 10 } },
    { type: "travel", action: "playPause" },
  ];

  it("the run goes on, and the film with it", () => {
    const state = play(
      ...start,
      { type: "host", message: appendOf(1, "a", 101, 121) },
      { type: "frame", elapsedMs: 200 },
    );
    expect(cursorPlace(state)).toMatchObject({ iteration: 16, followsLatest: false });
    expect(state.run?.trace.rows).toBe(121);
  });

  it("a pointer that rests on a chart does not halt it; a click, a step and another run do", () => {
    expect(
      cursorPlace(play(...start, { type: "cursor", move: { kind: "hover", iteration: 50, timeStep: 1 } })),
    ).toMatchObject({ iteration: 10, timeStep: 1 });
    expect(play(...start, { type: "cursor", move: { kind: "pin", iteration: 50 } }).playback.playing).toBe(false);
    expect(play(...start, { type: "cursor", move: { kind: "stepRow", by: 1 } }).playback.playing).toBe(false);
    expect(
      play(...start, { type: "speed", speed: 100 }, { type: "host", message: snapshotOf(1, "b", 3) }).playback,
    ).toEqual({ ...STILL, speed: 100 });
  });

  it("a window that is zoomed in turns its page with it", () => {
    const state = play({ type: "zoom", move: { kind: "select", axis: "iteration", from: 5, to: 15 } }, ...start, {
      type: "frame",
      elapsedMs: 400,
    });
    expect(cursorPlace(state).iteration).toBe(22);
    expect(state.zoom.iteration).toEqual({ from: 20.5, to: 30.5 });
  });

  it("a command does what the button does", () => {
    const findings = [
      {
        rule: "exploding" as const,
        severity: "warning" as const,
        iteration: 42,
        timeStep: 1,
        numbers: {},
        message: "It explodes.",
        configPath: [],
        fixes: [],
      },
    ];
    const state = play(
      { type: "host", message: { type: "view", view: viewOf({ findings }) } },
      { type: "host", message: { type: "perform", action: "previousFinding" } },
      { type: "host", message: { type: "perform", action: "zoomIn" } },
    );
    expect(cursorPlace(state)).toMatchObject({ iteration: 42, timeStep: 1 });
    expect(state.zoom.iteration).not.toBeNull();
    expect(
      reduce(state, { type: "host", message: { type: "perform", action: "resetZoom" } }).state.zoom.iteration,
    ).toBeNull();
  });
});
