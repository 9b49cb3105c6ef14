/** What the page remembers of a comparison of cell types, whose curves are in the memory of its host alone. */
import type { CellKind } from "../../src/shared/trace/cells";
import type { ShownRace } from "../../src/shared/wire/race";
import { isLastRace } from "./isLastRace.generated";

export interface LastRace {
  /** Of the experiment. */
  readonly uri: string;
  readonly isDone: boolean;
  /** Of its iterations, from 0 to 1. */
  readonly share: number;
  readonly lanes: readonly {
    readonly cell: CellKind;
    /** The final loss, or the last one of training; null before the first. */
    readonly loss: number | null;
  }[];
}

/** From a state that an older version, or nobody, wrote. */
export function readLastRace(saved: unknown): LastRace | null {
  return isLastRace(saved) ? saved : null;
}

export function lastRaceOf(uri: string, race: ShownRace): LastRace {
  return {
    uri,
    isDone: race.phase === "done",
    share: shareDone(race),
    lanes: race.lanes.map(({ cell, curve, result }) => ({
      cell,
      loss: finite(result?.loss ?? curve.loss.at(-1) ?? NaN),
    })),
  };
}

/** How much of the race has been trained. */
export function shareDone({ lanes }: Pick<ShownRace, "lanes">): number {
  const done = lanes.reduce(
    (sum, { iteration, iterations, phase }) =>
      sum + (phase === "diverged" || phase === "failed" ? 1 : iteration / Math.max(1, iterations)),
    0,
  );
  return done / Math.max(1, lanes.length);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
