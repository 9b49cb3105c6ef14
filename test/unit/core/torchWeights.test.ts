import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { createTrainer } from "../../../src/core/training/trainer";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { writeSafetensors } from "../../../src/formats/safetensors";
import { versionOf } from "../python";
import { experimentOf, expectClose } from "./support";

// Starting Python with torch takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const torch = findPythonPackage("torch");
const snippets = [
  ...readFileSync(new URL("../../../docs/weights.md", import.meta.url), "utf8").matchAll(/```python\n([\s\S]*?)```/g),
].map(([, code]) => code ?? "");

const python = (code: string, folder: string) =>
  execFileSync(torch.python, ["-c", code], { cwd: folder, encoding: "utf8" });
const makeFolder = () => mkdtempSync(join(tmpdir(), "rnn-lab-torch-"));
const ADDING = {
  task: { kind: "adding", sequences: 20, length: 15 },
  model: { cell: "lstm", hiddenSize: 32 },
  training: { iterations: 5, optimizer: { kind: "adam", learningRate: 0.05 } },
} as const;

describe(`the snippets of docs/weights.md in PyTorch ${versionOf(torch)}`, () => {
  it.skipIf(torch.missing !== null)(
    "load trained weights into torch.nn.LSTM, which then gives the same outputs, whichever engine trained",
    () => {
      for (const engine of ["float64", "float32"] as const) {
        const trainer = createTrainer(experimentOf({ ...ADDING, engine }), {
          kernel: (spec, capacity) => createWasmNetwork(spec, capacity),
        });
        expect(trainer.engine).toBe(engine);
        while (trainer.step(null) === "running");
        const step = trainer.captureStep();
        const folder = makeFolder();
        writeFileSync(
          join(folder, "final.safetensors"),
          writeSafetensors(trainer.parameterTensors(), { iteration: "5" }),
        );
        writeFileSync(join(folder, "step.safetensors"), writeSafetensors([step.input]));
        const outputs = JSON.parse(
          python(
            `${snippets[0]}\nprint(json.dumps(predict(load("step.safetensors")["input"]).reshape(-1).tolist()))`,
            folder,
          ),
        ) as number[];
        expect(outputs.length).toBe(20);
        expectClose(step.output.values, outputs, engine === "float64" ? 1e-12 : 2e-5, engine === "float64" ? 0 : 1e-6);
      }
    },
  );

  it.skipIf(torch.missing !== null)(
    "save weights of torch.nn.LSTM, from which a run starts and gives the same outputs",
    () => {
      const experiment = experimentOf({ ...ADDING, model: { ...ADDING.model, init: { file: "weights.safetensors" } } });
      const folder = makeFolder();
      writeFileSync(
        join(folder, "input.safetensors"),
        writeSafetensors([createTrainer(experimentOf(ADDING)).captureStep().input]),
      );
      const code = `${snippets[0]?.split("\nweights =")[0]}
torch.manual_seed(3)
lstm, readout = torch.nn.LSTM(2, 32, batch_first=True), torch.nn.Linear(32, 1)
${snippets[1]}
print(json.dumps(readout(lstm(load("input.safetensors")["input"].float())[0][:, -1]).reshape(-1).tolist()))`;
      const outputs = JSON.parse(python(code, folder)) as number[];
      const files = { data: null, weights: new Uint8Array(readFileSync(join(folder, "weights.safetensors"))) };
      for (const kernel of [null, (spec: Parameters<typeof createWasmNetwork>[0]) => createWasmNetwork(spec)]) {
        const trainer = createTrainer(
          { ...experiment, engine: kernel === null ? "float64" : "float32" },
          { files, kernel },
        );
        expectClose(trainer.captureStep().output.values, outputs, 1e-5, 1e-6);
      }
    },
  );
});
