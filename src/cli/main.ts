import { dirname, join, resolve } from "node:path";
import { evaluateAtLength } from "../core/analysis/evaluateAtLength";
import { createRandom, STREAM } from "../core/numerics/random";
import { sampleText } from "../core/analysis/sampleText";
import { createTrainer, type Trainer } from "../core/training/trainer";
import { readExperimentFiles } from "../files/readExperimentFiles";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import { LARGE_METRICS } from "../config/facts/metricsForecast";
import { ExperimentError } from "../config/facts/experimentError";
import { isGenerated } from "../config/facts/taskTraits";
import { createFloat32Engine } from "../worker/float32Engine";
import { HelperThread } from "../threads/helperThread";
import { analyzeDecay, decayReport, describeDecay, trainUpTo } from "./analyzeDecay";
import { HELP, UsageError, readArguments, type Analysis, type Arguments } from "./args";
import { ExperimentFileError, loadExperiment, locateError, type LoadedExperiment } from "./loadExperiment";
import { createProgressBar } from "./progressBar";
import { createReport, describeResult, type Aftermath } from "./report";
import { openRunFiles } from "./runFiles";
import { EXIT } from "./exitCodes";
import { openExport } from "./exportRun";
import { sweepExperiment } from "./sweep";
import { scalarColumns } from "../shared/trace/scalarColumns";
import { formatValue } from "../shared/words/numberFormat";
import { RunDiagnosis } from "./runDiagnosis";
import { figuresOf, train, validates, type TrainingResult } from "./train";
import { tryFixes } from "./tryFixes";

/** Runs the command line and returns its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const parsed = readArguments(args);
    if (parsed === null) {
      process.stdout.write(HELP);
      return EXIT.done;
    }
    return await (parsed.sweep ? sweepExperiment(parsed, join(__dirname, "sweep.js")) : runExperiment(parsed));
  } catch (error) {
    if (error instanceof ExperimentFileError) process.stderr.write(`${error.message}\n`);
    else if (error instanceof UsageError) process.stderr.write(`error: ${error.message}\nRun with --help for usage.\n`);
    else {
      process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
      return EXIT.failed;
    }
    return EXIT.badInput;
  }
}

interface Prepared {
  readonly trainer: Trainer;
  /** Contents of the files that the experiment names. */
  readonly data: ExperimentFiles;
}

async function runExperiment(options: Arguments): Promise<number> {
  const loaded = loadExperiment(options.file, options.set);
  checkQuestions(options, loaded);
  const helper = new HelperThread(join(__dirname, "helper.js"));
  const engine = createFloat32Engine(options.threads, helper);
  try {
    const prepared = await prepareTrainer(loaded, engine.createNetwork, options.out !== null);
    return options.analyze === null
      ? await trainAndReport(options, loaded, prepared, engine.threads())
      : analyze(options, options.analyze, loaded, prepared.trainer);
  } finally {
    engine.dispose();
    helper.dispose();
  }
}

function analyze(
  { file, json }: Arguments,
  { iteration }: Analysis,
  loaded: LoadedExperiment,
  trainer: Trainer,
): number {
  if (!trainUpTo(trainer, iteration, createProgressBar(process.stderr))) {
    const { loss: finalLoss } = trainer.metrics;
    process.stderr.write(`${file}: ${describeDivergence({ iterations: trainer.iteration, finalLoss })}\n`);
    return EXIT.diverged;
  }
  const analysis = analyzeDecay(loaded, trainer);
  process.stdout.write(
    json ? `${JSON.stringify(decayReport(analysis))}\n` : describeDecay(loaded, trainer.iteration, analysis),
  );
  return EXIT.done;
}

async function trainAndReport(
  options: Arguments,
  loaded: LoadedExperiment,
  { trainer, data }: Prepared,
  threads: number,
): Promise<number> {
  const { file, out, export: form, dumpSteps, json } = options;
  const { experiment } = loaded;
  const beyond = dumpSteps.find((step) => step > trainer.iterations);
  if (beyond !== undefined) throw new UsageError(`--dump-step ${beyond}: the last iteration is ${trainer.iterations}`);
  if (out !== null && (form === null || form === "bundle")) noteLargeMetrics(trainer);
  const files = out === null || form !== null ? null : openRunFiles(out, figuresOf(trainer), validates(trainer));
  const exported = out === null || form === null ? null : openExport(form, out, loaded, trainer, data);
  const diagnosis = new RunDiagnosis(experiment, trainer, exported?.rows ?? null);
  const result = {
    ...train(trainer, new Set(dumpSteps), files, createProgressBar(process.stderr), diagnosis, exported?.metrics),
    threads,
  };
  const converged = result.status === "done";
  const aftermath = await collectAftermath(options, loaded, { trainer, data }, result);
  const report = createReport(loaded, result, aftermath);
  files?.finish({ ...report, experiment });
  const written = exported?.finish(result, aftermath) ?? [];

  process.stdout.write(json ? `${JSON.stringify(report)}\n` : describeResult(loaded, result, aftermath));
  if (!json && out !== null && written.length > 0) process.stdout.write(`${out}: ${written.join(", ")}\n`);
  if (converged) return EXIT.done;
  process.stderr.write(`${file}: ${describeDivergence(result)}\n`);
  for (const step of dumpSteps.filter((step) => step > result.iterations))
    process.stderr.write(`step-${step}.safetensors was not written because the run ended earlier.\n`);
  return EXIT.diverged;
}

async function collectAftermath(
  { sample, evaluateLengths, tryFixes: triesFixes, threads }: Arguments,
  loaded: LoadedExperiment,
  { trainer, data }: Prepared,
  result: TrainingResult,
): Promise<Aftermath> {
  const { experiment } = loaded;
  const converged = result.status === "done";
  const trials = {
    data,
    threads,
    helperPath: join(__dirname, "helper.js"),
    progress: createProgressBar(process.stderr),
  };
  return {
    findings: triesFixes ? await tryFixes(loaded, trainer, result, trials) : result.findings,
    triedFixes: triesFixes,
    sample:
      sample === null || !converged
        ? null
        : sampleText(trainer, createRandom(experiment.seed, STREAM.evaluation), sample),
    evaluations: converged
      ? evaluateLengths.map((length) => ({ length, ...evaluateAtLength(trainer, experiment, length) }))
      : [],
    baselines: result.baselines,
  };
}

/** Digits, sign, point and comma of a number in a CSV file. */
const CHARACTERS = 20;

/** A large file is announced before it grows. */
function noteLargeMetrics({ iterations, columns }: Trainer): void {
  const bytes = (iterations + 1) * scalarColumns(columns).length * CHARACTERS;
  if (bytes > LARGE_METRICS)
    process.stderr.write(
      `note: metrics.csv will take about ${Math.round(bytes / 1e6).toLocaleString("en-US")} MB, as it has every iteration\n`,
    );
}

function describeDivergence({ iterations, finalLoss }: Pick<TrainingResult, "iterations" | "finalLoss">): string {
  const what = Number.isFinite(finalLoss) ? "a weight is not finite" : `the loss is ${formatValue(finalLoss)}`;
  return `training diverged at iteration ${iterations}: ${what}. Reduce training.optimizer.learningRate or set training.clip, e.g. --set 'training.clip={"norm":1}'.`;
}

/** Refuses impossible requests before hours of training. @throws UsageError */
function checkQuestions({ sample, evaluateLengths }: Arguments, { experiment: { task } }: LoadedExperiment): void {
  if (sample !== null && task.kind !== "text")
    throw new UsageError(`--sample: a network trained on ${task.kind} cannot generate text`);
  if (evaluateLengths.length === 0) return;
  if (!isGenerated(task))
    throw new UsageError(
      `--evaluate-lengths: the data of ${task.kind} come from a file, so it cannot be evaluated at other lengths`,
    );
  const shortest = { adding: 2, "temporal-order": 10 }[task.kind as string] ?? 1;
  const tooShort = evaluateLengths.find((length) => length < shortest);
  if (tooShort !== undefined)
    throw new UsageError(`--evaluate-lengths ${tooShort}: sequences of ${task.kind} have at least ${shortest} steps`);
}

/** @throws ExperimentFileError when its files are invalid or its parts are incompatible */
async function prepareTrainer(
  loaded: LoadedExperiment,
  float32: NonNullable<Parameters<typeof createTrainer>[1]>["float32"] & object,
  scoresEveryStep: boolean,
): Promise<Prepared> {
  const { file, experiment } = loaded;
  try {
    const data = await readExperimentFiles(dirname(resolve(file)), experiment);
    return { trainer: createTrainer(experiment, { files: data, float32, scoresEveryStep }), data };
  } catch (error) {
    if (error instanceof ExperimentError) throw locateError(loaded, error);
    throw error;
  }
}
