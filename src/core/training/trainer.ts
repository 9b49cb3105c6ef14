import type { Backend } from "../../config/facts/engineChoice";
import type { Loss } from "../../config/facts/taskTraits";
import { isChoiceTask } from "../../config/facts/trialTasks";
import type { Experiment } from "../../config/schema/schema";
import {
  TRACE_VERSION,
  type ColumnSpec,
  type EngineName,
  type ParameterInfo,
  type TraceHeader,
  type TraceRecorder,
} from "../../shared/trace/trace";
import type { TableReport } from "../../tables/readTable";
import type { Network, NetworkCapacity, NetworkSpec } from "../network/network";
import type { Checkpoint } from "../numerics/checkpoint";
import { tensorsOf, type NamedTensor } from "../numerics/tensor";
import { writeRecipe } from "../tasks/recipe";
import type { UpdateSettings } from "../optimizers/schedule";
import { planLengths } from "../tasks/lengthPlan";
import type { DataWarning } from "../tasks/arrays";
import type { Dataset } from "../tasks/task";
import { typingHint } from "../tasks/typedSequence";
import type { BestCheckpoint } from "./bestParameters";
import type { CapturedStep } from "./captureStep";
import { gradientReach } from "./gradientReach";
import { InspectedSequence } from "./inspectedSequence";
import { hasMeasures } from "./score";
import { SideNetworks } from "./sideNetworks";
import type { TracedMetrics } from "./traceWriter";
import { TrainingLoop, type StepResult } from "./trainingLoop";
import { prepareTraining, type TrainerResources, type TrainingSetup } from "./trainingSetup";
import { createTruncatedLoss } from "./truncatedLoss";

export interface Trainer {
  readonly engine: EngineName;
  readonly backend: Backend;
  readonly arithmetic: TrainingSetup["arithmetic"];
  readonly spec: NetworkSpec;
  readonly layout: readonly ParameterInfo[];
  readonly parameterCount: number;
  readonly columns: readonly ColumnSpec[];
  readonly dataset: Dataset;
  readonly loss: Loss;
  /** The characters of a text by symbol; null for other tasks. */
  readonly vocabulary: readonly string[] | null;
  /** What is odd about the data files. */
  readonly warnings: readonly DataWarning[];
  /** How the table was read; null for other tasks. */
  readonly table: TableReport | null;
  readonly inspected: TraceHeader["inspected"];
  /** Iterations from one evaluation of the validation set to the next. */
  readonly validationInterval: number;
  /** Whether a sequence of a stream starts from the state that the one before ended in, in training and validation. */
  readonly carriesState: boolean;
  /** Sequences in a batch, batches in an epoch, and iterations in one, each of `training.accumulate` batches. */
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  readonly iterationsPerEpoch: number;
  /** Updates to make: those of the experiment, until {@link extend} asks for more. */
  readonly iterations: number;
  /** Updates made so far, which is also the row that the parameters are at. */
  readonly iteration: number;
  /**
   * Of the last step, its update included. NaN where a figure makes no sense. The accuracy of the batch and the clip
   * cosine are those of the last recorded row, unless every step is scored.
   */
  readonly metrics: TracedMetrics;
  /** At the lowest validation loss so far; null while there is none. */
  readonly best: BestCheckpoint | null;
  /** Whether the run ended because the patience of `training.stop` ran out. */
  readonly stoppedEarly: boolean;
  /** A copy of the current parameters, flat. */
  parameters(): Float64Array<ArrayBuffer>;
  /** A copy of one tensor per entry of the layout. */
  parameterTensors(): NamedTensor[];

  /** Evaluates row `iteration`, records it when it is due, then updates the parameters unless the run ends here. */
  step(recorder: TraceRecorder | null): StepResult;
  /**
   * The updates from now on are made in another way. Another kind of optimizer starts with empty moments.
   * @throws ExperimentError when only one of the two has a learning rate, which is a column of the trace
   */
  changeUpdates(settings: UpdateSettings): void;

  /**
   * Makes `iterations` updates in all, more than the experiment says. Schedules keep the length of the experiment:
   * cosine stays at its minimum. Patience does not end a training that was extended. After the end, restore the
   * checkpoint as well: the last row is then made again, as one among others.
   */
  extend(iterations: number): void;

  /**
   * All that the next step depends on, between two steps. After the end it is the state before the last row was
   * evaluated, with the best parameters of then and of that row.
   */
  checkpoint(): Checkpoint;
  /** Goes on from there. @throws RangeError when it is of another experiment */
  restore(checkpoint: Checkpoint): void;

  // Questions on the side. They do not disturb training, and drop nothing out.

  /** Loss at any parameters over the batch of row `iteration`, the first of several, in 64-bit floats. */
  lossAt(parameters: Float64Array): number;
  /**
   * The function whose gradient is computed, at and around the current parameters: `lossAt`, but with truncation its
   * pieces.
   */
  differentiatedLoss(): (parameters: Float64Array) => number;
  /** Gradient of it before clipping, by the engine. */
  gradientAt(parameters: Float64Array): Float64Array<ArrayBuffer>;
  /** The step at the current parameters. */
  captureStep(): CapturedStep;
  /** How much of the gradient reaches the first step; only of a training that has ended. */
  gradientReach(): number;
  /**
   * Another network of the same engine with the current parameters; for batches and sequences as those of training,
   * when nothing else is said.
   */
  cloneNetwork(wanted?: NetworkCapacity): Network;
  header(runId: string, configHash: string): TraceHeader;
}

/** @throws Error in words for a person when the parts of the experiment do not go together, or a file does not serve */
export function createTrainer(experiment: Experiment, resources: TrainerResources = {}): Trainer {
  const setup = prepareTraining(experiment, resources);
  const { spec, network, batches, dataset, loss } = setup;
  const { layout, parameterCount } = network;
  const inspected = new InspectedSequence(setup);
  const loop = new TrainingLoop(setup, inspected, resources.scoresEveryStep === true);
  const aside = new SideNetworks(setup, loop.carried);
  const parameters = () => parametersOf(network);
  const lossAt = (at: Float64Array): number => aside.lossAt(at);

  return {
    spec,
    layout,
    parameterCount,
    columns: loop.writer.columns,
    dataset,
    loss,
    inspected: inspected.description,
    ...constantsOf(setup),
    batchSize: batches.size,
    batchesPerEpoch: batches.perEpoch,
    iterationsPerEpoch: setup.iterationsPerEpoch,
    get iterations() {
      return loop.iterations;
    },
    metrics: loop.metrics,
    get iteration() {
      return loop.iteration;
    },
    get best() {
      return loop.best;
    },
    get stoppedEarly() {
      return loop.stoppedEarly;
    },
    parameters,
    parameterTensors: () => tensorsOf(layout, parameters()),
    step: (recorder) => loop.step(recorder),
    checkpoint: () => loop.checkpoint(),
    restore: (checkpoint) => loop.restore(checkpoint),
    changeUpdates: (settings) => loop.changeUpdates(settings),
    extend: (iterations) => loop.extend(iterations),
    lossAt,
    differentiatedLoss: () =>
      spec.truncate === null
        ? lossAt
        : createTruncatedLoss(network, dataset, batches.batch, loss, parameters(), loop.carried.initial),
    gradientAt: (at) => aside.gradientAt(at),
    captureStep: () => aside.captureStep(parameters()),
    gradientReach: () => gradientReach(setup),
    cloneNetwork: (wanted = { batch: batches.size, timeSteps: dataset.timeSteps }) => cloneNetwork(setup, wanted),
    header: (runId, configHash) => ({
      ...describeTraining(setup, loop.iterations),
      runId,
      configHash,
      columns: loop.writer.columns,
      inspected: inspected.description,
    }),
  };
}

function constantsOf(setup: TrainingSetup) {
  const { engine, backend, arithmetic, vocabulary, warnings, table, validationInterval, carriesState } = setup;
  return { engine, backend, arithmetic, vocabulary, warnings, table, validationInterval, carriesState };
}

function parametersOf(network: Network): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(network.parameterCount);
  network.readParameters(copy);
  return copy;
}

function cloneNetwork({ createNetwork, spec, network }: TrainingSetup, wanted: NetworkCapacity): Network {
  const clone = createNetwork(spec, wanted);
  clone.writeParameters(parametersOf(network));
  return clone;
}

/** What the header of a trace says of every run of the experiment. */
function describeTraining(
  setup: TrainingSetup,
  iterations: number,
): Omit<TraceHeader, "runId" | "configHash" | "columns" | "inspected"> {
  const { experiment, dataset, vocabulary, spec, recipe } = setup;
  const { name, task, training } = experiment;
  const lengths = planLengths(task);
  return {
    version: TRACE_VERSION,
    name,
    engine: setup.engine,
    ...(setup.backend === "float64" ? { webAssembly: true as const } : {}),
    arithmetic: setup.arithmetic,
    iterations,
    timeSteps: dataset.timeSteps,
    cell: spec.cell,
    hiddenSize: spec.hiddenSize,
    numLayers: spec.numLayers,
    ...(spec.directions === 2 ? { directions: 2 as const } : {}),
    parameters: setup.network.layout,
    clip: training.clip,
    ...(spec.truncate === null ? {} : { truncate: spec.truncate }),
    data: {
      inputKind: dataset.inputKind,
      targetKind: dataset.targetKind,
      vocabulary,
      ...(dataset.classes === undefined ? {} : { classes: dataset.classes }),
      ...(hasMeasures(dataset) ? { measured: true } : {}),
      ...(isChoiceTask(task) ? { ["coherences" in task ? "coherences" : "pairs"]: true } : {}),
      ...(dataset.answersOnce === true ? { answersOnce: true } : {}),
      batchesPerEpoch: setup.iterationsPerEpoch,
      sequences: { training: dataset.trainingSequences, validation: setup.heldOut },
      typing: typingHint({ task, dataset, vocabulary }),
      ...(lengths === null ? {} : { lengths }),
      ...(recipe === null ? {} : { recipe: writeRecipe(recipe) }),
    },
  };
}
