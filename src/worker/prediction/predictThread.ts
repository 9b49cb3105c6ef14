/** Predicts a table with the weights of a run, away from the thread of the editor. */
import "../language";
import { basename } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { predictionsCsv } from "../../core/prediction/predictionsCsv";
import { trainedModel, type TrainedModel } from "../../core/prediction/trainedModel";
import { openPredicted } from "../../files/openPredicted";
import { openFiles } from "../../files/openTable";
import { describeUnreadable } from "../../files/namedFile";
import { readExperimentFiles } from "../../files/readExperimentFiles";
import { describeError } from "../../lib/outsideText";
import type { ByteSource } from "../../tables/byteSource";
import type { TableFiles } from "../../tables/tableFiles";
import type { PredictJob, PredictReport } from "../../threads/predictMessages";
import { readWeights } from "./findWeights";
import { predictionPage } from "./predictionPage";
import { predictSource } from "./predictSource";

const port = parentPort;
if (port === null) {
  throw new Error("dist/predict.js must be started as a worker thread.");
}

async function work({
  runPath,
  weights: choice,
  folder,
  tablePath,
  tableName,
  steps,
}: PredictJob): Promise<PredictReport> {
  const weights = await readWeights(runPath, choice, async (experiment) =>
    openFiles(await readExperimentFiles(folder, experiment)),
  );
  const model = trainedModel(weights.experiment, weights.recipe, weights.tensors);
  const data = await openTables(tablePath, model, folder);
  const prediction = predictSource(model, data, weights, { steps, backtest: null });
  return { type: "done", page: predictionPage(prediction, weights, tableName), csv: predictionsCsv(prediction) };
}

async function openTables(
  path: string,
  { task }: TrainedModel,
  folder: string | null,
): Promise<ByteSource | TableFiles> {
  try {
    return (await openPredicted(path, task, folder)).data;
  } catch (error) {
    throw new Error(`${basename(path)}: ${describeUnreadable(error)}.`, { cause: error });
  }
}

function report(outcome: PredictReport): void {
  port?.postMessage(outcome);
}

work(workerData as PredictJob).then(report, (error: unknown) =>
  report({ type: "failed", message: describeError(error) }),
);
