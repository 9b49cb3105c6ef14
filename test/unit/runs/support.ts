import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Experiment } from "../../../src/config/schema/schema";
import { createTrainer } from "../../../src/core/training/trainer";
import type { RunContents, RunMeta } from "../../../src/runs/format/runContents";
import { scalarIndices } from "../../../src/shared/trace/scalarColumns";
import { IDLE } from "../../../src/shared/trace/trace";
import { TraceBuffer } from "../../../src/shared/trace/traceBuffer";
import type { RunFileTarget } from "../../../src/session/runFileTarget";
import { COUNT_ONES, recordingBy } from "../session/support";

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "rnn-lab-runs-"));
}

export function metaOf(change: Partial<RunMeta> = {}): RunMeta {
  return {
    runId: "run-1",
    number: 1,
    varied: [],
    uri: "file:///lab/a.rnn.json",
    fileName: "a.rnn.json",
    name: "A",
    startedAt: 1_700_000_000_000,
    origin: "command",
    configText: "{ /* a comment */ }",
    config: COUNT_ONES,
    configHash: "hash",
    seed: 1,
    engine: "float64",
    threads: 1,
    versions: { rnnLab: "0.1.0", node: "v24" },
    writer: { process: 1, machine: "here" },
    resumedFrom: null,
    files: { data: null, weights: null },
    ...change,
  };
}

/** Records the runs that are trained into files of `folder`; one that is only shown has its file. */
export function recordingInto(folder: string, mark?: SharedArrayBuffer): RunFileTarget {
  return recordingBy(({ runId }, { experiment, configHash, from }) =>
    from?.resume === false
      ? null
      : {
          path: join(folder, `${runId}.rnnrun`),
          meta: metaOf({ runId, config: experiment, configHash, resumedFrom: from?.runId ?? null }),
          ...(mark === undefined ? {} : { mark }),
        },
  );
}

/** A run that was really trained, as its file would tell it. */
export function trainedRun(experiment: Experiment = COUNT_ONES, runId = "run-1"): RunContents {
  const trainer = createTrainer(experiment);
  const trace = new TraceBuffer(trainer.columns, trainer.iterations + 1);
  while (trainer.step(trace) === "running");
  const rows = trace.adopt();
  const indices = scalarIndices(trainer.columns);
  return {
    meta: metaOf({ runId, config: experiment }),
    header: trainer.header(runId, "hash"),
    metrics: {
      columns: indices.map((index) => trainer.columns[index]!),
      rows: { rows: rows.rows, columns: indices.map((index) => rows.columns[index]!) },
    },
    rows,
    checkpoint: null,
    events: [{ kind: "applied", iteration: 3, detail: { learningRate: NaN } }],
    findings: [],
    baselines: [{ name: "best-constant", loss: 2.5, label: "best constant", on: "training" }],
    surface: null,
    status: {
      ...IDLE,
      phase: "done",
      iteration: trainer.iteration,
      iterations: trainer.iterations,
      loss: trainer.metrics.loss,
    },
    endedAt: 1_700_000_001_000,
    goodBytes: 0,
  };
}
