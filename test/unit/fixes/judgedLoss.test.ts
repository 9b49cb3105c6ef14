import { expect, test } from "vitest";
import { JudgedLoss } from "../../../src/fixes/judgedLoss";

function judged(losses: readonly number[], validation: readonly number[] | null, stopsEarly = false): JudgedLoss {
  const loss = new JudgedLoss(losses.length - 1, validation !== null, stopsEarly);
  losses.forEach((value, index) => loss.add(value, validation?.[index] ?? NaN));
  return loss;
}

test("without validation it is the mean over the last 5 % of the iterations so far", () => {
  const losses = Array.from({ length: 101 }, (_, i) => 100 - i);
  expect(judged(losses, null)).toMatchObject({ value: (0 + 1 + 2 + 3 + 4 + 5) / 6, finalLoss: 0, bestLoss: 0 });
  const half = new JudgedLoss(1000, false, false);
  losses.slice(0, 41).forEach((loss) => half.add(loss, NaN));
  expect(half.value).toBe((60 + 61 + 62) / 3);
});

test("with validation it is the one at the end, or the best where training stops early", () => {
  const validation = [3, 1, 2];
  expect(judged([9, 8, 7], validation)).toMatchObject({ value: 2, validationLoss: 2, bestLoss: 7 });
  expect(judged([9, 8, 7], validation, true).value).toBe(1);
});

test("of a run whose last loss is not finite it is that loss", () => {
  expect(judged([1, 2, Infinity], [1, 1, 1]).value).toBe(Infinity);
  expect(judged([1, 2, NaN], null)).toMatchObject({ value: NaN, bestLoss: 1 });
  expect(judged([], null).value).toBeNaN();
});
