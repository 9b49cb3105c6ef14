/** Exported scripts of runs on several files: the same losses, the same validation losses, and the same weights. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { readRecipe, type Recipe } from "../../../src/core/tasks/recipe";
import { createTrainer } from "../../../src/core/training/trainer";
import { readSafetensors } from "../../../src/formats/safetensors";
import type { TableFiles } from "../../../src/tables/tableFiles";
import { experimentOf } from "../core/support";
import { versionOf } from "../python";
import { lossesOf, runAll, torch, type File, type Outcome, type Results } from "./pytorchSupport";

// Starting Python with torch takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), "rnn-lab-pytorch-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const FILES = Array.from({ length: 12 }, (_, file) => {
  const rows = Array.from({ length: 6 + (file % 4) }, (_, row) => `${Math.sin(row / (2 + (file % 3)))},${row % 2}`);
  return { name: `r/${String(file).padStart(2, "0")}.csv`, bytes: bytesOf(`x,odd\n${rows.join("\n")}\n`) };
});
const PARTS = ["train", "train", "test", "validation"];
const lines = FILES.map(({ name }, file) => `${name},${["a", "b", "c"][file % 3]},${file / 7},${PARTS[file % 4]}\n`);
const LABELS = { name: "labels.csv", bytes: bytesOf(`file,kind,size,part\n${lines.join("")}`) };
const LABELED: TableFiles = { tables: FILES, labels: LABELS };

const whole = { labels: "labels.csv", columns: ["x"], length: "series", horizon: 0 };
const CASES: Readonly<Record<string, readonly [task: object, data: TableFiles, model?: File["model"]]>> = {
  "a label for each": [{ ...whole, target: "kind" }, LABELED, { cell: "gru", hiddenSize: 3, readout: "last" }],
  "a label at each step": [{ ...whole, target: "kind" }, LABELED],
  "a number for each": [{ ...whole, target: "size" }, LABELED, { cell: "lstm", hiddenSize: 3, readout: "last" }],
  "a split of their own": [{ ...whole, target: "kind", split: "part" }, LABELED],
  "windows of labeled files": [{ ...whole, target: "kind", length: 3 }, LABELED],
  "targets of their own": [
    { columns: ["x"], target: "odd", length: 3 },
    { ...LABELED, labels: null },
  ],
};

describe(`exported scripts of runs on several files, in PyTorch ${versionOf(torch)}`, () => {
  const runs = new Map<string, Outcome & { readonly folder: string; readonly recipe: Recipe | null }>();
  let results: Results = {};

  test.skipIf(torch.missing !== null)("run, all of them", () => {
    for (const [name, [task, data, model]] of Object.entries(CASES)) {
      const file: File = {
        task: { kind: "csv", files: "r/*.csv", ...task },
        model: model ?? { cell: "rnn", hiddenSize: 3 },
        training: {
          iterations: 14,
          batchSize: 3,
          optimizer: { kind: "adam", learningRate: 0.02 },
          validation: { share: 0.3, every: 4 },
        },
      };
      const { files, ...outcome } = lossesOf(file, data, "float64");
      const trainer = createTrainer(experimentOf(file), { files: { data, weights: null } });
      const recipe = readRecipe(trainer.header("", "").data?.recipe ?? {});
      const own = mkdtempSync(join(folder, "run-"));
      for (const [fileName, content] of files) writeFileSync(join(own, fileName), content);
      runs.set(name, { ...outcome, folder: own, recipe });
    }
    results = runAll([...runs.values()].map(({ folder: own }) => own));
  });

  test.skipIf(torch.missing !== null).each(Object.keys(CASES))("%s: losses, validation and weights to 1e-9", (name) => {
    const run = runs.get(name)!;
    const { losses, validations, weights } = results[run.folder]!;
    const close = (found: number, wanted: number): void =>
      expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-9 * Math.max(1e-6, Math.abs(wanted)));
    expect(losses.length).toBe(run.losses.length);
    for (const [iteration, loss] of run.losses.entries()) close(Number(losses[iteration]), loss);
    const validated = new Map(validations);
    expect(run.validations.size).toBeGreaterThan(2);
    for (const [iteration, loss] of run.validations) close(Number(validated.get(iteration)), loss);
    const { metadata, tensors } = readSafetensors(readFileSync(join(run.folder, "weights.safetensors")));
    expect(readRecipe(metadata)).toEqual(run.recipe);
    expect(metadata).toMatchObject({ format_version: "1", iteration: "14" });
    expect(JSON.parse(metadata["experiment"] ?? "")).toMatchObject({ task: { files: "r/*.csv" } });
    expect(tensors.map((one) => one.name).toSorted()).toEqual(run.weights.map((one) => one.name).toSorted());
    for (const { name: tensor, values } of run.weights)
      for (const [i, value] of values.entries())
        expect(Math.abs(weights[tensor]![i]! - value)).toBeLessThanOrEqual(1e-7 * Math.max(1, Math.abs(value)));
  });
});
