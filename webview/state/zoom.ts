/**
 * What part of the run is in view: one window over the iterations and one over the time steps, shared by all charts.
 * Without a zoom the iterations in view are all, or the most recent ones, and the time steps are all.
 */
import { indexAt } from "../../src/shared/trace/decimate";
import type { IterationRange } from "./preferences";

export interface Span {
  readonly from: number;
  readonly to: number;
}

export type ZoomAxis = "iteration" | "timeStep";

/** Null: no zoom. */
export type Zoom = Readonly<Record<ZoomAxis, Span | null>>;

export const NO_ZOOM: Zoom = { iteration: null, timeStep: null };

export type ZoomMove =
  /**
   * Keeps `at` where it is; a factor below 1 goes closer. Without `at`: where the cursor is if it is in view, else the
   * middle.
   */
  | { readonly kind: "scale"; readonly axis: ZoomAxis; readonly factor: number; readonly at?: number }
  /** By so many widths of the window. */
  | { readonly kind: "pan"; readonly axis: ZoomAxis; readonly by: number }
  | { readonly kind: "select"; readonly axis: ZoomAxis; readonly from: number; readonly to: number }
  | { readonly kind: "reset"; readonly axis?: ZoomAxis };

export interface ZoomSpace {
  /** All there is. */
  readonly whole: Readonly<Record<ZoomAxis, Span>>;
  /** What is in view now. */
  readonly shown: Readonly<Record<ZoomAxis, Span>>;
  readonly cursor: Readonly<Record<ZoomAxis, number | null>>;
}

/** Closer than this there is nothing more to see. */
const MIN_LENGTH: Readonly<Record<ZoomAxis, number>> = { iteration: 4, timeStep: 2 };
/** One step closer. */
export const ZOOM_STEP = 0.7;
/**
 * When the cursor leaves the window, the window scrolls to follow it: the cursor is then this part of the width from
 * the edge it crossed.
 */
const PAGE_MARGIN = 0.15;

export function zoomBy(zoom: Zoom, move: ZoomMove, space: ZoomSpace): Zoom {
  if (move.kind === "reset") return move.axis === undefined ? NO_ZOOM : { ...zoom, [move.axis]: null };
  const { axis } = move;
  const shown = space.shown[axis];
  switch (move.kind) {
    case "scale": {
      const cursor = space.cursor[axis];
      const at =
        move.at ??
        (cursor !== null && cursor >= shown.from && cursor <= shown.to ? cursor : (shown.from + shown.to) / 2);
      return {
        ...zoom,
        [axis]: within(
          { from: at - (at - shown.from) * move.factor, to: at + (shown.to - at) * move.factor },
          space.whole[axis],
          MIN_LENGTH[axis],
        ),
      };
    }
    case "pan": {
      // Without a zoom all is in view, and there is nowhere to go; but from the recent iterations there is.
      const by = move.by * (shown.to - shown.from);
      return {
        ...zoom,
        [axis]: within({ from: shown.from + by, to: shown.to + by }, space.whole[axis], MIN_LENGTH[axis]),
      };
    }
    case "select":
      return {
        ...zoom,
        [axis]: within(
          { from: Math.min(move.from, move.to), to: Math.max(move.from, move.to) },
          space.whole[axis],
          MIN_LENGTH[axis],
        ),
      };
  }
}

/** The window after a cursor that was moved on purpose. */
export function zoomAfterCursor(zoom: Zoom, space: ZoomSpace): Zoom {
  let moved = zoom;
  for (const axis of ["iteration", "timeStep"] as const) {
    const cursor = space.cursor[axis];
    const { from, to } = space.shown[axis];
    if (cursor === null || (cursor >= from && cursor <= to)) continue;
    const width = to - from;
    const start = cursor > to ? cursor - PAGE_MARGIN * width : cursor - (1 - PAGE_MARGIN) * width;
    moved = { ...moved, [axis]: within({ from: start, to: start + width }, space.whole[axis], MIN_LENGTH[axis]) };
  }
  return moved;
}

/** Moved and cut so that it lies inside; null when it is the whole. */
function within(span: Span, whole: Span, shortest: number): Span | null {
  const length = whole.to - whole.from;
  const width = Math.min(length, Math.max(span.to - span.from, shortest));
  const middle = (span.from + span.to) / 2;
  const from = Math.min(whole.to - width, Math.max(whole.from, middle - width / 2));
  return width >= length * (1 - 1e-9) ? null : { from, to: from + width };
}

/** Half a step beyond either end, for charts whose steps are cells. */
export function timeStepsOf(timeSteps: number): Span {
  return { from: -0.5, to: timeSteps + 0.5 };
}

/** "Recent" is this part of the iterations so far, and never fewer than the minimum. */
const RECENT_PART = 0.25;
const RECENT_MINIMUM = 20;
/** "After spike": y axes leave out this part of the iterations in view. */
const SPIKE_PART = 0.1;
/** A run that has just begun is not stretched over the whole width; one that ended after a few iterations is. */
const MIN_AXIS = { active: 10, ended: 1 } as const;
/**
 * While a run goes on the axis ends at the next of these times a power of ten, so that it stays where it is for many
 * frames, and a third of it at most is empty.
 */
const AXIS_ENDS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];
/** Earlier runs that went on for longer widen the axis to so many times the iterations asked for, at most. */
const MOST_OF_GHOSTS = 2;

/** The iterations in view, and the rows [first, end) that cover them, with one beyond each edge where there is one. */
export interface IterationWindow extends Span {
  readonly first: number;
  readonly end: number;
}

/** That of the charts of lines. */
export interface LineWindow extends IterationWindow {
  /** Y axes fit the rows from here. */
  readonly fit: number;
  /** Up to the end of the axis, where it is not the reader who has chosen it. */
  readonly isWhole: boolean;
  /** The latest iteration of the run in the window. */
  readonly last: number;
}

/** How far a run has come, and how far it may come. */
export interface Course {
  readonly iterations: ArrayLike<number>;
  readonly rows: number;
  readonly active: boolean;
  /** Iterations asked for; 0 where that is not known. */
  readonly planned: number;
  /** The last iteration of each earlier run that is shown with it. */
  readonly ghostEnds: readonly number[];
}

/** From the first iteration to the end of the axis, which is beyond the latest one while the run goes on. */
export function wholeIterations({ iterations, rows, active, planned, ghostEnds }: Course): Span {
  const from = iterations[0] ?? 0;
  const last = iterations[rows - 1] ?? 0;
  const most = Math.max(planned > 0 ? planned : Infinity, last);
  const own = active ? Math.min(axisEnd(Math.max(last, from + MIN_AXIS.active)), most) : last;
  const reach = MOST_OF_GHOSTS * (planned > 0 ? Math.max(planned, last) : last);
  return { from, to: Math.max(own, from + MIN_AXIS.ended, ...ghostEnds.map((end) => Math.min(end, reach))) };
}

export function iterationWindow(course: Course, range: IterationRange, zoomed: Span | null): LineWindow {
  const { iterations, rows } = course;
  const whole = wholeIterations(course);
  if (zoomed !== null) return windowOf(iterations, rows, zoomed, range === "afterSpike");
  if (range !== "recent") return { ...windowOf(iterations, rows, whole, range === "afterSpike"), isWhole: true };
  const to = Math.max(iterations[rows - 1] ?? 0, Math.min(whole.to, whole.from + MIN_AXIS.active));
  const from = Math.floor(to - Math.max((to - whole.from) * RECENT_PART, RECENT_MINIMUM));
  return windowOf(iterations, rows, { from: Math.max(whole.from, from), to });
}

/** @param afterSpike y axes leave out the first part of it */
export function windowOf(
  iterations: ArrayLike<number>,
  rows: number,
  { from, to }: Span,
  afterSpike = false,
): LineWindow {
  const first = indexAt(iterations, rows, from);
  const end = Math.min(rows, indexAt(iterations, rows, to) + 2);
  const last = Math.min(to, iterations[rows - 1] ?? 0);
  const fit = afterSpike ? Math.max(first, indexAt(iterations, rows, from + SPIKE_PART * (last - from))) : first;
  return { from, to, first, end, fit, isWhole: false, last };
}

/** The iterations that the run has, and no more. */
export function recordedIterations(iterations: ArrayLike<number>, rows: number): IterationWindow {
  return windowOf(iterations, rows, wholeIterations({ iterations, rows, active: false, planned: 0, ghostEnds: [] }));
}

function axisEnd(iteration: number): number {
  const power = 10 ** Math.floor(Math.log10(iteration));
  return Math.ceil((AXIS_ENDS.find((mantissa) => mantissa * power >= iteration) ?? 10) * power);
}
