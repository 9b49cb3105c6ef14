import { configHash } from "../../../src/config/compare/hash";
import { createTrainer } from "../../../src/core/training/trainer";
import { scalarIndices } from "../../../src/shared/trace/scalarColumns";
import type { RunContents } from "../../../src/runs/format/runContents";
import { IDLE } from "../../../src/shared/trace/trace";
import { TraceBuffer } from "../../../src/shared/trace/traceBuffer";
import { experimentOf } from "../config/support";

/** A run to its end, as the recorder would have it in its file. */
export function runOf(text: string): RunContents {
  const config = experimentOf(text);
  const trainer = createTrainer(config);
  const buffer = new TraceBuffer(trainer.columns, 4096);
  let result = "running";
  while (result === "running") result = trainer.step(buffer);
  const header = trainer.header("00000000-0000-4000-8000-000000000001", configHash(config));
  const rows = buffer.snapshot();
  const indices = scalarIndices(header.columns);
  const bytes = 0;
  return {
    meta: {
      runId: header.runId,
      number: 1,
      varied: [],
      uri: "file:///lab/a.rnn.json",
      fileName: "a.rnn.json",
      name: config.name || "a.rnn.json",
      startedAt: 1_700_000_000_000,
      origin: "command",
      configText: text,
      config,
      configHash: header.configHash,
      seed: config.seed,
      engine: "float64",
      threads: 1,
      versions: { rnnLab: "0.1.0" },
      writer: { process: 1, machine: "test" },
      resumedFrom: null,
      files: { data: null, weights: null },
    },
    header,
    metrics: {
      columns: indices.map((index) => header.columns[index]!),
      rows: { rows: rows.rows, columns: indices.map((index) => rows.columns[index]!) },
    },
    rows,
    checkpoint: trainer.checkpoint(),
    events: [],
    findings: [],
    baselines: [],
    surface: null,
    status: {
      ...IDLE,
      phase: result === "diverged" ? "diverged" : "done",
      iteration: trainer.iteration,
      iterations: trainer.iterations,
      loss: trainer.metrics.loss,
      trainMs: 12,
      best:
        trainer.best === null
          ? null
          : { iteration: trainer.best.iteration, validationLoss: trainer.best.validationLoss },
    },
    endedAt: 1_700_000_001_000,
    goodBytes: bytes,
  };
}
