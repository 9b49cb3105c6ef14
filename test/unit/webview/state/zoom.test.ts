import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zoomForKey } from "../../../../webview/chart/zoomControls";
import {
  iterationWindow,
  NO_ZOOM,
  timeStepsOf,
  zoomAfterCursor,
  zoomBy,
  wholeIterations,
  windowOf,
  type Course,
  type Zoom,
  type ZoomMove,
  type ZoomSpace,
} from "../../../../webview/state/zoom";

const WHOLE = { iteration: { from: 0, to: 400 }, timeStep: timeStepsOf(20) };

function spaceOf(zoom: Zoom, cursor: number | null = null): ZoomSpace {
  return {
    whole: WHOLE,
    shown: { iteration: zoom.iteration ?? WHOLE.iteration, timeStep: zoom.timeStep ?? WHOLE.timeStep },
    cursor: { iteration: cursor, timeStep: null },
  };
}

function courseOf(rows: number, change: Partial<Course> = {}): Course {
  const iterations = Array.from({ length: rows }, (_, i) => i);
  return { iterations, rows, active: true, planned: rows > 1000 ? 2000 : 1000, ghostEnds: [], ...change };
}

function after(...moves: ZoomMove[]): Zoom {
  return moves.reduce((zoom, move) => zoomBy(zoom, move, spaceOf(zoom)), NO_ZOOM);
}

describe("the window over an axis", () => {
  it("goes closer around the place under the pointer, which stays where it is", () => {
    expect(after({ kind: "scale", axis: "iteration", factor: 0.5, at: 100 }).iteration).toEqual({ from: 50, to: 250 });
  });

  it("goes closer around the cursor where it is in view, else around the middle", () => {
    expect(zoomBy(NO_ZOOM, { kind: "scale", axis: "iteration", factor: 0.5 }, spaceOf(NO_ZOOM, 40)).iteration).toEqual({
      from: 20,
      to: 220,
    });
    expect(after({ kind: "scale", axis: "iteration", factor: 0.5 }).iteration).toEqual({ from: 100, to: 300 });
  });

  it("is none again when all is in view, and after a reset", () => {
    const close: ZoomMove = { kind: "select", axis: "iteration", from: 300, to: 200 };
    expect(after(close).iteration).toEqual({ from: 200, to: 300 });
    expect(after(close, { kind: "scale", axis: "iteration", factor: 9 })).toEqual(NO_ZOOM);
    expect(
      after(close, { kind: "select", axis: "timeStep", from: 3, to: 9 }, { kind: "reset", axis: "iteration" }),
    ).toEqual({ iteration: null, timeStep: { from: 3, to: 9 } });
    expect(after(close, { kind: "reset" })).toEqual(NO_ZOOM);
  });

  it("stops at both ends, and leaves the other axis alone", () => {
    const close: ZoomMove = { kind: "select", axis: "iteration", from: 300, to: 380 };
    expect(after(close, { kind: "pan", axis: "iteration", by: 2 })).toEqual({
      iteration: { from: 320, to: 400 },
      timeStep: null,
    });
    expect(after({ kind: "pan", axis: "iteration", by: 1 })).toEqual(NO_ZOOM);
  });

  it("lies inside of what there is and never closes, whatever is done", () => {
    const axis = fc.constantFrom("iteration" as const, "timeStep" as const);
    const number = fc.double({ min: -1000, max: 1000, noNaN: true });
    const move = fc.oneof(
      fc.record({
        kind: fc.constant("scale" as const),
        axis,
        factor: fc.double({ min: 0.001, max: 100, noNaN: true }),
        at: number,
      }),
      fc.record({ kind: fc.constant("pan" as const), axis, by: number }),
      fc.record({ kind: fc.constant("select" as const), axis, from: number, to: number }),
    );
    fc.assert(
      fc.property(fc.array(move, { maxLength: 12 }), (moves) => {
        const zoom = after(...moves);
        for (const key of ["iteration", "timeStep"] as const) {
          const span = zoom[key];
          if (span === null) continue;
          expect(span.from).toBeGreaterThanOrEqual(WHOLE[key].from - 1e-6);
          expect(span.to).toBeLessThanOrEqual(WHOLE[key].to + 1e-6);
          expect(span.to - span.from).toBeGreaterThan(1.9);
        }
      }),
    );
  });

  it("turns the page when the cursor leaves it, and is not moved by one inside", () => {
    const zoom: Zoom = { iteration: { from: 100, to: 200 }, timeStep: null };
    expect(zoomAfterCursor(zoom, spaceOf(zoom, 150))).toBe(zoom);
    expect(zoomAfterCursor(zoom, spaceOf(zoom, 201)).iteration).toEqual({ from: 186, to: 286 });
    expect(zoomAfterCursor(zoom, spaceOf(zoom, 99)).iteration).toEqual({ from: 14, to: 114 });
  });

  it("holds the rows that cover it, with one beyond each edge", () => {
    const iterations = [0, 10, 20, 30, 40, 50];
    expect(windowOf(iterations, 6, { from: 15, to: 35 })).toMatchObject({ from: 15, to: 35, first: 1, end: 5, fit: 1 });
  });
});

describe("the iterations in view", () => {
  const ended = courseOf(401, { active: false });

  it("are all, or the most recent quarter", () => {
    expect(iterationWindow(ended, "all", null)).toMatchObject({ from: 0, to: 400, first: 0, end: 401, fit: 0 });
    expect(iterationWindow(ended, "recent", null)).toMatchObject({ from: 300, to: 400, first: 300, end: 401 });
    // What is beyond the latest iteration is not recent.
    expect(iterationWindow(courseOf(401), "recent", null)).toMatchObject({ from: 300, to: 400 });
  });

  it("are all after a spike too, where the y axes fit what comes after the first tenth", () => {
    expect(iterationWindow(ended, "afterSpike", null)).toMatchObject({ from: 0, to: 400, first: 0, fit: 40, end: 401 });
    expect(iterationWindow(courseOf(401), "afterSpike", null)).toMatchObject({ from: 0, fit: 40 });
    expect(iterationWindow(ended, "afterSpike", { from: 100, to: 200 })).toMatchObject({ first: 100, fit: 110 });
  });

  it("are not stretched at the beginning of a run, and fill the width when it ended after a few", () => {
    expect(iterationWindow(courseOf(1), "all", null)).toMatchObject({ from: 0, to: 10, first: 0, end: 1 });
    expect(iterationWindow(courseOf(3), "recent", null)).toMatchObject({ from: 0, first: 0, to: 10 });
    expect(iterationWindow(courseOf(3, { active: false }), "all", null)).toMatchObject({ from: 0, to: 2 });
  });

  it("end at a round number while the run goes on, which a third of the axis at most is beyond, and at its end", () => {
    const ends = Array.from({ length: 1000 }, (_, i) => wholeIterations(courseOf(i + 2)).to);
    expect([...new Set(ends)]).toEqual([10, 15, 20, 30, 40, 50, 60, 80, 100, 150, 200, 300, 400, 500, 600, 800, 1000]);
    for (const [i, end] of ends.entries()) if (i > 10) expect((i + 1) / end).toBeGreaterThan(2 / 3 - 1e-9);
    expect(wholeIterations(courseOf(450, { planned: 460 })).to).toBe(460);
    expect(wholeIterations(courseOf(471, { planned: 460 })).to).toBe(470);
    expect(wholeIterations(courseOf(450, { planned: 460, active: false })).to).toBe(449);
  });

  it("reach to the end of earlier runs, but a far longer one does not press this one together", () => {
    const withGhosts = (ghostEnds: readonly number[]): number => wholeIterations(courseOf(157, { ghostEnds })).to;
    expect(withGhosts([156, 500])).toBe(500);
    expect(withGhosts([20])).toBe(200);
    expect(withGhosts([1e6])).toBe(2000);
  });
});

it("keys go closer, further, along and back", () => {
  expect(zoomForKey("+", false, "iteration")).toMatchObject({ kind: "scale", axis: "iteration" });
  expect(zoomForKey("-", false, "timeStep")).toMatchObject({ kind: "scale", axis: "timeStep" });
  expect(zoomForKey("ArrowLeft", true, "iteration")).toMatchObject({ kind: "pan" });
  expect(zoomForKey("ArrowLeft", false, "iteration")).toBeNull();
  expect(zoomForKey("0", false, "iteration")).toEqual({ kind: "reset" });
});
