import { layerWidth } from "../../shared/trace/networkSpec";
import * as l10n from "@vscode/l10n";
import type { ExperimentFiles } from "../../config/facts/dataFiles";
import { describeMissingValidation } from "../../config/facts/earlyStopping";
import { arithmeticOf, backendOf, type Backend, type RecordedEngine } from "../../config/facts/engineChoice";
import { ExperimentError } from "../../config/facts/experimentError";
import { describeShortForChrono, FORGET_BIAS_PATH } from "../../config/facts/forgetBias";
import { countData } from "../../config/facts/dataCounts";
import { datasetShape } from "../../config/facts/datasetShape";
import { networkSpec } from "../../config/facts/memoryEstimate";
import { validationInterval } from "../../config/facts/validationInterval";
import { describeTooLarge, describeTooManyColumns, type TooLarge } from "../../config/facts/tooLarge";
import {
  describeStateReadout,
  findIncompatibility,
  outputsOf,
  resolveLoss,
  resolveReadout,
  withTargetKind,
  type Loss,
} from "../../config/facts/taskTraits";
import type { Experiment } from "../../config/schema/schema";
import { readSafetensors, type Tensor } from "../../formats/safetensors";
import type { TableReport } from "../../tables/readTable";
import type { ArithmeticMode, EngineName } from "../../shared/trace/trace";
import { createNetworkOf } from "../engine/createNetworkOf";
import { initialParameters } from "../network/initialize";
import type { CreateNetwork, Network, NetworkSpec } from "../network/network";
import { createRandom, STREAM } from "../numerics/random";
import type { Recipe } from "../tasks/recipe";
import { createBatches, type Batches } from "../tasks/batches";
import type { DataWarning } from "../tasks/arrays";
import { createDataset } from "../tasks/createDataset";
import { applyClassWeights } from "./classWeights";
import type { Dataset } from "../tasks/task";
import { describeError, describeValue, printable } from "../../lib/outsideText";

/** What the experiment names but does not hold. */
export interface TrainerResources {
  readonly files?: ExperimentFiles;
  /** The kernel in WebAssembly, where it is there: in float32, and as NetworkCapacity says in float64. */
  readonly kernel?: CreateNetwork | null;
  /**
   * Of a recorded run, to compute in its way: by the reference where it was, as once all of float64 and of some cells,
   * and products added as they were there.
   */
  readonly recorded?: RecordedEngine | null;
  /**
   * All metrics of every step, also of those that no recorder takes in: the accuracy of the batch, which counts without
   * validation, and the clip cosine.
   */
  readonly scoresEveryStep?: boolean;
}

/** What a training is made of, before its first step. */
export interface TrainingSetup {
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  /** The characters of a text by symbol; null for other tasks. */
  readonly vocabulary: readonly string[] | null;
  /** What is odd about the data files. */
  readonly warnings: readonly DataWarning[];
  /** How the table was read; null for other tasks. */
  readonly table: TableReport | null;
  /** How another table is made into the same inputs; null for other tasks. */
  readonly recipe: Recipe | null;
  readonly loss: Loss;
  readonly spec: NetworkSpec;
  readonly engine: EngineName;
  readonly backend: Backend;
  /** As it is computed: a machine without fused multiply-adds in WebAssembly is portable whatever is asked for. */
  readonly arithmetic: ArithmeticMode;
  readonly createNetwork: CreateNetwork;
  /** The one that trains, with its first parameters. */
  readonly network: Network;
  readonly batches: Batches;
  /** Updates to make. */
  readonly iterations: number;
  /** Batches of an epoch over those of an iteration; below 1 where an iteration takes more than one epoch. */
  readonly iterationsPerEpoch: number;
  /** Validation sequences. */
  readonly heldOut: number;
  /** Iterations from one evaluation of them to the next. */
  readonly validationInterval: number;
  /** Whether a sequence of a stream starts from the state that the one before ended in, in training and validation. */
  readonly carriesState: boolean;
  /** As long as the parameters, for whoever needs a copy of them or of the gradient at once and not for long. */
  readonly scratch: Float64Array;
}

/** @throws Error in words for a person when the parts of the experiment do not go together, or a file does not serve */
export function prepareTraining(experiment: Experiment, resources: TrainerResources): TrainingSetup {
  const { training, seed } = experiment;
  const data = prepareData(experiment, resources.files?.data ?? null);
  const { vocabulary, table, warnings = [], recipe = null } = data;
  const { dataset, loss } = applyClassWeights(
    experiment,
    data.dataset,
    resolveLoss(experiment, data.dataset.targetKind),
  );
  const heldOut = dataset.sequences - dataset.trainingSequences;
  const unvalidated = describeMissingValidation(training, heldOut);
  if (unvalidated !== null) throw new ExperimentError("stop-without-validation", ["training", "stop"], unvalidated);
  const spec = networkSpec(experiment, dataset.inputSize, dataset.outputSize, dataset.answersOnce === true);
  refuseWrongWidth(spec);
  const backend = chooseBackend(experiment, resources);
  const arithmetic = arithmeticOf(experiment, resources.recorded);
  const createNetwork = createNetworkOf(backend, arithmetic, resources.kernel ?? null);
  const batches = createBatches(dataset, training.batchSize, createRandom(seed, STREAM.batches));
  const network = createNetwork(spec, { batch: batches.size, timeSteps: dataset.timeSteps, trains: true });
  network.writeParameters(drawParameters(experiment, spec, dataset.timeSteps, resources.files?.weights ?? null));
  return {
    experiment,
    dataset,
    vocabulary,
    warnings,
    table,
    recipe,
    loss,
    spec,
    engine: backend === "reference" ? "float64" : backend,
    backend,
    arithmetic: network.arithmetic,
    createNetwork,
    network,
    batches,
    iterations:
      training.epochs > 0 ? Math.ceil((training.epochs * batches.perEpoch) / training.accumulate) : training.iterations,
    iterationsPerEpoch: batches.perEpoch / training.accumulate,
    heldOut,
    validationInterval: validationInterval(training, dataset),
    carriesState: dataset.stream && training.batchSize !== "full",
    scratch: new Float64Array(network.parameterCount),
  };
}

/** Gives another network of the same kind the parameters that training has reached. */
export function copyParameters({ network }: TrainingSetup, to: Network): void {
  to.adoptParameters(network);
}

function prepareData(experiment: Experiment, file: ExperimentFiles["data"]): ReturnType<typeof createDataset> {
  const { training, trace, seed } = experiment;
  const task = withTargetKind(experiment);
  const incompatibility = findIncompatibility(experiment);
  if (incompatibility !== null) throw new ExperimentError("misfit", incompatibility.path, incompatibility.message);
  const tooShort = describeShortForChrono(experiment);
  if (tooShort !== null) throw new ExperimentError("bad-initial-value", FORGET_BIAS_PATH, tooShort);
  refuseTooLarge({ ...experiment, task }, file);
  const data = createDataset(task, outputsOf(experiment), training.validation.share, createRandom(seed), file);
  const shortForChrono = describeShortForChrono(experiment, data.dataset.timeSteps);
  if (shortForChrono !== null) throw new ExperimentError("bad-initial-value", FORGET_BIAS_PATH, shortForChrono);
  const { trainingSequences, answersOnce } = data.dataset;
  if (answersOnce === true && resolveReadout(experiment) === "state")
    throw new ExperimentError("misfit", ["model", "readout"], describeStateReadout());
  if (!Number.isInteger(trace.sequence) || trace.sequence < 0 || trace.sequence >= trainingSequences) {
    throw new ExperimentError(
      "no-such-sequence",
      ["trace", "sequence"],
      l10n.t(
        "trace.sequence is {0}, but the training sequences have indices 0 to {1}",
        trace.sequence,
        trainingSequences - 1,
      ),
    );
  }
  return data;
}

/** Before anything is allocated. */
function refuseTooLarge(experiment: Experiment, file: ExperimentFiles["data"]): void {
  const { task, training } = experiment;
  const refuse = (tooLarge: TooLarge | null): void => {
    if (tooLarge !== null) throw new ExperimentError("too-much-memory", tooLarge.path.map(String), tooLarge.message);
  };
  // What only its values say is counted by reading the table.
  if (task.kind === "csv") refuse(describeTooManyColumns(task, countData(task, file, false)));
  const shape = datasetShape(task, training.validation.share, countData(task, file));
  refuse(shape === null ? null : describeTooLarge(experiment, shape));
}

function refuseWrongWidth(spec: NetworkSpec): void {
  const { readout, hiddenSize, outputSize } = spec;
  const width = layerWidth(spec);
  if (readout !== "state" || width === outputSize) return;
  throw new ExperimentError(
    "misfit",
    ["model", "readout"],
    l10n.t(
      'model.readout "state" requires one number of h per output: {0}; {1} is {2}',
      outputSize,
      width === hiddenSize ? "model.hiddenSize" : "model.projSize",
      width,
    ),
  );
}

function drawParameters(
  { model: { init }, seed }: Experiment,
  spec: NetworkSpec,
  timeSteps: number,
  weights: Uint8Array | null,
): Float64Array {
  const loaded = readWeights(init.file, weights);
  try {
    return initialParameters(init, spec, timeSteps, createRandom(seed, STREAM.weights), loaded);
  } catch (error) {
    throw new ExperimentError("bad-initial-value", ["model", "init"], describeError(error), { cause: error });
  }
}

function readWeights(file: string, bytes: Uint8Array | null): readonly Tensor[] | null {
  if (file === "") return null;
  if (bytes === null)
    throw new ExperimentError(
      "unreadable-file",
      ["model", "init", "file"],
      l10n.t("model.init.file requires the contents of {0}", describeValue(file)),
    );
  try {
    return readSafetensors(bytes).tensors;
  } catch (error) {
    throw new ExperimentError("bad-file", ["model", "init", "file"], `${printable(file)}: ${describeError(error)}`, {
      cause: error,
    });
  }
}

function chooseBackend(experiment: Experiment, { kernel = null, recorded = null }: TrainerResources): Backend {
  const wanted = backendOf(experiment, recorded);
  if (kernel !== null || wanted === "reference") return wanted;
  if (experiment.engine === "float32")
    throw new ExperimentError(
      "no-such-engine",
      ["engine"],
      l10n.t('engine "float32" is not available: it requires WebAssembly with SIMD. Use "auto" or "float64".'),
    );
  return "reference";
}
