import { indexAt } from "../../src/shared/trace/decimate";
import type { CursorMove } from "../state/cursor";

/** Where a key or a click takes the cursor; null: to the end of each run. @param iterations of all runs, ascending */
export function movedIteration(move: CursorMove, from: number | null, iterations: readonly number[]): number | null {
  const last = iterations.length - 1;
  switch (move.kind) {
    case "pin":
      return move.iteration ?? from;
    case "stepRow": {
      const at = from === null ? last : indexAt(iterations, iterations.length, from);
      // Several runs may have a row at the same iteration.
      let next = at;
      for (let steps = Math.abs(move.by); steps > 0; steps--) {
        const here = iterations[next];
        while (iterations[next] === here && next + Math.sign(move.by) >= 0 && next + Math.sign(move.by) <= last)
          next += Math.sign(move.by);
      }
      return iterations[next] ?? null;
    }
    case "firstRow":
      return iterations[0] ?? null;
    case "lastRow":
    case "follow":
      return null;
    default:
      return from;
  }
}
