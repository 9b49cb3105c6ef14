/** `--predict`: a table predicted with trained weights, and how good the predictions are. */
import { statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { ExperimentError } from "../config/facts/experimentError";
import { predictionsCsv } from "../core/prediction/predictionsCsv";
import type { TablePrediction } from "../core/prediction/predictTable";
import { PredictionError, trainedModel, type TrainedModel } from "../core/prediction/trainedModel";
import { FileTooLargeError, IrregularFileError } from "../disk/regularFile";
import { openPredicted, type PredictedData } from "../files/openPredicted";
import { openFiles } from "../files/openTable";
import { readExperimentFiles } from "../files/readExperimentFiles";
import { describeError, printable } from "../lib/outsideText";
import { readWeights, weightsIn, type FoundWeights } from "../worker/prediction/findWeights";
import { predictSource } from "../worker/prediction/predictSource";
import { experimentFor } from "../worker/prediction/sameModel";
import { TableError } from "../tables/tableProblem";
import { UsageError, type Arguments, type PredictArguments } from "./args";
import { EXIT } from "./exitCodes";
import { reportUnwritten, writeRest } from "./lateOutput";
import { ExperimentFileError, loadExperiment, locateError } from "./loadExperiment";
import { describePrediction, predictionReport } from "./predictionReport";
import { describeTable } from "./tableReport";
import { printError, printOut } from "./terminal";
import { WholeFiles } from "./wholeFiles";

/** @throws ExperimentFileError, UsageError */
export async function predict(options: Arguments, wanted: PredictArguments): Promise<number> {
  const loaded = loadExperiment(options.file, options.set);
  const weights = await findWeights(options, wanted);
  const model = modelOf(weights, loaded);
  const data = await openData(wanted.data, model, dirname(resolve(options.file)));
  const prediction = predictData(model, data, weights, wanted);
  printError(describeTable(wanted.data, prediction.report));
  const csv = predictionsCsv(prediction);
  const file = outputFile(options.out);
  const report = predictionReport(prediction, weights, { data: wanted.data, out: file });
  const summary = describePrediction(prediction, weights, wanted.data);
  const wholes = new WholeFiles();
  if (file !== null) wholes.write(file, csv);
  const unwritten = await writeRest([wholes]);
  if (options.json) printOut(`${JSON.stringify(report)}\n`);
  else if (file !== null) printOut(`${summary}${unwritten.size === 0 ? `${file}: predictions.\n` : ""}`);
  else if (wanted.backtest !== null) printOut(summary);
  else {
    printError(summary);
    printOut(csv);
  }
  return unwritten.size === 0 ? EXIT.done : reportUnwritten(unwritten);
}

async function findWeights({ file, out }: Arguments, { weights }: PredictArguments): Promise<FoundWeights> {
  const choice = weights === "best" || weights === "last" ? weights : null;
  const place = choice === null ? weights : null;
  const folder = place ?? (out !== null && isFolder(out) ? out : null);
  if (folder === null)
    throw new UsageError(
      choice === null
        ? "--predict requires trained weights: add --weights W, the folder of --out, a .safetensors or .rnnrun file"
        : `--weights ${choice} requires --out DIR, the folder of the run; or pass a file`,
    );
  const readFiles = async (experiment: Parameters<typeof readExperimentFiles>[1]) =>
    openFiles(await readExperimentFiles(dirname(resolve(file)), experiment));
  try {
    return await readWeights(isFolder(folder) ? weightsIn(folder, choice) : folder, choice, readFiles);
  } catch (error) {
    throw new UsageError(`--weights ${printable(weights ?? folder)}: ${describeUnreadable(error)}`);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function describeUnreadable(error: unknown): string {
  if (error instanceof IrregularFileError) return "this is not a file";
  if (error instanceof FileTooLargeError)
    return `the file has ${count(error.bytes)} bytes; the maximum is ${count(error.maxBytes)}`;
  return error instanceof Error && "code" in error && error.code === "ENOENT"
    ? "the file does not exist"
    : describeError(error);
}

const count = (bytes: bigint | number): string => bytes.toLocaleString("en-US");

/** @throws ExperimentFileError, UsageError when the weights are of another experiment or shape */
function modelOf(weights: FoundWeights, loaded: ReturnType<typeof loadExperiment>): TrainedModel {
  try {
    const experiment = experimentFor(weights.experiment, loaded.experiment);
    return trainedModel(experiment, weights.recipe, weights.tensors);
  } catch (error) {
    if (error instanceof ExperimentError) throw locateError(loaded, error);
    if (error instanceof PredictionError)
      throw new UsageError(`${printable(loaded.file)} and ${printable(weights.file)}: ${error.message}`);
    throw error;
  }
}

async function openData(path: string, { task }: TrainedModel, folder: string): Promise<PredictedData> {
  try {
    return await openPredicted(path, task, folder);
  } catch (error) {
    throw new ExperimentFileError(`${printable(path)}: error: ${describeUnreadable(error)}`);
  }
}

function predictData(
  model: TrainedModel,
  { data: source, paths }: PredictedData,
  weights: FoundWeights,
  { data, steps, backtest }: PredictArguments,
): TablePrediction {
  try {
    return predictSource(model, source, weights, { steps, backtest });
  } catch (error) {
    if (error instanceof PredictionError) throw new ExperimentFileError(`${printable(data)}: error: ${error.message}`);
    if (error instanceof TableError) throw new ExperimentFileError(describeTableError(data, paths, error));
    throw error;
  }
}

/** One line for each problem, at the line of the table. @param paths of several files */
function describeTableError(data: string, paths: PredictedData["paths"], { problems }: TableError): string {
  const placeOf = (file: string | undefined): string => {
    const path = file === undefined ? undefined : paths.get(file);
    return printable(path === undefined ? data : relative("", path));
  };
  return problems
    .map(
      ({ file, line, text }) => `${placeOf(file)}${line === null ? "" : `:${line}`}: error: ${printable(text, 1000)}`,
    )
    .join("\n");
}

/** Null: to standard output. */
function outputFile(out: string | null): string | null {
  return out !== null && isFolder(out) ? join(out, "predictions.csv") : out;
}
