import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { evaluateAtLength } from "../core/analysis/evaluateAtLength";
import { createRandom, STREAM } from "../core/numerics/random";
import { sampleText } from "../core/analysis/sampleText";
import { weightsMetadata } from "../shared/trace/weightsMetadata";
import { createTrainer, type Trainer } from "../core/training/trainer";
import type { TrainerResources } from "../core/training/trainingSetup";
import { checksums } from "../files/checksums";
import { readExperimentFiles } from "../files/readExperimentFiles";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import { LARGE_METRICS } from "../config/facts/metricsForecast";
import { ExperimentError } from "../config/facts/experimentError";
import { dataNameOf, isLengthTask } from "../config/facts/taskTraits";
import { isTrialTask } from "../config/facts/trialTasks";
import { createKernelEngine } from "../worker/kernelEngine";
import { allowWideVectors, prepareVectors } from "../worker/wideVectors";
import { mostThreads } from "../lib/threadCount";
import { terminalMemoryLimit } from "../threads/machineMemory";
import { limitMemory } from "../threads/threadMemory";
import { HelperThreads } from "../threads/helperThreads";
import type { RateTest } from "../shared/wire/rateTest";
import { analyzeRate, describeRate, rateReport } from "./analyzeRate";
import { analyzeDecay, decayReport, describeDecay, trainUpTo } from "./analyzeDecay";
import { analyzeDynamics, checkDynamics, choiceTask } from "./analyzeDynamics";
import { HELP, UsageError, readArguments, type Analysis, type Arguments } from "./args";
import {
  describeWarnings,
  ExperimentFileError,
  loadExperiment,
  locateError,
  type LoadedExperiment,
} from "./loadExperiment";
import { createProgressBar, type ProgressBar } from "./progressBar";
import { watchTable } from "./watchTable";
import { countFiles, openFiles } from "../files/openTable";
import { collectMeasures } from "./measuresReport";
import { createReport, describeResult, type Aftermath } from "./report";
import { describeTable } from "./tableReport";
import { openRunFiles } from "./runFiles";
import { EXIT } from "./exitCodes";
import { endingAtOnce, watchInterruption } from "./interruption";
import { reportUnwritten, writeRest } from "./lateOutput";
import { describeRun } from "./runMeta";
import { refuseWhileWritten } from "./folderLease";
import { readResumable, RunRecording } from "./runRecording";
import { upToCheckpoint } from "../worker/resumedRun";
import type { RunContents } from "../runs/format/runContents";
import { openExport } from "./exportRun";
import { sweepExperiment } from "./sweep";
import { scalarColumns } from "../shared/trace/scalarColumns";
import { formatValue } from "../shared/words/numberFormat";
import { isReadCommand, readRunCommand } from "./readRun";
import { predict } from "./predict";
import { RunDiagnosis } from "./runDiagnosis";
import { figuresOf, train, validates, type TrainingResult, type WeightsSource } from "./train";
import { tryFixes } from "./tryFixes";
import { describeError, printable } from "../lib/outsideText";
import { printError, printOut } from "./terminal";

/** Runs the command line and returns its exit code. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    if (isReadCommand(args)) return await readRunCommand(args);
    const parsed = readArguments(args);
    if (parsed === null) {
      printOut(HELP);
      return EXIT.done;
    }
    limitMemory({
      bytes: parsed.memory ?? terminalMemoryLimit(),
      setting: "--memory",
      place: {
        threads: mostThreads(parsed.threads, availableParallelism()),
        isShown: false,
        isRecorded: parsed.out !== null && parsed.export === null && !parsed.sweep,
      },
    });
    if (parsed.wideVectors) allowWideVectors();
    if (parsed.predict !== null) return await predict(parsed, parsed.predict);
    if (parsed.sweep) return await sweepExperiment(parsed, join(__dirname, "sweep.js"));
    return await (parsed.analyze === null ? runExperiment(parsed) : analyzeExperiment(parsed, parsed.analyze));
  } catch (error) {
    if (error instanceof ExperimentFileError) printError(`${error.message}\n`);
    else if (error instanceof UsageError) printError(`error: ${error.message}\nRun with --help for usage.\n`);
    else {
      printError(`error: ${describeError(error)}\n`);
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

/** What a training starts from. */
interface Start extends Prepared {
  readonly threads: number;
  /** The part of the run that was made before; null of a new run. */
  readonly resumed: RunContents | null;
  readonly interruption: AbortSignal;
}

async function runExperiment(options: Arguments): Promise<number> {
  const interruption = watchInterruption();
  const loaded = loadExperiment(options.file, options.set);
  checkQuestions(options, loaded);
  if (options.out !== null && options.export === null) await refuseWhileWritten(options.out, interruption);
  const { resume } = options;
  const earlier = resume === null ? null : readResumable(options.out!, loaded, options.threads, resume);
  if (earlier?.status.phase === "done") {
    printOut(describeDone(options, earlier));
    return EXIT.done;
  }
  const helpers = new HelperThreads(join(__dirname, "helper.js"));
  const engine = createKernelEngine(earlier?.meta.threads ?? options.threads, helpers);
  try {
    const prepared = await prepareTrainer(loaded, {
      kernel: engine.createNetwork,
      recorded: earlier?.header ?? null,
      scoresEveryStep: options.out !== null,
    });
    const resumed = earlier === null ? null : restore(earlier, loaded, prepared);
    return await trainAndReport(options, loaded, { ...prepared, threads: engine.threads(), resumed, interruption });
  } finally {
    engine.dispose();
    helpers.dispose();
  }
}

async function analyzeExperiment(
  { file, set, threads, json }: Arguments,
  { name, iteration, rates, input }: Analysis,
): Promise<number> {
  const loaded = loadExperiment(file, set);
  if (name === "psychometric") choiceTask(loaded);
  const helpers = new HelperThreads(join(__dirname, "helper.js"));
  const engine = createKernelEngine(threads, helpers);
  try {
    if (name === "learning-rate") {
      const test = await testRates(loaded, engine.createNetwork, rates);
      printOut(json ? `${JSON.stringify(rateReport(test))}\n` : describeRate(loaded, test));
      return EXIT.done;
    }
    const { trainer } = await prepareTrainer(loaded, { kernel: engine.createNetwork });
    if (name !== "decay") checkDynamics(name, loaded, trainer.spec, input);
    if (!trainUpTo(trainer, iteration, createProgressBar(process.stderr))) {
      const { loss: finalLoss } = trainer.metrics;
      printError(`${file}: ${describeDivergence({ iterations: trainer.iteration, finalLoss })}\n`);
      return EXIT.diverged;
    }
    if (name === "decay") {
      const decay = analyzeDecay(loaded, trainer);
      printOut(json ? `${JSON.stringify(decayReport(decay))}\n` : describeDecay(loaded, trainer.iteration, decay));
      return EXIT.done;
    }
    const report = analyzeDynamics(name, loaded, trainer, input, createProgressBar(process.stderr));
    printOut(json ? `${JSON.stringify(report.json)}\n` : `${report.lines.join("\n")}\n`);
    return EXIT.done;
  } finally {
    engine.dispose();
    helpers.dispose();
  }
}

async function testRates(
  loaded: LoadedExperiment,
  kernel: NonNullable<TrainerResources["kernel"]>,
  rates: Analysis["rates"],
): Promise<RateTest> {
  try {
    const progress = createProgressBar(process.stderr);
    const files = await readFilesOf(loaded, progress);
    progress.clear();
    return analyzeRate(loaded, { files, kernel }, rates, progress);
  } catch (error) {
    if (error instanceof ExperimentError) throw locateError(loaded, error);
    throw error;
  }
}

/** Nothing is left to do, so what there is counts: a script may ask for the same again. */
function describeDone({ out, json }: Arguments, { status }: RunContents): string {
  if (json) return `${JSON.stringify(JSON.parse(readFileSync(join(out!, "run.json"), "utf8")))}\n`;
  return `The run in ${out} is done after ${status.iterations} iterations; there is nothing to resume.\n`;
}

/**
 * Puts the trainer where the run was at its last checkpoint.
 * @returns the run up to there
 * @throws ExperimentFileError, UsageError when the run is of other files or another version
 */
function restore(earlier: RunContents, loaded: LoadedExperiment, { trainer, data }: Prepared): RunContents {
  try {
    // Other files may have other columns.
    const resumed = upToCheckpoint(earlier, data, earlier.meta.threads);
    if (
      JSON.stringify(earlier.header?.columns) !== JSON.stringify(trainer.columns) ||
      earlier.header?.engine !== trainer.engine ||
      (earlier.header.webAssembly === true) !== (trainer.backend === "float64")
    )
      throw new UsageError("--resume: the run was saved by another version of RNN Lab or on another engine");
    trainer.restore(earlier.checkpoint!);
    return resumed;
  } catch (error) {
    if (error instanceof ExperimentError) throw locateError(loaded, error);
    throw error;
  }
}

async function trainAndReport(options: Arguments, loaded: LoadedExperiment, start: Start): Promise<number> {
  const { file, out, export: form, dumpSteps, json } = options;
  const { trainer, data, threads, resumed, interruption } = start;
  const { experiment } = loaded;
  checkDumpSteps(dumpSteps, trainer);
  if (out !== null && (form === null || form === "bundle")) noteLargeMetrics(trainer);
  const files = out === null || form !== null ? null : openRunFiles(out, figuresOf(trainer), validates(trainer));
  const exported = out === null || form === null ? null : openExport(form, out, loaded, trainer, data);
  const recording = out === null || form !== null ? null : openRecording(out, loaded, start);
  const diagnosis = new RunDiagnosis(experiment, trainer, (exported ?? recording)?.rows ?? null);
  if (resumed !== null) {
    diagnosis.seed(resumed);
    files?.addRows(resumed.metrics.columns, resumed.metrics.rows);
  }
  const trained = await train(trainer, {
    dumpSteps: new Set(dumpSteps),
    files,
    recording,
    progress: createProgressBar(process.stderr),
    diagnosis,
    metrics: [exported?.metrics, recording?.metrics].filter((log) => log !== undefined),
    interruption,
    origin: originOf(loaded, start),
    earlierMs: resumed === null ? null : timeUntilCheckpoint(resumed),
  });
  const result = { ...trained, threads };
  const aftermath = await collectAftermath(options, loaded, start, result);
  const report = createReport(loaded, result, aftermath);
  files?.finish({ ...report, experiment });
  const written = exported?.finish(result, aftermath) ?? [];

  printOut(json ? `${JSON.stringify(report)}\n` : describeResult(loaded, result, aftermath));
  for (const step of dumpSteps.filter((step) => step > result.iterations))
    printError(`step-${step}.safetensors was not written because the run ended earlier.\n`);
  const unwritten = await writeRest([files, recording, exported].filter((output) => output !== null));
  files?.close();
  await recording?.close();
  const exportedFiles = written.filter((name) => !unwritten.has(join(out ?? "", name)));
  if (!json && exportedFiles.length > 0) printOut(`${out}: ${exportedFiles.join(", ")}\n`);
  if (result.status === "diverged") printError(`${file}: ${describeDivergence(result)}\n`);
  else if (result.status === "stopped") printError(describeStop(result, unwritten.size === 0 ? recording : null, out));
  if (unwritten.size > 0) return reportUnwritten(unwritten);
  return EXIT_OF[result.status];
}

/** What weights say of the run that they are from. */
function originOf({ text }: LoadedExperiment, { trainer, data }: Prepared): WeightsSource {
  const { data: described } = trainer.header("", "");
  const dataChecksum = checksums(data).data;
  return {
    metadata: (iteration, validationLoss) =>
      weightsMetadata(described, { iteration, validationLoss, experiment: text, dataChecksum }),
  };
}

const EXIT_OF = { done: EXIT.done, diverged: EXIT.diverged, stopped: EXIT.interrupted } as const;

function openRecording(
  folder: string,
  loaded: LoadedExperiment,
  { trainer, data, threads, resumed }: Start,
): RunRecording {
  const started = { startedAt: Date.now(), threads, resumedFrom: resumed?.meta.runId ?? null };
  const meta = describeRun(loaded, trainer, data, started);
  return new RunRecording(folder, meta, trainer, resumed, join(__dirname, "heartbeat.js"));
}

/** Steps that there will be. @throws UsageError */
function checkDumpSteps(dumpSteps: readonly number[], { iteration, iterations }: Trainer): void {
  const beyond = dumpSteps.find((step) => step > iterations);
  if (beyond !== undefined) throw new UsageError(`--dump-step ${beyond}: the last iteration is ${iterations}`);
  const before = dumpSteps.find((step) => step < iteration);
  if (before !== undefined)
    throw new UsageError(
      `--dump-step ${before}: the run is resumed from iteration ${iteration}; use that one or a later one`,
    );
}

/** The saved time is that of the last status, which may be later than the checkpoint. Milliseconds. */
function timeUntilCheckpoint({ status, checkpoint }: RunContents): number {
  const iteration = checkpoint?.iteration ?? 0;
  return (status.trainMs * iteration) / Math.max(1, iteration, status.iteration);
}

function describeStop({ iterations }: TrainingResult, recording: RunRecording | null, out: string | null): string {
  const how = recording === null ? "" : `; continue with --out ${out} --resume`;
  return `stopped after ${iterations} iterations${how}\n`;
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
    findings:
      triesFixes && result.status !== "stopped" ? await tryFixes(loaded, trainer, result, trials) : result.findings,
    triedFixes: triesFixes && result.status !== "stopped",
    sample:
      sample === null || !converged
        ? null
        : sampleText(trainer, createRandom(experiment.seed, STREAM.evaluation), sample),
    evaluations: converged
      ? evaluateLengths.map((length) => ({ length, ...evaluateAtLength(trainer, experiment, length) }))
      : [],
    baselines: result.baselines,
    measures: result.status === "diverged" ? [] : collectMeasures(trainer),
    table: trainer.table,
  };
}

/** Digits, sign, point and comma of a number in a CSV file. */
const CHARACTERS = 20;

/** A large file is announced before it grows. */
function noteLargeMetrics({ iterations, columns }: Trainer): void {
  const bytes = (iterations + 1) * scalarColumns(columns).length * CHARACTERS;
  if (bytes > LARGE_METRICS)
    printError(
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
  if (!isLengthTask(task))
    throw new UsageError(
      isTrialTask(task)
        ? `--evaluate-lengths: the trials of ${task.kind} are as long as their periods`
        : `--evaluate-lengths: the data of ${task.kind} come from a file, so it cannot be evaluated at other lengths`,
    );
  const shortest = { adding: 2, "temporal-order": 10 }[task.kind as string] ?? 1;
  const tooShort = evaluateLengths.find((length) => length < shortest);
  if (tooShort !== undefined)
    throw new UsageError(`--evaluate-lengths ${tooShort}: sequences of ${task.kind} have at least ${shortest} steps`);
}

/** @throws ExperimentError */
async function readFilesOf({ file, experiment }: LoadedExperiment, progress: ProgressBar): Promise<ExperimentFiles> {
  const files = await readExperimentFiles(dirname(resolve(file)), experiment);
  const watch = watchTable(files.data, progress);
  return endingAtOnce(files.data, () => openFiles(countFiles(files, experiment, watch), watch));
}

/** @throws ExperimentFileError when its files are invalid or its parts are incompatible */
async function prepareTrainer(loaded: LoadedExperiment, resources: Omit<TrainerResources, "files">): Promise<Prepared> {
  const { experiment } = loaded;
  const progress = createProgressBar(process.stderr);
  try {
    const data = await readFilesOf(loaded, progress);
    prepareVectors(experiment, data, { recorded: resources.recorded ?? null });
    const trainer = await endingAtOnce(data.data, () => createTrainer(experiment, { files: data, ...resources }));
    progress.clear();
    for (const line of describeWarnings(loaded)) printError(`${printable(line)}\n`);
    for (const { file: dataFile, line, text } of trainer.warnings)
      printError(`${printable(dataFile)}:${line}: warning: ${printable(text)}\n`);
    if (experiment.task.kind === "csv" && trainer.table !== null)
      printError(describeTable(dataNameOf(experiment.task), trainer.table));
    return { trainer, data };
  } catch (error) {
    if (error instanceof ExperimentError) throw locateError(loaded, error);
    throw error;
  }
}
