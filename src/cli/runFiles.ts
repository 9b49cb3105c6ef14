/** The files of `--out`. All are opened or checked before training, so that a long run does not end in an error. */
import { closeSync, mkdirSync, openSync, statSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { CapturedStep } from "../core/training/captureStep";
import type { NamedTensor } from "../core/numerics/tensor";
import type { TracedMetrics } from "../core/training/traceWriter";
import { writeSafetensors } from "../formats/safetensors";
import { COLUMN, type ColumnSpec, type TraceRows } from "../shared/trace/trace";
import { csvLine } from "../shared/words/csv";
import { UsageError } from "./args";
import { describeError } from "../lib/outsideText";

/** Lines that wait while an earlier part of a run is written. */
const ROWS_AT_ONCE = 10_000;

export interface RunFiles {
  writeParameters(
    which: "initial" | "final" | "best",
    tensors: readonly NamedTensor[],
    metadata: Readonly<Record<string, string>>,
  ): void;
  writeStep(iteration: number, step: CapturedStep): void;
  addMetrics(iteration: number, metrics: Readonly<TracedMetrics>): void;
  /** Rows of an earlier part of the run, with these columns. */
  addRows(columns: readonly ColumnSpec[], rows: TraceRows): void;
  /** Writes what is buffered; call it while the clock of training stands still. */
  flush(): void;
  finish(run: unknown): void;
}

/**
 * @param figures more columns of metrics.csv
 * @param validates whether there will be parameters of a best validation loss
 * @throws UsageError when the folder cannot be written to
 */
export function openRunFiles(folder: string, figures: readonly (keyof TracedMetrics)[], validates: boolean): RunFiles {
  const path = (name: string) => join(folder, name);
  let metricsFile: number;
  try {
    makeFolder(resolve(folder));
    metricsFile = openSync(path("metrics.csv"), "w");
    // Appending nothing tells whether each can be written, and spoils nothing when a later one cannot.
    const best = validates ? ["best.safetensors"] : [];
    for (const name of ["run.json", "initial.safetensors", "final.safetensors", ...best])
      writeFileSync(path(name), "", { flag: "a" });
  } catch (error) {
    throw new UsageError(
      `--out ${folder}: cannot write to this folder (${describeError(error)}). Choose another folder.`,
    );
  }
  const names = [COLUMN.loss, COLUMN.gradientNorm, COLUMN.clippedNorm, COLUMN.updateRatio, ...figures];
  let lines = csvLine([COLUMN.iteration, ...names]);

  const flush = () => {
    writeSync(metricsFile, lines);
    lines = "";
  };
  return {
    flush,
    addMetrics: (iteration, metrics) => {
      lines += csvLine([iteration, ...names.map((name) => metrics[name])]);
    },
    addRows: (specs, { rows, columns }) => {
      const places = [COLUMN.iteration, ...names].map((name) => columns[specs.findIndex((spec) => spec.name === name)]);
      for (let row = 0; row < rows; row++) {
        lines += csvLine(places.map((column) => column?.[row] ?? NaN));
        if (row % ROWS_AT_ONCE === 0) flush();
      }
    },
    writeParameters: (which, tensors, metadata) =>
      writeFileSync(path(`${which}.safetensors`), writeSafetensors(tensors, metadata)),
    writeStep: (iteration, step) =>
      writeFileSync(
        path(`step-${iteration}.safetensors`),
        writeSafetensors(stepTensors(step), { iteration: String(iteration) }),
      ),
    finish: (run) => {
      flush();
      closeSync(metricsFile);
      writeFileSync(path("run.json"), `${JSON.stringify(run, null, 2)}\n`);
    },
  };
}

// Not mkdirSync's `recursive`: in Node 20 it never comes back where folders cannot be made at all, as in /proc.
export function makeFolder(folder: string): void {
  const stat = statSync(folder, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return;
  if (stat === undefined && dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder);
}

function stepTensors({
  loss,
  input,
  target,
  output,
  parameters,
  gradients,
  states,
  stateGradients,
  cells,
  gates,
}: CapturedStep): NamedTensor[] {
  const prefixed = (prefix: string, tensors: readonly NamedTensor[]) =>
    tensors.map((tensor) => ({ ...tensor, name: `${prefix}.${tensor.name}` }));
  return [
    input,
    target,
    output,
    { name: "loss", shape: [], values: Float64Array.of(loss) },
    ...prefixed("param", parameters),
    ...prefixed("grad", gradients),
    ...prefixed("state", states),
    ...prefixed("stateGrad", stateGradients),
    ...prefixed("cell", cells),
    ...prefixed("gate", gates),
  ];
}
