import type { Experiment, ModelConfig } from "../schema/schema";
import type { ConfigPath, FixEdit } from "../../shared/wire/findings";
import { isRnnNonlinearity } from "../facts/leakyModel";
import { networkSpec } from "../facts/memoryEstimate";
import type { CellName } from "../../shared/trace/cells";
import { parameterCountOf, parameterLayout } from "../../shared/trace/networkSpec";
import { RACED_CELLS } from "../../shared/wire/race";

/** As the schema has it. */
const MAX_HIDDEN = 4096;

export interface PlannedLane {
  readonly cell: CellName;
  readonly hiddenSize: number;
  readonly parameterCount: number;
  readonly experiment: Experiment;
  /** Turns the file, when it has any of the lanes, into this one. */
  readonly edits: readonly FixEdit[];
}

/**
 * The experiment with each kind of cell that is usually compared, and with its own. Task, seed and training stay; of
 * the model the cell and its hidden size change, so that there are as nearly as many parameters as the model of the
 * file has, and the initial values that fit that model alone go. A linear cell that the file does not have starts as
 * the others do and not from the two weights of the tutorial.
 */
export function planLanes(
  experiment: Experiment,
  inputSize: number,
  outputSize: number,
): { readonly budget: number; readonly lanes: readonly PlannedLane[] } {
  const count = (model: ModelConfig): number =>
    parameterCountOf(parameterLayout(networkSpec({ ...experiment, model }, inputSize, outputSize)));
  const budget = count(experiment.model);
  const own = experiment.model.cell;
  const cells = RACED_CELLS.includes(own) ? RACED_CELLS : [...RACED_CELLS, own];
  const models = cells.map((cell): ModelConfig => {
    if (cell === own) return experiment.model;
    const model = modelWith(experiment.model, cell);
    return { ...model, hiddenSize: nearestSize((hiddenSize) => count({ ...model, hiddenSize }), budget) };
  });
  const lanes = models.map((model): PlannedLane => ({
    cell: model.cell,
    hiddenSize: model.hiddenSize,
    parameterCount: count(model),
    experiment: { ...experiment, model },
    edits: editsTo(model, models),
  }));
  return { budget, lanes };
}

function modelWith(model: ModelConfig, cell: CellName): ModelConfig {
  const scheme = cell === "linear" && model.init.scheme === "auto" ? "pytorch" : model.init.scheme;
  // The state itself is the output only of a model that has as many units as outputs.
  return {
    ...model,
    cell,
    // The rnn cell has fewer nonlinearities than ctrnn.
    nonlinearity: isRnnNonlinearity(model.nonlinearity) ? model.nonlinearity : "tanh",
    readout: model.readout === "state" ? "auto" : model.readout,
    // Without a projection, which has to be smaller than the size that is searched.
    projSize: 0,
    init: { ...model.init, scheme, values: {}, file: "" },
  };
}

/** What may differ between lanes, with the value that a file may leave out. */
const VARIED: readonly {
  readonly path: ConfigPath;
  readonly read: (model: ModelConfig) => unknown;
  readonly standard: unknown;
}[] = [
  { path: ["model", "cell"], read: ({ cell }) => cell, standard: undefined },
  { path: ["model", "nonlinearity"], read: ({ nonlinearity }) => nonlinearity, standard: "tanh" },
  { path: ["model", "hiddenSize"], read: ({ hiddenSize }) => hiddenSize, standard: undefined },
  { path: ["model", "projSize"], read: ({ projSize }) => projSize, standard: 0 },
  { path: ["model", "readout"], read: ({ readout }) => readout, standard: "auto" },
  { path: ["model", "init", "scheme"], read: ({ init }) => init.scheme, standard: "auto" },
  { path: ["model", "init", "values"], read: ({ init }) => init.values, standard: {} },
  { path: ["model", "init", "file"], read: ({ init }) => init.file, standard: "" },
];

function editsTo(model: ModelConfig, all: readonly ModelConfig[]): FixEdit[] {
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  return VARIED.filter(({ read }) => all.some((other) => !same(read(other), read(model)))).map(
    ({ path, read, standard }) => (same(read(model), standard) ? { path } : { path, value: read(model) }),
  );
}

/**
 * The size whose count is nearest to the budget; counts grow with the size. The smaller one of two that are as near.
 */
function nearestSize(countOf: (size: number) => number, budget: number): number {
  let low = 1;
  let high = MAX_HIDDEN;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (countOf(middle) < budget) low = middle + 1;
    else high = middle;
  }
  return low > 1 && budget - countOf(low - 1) <= countOf(low) - budget ? low - 1 : low;
}
