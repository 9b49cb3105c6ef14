import { arithmeticOf, backendOf } from "../../config/facts/engineChoice";
import { createNetworkOf } from "../../core/engine/createNetworkOf";
import { predictTable, type PredictionOptions, type TablePrediction } from "../../core/prediction/predictTable";
import type { TrainedModel } from "../../core/prediction/trainedModel";
import { checksums } from "../../files/checksums";
import type { ByteSource } from "../../tables/byteSource";
import type { TableFiles } from "../../tables/tableFiles";
import { createKernelEngine } from "../kernelEngine";
import type { FoundWeights } from "./findWeights";

/**
 * On the engine of the training, so that the predictions are those of its own validation.
 * @throws TableError, PredictionError
 */
export function predictSource(
  model: TrainedModel,
  data: ByteSource | TableFiles,
  { dataChecksum, recorded }: Pick<FoundWeights, "dataChecksum" | "recorded">,
  options: Omit<PredictionOptions, "isTrainingTable">,
): TablePrediction {
  const { experiment } = model;
  const engine = createKernelEngine(1, null);
  const create = createNetworkOf(
    backendOf(experiment, recorded),
    arithmeticOf(experiment, recorded),
    engine.createNetwork,
  );
  const isTrainingTable = checksums({ data, weights: null }).data === dataChecksum;
  try {
    return predictTable(model, data, { ...options, isTrainingTable }, create);
  } finally {
    engine.dispose();
  }
}
