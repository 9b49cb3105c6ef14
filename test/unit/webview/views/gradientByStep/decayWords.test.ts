import { expect, it } from "vitest";
import {
  explainDeviation,
  predictionFormula,
  predictionParts,
} from "../../../../../webview/views/gradientByStep/decayWords";
import type { GradientDecay } from "../../../../../src/shared/trace/gradientDecay";
import { vectorColumn } from "../../../../../src/shared/trace/trace";
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

it("a deviation is explained by what the prediction leaves out: losses on the way, the layer above, the other paths of the cell", () => {
  expect(explainDeviation(cell("linear", 1), 0, -1.2, -1.2)).toMatch(/^Consistent with the prediction: a linear unit/);
  expect(explainDeviation(everyStep, 0, 1.3, 0.4)).toMatch(/loss at every step adds gradient/);
  expect(explainDeviation(cell("gru", 8, 2), 0, 0.9, 0.4)).toMatch(/layer 1 sends gradient/);
  expect(explainDeviation(cell("gru", 8, 2), 1, 0.9, 0.4)).toMatch(/larger: .*candidate n/);
  expect(explainDeviation(cell("lstm"), 0, 0.9, 0.4)).toMatch(/larger: .*other gates/);
  for (const name of ["linear", "rnn", "lstm", "gru"])
    expect(explainDeviation(cell(name), 0, 0.4, 0.9)).toMatch(/^The measured factor is smaller: /);
});
