import fc from "fast-check";
import { expect, it } from "vitest";
import {
  matchSentences,
  predictionFormula,
  predictionParts,
} from "../../../../../webview/views/gradientByStep/decayWords";
import { isMatch, matchPrediction } from "../../../../../webview/views/gradientByStep/predictionMatch";
import type { GradientDecay } from "../../../../../src/shared/trace/gradientDecay";
import { vectorColumn, type TraceHeader } from "../../../../../src/shared/trace/trace";
import { headerOf } from "../../support";

const decay = (change: Partial<GradientDecay>): GradientDecay => ({
  curve: Float64Array.of(1, 1),
  from: 1,
  radius: null,
  share: null,
  sequences: 1,
  ...change,
});
const cell = (name: string, hiddenSize = 8, numLayers = 1) => ({ ...headerOf("a"), cell: name, hiddenSize, numLayers });
const everyStep = {
  ...cell("rnn"),
  columns: [...headerOf("a").columns, { name: vectorColumn.output, length: 2, shape: [2, 1] }],
};

it("the prediction says what it is made of", () => {
  expect(predictionParts(cell("linear", 1), decay({ radius: 2 }))).toBe("the recurrent weight (2)");
  expect(predictionParts(cell("rnn"), decay({ radius: 1.12, share: 0.634 }))).toBe(
    "the spectral radius of weight_hh (1.12) times the mean slope (0.63)",
  );
  expect(predictionParts(cell("lstm"), decay({ share: 0.7 }))).toBe("the mean forget gate (0.7)");
  expect(new Set(["linear", "rnn", "lstm", "gru"].map((name) => predictionFormula(cell(name)))).size).toBe(4);
});

const sentenceOf = (header: TraceHeader, layer: number, measured: readonly number[], predicted: readonly number[]) =>
  matchSentences(header, layer, matchPrediction(measured, predicted, measured.length - 1, header.engine)).join(" ");
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
      const text = sentenceOf(cell("gru"), 0, measured, predicted);
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
  expect(sentenceOf(cell("linear", 1), 0, geometric(-1.2), geometric(1.2))).toBe(
    "Consistent with the prediction (within a factor of 2 at all 40 steps). A linear unit multiplies the gradient by its recurrent weight at every step.",
  );
  const off = (steps: number) => geometric(1).map((_, t) => (t < steps ? 2.1 : 1.9));
  expect(sentenceOf(cell("lstm"), 0, off(4), geometric(1))).toBe(
    "Consistent with the prediction (within a factor of 2 at 36 of 40 steps).",
  );
  expect(sentenceOf(cell("lstm"), 0, off(5), geometric(1))).toMatch(
    /^Measured is higher than predicted at 40 of 40 steps, by a factor of 1\.9 at the median\./,
  );
  expect(isMatch({ steps: 10, near: 9, lower: 0, higher: 1, median: 3 })).toBe(true);
});

it("one step has a singular of its own", () => {
  expect(sentenceOf(cell("lstm"), 0, [1, 1], [8, 1])).toMatch(/^Measured is lower than predicted by a factor of 8\./);
  expect(sentenceOf(cell("lstm"), 0, [1, 1], [1.5, 1])).toBe(
    "Consistent with the prediction (within a factor of 2 at the step before).",
  );
});

it("what float32 does not hold is not compared", () => {
  const predicted = geometric(0.1);
  const stuck = predicted.map((value) => Math.max(value, 5.6e-45));
  const match = matchPrediction(stuck, predicted, 40, "float32");
  expect(match).toMatchObject({ steps: 37, near: 37, lower: 0, higher: 0 });
  expect(matchSentences(cell("rnn"), 0, matchPrediction([0, 0, 1], [0, 0, 1], 2, "float32"))).toEqual([]);
});

it("a difference is explained by what the prediction leaves out", () => {
  const [high, low] = [geometric(0.9), geometric(0.5)];
  expect(sentenceOf(everyStep, 0, high, low)).toMatch(/loss at every step adds gradient/);
  expect(sentenceOf(cell("gru", 8, 2), 0, high, low)).toMatch(/Layer 1 sends gradient/);
  expect(sentenceOf(cell("gru", 8, 2), 1, high, low)).toMatch(/higher than .* candidate n/);
  expect(sentenceOf(cell("lstm"), 0, high, low)).toMatch(/higher than .* other gates/);
  for (const name of ["linear", "rnn", "lstm", "gru"])
    expect(sentenceOf(cell(name), 0, low, high)).toMatch(/^Measured is lower than predicted at 40 of 40.*reason: /);
});
