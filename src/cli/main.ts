import { configHash } from "../config/hash";
import { printable } from "../config/printable";
import type { Experiment } from "../config/schema";
import { createTrainer, type Trainer } from "../core/trainer";
import { HELP, UsageError, readArguments, type Arguments } from "./args";
import { jsonNumber, nestedValues } from "./jsonNumbers";
import { ExperimentFileError, loadExperiment } from "./loadExperiment";
import { createProgressBar } from "./progressBar";
import { openRunFiles } from "./runFiles";
import { readExperimentFiles } from "./readExperimentFiles";
import { train, type TrainingResult } from "./train";

const EXIT = { done: 0, failed: 1, badInput: 2, diverged: 3 } as const;

/** Runs the command line and returns its exit code. */
export function main(args: readonly string[]): number {
  try {
    const parsed = readArguments(args);
    if (parsed === null) {
      process.stdout.write(HELP);
      return EXIT.done;
    }
    return runExperiment(parsed);
  } catch (error) {
    if (error instanceof ExperimentFileError) process.stderr.write(`${error.message}\n`);
    else if (error instanceof UsageError) process.stderr.write(`error: ${error.message}\n--help lists what there is.\n`);
    else {
      process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
      return EXIT.failed;
    }
    return EXIT.badInput;
  }
}

function runExperiment({ file, set, out, dumpSteps, json }: Arguments): number {
  const experiment = loadExperiment(file, set);
  const trainer = prepareTrainer(file, experiment);
  const beyond = dumpSteps.find((step) => step > trainer.iterations);
  if (beyond !== undefined) throw new UsageError(`--dump-step ${beyond}: the run ends at iteration ${trainer.iterations}`);
  const files = out === null ? null : openRunFiles(out);
  const result = train(trainer, new Set(dumpSteps), files, createProgressBar(process.stderr));
  const report = createReport(experiment, result);
  files?.finish({ ...report, experiment });

  process.stdout.write(json ? `${JSON.stringify(report)}\n` : summary(experiment, result));
  if (result.status === "done") return EXIT.done;
  const what = Number.isFinite(result.finalLoss) ? "a weight is no longer finite" : `the loss is ${result.finalLoss}`;
  process.stderr.write(`${file}: training diverged at iteration ${result.iterations}: ${what}. Reduce training.optimizer.learningRate or set training.clip, e.g. --set 'training.clip={"norm":1}'.\n`);
  for (const step of dumpSteps.filter((step) => step > result.iterations)) process.stderr.write(`step-${step}.safetensors was not written: the run ended before.\n`);
  return EXIT.diverged;
}

/** @throws ExperimentFileError when the files that it names do not serve, or its parts do not go together */
function prepareTrainer(file: string, experiment: Experiment): Trainer {
  try {
    return createTrainer(experiment, { files: readExperimentFiles(file, experiment) });
  } catch (error) {
    throw new ExperimentFileError(`${file}: error: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function createReport(experiment: Experiment, { status, iterations, finalLoss, engine, trainMs, parameters }: TrainingResult) {
  return {
    status,
    iterations,
    finalLoss: jsonNumber(finalLoss),
    engine,
    trainMs,
    parameters: Object.fromEntries(parameters.map((tensor) => [tensor.name, nestedValues(tensor)])),
    configHash: configHash(experiment),
  };
}

function summary({ name }: Experiment, { status, iterations, finalLoss, engine, trainMs, parameters }: TrainingResult): string {
  const MAX_VALUES = 8;
  const weights = parameters.map((tensor) => `${tensor.name} = ${tensor.values.length > MAX_VALUES ? `[${tensor.shape.join(" x ")}]` : JSON.stringify(nestedValues(tensor))}`);
  return [`${name === "" ? "Experiment" : printable(name)}: ${status} after ${iterations} iterations, ${trainMs.toFixed(1)} ms, ${engine}`, `loss = ${finalLoss}`, ...weights, ""].join("\n");
}
