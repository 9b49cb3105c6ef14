import type { Experiment } from "../schema/schema";
import { sweepAxes, type SweepAxis } from "../schema/sweepAxes";
import { isActive, sweepConditions, type SweepConditions } from "../schema/sweepConditions";
import { parsePlain, type ParseResult } from "./parsePlain";
import { trialValue } from "./trialValue";

/** Trials that are looked at while somebody types; the others are checked when they run. */
const MOST_VARIANTS = 200;

/** A trial for one value of one parameter. */
interface SweepVariant {
  readonly axis: SweepAxis;
  /** Of the value in the values of the axis. */
  readonly index: number;
  readonly result: ParseResult;
}

/**
 * A trial for each value of each parameter, the others at their first, of ranges at both ends: as many as there are
 * values, not as there are runs. At most 200.
 * @param file the experiment's text as plain values
 */
export function* sweepVariants(
  file: Readonly<Record<string, unknown>>,
  sweep: NonNullable<Experiment["sweep"]>,
  seed: number,
): Generator<SweepVariant> {
  const axes = sweepAxes(sweep);
  const conditions = sweepConditions(axes);
  const first = axes.map(({ values }) => values[0]);
  let made = 0;
  for (const [a, axis] of axes.entries()) {
    for (let index = a === 0 ? 0 : 1; index < axis.values.length; index++) {
      // Of a range the ends are the ones that can be too small or too large.
      if (axis.range !== null && index > 0 && index < axis.values.length - 1) continue;
      if (++made > MOST_VARIANTS) return;
      const values = withActive(axes, conditions, first.with(a, axis.values[index]), a);
      const changes = axes
        .map(({ path }, other) => ({ path, value: values[other] }))
        .filter((_, other) => isActive(conditions, values, other));
      yield { axis, index, result: parsePlain(JSON.stringify(trialValue(file, seed, changes))) };
    }
  }
}

/** The same values, of the parameters that decide about one the first with which it has a value. */
function withActive(
  axes: readonly SweepAxis[],
  conditions: SweepConditions,
  values: readonly unknown[],
  axis: number,
): readonly unknown[] {
  return conditions[axis]!.reduce((before, { axis: other, holds }) => {
    const needed = axes[other]!.values.find(holds);
    return holds(before[other]) || needed === undefined ? before : before.with(other, needed);
  }, values);
}
