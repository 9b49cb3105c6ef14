import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cellAloneSentences,
  matchSentences,
  predictedSentence,
  predictionFormula,
  slopeSentences,
} from "../../../../../webview/views/gradientByStep/decayWords";
import { gapAtFirst, isMatch, matchPrediction } from "../../../../../webview/views/gradientByStep/predictionMatch";
import type { GradientDecay } from "../../../../../src/shared/trace/gradientDecay";
import { vectorColumn, type TraceHeader } from "../../../../../src/shared/trace/trace";
import { headerOf } from "../../support";

const decay = (factor: number, share: number | null = null): GradientDecay => ({
  curve: Float64Array.of(1, 1),
  factor,
  cellAlone: share === null ? null : { curve: Float64Array.of(1, 1), from: 1, share, moduli: null },
  slopes: null,
  sequences: 1,
});
const cell = (name: string, hiddenSize = 8, numLayers = 1) => ({ ...headerOf("a"), cell: name, hiddenSize, numLayers });
const everyStep = {
  ...cell("rnn"),
  columns: [...headerOf("a").columns, { name: vectorColumn.output, length: 2, shape: [2, 1] }],
};

it("the predicted factor has the name of what it is", () => {
  expect(predictedSentence(cell("linear", 1), decay(-2))).toBe(
    "Predicted: ×-2.00 per step back, the recurrent weight.",
  );
  expect(predictedSentence(cell("linear"), decay(1.02))).toBe(
    "Predicted: ×1.02 per step back, the spectral radius of weight_hh.",
  );
  expect(predictedSentence(cell("rnn", 1), decay(0.5))).toMatch(/, weight_hh times the mean slope of the unit\.$/);
  for (const name of ["rnn", "gru"])
    expect(predictedSentence(cell(name), decay(0.54))).toBe(
      "Predicted: ×0.540 per step back, the spectral radius of the mean step Jacobian.",
    );
  for (const size of [1, 8])
    expect(predictedSentence(cell("lstm", size), decay(0.54))).toMatch(/mean step Jacobian of h and c\.$/);
});

it("the slopes make the difference between weight_hh and the mean step Jacobian, alike or along the strongest path", () => {
  const said = (factor: number, mean: number, nonlinearity: "tanh" | "relu") =>
    slopeSentences(
      { ...cell("rnn"), timeSteps: 100 },
      { ...decay(factor), slopes: { radius: 1.5, mean, nonlinearity } },
    ).join(" ");
  expect(said(1.5 * 0.97, 0.972, "tanh")).toBe(
    "The spectral radius of weight_hh alone is 1.5; the slopes of the units, 0.97 on average, make the difference.",
  );
  // Over 100 steps a hundredth makes more than a factor of 2.
  expect(said(1.5 * 0.96, 0.97, "tanh")).toMatch(/ multiply it by 0\.96\. .* is 0\.97: .* more saturated\.$/);
  expect(said(1.5, 0.97, "tanh")).toMatch(/ less saturated\.$/);
  expect(said(1.5, 0.5, "relu")).toMatch(/ multiply it by 1\. .* is 0\.5: .* active more often\.$/);
  expect(said(0.3, 0.5, "relu")).toMatch(/ active less often\.$/);
  expect(slopeSentences(cell("gru"), decay(1))).toEqual([]);
});

it("the predicted line of a lower layer comes down from the last one", () => {
  expect(predictionFormula(cell("gru", 8, 2), 0)).toMatch(/of the last layer, .* down to this layer; /);
  expect(predictionFormula(cell("gru", 8, 2), 1)).toBe(predictionFormula(cell("lstm"), 0));
  expect(predictionFormula(cell("linear"), 0)).toMatch(/weight_hh/);
});

describe("what passes through the cell alone", () => {
  const said = (name: string, measured: readonly number[], alone: readonly number[]) => {
    const gap = gapAtFirst(measured, alone, "float32");
    const match = matchPrediction(measured, alone, "float32");
    return cellAloneSentences(cell(name), decay(1, 0.731), gap === null ? null : { gap, match }).join(" ");
  };

  it("leaves the rest of what is measured to the recurrent weights", () => {
    expect(said("lstm", [8, 4, 1, 1], [1, 1, 1, NaN])).toBe(
      "Through the cell alone: the product of the forget gates f (mean 0.73). What is measured at step 0 is larger by a factor of 8: the rest flows through the recurrent weights.",
    );
    // Where the earliest step is none of those, it speaks for none.
    expect(said("gru", [1, 8, 8, 1], [1, 1, 1, 1])).toMatch(/ is larger at 2 of 3 steps: the rest flows/);
  });

  it("accounts for all of it within a factor of 2, and for more than all beyond", () => {
    expect(said("gru", [1.9, 1, 1], [1, 1, 1])).toMatch(/update gates z .* within a factor of 2 .* at 2 of 2 steps:/);
    expect(said("gru", [9, 0.1, 0.1, 1], [1, 1, 1, 1])).toMatch(/ is smaller at 2 of 3 steps: /);
  });

  it("is compared at the earliest step that float32 holds, and not said of cells without gates", () => {
    expect(said("gru", [0, 1e-39, 8, 4, 1], [1, 1, 1, 1, 1])).toContain(
      "measured at step 2 is larger by a factor of 8",
    );
    expect(said("gru", [0, 0, 1], [1, 1, 1])).toBe("");
    expect(cellAloneSentences(cell("rnn"), decay(1), null)).toEqual([]);
  });
});

const sentenceOf = (header: TraceHeader, measured: readonly number[], predicted: readonly number[]) =>
  matchSentences(header, matchPrediction(measured, predicted, header.engine), true).join(" ");
const geometric = (factor: number, steps = 40): number[] =>
  Array.from({ length: steps + 1 }, (_, t) => factor ** (steps - t));

it("a caption compares the plotted curves step by step: it never calls the lower one larger", () => {
  const size = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
  const curves = fc.array(fc.tuple(size, fc.oneof(size, fc.constant(null))), { minLength: 3, maxLength: 60 });
  const kinds = new Set<string>();
  fc.assert(
    fc.property(curves, fc.constantFrom(0.6, 1, 1e3), (pairs, shift) => {
      const predicted = pairs.map(([value]) => value);
      const measured = pairs.map(([value, other]) => (other ?? value) * shift);
      const text = sentenceOf(cell("gru"), measured, predicted);
      const ratios = measured.slice(0, -1).map((value, t) => value / (predicted[t] ?? NaN));
      const lower = ratios.filter((ratio) => ratio < 1 - 1e-6).length;
      const higher = ratios.filter((ratio) => ratio > 1 + 1e-6).length;
      const near = ratios.filter((ratio) => ratio <= 2 && ratio >= 0.5).length;
      const said =
        /Measured is (lower|higher) than predicted at (\d+) of (\d+) steps(?:, by a factor of (\S+) at)?/.exec(text);
      kinds.add(said?.[1] ?? "consistent");
      if (near >= 0.9 * ratios.length) {
        expect(text).toMatch(/^Consistent with the prediction/);
        return;
      }
      expect(said).not.toBeNull();
      expect([Number(said?.[2]), Number(said?.[3])]).toEqual([said?.[1] === "lower" ? lower : higher, ratios.length]);
      expect(said?.[1]).toBe(lower > higher ? "lower" : "higher");
      if (said?.[4] === undefined) {
        expect(lower).toBe(higher);
        return;
      }
      // At least half of the steps on that side are off by the factor, to two digits.
      const side = ratios.filter((ratio) => (lower > higher ? ratio < 1 - 1e-6 : ratio > 1 + 1e-6));
      const off = side.map((ratio) => Math.max(ratio, 1 / ratio)).sort((a, b) => a - b);
      const factor = Number(said[4].replaceAll(",", ""));
      expect(factor).toBeLessThanOrEqual((off[off.length >> 1] ?? NaN) * 1.06);
      expect(factor).toBeGreaterThanOrEqual((off[(off.length - 1) >> 1] ?? NaN) / 1.06);
    }),
    { numRuns: 300 },
  );
  expect([...kinds].sort()).toEqual(["consistent", "higher", "lower"]);
});

it("curves are consistent within a factor of 2 at nine steps of ten", () => {
  expect(sentenceOf(cell("linear", 1), geometric(-1.2), geometric(1.2))).toBe(
    "Consistent with the prediction (within a factor of 2 at all 40 steps). A linear unit multiplies the gradient by its recurrent weight at every step.",
  );
  const off = (steps: number) => geometric(1).map((_, t) => (t < steps ? 2.1 : 1.9));
  expect(sentenceOf(cell("lstm"), off(4), geometric(1))).toBe(
    "Consistent with the prediction (within a factor of 2 at 36 of 40 steps; going back, beyond it first at step 3).",
  );
  expect(sentenceOf(cell("lstm"), off(5), geometric(1))).toMatch(
    /^Measured is higher than predicted at 40 of 40 steps, by a factor of 1\.9 at the median\./,
  );
  expect(isMatch({ steps: 10, near: 9, lower: 0, higher: 1, median: 3, partsAt: 4 })).toBe(true);
});

it("one step has a singular of its own", () => {
  expect(sentenceOf(cell("lstm"), [1, 1], [8, 1])).toMatch(/^Measured is lower than predicted by a factor of 8\./);
  expect(sentenceOf(cell("lstm"), [1, 1], [1.5, 1])).toBe(
    "Consistent with the prediction (within a factor of 2 at the step before).",
  );
});

it("what float32 does not hold is not compared", () => {
  const predicted = geometric(0.1);
  const stuck = predicted.map((value) => Math.max(value, 5.6e-45));
  const match = matchPrediction(stuck, predicted, "float32");
  expect(match).toMatchObject({ steps: 27, near: 27, lower: 0, higher: 0, partsAt: null });
  expect(matchSentences(cell("rnn"), matchPrediction([0, 0, 1], [0, 0, 1], "float32"), true)).toEqual([]);
});

describe("where the two differ", () => {
  const [high, low] = [geometric(0.9), geometric(0.5)];

  it("the step is named at which they part on the way back", () => {
    // 0.9 / 0.5 is 1.8 after one step back, and more than 2 after two.
    expect(sentenceOf(cell("gru"), low, high)).toContain(
      "Going back, they first differ by more than a factor of 2 at step 38.",
    );
    const late = geometric(1).map((_, t) => (t === 7 ? 3 : 1));
    expect(sentenceOf(cell("gru"), late, geometric(1))).toBe(
      "Consistent with the prediction (within a factor of 2 at 39 of 40 steps; going back, beyond it first at step 7).",
    );
  });

  it("the reason is that the sequences differ, for there is nothing else that the prediction leaves out", () => {
    for (const name of ["rnn", "lstm", "gru"])
      for (const [measured, predicted] of [
        [high, low],
        [low, high],
      ] as const)
        expect(sentenceOf(cell(name, 8, 2), measured, predicted)).toMatch(/ at step 38\. The sequences differ: /);
    expect(sentenceOf(cell("linear"), high, low)).toMatch(/leave the last step in different directions/);
  });

  it("a loss at every step adds gradient, and explains no gradient that is smaller", () => {
    expect(sentenceOf(everyStep, high, low)).toMatch(/loss at every step adds gradient/);
    expect(sentenceOf(everyStep, low, high)).toMatch(/ at step 38\.$/);
  });

  it("no reason is given while the prediction is still that of other weights", () => {
    expect(matchSentences(cell("gru"), matchPrediction(high, low, "float64"), false).join(" ")).toMatch(
      / at step 38\.$/,
    );
  });
});
