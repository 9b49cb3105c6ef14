/**
 * Going through the iterations as through a film, while the run goes on underneath. Its frames are the traced rows, as
 * only they have states and gradients; steps are iterations. Playing moves the pin of the
 * shared cursor, so all views follow; at the latest iteration it lets go, and the cursor follows the run again.
 */
import { indexAt } from "../../src/shared/trace/decimate";
import type { TravelAction } from "../../src/shared/wire/panelActions";
import { SPEEDS, type Speed } from "../../src/shared/wire/protocol";
import { moveCursor, placedCursor, placeOf, type Cursor, type CursorSpace } from "./cursor";

const DEFAULT_SPEED: Speed = 30;

export interface Playback {
  readonly playing: boolean;
  /** Traced iterations a second. */
  readonly speed: Speed;
  /** The part of a row that is still to go. */
  readonly rest: number;
}

export const STILL: Playback = { playing: false, speed: DEFAULT_SPEED, rest: 0 };

export interface TravelSpace extends CursorSpace {
  /** Where playing starts when there is nothing ahead of the cursor. */
  readonly begin: number;
  /** Iterations of the traced rows, ascending. */
  readonly frames: ArrayLike<number>;
  readonly findings: readonly { readonly iteration: number; readonly timeStep: number | null }[];
}

interface Travelled {
  readonly cursor: Cursor;
  readonly playback: Playback;
}

export function travel({ cursor, playback }: Travelled, action: TravelAction, space: TravelSpace): Travelled {
  const still: Playback = { ...playback, playing: false, rest: 0 };
  const moved = (next: Cursor): Travelled => ({ cursor: next, playback: still });
  switch (action) {
    case "playPause":
      return playback.playing
        ? { cursor: release(cursor), playback: still }
        : start({ cursor, playback: still }, space);
    case "stepBack":
      return moved(moveCursor(release(cursor), { kind: "stepRow", by: -1 }, space));
    case "stepForward":
      return moved(moveCursor(release(cursor), { kind: "stepRow", by: 1 }, space));
    case "goToFirst":
      return moved(moveCursor(cursor, { kind: "firstRow" }, space));
    case "goToLatest":
      return moved({ ...cursor, pinnedIteration: null, hoveredIteration: null });
    case "previousFinding":
    case "nextFinding": {
      const { iteration } = placeOf(release(cursor), space);
      const ahead = action === "nextFinding";
      const places = space.findings.filter((finding) =>
        ahead ? finding.iteration > iteration : finding.iteration < iteration,
      );
      const nearest = places.reduce<(typeof places)[number] | null>(
        (best, place) =>
          best === null || Math.abs(place.iteration - iteration) < Math.abs(best.iteration - iteration) ? place : best,
        null,
      );
      return nearest === null ? { cursor, playback } : moved(placedCursor(cursor, nearest));
    }
    case "playFaster":
    case "playSlower":
      return { cursor, playback: { ...playback, speed: nextSpeed(playback.speed, action === "playFaster" ? 1 : -1) } };
  }
}

/** @param elapsedMs since the last frame */
export function playOn({ cursor, playback }: Travelled, elapsedMs: number, space: TravelSpace): Travelled {
  if (!playback.playing) return { cursor, playback };
  const way = playback.rest + (playback.speed * elapsedMs) / 1000;
  const frames = Math.floor(way);
  const frame = indexAt(space.frames, space.frames.length, cursor.pinnedIteration ?? Infinity) + frames;
  const iteration = space.frames[frame];
  if (iteration === undefined || iteration >= (space.iterations[space.latest] ?? 0))
    return { cursor: { ...cursor, pinnedIteration: null }, playback: { ...playback, playing: false, rest: 0 } };
  return {
    cursor: frames === 0 ? cursor : { ...cursor, pinnedIteration: iteration },
    playback: { ...playback, rest: way - frames },
  };
}

function start({ cursor, playback }: Travelled, space: TravelSpace): Travelled {
  if (space.rows < 2) return { cursor, playback };
  const { row } = placeOf(release(cursor), space);
  const from = row >= space.latest ? Math.min(space.begin, space.rows - 2) : row;
  return {
    cursor: { ...release(cursor), pinnedIteration: space.iterations[from] ?? null },
    playback: { ...playback, playing: true },
  };
}

/** The pointer may rest on a chart: where it is, is not where the film is. */
function release(cursor: Cursor): Cursor {
  return { ...cursor, hoveredIteration: null };
}

export function nextSpeed(speed: Speed, by: 1 | -1): Speed {
  return SPEEDS[SPEEDS.indexOf(speed) + by] ?? speed;
}
