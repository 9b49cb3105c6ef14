/** What a run is called and how its curves look, the same wherever it appears. */

/** The number and name of a run. */
export interface RunIdentity {
  /** From 1, counted per experiment file; 0 where it is not known. */
  readonly number: number;
  /** What was varied against the run before, such as "clip.norm 2", or the name that the user gave it. */
  readonly name: string;
}

/** A hyperparameter in which a run differs from the run before it. */
export interface VariedValue {
  readonly path: readonly string[];
  /** JSON; null also where the run does not have the value. */
  readonly value: unknown;
}

/** VS Code's chart colors (`charts.blue`, …) in the order in which the runs of an experiment get them. */
export const RUN_COLORS = ["blue", "orange", "purple", "green", "red", "yellow"] as const;

/** Of {@link RUN_COLORS}: it follows from the number alone, so that sorting, comparing or reloading changes none. */
export function runColorIndex(number: number): number {
  return (Math.max(1, number) - 1) % RUN_COLORS.length;
}

/** How many times the colors were used up before: runs with equal colors have different dashes. */
export function runColorRound(number: number): number {
  return Math.floor((Math.max(1, number) - 1) / RUN_COLORS.length);
}

/**
 * Of runs that are shown together, the number from which the look of each follows: its own, or, where a run that was
 * started earlier has the same (runs of another experiment may), the next one with its color that is free.
 */
export function distinctLooks(runs: readonly { readonly number: number; readonly startedAt: number }[]): number[] {
  const looks = runs.map(({ number }) => Math.max(1, number));
  const taken = new Set<number>();
  const inOrder = [...runs.entries()].sort(([, a], [, b]) => a.startedAt - b.startedAt).map(([index]) => index);
  const displaced = inOrder.filter((index) => {
    const look = looks[index] ?? 1;
    const isTaken = taken.has(look);
    taken.add(look);
    return isTaken;
  });
  for (const index of displaced) {
    let look = looks[index] ?? 1;
    while (taken.has(look)) look += RUN_COLORS.length;
    taken.add(look);
    looks[index] = look;
  }
  return looks;
}
