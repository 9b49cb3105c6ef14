/** Predicts a table with the weights of a run, away from the thread of the editor. */
import "../language";
import { parentPort, workerData } from "node:worker_threads";
import { MAX_DATA_BYTES } from "../../config/facts/dataFiles";
import { predictionsCsv } from "../../core/prediction/predictionsCsv";
import { trainedModel } from "../../core/prediction/trainedModel";
import { readRegularFile } from "../../disk/regularFile";
import { readExperimentFiles } from "../../files/readExperimentFiles";
import { describeError } from "../../lib/outsideText";
import type { PredictJob, PredictReport } from "../../threads/predictMessages";
import { readWeights } from "./findWeights";
import { predictBytes } from "./predictBytes";
import { predictionPage } from "./predictionPage";

const port = parentPort;
if (port === null) {
  throw new Error("dist/predict.js must be started as a worker thread.");
}

async function work({ runPath, folder, tablePath, tableName, steps }: PredictJob): Promise<PredictReport> {
  const weights = await readWeights(runPath, null, (experiment) => readExperimentFiles(folder, experiment));
  const model = trainedModel(weights.experiment, weights.recipe, weights.tensors);
  const bytes = await readRegularFile(tablePath, MAX_DATA_BYTES);
  const prediction = predictBytes(model, bytes, weights, { steps, backtest: null });
  return { type: "done", page: predictionPage(prediction, weights, tableName), csv: predictionsCsv(prediction) };
}

function report(outcome: PredictReport): void {
  port?.postMessage(outcome);
}

work(workerData as PredictJob).then(report, (error: unknown) =>
  report({ type: "failed", message: describeError(error) }),
);
