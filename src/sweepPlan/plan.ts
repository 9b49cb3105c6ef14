/** The runs of a sweep, from its block in the file. */
import { countDraws, drawValue, seedsOf, sweepAxes, type SweepAxis } from "../config/schema/sweepAxes";
import { constraintTest, drawFulfilling } from "../config/schema/sweepConstraints";
import {
  activeValues,
  countExcluded,
  countTrials,
  gridCombinations,
  sweepConditions,
} from "../config/schema/sweepConditions";
import type { SweepConfig } from "../config/schema/schema";
import { createSobol } from "../search/sobol";
import type { SweepInfo, SweepParameter, Trial } from "../shared/wire/sweep";

/** Uniform of [0, 1). */
export type Draw = () => number;

/**
 * Every run of a sweep that is planned from the start, in the order to start them: all combinations with the first
 * seed, then with the next, so that the picture is whole early. The same block gives the same runs. A search that
 * learns has none before it begins.
 * @param firstSeed `seed` of the file
 * @param draw for a random search
 */
export function planTrials(sweep: SweepConfig, firstSeed: number, draw: Draw): Trial[] {
  const seeds = seedsOf(sweep, firstSeed);
  const combinations = planCombinations(sweep, seeds.length, draw);
  return seeds
    .flatMap((seed) => combinations.map((values) => ({ seed, values })))
    .map((trial, index) => ({ index, ...trial }));
}

function planCombinations(sweep: SweepConfig, seeds: number, draw: Draw): readonly (readonly unknown[])[] {
  const axes = sweepAxes(sweep);
  const { search } = sweep;
  const fulfills = constraintTest(sweep, axes);
  switch (search.kind) {
    case "grid":
      return gridCombinations(axes).filter(fulfills);
    case "random":
      return drawCombinations(axes, countDraws(search.budget, seeds), () => axes.map(() => draw()), fulfills);
    case "sobol":
      return drawCombinations(axes, countDraws(search.budget, seeds), createSobol(axes.length, search.seed), fulfills);
    case "tpe":
    case "cma-es":
      return [];
  }
}

/** From shares of [0, 1), one for each parameter; those that do not fulfill the constraints are passed over. */
function drawCombinations(
  axes: readonly SweepAxis[],
  count: number,
  sharesAt: (index: number) => readonly number[],
  fulfills: (values: readonly unknown[]) => boolean,
): (readonly unknown[])[] {
  const conditions = sweepConditions(axes);
  let index = 0;
  const next = (): readonly unknown[] => {
    const shares = sharesAt(index++);
    return activeValues(
      conditions,
      axes.map((axis, a) => drawValue(axis, shares[a]!)),
    );
  };
  return Array.from({ length: count }, () => drawFulfilling(next, fulfills));
}

export function sweepInfo(sweep: SweepConfig, firstSeed: number): SweepInfo {
  const axes = sweepAxes(sweep);
  const { goal } = sweep;
  const excluded = countExcluded(sweep, axes);
  return {
    parameters: axes.map(describeAxis),
    seeds: seedsOf(sweep, firstSeed).length,
    trials: countTrials(sweep, axes, firstSeed),
    goal: goal === null ? null : { metric: goal.metric, value: goal.value },
    ...(excluded === null ? {} : { excluded }),
  };
}

function describeAxis({ key, range, values }: SweepAxis): SweepParameter {
  const numbers = values.filter((value) => typeof value === "number");
  const kind = numbers.length === values.length ? "number" : "choice";
  const wide = numbers.every((value) => value > 0) && Math.max(...numbers) >= 20 * Math.min(...numbers);
  const choices = kind === "choice" ? { choices: values } : {};
  return { key, kind, ...choices, scale: range?.scale ?? (kind === "number" && wide ? "log" : "linear") };
}
