import * as l10n from "@vscode/l10n";
import type { Experiment } from "../../config/schema/schema";
import type { ExperimentFiles } from "../../config/facts/dataFiles";
import { countData } from "../../config/facts/dataCounts";
import { longest } from "../../config/facts/sequenceLengths";
import { datasetShape, type DatasetShape } from "../../config/facts/datasetShape";
import { estimateTogether, IN_TRIAL } from "../../config/facts/memoryEstimate";
import { memoryLimit } from "../../config/facts/memoryLimit";
import { formatBytes } from "../../config/facts/tooLarge";
import type { CellRace, RaceLane, RaceResult } from "../../shared/wire/race";
import { COLUMN } from "../../shared/trace/trace";
import { TraceBuffer } from "../../shared/trace/traceBuffer";
import { isLengthTask, withTargetKind } from "../../config/facts/taskTraits";
import { createBatch, fillRow } from "../tasks/batches";
import { measureMemory, type MemoryInput } from "../analysis/memoryLength";
import { evaluateSequences } from "../training/evaluate";
import type { CreateNetwork } from "../network/network";
import { createRandom, STREAM } from "../numerics/random";
import { createNetworkOf } from "../engine/createNetworkOf";
import { createDataset, taskAtLength } from "../tasks/createDataset";
import { copySequences, storedSequences } from "../tasks/sequenceValues";
import type { Dataset } from "../tasks/task";
import { smallestGradient } from "../../shared/trace/gradientLimits";
import { createTrainer, type Trainer } from "../training/trainer";
import type { StepResult } from "../training/trainingLoop";
import { planLanes, type PlannedLane } from "../../config/edit/planLanes";
import { describeError } from "../../lib/outsideText";

/** Bound of a curve; it thins itself, and spikes stay. */
const CURVE_ROWS = 512;
const CURVE_COLUMNS = [COLUMN.iteration, COLUMN.loss, COLUMN.gradientNorm].map((name) => ({
  name,
  length: 1,
  shape: [1],
}));
/** Sequences that the final loss is over, at most. */
const MAX_SCORED = 500;
/**
 * Sequences that the memory is measured with, and how many times the trained length they have where the task can make
 * longer ones.
 */
const MEMORY_SEQUENCES = 8;
const LONGER = 8;
const MAX_MEMORY = 1000;

interface Lane {
  readonly plan: PlannedLane;
  readonly trainer: Trainer | null;
  readonly curve: TraceBuffer;
  phase: RaceLane["phase"];
  message: string | null;
  trainMs: number;
  result: RaceResult | null;
}

/**
 * The race itself: whoever drives it calls {@link advance} until it returns false, and reads {@link state} when it
 * likes.
 */
export class CellRaceRun {
  private readonly lanes: readonly Lane[];
  private readonly budget: number;
  private readonly scoredOn: CellRace["scoredOn"];

  /** @throws Error in words for a person when the experiment cannot be trained, or four of it need too much memory */
  constructor(
    private readonly experiment: Experiment,
    files: ExperimentFiles,
    private readonly now: () => number,
    private readonly kernel: CreateNetwork | null,
  ) {
    const task = withTargetKind(experiment);
    const shape = datasetShape(task, experiment.training.validation.share, countData(task, files.data));
    if (shape !== null) refuseTooLarge(planLanes(experiment, shape.inputSize, shape.outputSize).lanes, shape);
    const own = createTrainer(experiment, { files, kernel });
    const { budget, lanes } = planLanes(experiment, own.spec.inputSize, own.spec.outputSize);
    this.budget = budget;
    this.scoredOn = own.dataset.sequences > own.dataset.trainingSequences ? "validation" : "training";
    this.lanes = lanes.map((plan): Lane => {
      const lane = { plan, curve: new TraceBuffer(CURVE_COLUMNS, CURVE_ROWS), trainMs: 0, result: null };
      try {
        const trainer = plan.cell === experiment.model.cell ? own : createTrainer(plan.experiment, { files, kernel });
        return { ...lane, trainer, phase: "waiting", message: null };
      } catch (error) {
        return {
          ...lane,
          trainer: null,
          phase: "failed",
          message: describeError(error),
        };
      }
    });
  }

  /** The experiments of the lanes: the file may become one of them without leaving the race. */
  get experiments(): readonly Experiment[] {
    return this.lanes.map(({ plan }) => plan.experiment);
  }

  /** Trains the lane that is furthest behind for about so long. Returns false when all have ended. */
  advance(milliseconds: number): boolean {
    let behind: Lane | null = null;
    for (const lane of this.lanes) {
      if (lane.trainer !== null && lane.result === null && (behind === null || progress(lane) < progress(behind)))
        behind = lane;
    }
    if (behind === null || behind.trainer === null) return false;
    const { trainer } = behind;
    behind.phase = "running";
    const start = this.now();
    let result: StepResult;
    let end: number;
    do {
      result = trainer.step(null);
      const row = behind.curve.nextRow();
      const { loss, gradientNorm } = trainer.metrics;
      for (const [i, value] of [trainer.iteration - (result === "running" ? 1 : 0), loss, gradientNorm].entries())
        behind.curve.columns[i]![row] = value;
      end = this.now();
    } while (result === "running" && end - start < milliseconds);
    behind.trainMs += end - start;
    if (result !== "running") {
      behind.result = this.score(trainer);
      behind.phase = result === "diverged" ? "diverged" : "done";
    }
    return this.lanes.some((lane) => lane.trainer !== null && lane.result === null);
  }

  state(): CellRace {
    return {
      phase: this.lanes.some((lane) => lane.trainer !== null && lane.result === null) ? "running" : "done",
      message: null,
      budget: this.budget,
      scoredOn: this.scoredOn,
      lanes: this.lanes.map(
        ({
          plan: { cell, hiddenSize, parameterCount, edits },
          trainer,
          curve,
          phase,
          message,
          trainMs,
          result,
        }): RaceLane => {
          const { columns } = curve.snapshot();
          return {
            cell,
            hiddenSize,
            parameterCount,
            edits,
            phase,
            message,
            trainMs,
            result,
            iteration: trainer?.iteration ?? 0,
            iterations: trainer?.iterations ?? 0,
            curve: { iteration: columns[0]!, loss: columns[1]! },
          };
        },
      ),
    };
  }

  private score(trainer: Trainer): RaceResult {
    const { dataset } = trainer;
    const from = this.scoredOn === "validation" ? dataset.trainingSequences : 0;
    const to = Math.min(
      this.scoredOn === "validation" ? dataset.sequences : dataset.trainingSequences,
      from + MAX_SCORED,
    );
    const { loss, accuracy, exactAccuracy } = evaluateSequences(
      trainer.cloneNetwork(),
      dataset,
      trainer.loss,
      from,
      to,
      trainer.batchSize,
      trainer.carriesState,
    );
    return { loss, accuracy, exactAccuracy, memory: this.remember(trainer) };
  }

  /** At the trained length, and where it remembers all of that and the task can make longer sequences, at those. */
  private remember(trainer: Trainer) {
    const { dataset, spec, vocabulary } = trainer;
    if (spec.directions === 2) return null;
    const network = createNetworkOf(trainer.backend, trainer.arithmetic, this.kernel);
    const smallest = smallestGradient(trainer.engine);
    const measure = (input: MemoryInput) =>
      measureMemory(
        network,
        spec,
        trainer.parameters(),
        { ...input, smallest },
        createRandom(this.experiment.seed, STREAM.evaluation),
      );
    const atTrained = measure(inputsOf(dataset, Math.min(MEMORY_SEQUENCES, dataset.sequences)));
    if (atTrained.steps !== null) return atTrained;
    const longer = vocabulary !== null ? joined(dataset) : longerSequences(this.experiment, dataset);
    return longer === null ? atTrained : measure(longer);
  }
}

/** Part of its iterations; those that have ended are not asked. */
function progress({ trainer }: Lane): number {
  return trainer === null ? 1 : trainer.iteration / trainer.iterations;
}

function refuseTooLarge(lanes: readonly PlannedLane[], dataset: DatasetShape): void {
  const experiments = lanes.map(({ experiment }) => experiment);
  const bytes = estimateTogether(experiments, dataset, IN_TRIAL);
  const limit = memoryLimit();
  if (bytes > limit.bytes)
    throw new Error(
      l10n.t(
        "Comparing the four cell types needs about {0} of memory; the limit is {1}. Reduce the number of sequences, their length, the batch size, or the hidden size, or raise {2}.",
        formatBytes(bytes),
        formatBytes(limit.bytes),
        limit.setting,
      ),
    );
}

function inputsOf(dataset: Dataset, sequences: number): MemoryInput {
  const batch = createBatch(dataset, sequences);
  for (let n = 0; n < sequences; n++) fillRow(dataset, n, batch, n);
  return { inputs: batch.inputs, sequences, timeSteps: dataset.timeSteps };
}

/** Windows of a text that follow each other, as one; null where there are too few. */
function joined(dataset: Dataset): MemoryInput | null {
  const windows = Math.min(LONGER, Math.floor(MAX_MEMORY / dataset.timeSteps), Math.floor(dataset.sequences / 2));
  if (windows < 2) return null;
  const timeSteps = windows * dataset.timeSteps;
  const sequences = Math.min(MEMORY_SEQUENCES, Math.floor(dataset.sequences / windows));
  return inputsOf(
    {
      ...dataset,
      timeSteps,
      sequences,
      inputs: storedSequences(copySequences(dataset.inputs, 0, sequences * windows), timeSteps),
      targets: storedSequences(new Float64Array(sequences * timeSteps), timeSteps),
      outputSteps: timeSteps,
    },
    sequences,
  );
}

function longerSequences({ task, seed }: Experiment, { timeSteps }: Dataset): MemoryInput | null {
  if (!isLengthTask(task)) return null;
  const trained =
    task.kind === "binary-addition" ? task.bits : task.kind === "copy" ? task.delay : longest(task.length);
  const length = Math.min(trained * LONGER, Math.max(trained, MAX_MEMORY));
  const longer = taskAtLength(task, length, MEMORY_SEQUENCES);
  const shape = datasetShape(longer, 0);
  if (shape === null || shape.timeSteps <= timeSteps) return null;
  const { dataset } = createDataset(longer, "last", 0, createRandom(seed, STREAM.evaluation), null);
  return inputsOf(dataset, MEMORY_SEQUENCES);
}
