/**
 * Parameters of a sweep that only some of its runs have: `momentum` belongs to some optimizers only, so where the kind
 * of the optimizer is swept too, the runs with the others have no value of it.
 */
import { experimentSchema } from "./fileSchema";
import { schemaAt, selectBranch, type JsonSchema } from "./jsonSchema";
import type { SweepConfig } from "./schema";
import { countDraws, seedsOf, type SweepAxis } from "./sweepAxes";
import { constraintTest } from "./sweepConstraints";
import { MAX_TRIALS } from "./sweepSchema";

/** What another parameter of the sweep must be. */
interface Condition {
  /** Its place among the parameters. */
  readonly axis: number;
  readonly holds: (value: unknown) => boolean;
}

/** For each parameter what has to hold for it. */
export type SweepConditions = readonly (readonly Condition[])[];

export function sweepConditions(axes: readonly SweepAxis[]): SweepConditions {
  return axes.map(({ path }) =>
    path.slice(0, -1).flatMap((_, depth) => {
      const parent = path.slice(0, depth + 1);
      return conditionsWithin(axes, parent, path[depth + 1]!);
    }),
  );
}

/** Whether a run with these values has a value of the parameter. */
export function isActive(conditions: SweepConditions, values: readonly unknown[], axis: number): boolean {
  return conditions[axis]!.every(({ axis: other, holds }) => holds(values[other]));
}

/** The values of a run, null for each that it has not. */
export function activeValues(conditions: SweepConditions, values: readonly unknown[]): readonly unknown[] {
  if (conditions.every((own) => own.length === 0)) return values;
  return values.map((value, axis) => (isActive(conditions, values, axis) ? value : null));
}

/**
 * All combinations of a grid, the last parameter changes fastest. What a combination has no value of does not tell it
 * from others: it comes once.
 */
export function gridCombinations(axes: readonly SweepAxis[]): (readonly unknown[])[] {
  const conditions = sweepConditions(axes);
  const all = axes.reduce<unknown[][]>(
    (before, { values }) => before.flatMap((combination) => values.map((value) => [...combination, value])),
    [[]],
  );
  if (conditions.every((own) => own.length === 0)) return all;
  return all
    .filter((values) => values.every((value, a) => value === axes[a]!.values[0] || isActive(conditions, values, a)))
    .map((values) => activeValues(conditions, values));
}

/** How many those are, without making them. */
function countCombinations(sweep: Pick<SweepConfig, "constraints">, axes: readonly SweepAxis[]): number {
  const conditions = sweepConditions(axes);
  const constrained = axes.flatMap(({ key }, a) => (sweep.constraints.some(({ of }) => of.includes(key)) ? [a] : []));
  const isListed = axesSize(axes, constrained) <= MAX_TRIALS;
  // A parameter that decides about a constrained one is listed beside it.
  const listed = isListed ? constrained.flatMap((a) => [a, ...conditions[a]!.map(({ axis }) => axis)]) : [];
  const deciding = new Set([...conditions.flatMap((own) => own.map(({ axis }) => axis)), ...listed]);
  const fulfills = constraintTest(sweep, axes);
  const decisions = gridCombinations(
    axes.map((axis, a) => (deciding.has(a) ? axis : { ...axis, values: [null] })),
  ).filter((values) => !isListed || fulfills(values));
  return decisions.reduce(
    (sum, values) =>
      sum +
      axes.reduce(
        (product, axis, a) =>
          deciding.has(a) || !isActive(conditions, values, a) ? product : product * axis.values.length,
        1,
      ),
    0,
  );
}

function axesSize(axes: readonly SweepAxis[], places: readonly number[]): number {
  return places.reduce((product, a) => product * axes[a]!.values.length, 1);
}

/** Of a grid: how many combinations its constraints leave out, and of how many; null: none. */
export function countExcluded(
  sweep: SweepConfig,
  axes: readonly SweepAxis[],
): { readonly combinations: number; readonly of: number } | null {
  if (sweep.search.kind !== "grid" || sweep.constraints.length === 0) return null;
  const all = countCombinations({ constraints: [] }, axes);
  const combinations = all - countCombinations(sweep, axes);
  return combinations === 0 ? null : { combinations, of: all };
}

/** Runs of the sweep; every combination has every seed. */
export function countTrials(sweep: SweepConfig, axes: readonly SweepAxis[], firstSeed: number): number {
  const seeds = seedsOf(sweep, firstSeed).length;
  return (
    seeds * (sweep.search.kind === "grid" ? countCombinations(sweep, axes) : countDraws(sweep.search.budget, seeds))
  );
}

/** From the parameters that choose the branch of the union at `parent`, where `key` is one of its keys. */
function conditionsWithin(axes: readonly SweepAxis[], parent: readonly string[], key: string): Condition[] {
  const union = schemaAt(experimentSchema, parent);
  if (union?.anyOf === undefined && union?.oneOf === undefined) return [];
  const tag = union.discriminator?.propertyName;
  if (key === tag) return [];
  const has = (branch: JsonSchema | undefined): boolean => branch?.properties?.[key] !== undefined;
  return axes.flatMap(({ path }, axis) => {
    if (isSame(path, parent)) return [{ axis, holds: (value: unknown) => has(selectBranch(union, value)) }];
    if (tag === undefined || !isSame(path, [...parent, tag])) return [];
    return [{ axis, holds: (value: unknown) => has(selectBranch(union, { [tag]: value })) }];
  });
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}
