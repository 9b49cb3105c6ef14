import { arithmeticOf, backendOf } from "../../../../src/config/facts/engineChoice";
import { createNetworkOf } from "../../../../src/core/engine/createNetworkOf";
import { predictTable, type PredictionOptions } from "../../../../src/core/prediction/predictTable";
import { trainedModel, type TrainedModel } from "../../../../src/core/prediction/trainedModel";
import { readRecipe, type Recipe } from "../../../../src/core/tasks/recipe";
import { createTrainer, type Trainer } from "../../../../src/core/training/trainer";
import type { Experiment } from "../../../../src/config/schema/schema";
import { createWasmNetwork } from "../../../../src/kernel/wasmNetwork";
import { tableSource } from "../../../../src/tables/byteSource";
import { experimentOf } from "../support";

/** A series with a month, a season, a trend and noise; months from January 2001 on. */
export function monthlyTable(rows: number, noise = 0.3): string {
  let state = 7;
  const random = (): number => (state = (state * 16807) % 2147483647) / 2147483647;
  const lines = ["month,sales,price"];
  for (let row = 0; row < rows; row++) {
    const month = `${2001 + Math.floor(row / 12)}-${String((row % 12) + 1).padStart(2, "0")}`;
    const sales = 20 + row / 12 + 5 * Math.sin((2 * Math.PI * row) / 12) + noise * random();
    lines.push(`${month},${sales.toFixed(3)},${(3 + random()).toFixed(2)}`);
  }
  return `${lines.join("\n")}\n`;
}

/**
 * Recordings of three stations, whose rows take turns: a level, whether it is high, what it does, a kind of station,
 * and where an episode starts.
 */
export function stationTable(lengths: readonly number[] = [40, 33, 27]): string {
  const moods = ["calm", "rising", "Falling"];
  const lines = ["day,station,level,high,mood,start,kind"];
  for (let step = 0; step < Math.max(...lengths); step++)
    for (const [station, length] of lengths.entries()) {
      if (step >= length) continue;
      const level = 5 + 2 * station + Math.sin((step + 3 * station) / (2 + station));
      const slope = Math.cos((step + 3 * station) / (2 + station));
      const mood = moods[Math.abs(slope) < 0.4 ? 0 : slope > 0 ? 1 : 2]!;
      const day = new Date(Date.UTC(2024, 0, 1 + step)).toISOString().slice(0, 10);
      const kind = ["spring", "well", "spring"][station]!;
      lines.push([day, `S${station}`, level.toFixed(4), Number(slope > 0), mood, Number(step % 11 === 0), kind].join());
    }
  return `${lines.join("\n")}\n`;
}

type File = Parameters<typeof experimentOf>[0];

export function seriesExperiment(
  task: Readonly<Record<string, unknown>> = {},
  more: Omit<File, "task"> = {},
): Experiment {
  return experimentOf({
    engine: "float64",
    task: { kind: "csv", file: "t.csv", columns: ["sales"], length: 12, ...task },
    model: { cell: "gru", hiddenSize: 6 },
    training: {
      optimizer: { kind: "adam", learningRate: 0.02 },
      batchSize: 16,
      iterations: 20,
      validation: { share: 0.3, every: 10 },
    },
    ...more,
  });
}

export function trained(experiment: Experiment, table: string): Trainer {
  const kernel = (...args: Parameters<typeof createWasmNetwork>) => createWasmNetwork(...args);
  const trainer = createTrainer(experiment, { files: { data: table, weights: null }, kernel });
  while (trainer.step(null) === "running");
  return trainer;
}

export function recipeOf(trainer: Trainer): Recipe {
  return readRecipe(trainer.header("", "").data?.recipe ?? {})!;
}

export function modelOf(experiment: Experiment, trainer: Trainer): TrainedModel {
  return trainedModel(experiment, recipeOf(trainer), trainer.parameterTensors());
}

export function predicted(
  model: TrainedModel,
  table: string,
  options: Partial<PredictionOptions> = {},
  create = createNetworkOf(backendOf(model.experiment), arithmeticOf(model.experiment), (spec, capacity) =>
    createWasmNetwork(spec, capacity),
  ),
) {
  const all = { steps: null, backtest: null, isTrainingTable: false, ...options };
  return predictTable(model, tableSource(table), all, create);
}
