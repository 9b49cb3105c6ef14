/**
 * The one cursor that all charts share: an iteration and a time step. Hovering moves it for as long as it lasts;
 * a click or a key pins it. Without a pin it follows the latest iteration.
 */
import { indexAt } from "../src/shared/decimate";

export interface Cursor {
  readonly pinnedIteration: number | null;
  readonly hoveredIteration: number | null;
  readonly pinnedTimeStep: number | null;
  readonly hoveredTimeStep: number | null;
}

export const FREE_CURSOR: Cursor = { pinnedIteration: null, hoveredIteration: null, pinnedTimeStep: null, hoveredTimeStep: null };

export type CursorMove =
  | { readonly kind: "hover"; readonly iteration?: number; readonly timeStep?: number }
  | { readonly kind: "leave" }
  | { readonly kind: "pin"; readonly iteration?: number; readonly timeStep?: number }
  /** By so many traced rows, or time steps. */
  | { readonly kind: "stepRow"; readonly by: number }
  | { readonly kind: "stepTime"; readonly by: number }
  | { readonly kind: "firstRow" | "lastRow" | "firstTime" | "lastTime" }
  /** Forget the pins. */
  | { readonly kind: "follow" };

export interface CursorSpace {
  /** Iterations of the traced rows, ascending. */
  readonly iterations: ArrayLike<number>;
  readonly rows: number;
  /** The row the cursor follows: the last one, or before it the last whose numbers are finite. -1 when there is none. */
  readonly latest: number;
  /** T: time steps run from 0 to T. */
  readonly timeSteps: number;
}

export interface CursorPlace {
  /** Index of the traced row; -1 when there is none. */
  readonly row: number;
  readonly iteration: number;
  readonly followsLatest: boolean;
  /** It stays where it is when the pointer leaves. */
  readonly isHeld: boolean;
  readonly timeStep: number | null;
}

export function placeOf(cursor: Cursor, space: CursorSpace): CursorPlace {
  const asked = cursor.hoveredIteration ?? cursor.pinnedIteration;
  const row = space.rows === 0 ? -1 : asked === null ? space.latest : indexAt(space.iterations, space.rows, asked);
  const timeStep = cursor.hoveredTimeStep ?? cursor.pinnedTimeStep;
  return {
    row,
    iteration: space.iterations[row] ?? 0,
    followsLatest: asked === null,
    isHeld: cursor.pinnedIteration !== null || cursor.pinnedTimeStep !== null,
    timeStep: timeStep === null ? null : clamp(timeStep, 0, space.timeSteps),
  };
}

export function moveCursor(cursor: Cursor, move: CursorMove, space: CursorSpace): Cursor {
  const place = placeOf(cursor, space);
  const pinRow = (wanted: number): Cursor => {
    const row = clamp(wanted, 0, Math.max(0, space.rows - 1));
    return { ...cursor, hoveredIteration: null, pinnedIteration: row === space.latest ? null : (space.iterations[row] ?? null) };
  };
  const pinTime = (timeStep: number): Cursor => ({ ...cursor, hoveredTimeStep: null, pinnedTimeStep: clamp(Math.round(timeStep), 0, space.timeSteps) });
  switch (move.kind) {
    case "hover":
      return { ...cursor, hoveredIteration: move.iteration ?? cursor.hoveredIteration, hoveredTimeStep: move.timeStep === undefined ? cursor.hoveredTimeStep : clamp(Math.round(move.timeStep), 0, space.timeSteps) };
    case "leave":
      return { ...cursor, hoveredIteration: null, hoveredTimeStep: null };
    case "pin": {
      const pinned = move.iteration === undefined ? cursor : pinRow(indexAt(space.iterations, space.rows, move.iteration));
      return move.timeStep === undefined ? pinned : { ...pinned, hoveredTimeStep: null, pinnedTimeStep: clamp(Math.round(move.timeStep), 0, space.timeSteps) };
    }
    case "stepRow":
      return pinRow(place.row + move.by);
    case "stepTime":
      return pinTime(place.timeStep === null ? space.timeSteps : place.timeStep + move.by);
    case "firstRow":
      return pinRow(0);
    case "lastRow":
      return pinRow(space.rows - 1);
    case "firstTime":
      return pinTime(0);
    case "lastTime":
      return pinTime(space.timeSteps);
    case "follow":
      return FREE_CURSOR;
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Held at a place that somebody else has chosen, as a finding does. */
export function placedCursor(cursor: Cursor, place: { readonly iteration: number; readonly timeStep: number | null }): Cursor {
  return { ...cursor, hoveredIteration: null, hoveredTimeStep: null, pinnedIteration: place.iteration, pinnedTimeStep: place.timeStep ?? cursor.pinnedTimeStep };
}
