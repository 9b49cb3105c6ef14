/** The files of `--out`. All are opened or checked before training, so that a long run does not end in an error. */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CapturedStep } from "../core/training/captureStep";
import type { NamedTensor } from "../core/numerics/tensor";
import type { TracedMetrics } from "../core/training/traceWriter";
import { writeSafetensors } from "../formats/safetensors";
import { COLUMN, type ColumnSpec, type TraceRows } from "../shared/trace/trace";
import { csvLine } from "../shared/words/csv";
import { UsageError } from "./args";
import { describeError } from "../lib/outsideText";
import { AppendedFile } from "./appendedFile";
import type { LateOutput } from "./lateOutput";
import { makeFolder } from "./makeFolder";
import { printError } from "./terminal";
import { WholeFiles } from "./wholeFiles";

/** Lines that wait while an earlier part of a run is written. */
const ROWS_AT_ONCE = 10_000;

export interface RunFiles extends LateOutput {
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
  /** Nothing is written afterwards. */
  close(): void;
}

/**
 * @param figures more columns of metrics.csv
 * @param validates whether there will be parameters of a best validation loss
 * @throws UsageError when the folder cannot be written to
 */
export function openRunFiles(folder: string, figures: readonly (keyof TracedMetrics)[], validates: boolean): RunFiles {
  const path = (name: string) => join(folder, name);
  let metrics: AppendedFile;
  try {
    makeFolder(resolve(folder));
    metrics = new AppendedFile(path("metrics.csv"), (problem) => noteProblem(path("metrics.csv"), problem));
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
  metrics.append(csvLine([COLUMN.iteration, ...names]));
  const wholes = new WholeFiles();
  return {
    flush: () => metrics.flush(),
    addMetrics: (iteration, values) => metrics.append(csvLine([iteration, ...names.map((name) => values[name])])),
    addRows: (specs, { rows, columns }) => {
      const places = [COLUMN.iteration, ...names].map((name) => columns[specs.findIndex((spec) => spec.name === name)]);
      for (let row = 0; row < rows; row++) {
        metrics.append(csvLine(places.map((column) => column?.[row] ?? NaN)));
        if (row % ROWS_AT_ONCE === 0) metrics.flush();
      }
    },
    writeParameters: (which, tensors, metadata) =>
      wholes.write(path(`${which}.safetensors`), writeSafetensors(tensors, metadata)),
    writeStep: (iteration, step) =>
      wholes.write(
        path(`step-${iteration}.safetensors`),
        writeSafetensors(stepTensors(step), { iteration: String(iteration) }),
      ),
    finish: (run) => {
      metrics.flush();
      wholes.write(path("run.json"), `${JSON.stringify(run, null, 2)}\n`);
    },
    get unwritten() {
      return new Map([...metrics.unwritten, ...wholes.unwritten]);
    },
    retry: () => {
      metrics.retry();
      wholes.retry();
    },
    close: () => metrics.close(),
  };
}

function noteProblem(path: string, problem: string | null): void {
  if (problem !== null) printError(`warning: ${path} cannot be written (${problem}). Training continues.\n`);
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
