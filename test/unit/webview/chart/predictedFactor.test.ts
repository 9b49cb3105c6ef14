import { expect, it } from "vitest";
import { lossAtEveryStep, predictedFactor } from "../../../../webview/chart/predictedFactor";
import { vectorColumn } from "../../../../src/shared/trace/trace";
import { headerOf } from "../support";

const LINEAR = {
  ...headerOf("a"),
  parameters: [
    { name: "weight_ih_l0", shape: [1, 1], offset: 0 },
    { name: "weight_hh_l0", shape: [1, 1], offset: 1 },
  ],
};

it("a linear unit multiplies the gradient by its recurrent weight; other cells have no constant factor", () => {
  expect(predictedFactor(LINEAR, 0, [3, -1.4])).toBe(-1.4);
  expect(predictedFactor(LINEAR, 1, [3, -1.4])).toBeNull();
  expect(predictedFactor({ ...LINEAR, cell: "rnn" }, 0, [3, -1.4])).toBeNull();
  expect(predictedFactor({ ...LINEAR, hiddenSize: 2 }, 0, [3, -1.4])).toBeNull();
});

it("an output at every step is told by its shape", () => {
  const withOutput = (shape: readonly number[]) => ({
    ...LINEAR,
    columns: [...LINEAR.columns, { name: vectorColumn.output, length: 2, shape }],
  });
  expect([lossAtEveryStep(withOutput([2, 1])), lossAtEveryStep(withOutput([2])), lossAtEveryStep(LINEAR)]).toEqual([
    true,
    false,
    false,
  ]);
});

it("a loss at the last step alone is not one at every step, although there is an output at each", () => {
  const everyStep = { ...LINEAR, columns: [{ name: vectorColumn.output, length: 2, shape: [2, 1] }] };
  const data = { inputKind: "values", targetKind: "classes", vocabulary: null, batchesPerEpoch: 1 } as const;
  expect(lossAtEveryStep({ ...everyStep, data })).toBe(true);
  expect(lossAtEveryStep({ ...everyStep, data: { ...data, answersOnce: true } })).toBe(false);
});
