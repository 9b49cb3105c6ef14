import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { createTrainer } from "../../../src/core/trainer";
import { writeSafetensors } from "../../../src/shared/safetensors";
import { experimentOf, expectClose } from "./support";

// Starting Python with torch takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const PYTHON = "/usr/bin/python3";
const torch = spawnSync(PYTHON, ["-c", "import torch; print(torch.__version__)"], { encoding: "utf8" });
const here = torch.status === 0;

describe(`the snippet of docs/weights.md ${here ? `in PyTorch ${torch.stdout.trim()}` : "(not run: python3-torch is not installed)"}`, () => {
  it.skipIf(!here)("loads trained weights into torch.nn.LSTM, which then gives the same outputs", () => {
    const document = readFileSync(new URL("../../../docs/weights.md", import.meta.url), "utf8");
    const snippet = /```python\n([\s\S]*?)```/.exec(document)?.[1] ?? "";
    const trainer = createTrainer(experimentOf({ task: { kind: "adding", sequences: 20, length: 15 }, model: { cell: "lstm", hiddenSize: 32 }, training: { iterations: 5, optimizer: { kind: "adam", learningRate: 0.05 } } }));
    while (trainer.step(null) === "running");
    const step = trainer.captureStep();
    const folder = mkdtempSync(join(tmpdir(), "rnn-lab-torch-"));
    writeFileSync(join(folder, "final.safetensors"), writeSafetensors(trainer.parameterTensors(), { iteration: "5" }));
    writeFileSync(join(folder, "step.safetensors"), writeSafetensors([step.input]));
    const ask = `${snippet}\nprint(json.dumps(predict(load("step.safetensors")["input"]).reshape(-1).tolist()))`;
    const outputs = JSON.parse(execFileSync(PYTHON, ["-c", ask], { cwd: folder, encoding: "utf8" })) as number[];
    expect(outputs.length).toBe(20);
    expectClose(step.output.values, outputs, 1e-12);
  });
});
