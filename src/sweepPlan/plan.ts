/** The runs of a sweep, from its block in the file. */
import { countDraws, countTrials, seedsOf, sweepAxes, valueAt, type SweepAxis } from "../config/schema/sweepAxes";
import type { SweepConfig } from "../config/schema/schema";
import type { SweepInfo, SweepParameter, Trial } from "../shared/wire/sweep";

/** Uniform of [0, 1). */
export type Draw = () => number;

/**
 * Every run, in the order to start them: all combinations with the first seed, then with the next, so that the picture
 * is whole early. The same block gives the same runs.
 * @param firstSeed `seed` of the file
 * @param draw for a random search
 */
export function planTrials(sweep: SweepConfig, firstSeed: number, draw: Draw): Trial[] {
  const axes = sweepAxes(sweep);
  const seeds = seedsOf(sweep, firstSeed);
  const combinations =
    sweep.search.kind === "random"
      ? drawCombinations(axes, countDraws(sweep.search.budget, seeds.length), draw)
      : allCombinations(axes);
  return seeds
    .flatMap((seed) => combinations.map((values) => ({ seed, values })))
    .map((trial, index) => ({ index, ...trial }));
}

/** The last parameter changes fastest. */
function allCombinations(axes: readonly SweepAxis[]): unknown[][] {
  return axes.reduce<unknown[][]>(
    (before, { values }) => before.flatMap((combination) => values.map((value) => [...combination, value])),
    [[]],
  );
}

function drawCombinations(axes: readonly SweepAxis[], count: number, draw: Draw): unknown[][] {
  return Array.from({ length: count }, () => axes.map((axis) => drawValue(axis, draw())));
}

function drawValue({ range, values, whole }: SweepAxis, share: number): unknown {
  if (range === null) return values[Math.floor(share * values.length)];
  if (!whole) return valueAt(range, share);
  if (range.scale === "log") return Math.round(valueAt(range, share));
  // Each whole number with the same chance, the ends among them.
  const [low, high] = [Math.round(Math.min(range.from, range.to)), Math.round(Math.max(range.from, range.to))];
  return low + Math.floor(share * (high - low + 1));
}

export function sweepInfo(sweep: SweepConfig, firstSeed: number): SweepInfo {
  const axes = sweepAxes(sweep);
  const { goal } = sweep;
  return {
    parameters: axes.map(describeAxis),
    seeds: seedsOf(sweep, firstSeed).length,
    trials: countTrials(sweep, axes, firstSeed),
    goal: goal === null ? null : { metric: goal.metric, value: goal.value },
  };
}

function describeAxis({ key, range, values }: SweepAxis): SweepParameter {
  const numbers = values.filter((value) => typeof value === "number");
  const kind = numbers.length === values.length ? "number" : "choice";
  const wide = numbers.every((value) => value > 0) && Math.max(...numbers) >= 20 * Math.min(...numbers);
  return { key, kind, scale: range?.scale ?? (kind === "number" && wide ? "log" : "linear") };
}
