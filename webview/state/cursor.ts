/**
 * The one cursor that all charts share: an iteration, a time step, a unit, and the sequence that is looked into.
 * Hovering moves it for as long as it lasts; a click or a key pins it. Without a pin it follows the latest iteration. A
 * sequence is chosen, never hovered: what is known about it has to be computed.
 */
import { indexAt } from "../../src/shared/trace/decimate";

export interface Cursor {
  readonly pinnedIteration: number | null;
  readonly hoveredIteration: number | null;
  readonly pinnedTimeStep: number | null;
  readonly hoveredTimeStep: number | null;
  readonly pinnedUnit: number | null;
  readonly hoveredUnit: number | null;
  /** Its number, or one of the reader's own as it is typed. Null: the one that the run traces. */
  readonly sequence: number | string | null;
}

export const FREE_CURSOR: Cursor = {
  pinnedIteration: null,
  hoveredIteration: null,
  pinnedTimeStep: null,
  hoveredTimeStep: null,
  pinnedUnit: null,
  hoveredUnit: null,
  sequence: null,
};

/** A place in some of its directions. */
export interface CursorTarget {
  readonly iteration?: number;
  readonly timeStep?: number;
  readonly unit?: number;
}

export type CursorMove =
  | ({ readonly kind: "hover" } & CursorTarget)
  | { readonly kind: "leave" }
  | ({ readonly kind: "pin" } & CursorTarget)
  /** By so many iterations, time steps or units; where several iterations are one point of the curves, by points. */
  | { readonly kind: "stepRow" | "stepTime" | "stepUnit"; readonly by: number }
  | { readonly kind: "firstRow" | "lastRow" | "firstTime" | "lastTime" }
  /** Looks into another sequence; null: the one that the run traces. */
  | { readonly kind: "inspect"; readonly sequence: number | string | null }
  /** Forget the pins. The sequence stays. */
  | { readonly kind: "follow" };

export interface CursorSpace {
  /** Iterations that the cursor can be at, ascending: those of the points of the curves. */
  readonly iterations: ArrayLike<number>;
  readonly rows: number;
  /**
   * The row the cursor follows: the last one, or before it the last whose numbers are finite. -1 when there is none.
   */
  readonly latest: number;
  /** T: time steps run from 0 to T, of the longer one where the sequence that is looked into has another length. */
  readonly timeSteps: number;
  /** Units of a layer. */
  readonly units: number;
  /** The one that the run traces. */
  readonly sequence: number;
}

export interface CursorPlace {
  /** Index of the row among those of the space; -1 when there is none. */
  readonly row: number;
  readonly iteration: number;
  readonly followsLatest: boolean;
  /** It stays where it is when the pointer leaves. */
  readonly isHeld: boolean;
  readonly timeStep: number | null;
  readonly unit: number | null;
  /** The sequence that is looked into. */
  readonly sequence: number | string;
}

export function placeOf(cursor: Cursor, space: CursorSpace): CursorPlace {
  const asked = cursor.hoveredIteration ?? cursor.pinnedIteration;
  const row = space.rows === 0 ? -1 : asked === null ? space.latest : indexAt(space.iterations, space.rows, asked);
  const timeStep = cursor.hoveredTimeStep ?? cursor.pinnedTimeStep;
  const unit = cursor.hoveredUnit ?? cursor.pinnedUnit;
  return {
    row,
    iteration: space.iterations[row] ?? 0,
    followsLatest: asked === null,
    isHeld: cursor.pinnedIteration !== null || cursor.pinnedTimeStep !== null || cursor.pinnedUnit !== null,
    timeStep: timeStep === null ? null : clamp(timeStep, 0, space.timeSteps),
    unit: unit === null ? null : clamp(unit, 0, space.units - 1),
    sequence: cursor.sequence ?? space.sequence,
  };
}

export function moveCursor(cursor: Cursor, move: CursorMove, space: CursorSpace): Cursor {
  const place = placeOf(cursor, space);
  const pinRow = (wanted: number): Cursor => {
    const row = clamp(wanted, 0, Math.max(0, space.rows - 1));
    return {
      ...cursor,
      hoveredIteration: null,
      pinnedIteration: row === space.latest ? null : (space.iterations[row] ?? null),
    };
  };
  const atTime = (timeStep: number): number => clamp(Math.round(timeStep), 0, space.timeSteps);
  const atUnit = (unit: number): number => clamp(Math.round(unit), 0, Math.max(0, space.units - 1));
  const pinTime = (timeStep: number): Cursor => ({
    ...cursor,
    hoveredTimeStep: null,
    pinnedTimeStep: atTime(timeStep),
  });
  const pinUnit = (unit: number): Cursor => ({ ...cursor, hoveredUnit: null, pinnedUnit: atUnit(unit) });
  switch (move.kind) {
    case "hover":
      return {
        ...cursor,
        hoveredIteration: move.iteration ?? cursor.hoveredIteration,
        hoveredTimeStep: move.timeStep === undefined ? cursor.hoveredTimeStep : atTime(move.timeStep),
        hoveredUnit: move.unit === undefined ? cursor.hoveredUnit : atUnit(move.unit),
      };
    case "leave":
      return { ...cursor, hoveredIteration: null, hoveredTimeStep: null, hoveredUnit: null };
    case "pin": {
      const pinned =
        move.iteration === undefined ? cursor : pinRow(indexAt(space.iterations, space.rows, move.iteration));
      return {
        ...pinned,
        ...(move.timeStep === undefined ? {} : { hoveredTimeStep: null, pinnedTimeStep: atTime(move.timeStep) }),
        ...(move.unit === undefined ? {} : { hoveredUnit: null, pinnedUnit: atUnit(move.unit) }),
      };
    }
    case "stepRow":
      return pinRow(place.row + move.by);
    case "stepTime":
      return pinTime(place.timeStep === null ? space.timeSteps : place.timeStep + move.by);
    case "stepUnit":
      return pinUnit(place.unit === null ? (move.by > 0 ? 0 : space.units - 1) : place.unit + move.by);
    case "firstRow":
      return pinRow(0);
    case "lastRow":
      return pinRow(space.rows - 1);
    case "firstTime":
      return pinTime(0);
    case "lastTime":
      return pinTime(space.timeSteps);
    case "inspect":
      return { ...cursor, sequence: move.sequence };
    case "follow":
      return { ...FREE_CURSOR, sequence: cursor.sequence };
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Held at a place that somebody else has chosen, as a finding does. */
export function placedCursor(
  cursor: Cursor,
  place: { readonly iteration: number | null; readonly timeStep: number | null },
): Cursor {
  return {
    ...cursor,
    hoveredIteration: null,
    hoveredTimeStep: null,
    pinnedIteration: place.iteration ?? cursor.pinnedIteration,
    pinnedTimeStep: place.timeStep ?? cursor.pinnedTimeStep,
  };
}
