import { describe, expect, it } from "vitest";
import { ACTIONS, describeStep, FAULTS, planSteps, type Step } from "../../chaos/plan";
import { shrink } from "../../chaos/shrink";

function firstSteps(seed: number, count: number): Step[] {
  const steps: Step[] = [];
  for (const step of planSteps(seed)) if (steps.push(step) === count) break;
  return steps;
}

describe("the plan of a chaos run", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(firstSteps(7, 300)).toEqual(firstSteps(7, 300));
    expect(firstSteps(8, 300)).not.toEqual(firstSteps(7, 300));
  });

  it("contains every action and fault, and can be saved as JSON", () => {
    const steps = firstSteps(1, 3000);
    expect(ACTIONS.filter((kind) => !steps.some(({ action }) => action.kind === kind))).toEqual([]);
    expect(FAULTS.every((kind) => ACTIONS.some((action) => action === kind))).toBe(true);
    expect(JSON.parse(JSON.stringify(steps))).toEqual(steps);
  });

  it("is described in the log", () => {
    expect(describeStep({ window: 1, waitMs: 5, action: { kind: "run", experiment: 1 } })).toBe(
      "window 2: run short.rnn.json",
    );
  });
});

describe("a failing sequence", () => {
  /** Fails when it has all of `needed`, in their order. */
  const failsWith =
    (...needed: readonly number[]) =>
    async (some: readonly number[]): Promise<boolean> => {
      let next = 0;
      for (const item of some) if (item === needed[next]) next++;
      return next === needed.length;
    };
  const items = Array.from({ length: 40 }, (_, i) => i);

  it("is reduced to the steps that make it fail", async () => {
    expect(await shrink(items, failsWith(3, 17, 38), () => true)).toEqual([3, 17, 38]);
    expect(await shrink(items, failsWith(21), () => true)).toEqual([21]);
    expect(await shrink([1], failsWith(1), () => true)).toEqual([1]);
  });

  it("stays as it is without time, and never turns into one that passes", async () => {
    expect(await shrink(items, failsWith(3), () => false)).toEqual(items);
    let tries = 9;
    const some = await shrink(items, failsWith(3, 17, 38), () => tries-- > 0);
    expect(await failsWith(3, 17, 38)(some)).toBe(true);
  });
});
