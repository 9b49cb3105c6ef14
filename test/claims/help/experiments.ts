/** Experiments that several claims share: the same job is trained once. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import { tableExperimentText } from "../../../src/config/edit/tableExperiment";
import { usualInputs } from "../../../src/config/edit/tablePlan";
import { memorySource } from "../../../src/tables/byteSource";
import { describeTable } from "../../../src/tables/describeTable";
import { AUTO_KEYS } from "../../../src/tables/dialect";
import { newExperimentText, type StartKind } from "../../../src/config/edit/newExperiment";
import { overSeeds, type ExperimentFile, type RunJob } from "../runJob";

/** The file that "New Experiment" writes for a task, perhaps with another model. */
export function start(kind: StartKind, model?: ExperimentFile): ExperimentFile {
  const file = parse(newExperimentText(kind, kind)) as ExperimentFile;
  return model === undefined ? file : { ...file, model };
}

/** The file that "New Experiment from This Table" writes for a table of the examples. */
function tableStart(file: string, target: string): ExperimentFile {
  const bytes = readFileSync(join(process.cwd(), "examples", file));
  const overview = describeTable(memorySource(bytes), AUTO_KEYS, true);
  const choice = { name: file, file, columns: usualInputs(overview, target), target, formats: new Map() };
  return parse(tableExperimentText(overview, choice)) as ExperimentFile;
}

/** Task starts over ten seeds, each until it has learned its task, to the end where a claim needs the whole curve. */
export const STARTS = {
  addition: overSeeds({ experiment: start("binary-addition") }),
  adding: overSeeds({ experiment: start("adding"), until: { validationBelow: 0.01 } }),
  copy: overSeeds({ experiment: start("copy"), baselines: true }),
  parity: overSeeds({ experiment: start("parity"), until: { lossBelow: 0.05 } }),
  order: overSeeds({ experiment: start("temporal-order"), until: { accuracyFrom: 0.99 } }),
  sine: overSeeds({ experiment: start("sine"), baselines: true }),
  text: overSeeds({ experiment: start("text") }),
  series: overSeeds({ experiment: tableStart("river-station.csv", "river"), baselines: true }),
};

export const TANH = { cell: "rnn" };
export const ORTHOGONAL = { cell: "rnn", init: { scheme: "orthogonal" } };
export const IRNN = { cell: "rnn", nonlinearity: "relu", init: { scheme: "identity" } };
export const GRU = { cell: "gru" };
export const LSTM = { cell: "lstm", init: { forgetBias: 1 } };

/** One batch of the adding problem with 32 units, for the gradient of the initial weights. */
export function firstGradient(length: number, model: ExperimentFile): RunJob[] {
  const experiment = {
    task: { kind: "adding", sequences: 200, length },
    model: { hiddenSize: 32, ...model },
    training: { optimizer: { kind: "adam" }, batchSize: 50, iterations: 1 },
  };
  return overSeeds({ experiment, gradientAt: [0] });
}

/** The adding problem with 32 units and Adam until the validation loss is below 0.05. */
export function adding(length: number, model: ExperimentFile, learningRate: number, changes = {}): RunJob[] {
  const experiment = {
    task: { kind: "adding", sequences: 10_000, length },
    model: { hiddenSize: 32, ...model },
    training: {
      optimizer: { kind: "adam", learningRate },
      batchSize: 50,
      iterations: 4000,
      clip: { norm: 1 },
      validation: { share: 0.05, every: 50 },
      ...changes,
    },
  };
  return overSeeds({ experiment, until: { validationBelow: 0.05 } });
}

const watched = (jobs: readonly RunJob[]): RunJob[] => jobs.map((job) => ({ ...job, gradientEvery: 50 }));

/** The adding problem over 20, 50 and 100 steps, each cell until it has learned it. */
export const ADDING = {
  tanh20: adding(20, TANH, 0.001),
  tanh50: adding(50, TANH, 0.001),
  orthogonal50: adding(50, ORTHOGONAL, 0.001),
  gru50: watched(adding(50, GRU, 0.001)),
  lstm100: watched(adding(100, LSTM, 0.005)),
  chrono100: adding(100, { cell: "lstm", init: { forgetBias: "chrono" } }, 0.005),
};
