import { describe, expect, it } from "vitest";
import { readOutputs, symbolText } from "../../../../webview/state/sequenceOutputs";
import { vectorColumn, type TraceHeader } from "../../../../src/shared/trace/trace";
import { headerOf } from "../support";

function headerWith(
  shape: readonly number[],
  target: readonly number[],
  targetKind?: "values" | "bits" | "classes",
  vocabulary: readonly string[] | null = null,
): TraceHeader {
  const plain = headerOf("a");
  return {
    ...plain,
    timeSteps: 2,
    columns: [...plain.columns, { name: vectorColumn.output, length: shape.reduce((a, b) => a * b, 1), shape }],
    inspected: { ...plain.inspected, target },
    ...(targetKind === undefined
      ? {}
      : { data: { inputKind: "values" as const, targetKind, vocabulary, batchesPerEpoch: 1 } }),
  };
}

describe("the outputs of the inspected sequence", () => {
  it("are values unless the header says more, and stand at the last step", () => {
    expect(readOutputs(headerWith([1], [2]), [1.9])).toEqual([
      { timeStep: 2, output: [1.9], target: [2], confidence: NaN, right: null },
    ]);
  });

  it("of every step stand each at its own", () => {
    expect(
      readOutputs(headerWith([2, 1], [5, 6], "values"), [5.5, 6.5]).map(({ timeStep, output, target }) => [
        timeStep,
        output,
        target,
      ]),
    ).toEqual([
      [1, [5.5], [5]],
      [2, [6.5], [6]],
    ]);
  });

  it("of bits are probabilities, right when they round to the target", () => {
    const [first, second] = readOutputs(headerWith([2, 1], [1, 1], "bits"), [0.1, -3]);
    expect(first?.output[0]).toBeCloseTo(0.525, 3);
    expect([first?.right, second?.right]).toEqual([true, false]);
  });

  it("of classes are the most likely one with its softmax, also for logits that would overflow", () => {
    const [first, second] = readOutputs(headerWith([2, 3], [0, 1], "classes"), [0, Math.log(2), 0, -2000, 900, 0]);
    expect(first).toMatchObject({ output: [1], target: [0], right: false });
    expect(first?.confidence).toBeCloseTo(0.5, 12);
    expect(second).toMatchObject({ output: [1], confidence: 1, right: true });
  });
});

it("symbols have the text of the vocabulary, with spaces that can be seen, else their number", () => {
  const header = headerWith([2, 3], [0, 1], "classes", ["a", " ", "\n"]);
  expect([0, 1, 2, 3, NaN].map((symbol) => symbolText(header, symbol))).toEqual(["a", "␣", "⏎", "3", "?"]);
});
