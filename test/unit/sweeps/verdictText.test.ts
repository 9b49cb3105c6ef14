import { expect, test } from "vitest";
import type { Contender } from "../../../src/sweepPlan/confirmation";
import { describeVerdict } from "../../../src/sweeps/verdictText";
import { resultOf } from "../sweepPlan/support";

const contender = (rank: number, bestValidationLoss: number, median: number, worst: number): Contender => ({
  rank,
  best: resultOf({ bestValidationLoss }),
  runs: [resultOf({}), resultOf({}), resultOf({})],
  median,
  worst,
});

test("median and worst of the winner stand beside its value in the sweep, and a best that fell back is named", () => {
  const [winner, first] = [contender(2, 0.02, 0.03, 0.05), contender(1, 0.01, 0.4, 0.41)];
  const verdict = { figure: "bestValidationLoss", contenders: [winner, first], applied: resultOf({}) } as const;
  const won =
    "Applied the winner, number 2 in the sweep. " +
    "With 3 new seeds: median best validation loss 0.03, worst 0.05; in the sweep: 0.02.";
  expect(describeVerdict({ ...verdict, fallenBack: null })).toBe(won);
  expect(describeVerdict({ ...verdict, fallenBack: { contender: first, spread: 0.1 } })).toBe(
    `${won} The best of the sweep fell back from 0.01 to 0.4, by more than its new seeds differ (0.1): ` +
      "it was partly luck.",
  );
});

test("nothing is applied when nothing can be trained again", () => {
  const lost = contender(1, 0.01, NaN, NaN);
  expect(
    describeVerdict({
      figure: "bestValidationLoss",
      contenders: [lost],
      applied: resultOf({ status: "diverged" }),
      fallenBack: { contender: lost, spread: 0 },
    }),
  ).toMatch(/^Nothing was applied: .* from 0\.01 to diverged, /);
});
