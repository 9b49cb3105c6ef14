import { expect, test } from "vitest";
import { createHelpChoice } from "../../../src/kernel/helperHeuristic";

/** Makes steps that take the given times; returns how many were made with help. */
function countHelped(steps: number, helpedMs: number, aloneMs: number, choice = createHelpChoice()): number {
  let helped = 0;
  for (let step = 0; step < steps; step++) {
    const wanted = choice.shouldUse();
    if (wanted) helped++;
    choice.recordStep(wanted ? helpedMs : aloneMs);
  }
  return helped;
}

test("a helper that pays makes nearly all steps, one that does not nearly none", () => {
  expect(countHelped(10_000, 1, 2)).toBeGreaterThan(9_700);
  expect(countHelped(10_000, 2, 1)).toBeLessThan(350);
});

test("the choice follows the machine: help is tried again later", () => {
  const choice = createHelpChoice();
  countHelped(1_000, 2, 1, choice);
  expect(countHelped(10_000, 1, 2, choice)).toBeGreaterThan(9_600);
});
