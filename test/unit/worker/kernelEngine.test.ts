import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, describe, expect, it, vi } from "vitest";
import { createTrainer } from "../../../src/core/training/trainer";
import type { Experiment } from "../../../src/config/schema/schema";
import { createKernelEngine } from "../../../src/worker/kernelEngine";
import { HelperThreads } from "../../../src/threads/helperThreads";
import type { ThreadsSetting } from "../../../src/lib/threadCount";
import { experimentOf, expectClose } from "../core/support";

vi.setConfig({ testTimeout: 120_000 });

const script = join(mkdtempSync(join(tmpdir(), "rnn-lab-helper-")), "helper.cjs");
buildSync({
  entryPoints: [join(import.meta.dirname, "../../../src/worker/helper.ts")],
  outfile: script,
  bundle: true,
  platform: "node",
  mainFields: ["module", "main"],
  format: "cjs",
  logLevel: "error",
});
const helpers = new HelperThreads(script);
afterAll(() => helpers.dispose());

const LARGE = experimentOf({
  task: { kind: "adding", sequences: 200, length: 30 },
  model: { cell: "lstm", hiddenSize: 32 },
  training: {
    optimizer: { kind: "adam", learningRate: 0.01 },
    batchSize: 32,
    iterations: 20,
    clip: { norm: 1 },
    validation: { share: 0.2, every: 10 },
  },
});
const SMALL = experimentOf({
  task: { kind: "binary-addition", sequences: 50 },
  model: { cell: "rnn", hiddenSize: 3 },
  training: { iterations: 20, optimizer: { kind: "adam" } },
});

function train(experiment: Experiment, threads: ThreadsSetting) {
  const engine = createKernelEngine(threads, helpers);
  try {
    const trainer = createTrainer(experiment, { kernel: engine.createNetwork });
    while (trainer.step(null) === "running");
    return {
      engine: trainer.engine,
      threads: engine.threads(),
      loss: trainer.metrics.loss,
      parameters: [...trainer.parameters()],
    };
  } finally {
    engine.dispose();
  }
}

describe("the kernel of a run", () => {
  it("splits large batches over the threads that are allowed, and small ones never", () => {
    expect(train(LARGE, 1)).toMatchObject({ engine: "float32", threads: 1 });
    expect(train(LARGE, 2)).toMatchObject({ engine: "float32", threads: 2 });
    expect(train(LARGE, 4)).toMatchObject({ engine: "float32", threads: 4 });
    expect(train(SMALL, 4)).toMatchObject({ engine: "float32", threads: 1 });
  });

  it("gives the same bits each time for a number of threads, run after run on one helper", () => {
    for (const threads of [1, 2, 3, 4]) expect(train(LARGE, threads)).toEqual(train(LARGE, threads));
  });

  it("agrees with the float64 engine after training", () => {
    const exact = createTrainer(LARGE);
    while (exact.step(null) === "running");
    expect(exact.engine).toBe("float64");
    for (const threads of [1, 2, 4]) expectClose(train(LARGE, threads).parameters, exact.parameters(), 1e-3, 1e-5);
  });

  it("takes two threads on every machine with portable arithmetic, unless a number is set", () => {
    const portable: Experiment = { ...LARGE, arithmetic: "portable" };
    expect(train(portable, "auto")).toEqual(train(portable, 2));
    expect(train(portable, 2).threads).toBe(2);
    expect(train(portable, 3).threads).toBe(3);
  });

  it("is what the experiment asks for, and not for the tutorial's cell by itself", () => {
    const engineOf = (file: Parameters<typeof experimentOf>[0]) =>
      train(experimentOf({ training: { iterations: 1 }, ...file }), 1).engine;
    expect(engineOf({})).toBe("float64");
    expect(engineOf({ engine: "float32" })).toBe("float32");
    expect(engineOf({ model: { cell: "gru" }, engine: "float64" })).toBe("float64");
  });
});
