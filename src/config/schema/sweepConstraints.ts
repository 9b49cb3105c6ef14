/** What the values of a run have to fulfill together: bounds of the sum or the product of some of its numbers. */
import * as l10n from "@vscode/l10n";
import type { SweepConfig } from "./schema";
import type { SweepAxis } from "./sweepAxes";

/** Draws for one combination; a sweep whose constraints let through less than this finds none. */
const MOST_ATTEMPTS = 100_000;

/**
 * Whether the values of a run, in the order of the parameters, fulfill all constraints. One about a parameter that the
 * run has no value of says nothing about it.
 */
export function constraintTest(
  { constraints }: Pick<SweepConfig, "constraints">,
  axes: readonly SweepAxis[],
): (values: readonly unknown[]) => boolean {
  const tests = constraints.map(({ kind, of, min, max }) => {
    const places = of.map((key) => axes.findIndex((axis) => axis.key === key));
    return (values: readonly unknown[]): boolean => {
      const numbers = places.map((place) => values[place]);
      if (!numbers.every((value) => typeof value === "number")) return true;
      const total = kind === "sum" ? numbers.reduce((a, b) => a + b, 0) : numbers.reduce((a, b) => a * b, 1);
      return (min === null || total >= min) && (max === null || total <= max);
    };
  });
  return (values) => tests.every((test) => test(values));
}

/**
 * Draws until the constraints are fulfilled; without any, once.
 * @throws RangeError, in words for a person, after very many draws
 */
export function drawFulfilling<T extends readonly unknown[]>(draw: () => T, fulfills: (values: T) => boolean): T {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const values = draw();
    if (fulfills(values)) return values;
  }
  const draws = MOST_ATTEMPTS.toLocaleString("en-US");
  throw new RangeError(l10n.t("None of {0} random combinations fulfills the constraints of the sweep.", draws));
}
