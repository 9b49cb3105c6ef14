import { describe, expect, it } from "vitest";
import { moveForKey } from "../../../../webview/chart/cursorControls";
import { FREE_CURSOR, moveCursor, placeOf, type Cursor, type CursorMove } from "../../../../webview/state/cursor";

/** Rows of a thinned trace. */
const SPACE = { iterations: [0, 1, 2, 10, 20, 30], rows: 6, latest: 5, timeSteps: 4, units: 3, sequence: 7 };

function after(...moves: CursorMove[]): Cursor {
  return moves.reduce((cursor, move) => moveCursor(cursor, move, SPACE), FREE_CURSOR);
}

describe("the cursor", () => {
  it("follows the latest iteration until someone moves it", () => {
    expect(placeOf(FREE_CURSOR, SPACE)).toEqual({
      row: 5,
      iteration: 30,
      followsLatest: true,
      isHeld: false,
      timeStep: null,
      unit: null,
      sequence: 7,
    });
    expect(placeOf(FREE_CURSOR, { ...SPACE, rows: 0, latest: -1, iterations: [] }).row).toBe(-1);
  });

  it("stands on a traced row, the last one at or before where the pointer is", () => {
    expect(placeOf(after({ kind: "hover", iteration: 17 }), SPACE)).toMatchObject({
      row: 3,
      iteration: 10,
      isHeld: false,
    });
    expect(placeOf(after({ kind: "hover", iteration: 17 }, { kind: "leave" }), SPACE).followsLatest).toBe(true);
  });

  it("goes back to where it was held when the pointer leaves", () => {
    expect(
      placeOf(
        after({ kind: "pin", iteration: 2 }, { kind: "hover", iteration: 20, timeStep: 1 }, { kind: "leave" }),
        SPACE,
      ),
    ).toMatchObject({ iteration: 2, isHeld: true, timeStep: null });
  });

  it("steps row by row, stops at the start, and follows again at the end", () => {
    expect(placeOf(after({ kind: "stepRow", by: -1 }), SPACE).iteration).toBe(20);
    expect(placeOf(after({ kind: "stepRow", by: -1 }, { kind: "stepRow", by: -1 }), SPACE).iteration).toBe(10);
    expect(placeOf(after({ kind: "firstRow" }, { kind: "stepRow", by: -10 }), SPACE)).toMatchObject({
      iteration: 0,
      isHeld: true,
    });
    expect(placeOf(after({ kind: "firstRow" }, { kind: "lastRow" }), SPACE).followsLatest).toBe(true);
  });

  it("follows the last finite row, and can be held on the broken one behind it", () => {
    const broken = { ...SPACE, latest: 4 };
    expect(placeOf(FREE_CURSOR, broken)).toMatchObject({ row: 4, iteration: 20, followsLatest: true });
    expect(placeOf(moveCursor(FREE_CURSOR, { kind: "lastRow" }, broken), broken)).toMatchObject({
      row: 5,
      iteration: 30,
      isHeld: true,
    });
  });

  it("moves in time within the sequence, from the last step", () => {
    expect(placeOf(after({ kind: "stepTime", by: -1 }), SPACE).timeStep).toBe(4);
    expect(placeOf(after({ kind: "stepTime", by: -1 }, { kind: "stepTime", by: -1 }), SPACE).timeStep).toBe(3);
    expect(placeOf(after({ kind: "firstTime" }, { kind: "stepTime", by: -1 }), SPACE).timeStep).toBe(0);
    expect(placeOf(after({ kind: "hover", timeStep: 99 }), SPACE).timeStep).toBe(4);
    expect(after({ kind: "firstTime" }, { kind: "firstRow" }, { kind: "follow" })).toEqual(FREE_CURSOR);
  });
});

describe("the unit and the sequence of the cursor", () => {
  it("is hovered for as long as it lasts, and held by a click or a key", () => {
    expect(placeOf(after({ kind: "hover", unit: 1.4 }), SPACE)).toMatchObject({ unit: 1, isHeld: false });
    expect(placeOf(after({ kind: "hover", unit: 2 }, { kind: "leave" }), SPACE).unit).toBeNull();
    expect(
      placeOf(after({ kind: "pin", unit: 2 }, { kind: "hover", unit: 0 }, { kind: "leave" }), SPACE),
    ).toMatchObject({ unit: 2, isHeld: true });
    expect(placeOf(after({ kind: "stepUnit", by: 1 }, { kind: "stepUnit", by: 9 }), SPACE).unit).toBe(2);
    expect(placeOf(after({ kind: "stepUnit", by: -1 }), SPACE).unit).toBe(2);
  });

  it("stays the chosen sequence when the cursor follows the latest iteration again", () => {
    const chosen = after({ kind: "inspect", sequence: 3 }, { kind: "pin", iteration: 2, unit: 1 }, { kind: "follow" });
    expect(placeOf(chosen, SPACE)).toMatchObject({ sequence: 3, unit: null, followsLatest: true });
    expect(placeOf(moveCursor(chosen, { kind: "inspect", sequence: null }, SPACE), SPACE).sequence).toBe(7);
  });
});

describe("the keys of a chart", () => {
  it("move along its own axis with left and right, along the other with up and down", () => {
    expect(moveForKey("ArrowLeft", "iteration")).toEqual({ kind: "stepRow", by: -1 });
    expect(moveForKey("ArrowUp", "iteration")).toEqual({ kind: "stepTime", by: 1 });
    expect(moveForKey("ArrowLeft", "timeStep")).toEqual({ kind: "stepTime", by: -1 });
    expect(moveForKey("ArrowUp", "timeStep")).toEqual({ kind: "stepRow", by: 1 });
    expect(moveForKey("Home", "iteration")).toEqual({ kind: "firstRow" });
    expect(moveForKey("End", "timeStep")).toEqual({ kind: "lastTime" });
    expect(moveForKey("Escape", "iteration")).toEqual({ kind: "follow" });
    expect(moveForKey("ArrowUp", "iteration", true)).toEqual({ kind: "stepUnit", by: 1 });
    expect(moveForKey("a", "iteration")).toBeNull();
  });
});
