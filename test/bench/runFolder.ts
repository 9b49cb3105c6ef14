/** A folder of recorded runs for bench:runs, as the extension writes them. */
import { mkdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { parseExperiment } from "../../src/config/read/parse";
import type { Experiment } from "../../src/config/schema/schema";
import { createTrainer } from "../../src/core/training/trainer";
import { encodeMeta, encodeRun, join } from "../../src/runs/format/encodeRun";
import type { RunContents, RunMeta } from "../../src/runs/format/runContents";
import { encodeHead, HEAD_BYTES } from "../../src/runs/format/frames";
import { scalarIndices } from "../../src/shared/trace/scalarColumns";
import { IDLE } from "../../src/shared/trace/trace";
import { TraceBuffer } from "../../src/shared/trace/traceBuffer";

const TEXT = `{
  // Adds two marked numbers of a sequence.
  "name": "Runs bench",
  "seed": 1,
  "task": { "kind": "adding", "sequences": 64, "length": 10 },
  "model": { "cell": "gru", "hiddenSize": 8 },
  "training": {
    "optimizer": { "kind": "adam", "learningRate": 0.01 },
    "iterations": 200,
    "batchSize": 32,
    "clip": { "norm": 1 },
  },
  "trace": { "every": 20 },
}
`;
const CELLS = ["rnn", "gru", "lstm"] as const;
const MINUTE_MS = 60_000;
const FIRST_START = Date.UTC(2026, 0, 1);
/** Files that the runs are of. */
const EXPERIMENTS = 10;
const FILES_AT_ONCE = 50;

/** A run of 200 iterations, as its file would have it. */
function recordRun(): RunContents {
  const { experiment } = parseExperiment(TEXT);
  if (experiment === null) throw new Error("The experiment of the bench is invalid.");
  const trainer = createTrainer(experiment);
  const trace = new TraceBuffer(trainer.columns, trainer.iterations + 1);
  while (trainer.step(trace) === "running");
  const rows = trace.adopt();
  const indices = scalarIndices(trainer.columns);
  const { iteration, iterations, metrics } = trainer;
  return {
    meta: metaOf(experiment),
    header: trainer.header(runIdOf(0), "bench"),
    metrics: {
      columns: indices.map((index) => trainer.columns[index]!),
      rows: { rows: rows.rows, columns: indices.map((index) => rows.columns[index]!) },
    },
    rows,
    checkpoint: trainer.checkpoint(),
    events: [],
    findings: [],
    baselines: [],
    surface: null,
    status: { ...IDLE, phase: "done", iteration, iterations, loss: metrics.loss },
    endedAt: FIRST_START,
    goodBytes: 0,
  };
}

function metaOf(config: Experiment): RunMeta {
  return {
    runId: runIdOf(0),
    number: 1,
    varied: [],
    uri: "file:///bench/experiment.rnn.json",
    fileName: "experiment.rnn.json",
    name: config.name,
    startedAt: FIRST_START,
    origin: "command",
    configText: TEXT,
    config,
    configHash: "bench",
    seed: config.seed,
    engine: "float64",
    threads: 1,
    versions: { rnnLab: "0", node: process.version },
    writer: { process: process.pid, machine: hostname() },
    resumedFrom: null,
    files: { data: null, weights: null },
  };
}

/** Makes the files of runs from one that was recorded: other seeds, cells and sizes in turns. */
export class RunCopies {
  /** Behind the first frame, which alone differs. */
  private readonly rest: Uint8Array;

  constructor(private readonly recorded: RunContents) {
    const whole = encodeRun(recorded);
    this.rest = whole.subarray(HEAD_BYTES + encodeMeta(recorded.meta).length);
  }

  idOf(index: number): string {
    return runIdOf(index);
  }

  encode(index: number): Uint8Array {
    const { meta } = this.recorded;
    const seed = 1 + (index % 5);
    const model = {
      ...meta.config.model,
      cell: CELLS[index % 3]!,
      hiddenSize: 4 + (Math.floor(index / 15) % 8),
    } as Experiment["model"];
    const fileName = `experiment-${index % EXPERIMENTS}.rnn.json`;
    const copy: RunMeta = {
      ...meta,
      runId: runIdOf(index),
      number: 1 + Math.floor(index / EXPERIMENTS),
      varied: [{ path: ["model", "hiddenSize"], value: model.hiddenSize }],
      uri: `file:///bench/${fileName}`,
      fileName,
      seed,
      startedAt: meta.startedAt + index * MINUTE_MS,
      config: { ...meta.config, seed, model },
    };
    return join([encodeHead(), encodeMeta(copy), this.rest]);
  }

  /** @returns size of a file */
  async write(folder: string, runs: number): Promise<number> {
    await mkdir(folder, { recursive: true });
    let bytes = 0;
    for (let first = 0; first < runs; first += FILES_AT_ONCE) {
      const indices = Array.from({ length: Math.min(FILES_AT_ONCE, runs - first) }, (_, i) => first + i);
      await Promise.all(
        indices.map((index) => {
          const file = this.encode(index);
          bytes = file.length;
          return writeFile(`${folder}/${runIdOf(index)}.rnnrun`, file);
        }),
      );
    }
    return bytes;
  }
}

export function makeCopies(): RunCopies {
  return new RunCopies(recordRun());
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** In the form of the editor's ids. */
export function runIdOf(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
}
