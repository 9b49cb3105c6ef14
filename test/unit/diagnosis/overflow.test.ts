import { expect, test } from "vitest";
import { describeDivergence } from "../../../src/core/analysis/divergence";
import { createTrainer, type Trainer } from "../../../src/core/training/trainer";
import { createDiagnosis } from "../../../src/diagnosis/diagnosis";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import type { Finding } from "../../../src/shared/wire/findings";
import { experimentIn } from "./support";

/** Powers of 2 as long as the sequence: float32 ends at 2^128, float64 at 2^1024, and the loss is a square. */
function countOnes(length: number, engine: "float32" | "float64", changes: object = {}): string {
  return JSON.stringify({
    engine,
    seed: 1,
    task: { kind: "count-ones", sequences: 20, length },
    model: { cell: "linear", init: { weight_ih_l0: 1, weight_hh_l0: 2 }, ...changes },
    training: { optimizer: { kind: "sgd", learningRate: 0.001 }, iterations: 5 },
  });
}

function firstRow(text: string): Trainer {
  const trainer = createTrainer(experimentIn(text), { kernel: createWasmNetwork });
  trainer.step(null);
  return trainer;
}

function overflowIn(text: string): Finding {
  const experiment = experimentIn(text);
  const trainer = firstRow(text);
  const diagnosis = createDiagnosis(experiment, trainer);
  diagnosis.observe(0, trainer.metrics);
  const findings = diagnosis.findings({ state: "diverged", ...describeDivergence(trainer) });
  return findings.find(({ rule }) => rule === "loss-not-finite")!;
}

const titlesOf = ({ fixes }: Finding): string[] => fixes.map(({ title }) => title);
const FLOAT64 = "Use the float64 engine";

test("an overflow of float32 says what the loss is in float64, and offers that engine", () => {
  const exact = firstRow(countOnes(130, "float64")).metrics.loss;
  expect(exact).toBeGreaterThan(1e77);
  const finding = overflowIn(countOnes(130, "float32"));
  expect(finding.numbers["loss"]).toBe(Infinity);
  expect(finding.numbers["float64Loss"]! / exact).toBeCloseTo(1, 12);
  expect(finding.message).toMatch(/overflows with the initial weights\. In float64 it is \d[^ ]* at this iteration\.$/);
  expect(titlesOf(finding)).toContain(FLOAT64);
  expect(finding.fixes.find(({ title }) => title === FLOAT64)!.edits).toEqual([{ path: ["engine"], value: "float64" }]);
});

test("where float64 overflows as well it is not offered", () => {
  const finding = overflowIn(countOnes(600, "float32"));
  expect(finding.numbers["float64Loss"]).toBe(Infinity);
  expect(finding.message).toMatch(/In float64 it is not finite either\.$/);
  expect(titlesOf(finding)).not.toContain(FLOAT64);
});

test("a run of the float64 engine is not compared with itself", () => {
  const finding = overflowIn(countOnes(600, "float64"));
  expect(finding.numbers).not.toHaveProperty("float64Loss");
  expect(finding.message).toMatch(/initial weights\.$/);
  expect(titlesOf(finding)).not.toContain(FLOAT64);
});

test("with dropout the step would not be the same, and float64 is not offered", () => {
  const layers = { cell: "rnn", nonlinearity: "relu", hiddenSize: 4, numLayers: 2, dropout: 0.5 };
  const init = { scheme: "constant", constant: 3 };
  const trainer = firstRow(countOnes(200, "float32", { ...layers, init }));
  expect(trainer.metrics.loss).not.toBe(0);
  expect(Number.isFinite(trainer.metrics.loss)).toBe(false);
  expect(describeDivergence(trainer)).toEqual({ parametersFinite: true, float64Loss: null });
});
