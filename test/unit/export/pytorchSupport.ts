/** Exported scripts beside the runs that they are of. */
import { spawnSync } from "node:child_process";
import type { ExperimentFiles } from "../../../src/config/facts/dataFiles";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { collectTrainingSource } from "../../../src/core/training/trainingSource";
import type { NamedTensor } from "../../../src/core/numerics/tensor";
import { measureAtEnd } from "../../../src/core/analysis/measures";
import { finishWork } from "../../../src/lib/slicedTask";
import type { Measures } from "../../../src/shared/trace/measures";
import type { Experiment } from "../../../src/config/schema/schema";
import { createTrainer, type Trainer } from "../../../src/core/training/trainer";
import { pytorchFiles } from "../../../src/export/pytorchFiles";
import { createWasmNetwork } from "../../../src/kernel/wasmNetwork";
import { experimentOf } from "../core/support";

export type File = Parameters<typeof experimentOf>[0];
export const torch = findPythonPackage("torch");

export interface Outcome {
  readonly losses: readonly number[];
  /** By iteration. */
  readonly validations: ReadonlyMap<number, number>;
  /** Of the validation set at the end; null without one. */
  readonly measures: { readonly values: Measures["values"]; readonly accuracy: number | undefined } | null;
  /** What the script prints of the validation set. */
  readonly validated: string | null;
  /** At the end. */
  readonly weights: readonly NamedTensor[];
}

export function lossesOf(
  file: File,
  data: ExperimentFiles["data"],
  engine: "float64" | "float32",
  changed: readonly (readonly [number, object])[] = [],
  further = 0,
): Outcome & { files: ReturnType<typeof pytorchFiles> } {
  const experiment = experimentOf({ ...file, engine });
  const files = { data, weights: null };
  const trainer = createTrainer(experiment, { files, kernel: (spec, capacity) => createWasmNetwork(spec, capacity) });
  const losses: number[] = [];
  const validations = new Map<number, number>();
  const changes = changed.map(([iteration, training]) => ({
    iteration,
    settings: experimentOf({ ...file, training: { ...file.training, ...training } }).training,
  }));
  const trainToEnd = (): void => {
    for (let result = "running"; result === "running"; losses.push(trainer.metrics.loss)) {
      for (const { iteration, settings } of changes)
        if (iteration === trainer.iteration) trainer.changeUpdates(settings);
      const { iteration } = trainer;
      result = trainer.step(null);
      if (iteration % trainer.validationInterval === 0) validations.set(iteration, trainer.metrics.validationLoss);
    }
  };
  trainToEnd();
  const extensions = further === 0 ? [] : [{ iteration: trainer.iteration, iterations: trainer.iteration + further }];
  for (const { iterations } of extensions) {
    trainer.restore(trainer.checkpoint());
    trainer.extend(iterations);
    // The last row is made again.
    losses.pop();
    trainToEnd();
  }
  const rows = losses.map((loss, iteration) => [iteration, loss] as const);
  return {
    losses,
    validations,
    measures:
      trainer.dataset.sequences > trainer.dataset.trainingSequences
        ? { values: finishWork(measureAtEnd(trainer)).values, accuracy: trainer.metrics.accuracy }
        : null,
    weights: trainer.parameterTensors(),
    validated: validatedOf(trainer, experiment),
    files: pytorchFiles(
      {
        experiment,
        source: collectTrainingSource(experiment, files),
        engine,
        text: JSON.stringify(file),
        changes,
        extensions,
      },
      rows,
      [...validations],
    ),
  };
}

function validatedOf(trainer: Trainer, { training: { stop, validation } }: Experiment): string | null {
  const { best, stoppedEarly, iteration, metrics } = trainer;
  if (stop === null)
    return validation.share === 0
      ? null
      : `validation loss ${metrics.validationLoss?.toPrecision(6)}… at iteration ${iteration}`;
  if (best === null) return null;
  const stopped = stoppedEarly ? `stopped early at iteration ${iteration}\n` : "";
  return `${stopped}best validation loss ${best.validationLoss.toPrecision(6)}… at iteration ${best.iteration}`;
}

/** Runs the scripts of all folders in one Python, which is slow to start. */
const RUN_ALL = `
import json, runpy, sys, contextlib, io, warnings, torch
results = {}
folders, sys.argv[1:] = sys.argv[1:], []
for folder in folders:
    output = io.StringIO()
    with contextlib.redirect_stdout(output), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names = runpy.run_path(folder + "/train.py")
    weights = {name: tensor.flatten().tolist() for name, tensor in torch.load(folder + "/weights.pt").items()}
    validations = [[iteration, repr(loss)] for iteration, loss in names.get("validations", {}).items()]
    losses = [repr(loss) for loss in names["losses"]]
    results[folder] = {"losses": losses, "validations": validations, "output": output.getvalue(), "weights": weights}
print(json.dumps(results))
`;
export type Results = Record<
  string,
  { losses: string[]; validations: [number, string][]; output: string; weights: Record<string, number[]> }
>;

export function runAll(folders: readonly string[]): Results {
  const { status, stdout, stderr } = spawnSync(torch.python, ["-c", RUN_ALL, ...folders], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Results;
}
