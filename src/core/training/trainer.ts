import * as l10n from "@vscode/l10n";
import type { Experiment } from "../../config/schema/schema";
import { prefersFloat32 } from "../../config/facts/engineChoice";
import { ExperimentError } from "../../config/facts/experimentError";
import type { Checkpoint } from "../numerics/checkpoint";
import type { ExperimentFiles } from "../../config/facts/dataFiles";
import { datasetShape, describeTooLarge, networkSpec, type DatasetShape } from "../../config/facts/memoryEstimate";
import { readSafetensors, type Tensor } from "../../formats/safetensors";
import { findIncompatibility, resolveLoss, resolveReadout, type LossKind } from "../../config/facts/taskTraits";
import {
  TRACE_VERSION,
  type ColumnSpec,
  type EngineName,
  type ParameterInfo,
  type TraceHeader,
  type TraceRecorder,
} from "../../shared/trace/trace";
import { planLengths } from "../tasks/lengthPlan";
import { createBatch, createBatches, fillRow } from "../tasks/batches";
import { captureCheckpoint, restoreCheckpoint } from "./trainerCheckpoint";
import { captureStep, type CapturedStep } from "./captureStep";
import { cosineAfterClamp, limitsOf } from "../optimizers/clipping";
import { evaluateSequences } from "./evaluate";
import { initialParameters } from "../network/initialize";
import { evaluateLoss } from "../network/losses";
import type { CreateNetwork, Network, NetworkCapacity, NetworkSpec } from "../network/network";
import { createRandom, STREAM } from "../numerics/random";
import { createReferenceNetwork } from "../engine/referenceNetwork";
import { createUpdateSchedule, type UpdateSettings } from "../optimizers/schedule";
import { createScorer, hasAccuracy, hasExactAccuracy } from "./score";
import { createDataset } from "../tasks/createDataset";
import type { Dataset } from "../tasks/task";
import { typingHint } from "../tasks/typedSequence";
import { tensorsOf, type NamedTensor } from "../numerics/tensor";
import { createTruncatedLoss } from "./truncatedLoss";
import { createTraceWriter, type TracedMetrics } from "./traceWriter";

export type StepResult = "running" | "finished" | "diverged";

/** What the experiment names but does not hold. */
export interface TrainerResources {
  readonly files?: ExperimentFiles;
  /** The float32 engine, where it is there. */
  readonly float32?: CreateNetwork | null;
  /** Also of steps that no recorder takes in: without validation, accuracies are of the batch of the step. */
  readonly scoresEveryStep?: boolean;
}

/** Figures of the last evaluated row. NaN where they make no sense. */
export type StepMetrics = TracedMetrics;

export interface Trainer {
  readonly engine: EngineName;
  readonly spec: NetworkSpec;
  readonly layout: readonly ParameterInfo[];
  readonly parameterCount: number;
  readonly columns: readonly ColumnSpec[];
  readonly dataset: Dataset;
  readonly loss: LossKind;
  /** The characters of a text by symbol; null for other tasks. */
  readonly vocabulary: readonly string[] | null;
  readonly inspected: TraceHeader["inspected"];
  /** Sequences in a batch, and batches in an epoch. */
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  /** Updates to make. */
  readonly iterations: number;
  /** Updates made so far, which is also the row that the parameters are at. */
  readonly iteration: number;
  readonly metrics: Readonly<StepMetrics>;
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

  /** All that the next step depends on, between two steps. */
  checkpoint(): Checkpoint;
  /** Goes on from there. @throws RangeError when it is of another experiment */
  restore(checkpoint: Checkpoint): void;

  // Questions on the side. They do not disturb training, and drop nothing out.

  /** Loss at any parameters over the batch of row `iteration`, in 64-bit floats. */
  lossAt(parameters: Float64Array): number;
  /** The function whose gradient is computed, at and around the current parameters: `lossAt`, but with truncation its pieces. */
  differentiatedLoss(): (parameters: Float64Array) => number;
  /** Gradient of it before clipping, by the engine. */
  gradientAt(parameters: Float64Array): Float64Array<ArrayBuffer>;
  /** The step at the current parameters. */
  captureStep(): CapturedStep;
  /** Another network of the same engine with the current parameters; for batches and sequences as those of training, when nothing else is said. */
  cloneNetwork(wanted?: NetworkCapacity): Network;
  header(runId: string, configHash: string): TraceHeader;
}

/** @throws Error in words for a person when the parts of the experiment do not go together, or a file does not serve */
export function createTrainer(experiment: Experiment, resources: TrainerResources = {}): Trainer {
  const { task, training, trace, seed } = experiment;
  const misfit = findIncompatibility(experiment);
  if (misfit !== null) throw new ExperimentError("misfit", misfit.path, misfit.message);
  // Generated data are measured before they are made; those of a file are there already.
  const planned = datasetShape(task, training.validation.share);
  if (planned !== null) refuseTooLarge(experiment, planned);
  const outputs = resolveReadout(experiment) === "every" ? "every" : "last";
  const { dataset, vocabulary } = createDataset(
    task,
    outputs,
    training.validation.share,
    createRandom(seed),
    resources.files?.data ?? null,
  );
  const { timeSteps: T, inputSize: I, outputSize: O } = dataset;
  if (!Number.isInteger(trace.sequence) || trace.sequence < 0 || trace.sequence >= dataset.trainingSequences) {
    throw new ExperimentError(
      "no-such-sequence",
      ["trace", "sequence"],
      l10n.t(
        "trace.sequence is {0}, but the training sequences have indices 0 to {1}",
        trace.sequence,
        dataset.trainingSequences - 1,
      ),
    );
  }
  if (planned === null) refuseTooLarge(experiment, dataset);

  const spec = networkSpec(experiment, I, O);
  if (spec.readout === "state" && spec.hiddenSize !== O) {
    throw new ExperimentError(
      "misfit",
      ["model", "readout"],
      l10n.t(
        'model.readout "state" requires one hidden unit per output: {0}; model.hiddenSize is {1}',
        O,
        spec.hiddenSize,
      ),
    );
  }
  const { engine, createNetwork } = chooseEngine(experiment, resources);
  const batches = createBatches(dataset, training.batchSize, createRandom(seed, STREAM.batches));
  const { batch, size: B } = batches;
  const capacity = { batch: B, timeSteps: T };
  const network = createNetwork(spec, { ...capacity, trains: true });
  const { layout, parameterCount } = network;
  network.writeParameters(drawParameters(experiment, spec, resources.files?.weights ?? null));

  const lossKind = resolveLoss(experiment);
  const iterations = training.epochs > 0 ? training.epochs * batches.perEpoch : training.iterations;
  let { kind } = training.optimizer;
  let updates = createUpdateSchedule(training.optimizer, training.schedule, iterations);
  const dropout = spec.dropout > 0 ? createRandom(seed, STREAM.dropout) : null;
  let { norm: clipNorm, value: clipValue } = limitsOf(training.clip);
  const outputGradient = new Float64Array(B * dataset.outputSteps * O);
  const held = dataset.sequences - dataset.trainingSequences;
  const scorer = createScorer(dataset, lossKind);
  const scratch = new Float64Array(parameterCount);
  const carried =
    dataset.stream && training.batchSize !== "full"
      ? new Float64Array((spec.cell === "lstm" ? 2 : 1) * spec.numLayers * B * spec.hiddenSize)
      : null;

  // With batches the inspected sequence has a network of its own, so that it is the same sequence in every row.
  const inspectedBatch = createBatch(dataset, 1);
  fillRow(dataset, trace.sequence, inspectedBatch, 0);
  const inspector = training.batchSize === "full" ? network : createNetwork(spec, { batch: 1, timeSteps: T });
  const inspectorGradient = new Float64Array(dataset.outputSteps * O);
  const writer = createTraceWriter(
    { network, batch: B, timeSteps: T, inspector, inspectedRow: inspector === network ? trace.sequence : 0 },
    {
      learningRate: updates.hasLearningRate,
      validationLoss: held > 0,
      accuracy: hasAccuracy(dataset),
      exactAccuracy: hasExactAccuracy(dataset),
      clipCosine: clipValue !== null,
    },
  );

  const metrics = {
    loss: NaN,
    gradientNorm: NaN,
    clippedNorm: NaN,
    updateRatio: 0,
    learningRate: NaN,
    validationLoss: NaN,
    accuracy: NaN,
    exactAccuracy: NaN,
    clipCosine: NaN,
  };
  const state = { network, batches, dropout, carried, metrics };
  let iteration = 0;
  let ended: StepResult | null = null;
  let parametersFinite = parameters().every(Number.isFinite);

  function step(recorder: TraceRecorder | null): StepResult {
    if (ended !== null) return ended;
    const outputs = network.forward(batch.inputs, B, T, dropout);
    metrics.loss = evaluateLoss(lossKind, outputs, batch.targets, outputGradient, O);
    network.zeroGradients();
    network.backward(outputGradient);
    if (!Number.isFinite(metrics.loss) || !parametersFinite) ended = "diverged";
    else if (iteration >= iterations) ended = "finished";
    const due = recorder !== null && (ended !== null || iteration % trace.every === 0);
    metrics.gradientNorm = network.gradientNorm();
    metrics.clippedNorm = metrics.gradientNorm;
    if (clipNorm !== null && metrics.gradientNorm > clipNorm) {
      network.scaleGradients(clipNorm / metrics.gradientNorm);
      metrics.clippedNorm = network.gradientNorm();
    } else if (clipValue !== null) {
      if (due) network.readGradients(scratch);
      network.clampGradients(clipValue);
      metrics.clippedNorm = network.gradientNorm();
      if (due) metrics.clipCosine = cosineAfterClamp(scratch, clipValue, metrics.gradientNorm, metrics.clippedNorm);
    }
    metrics.updateRatio = 0;
    metrics.learningRate = updates.learningRate(iteration);
    if (held > 0 && (ended !== null || iteration % training.validation.every === 0)) validate();
    if (held === 0 && (due || ended !== null || resources.scoresEveryStep === true)) scoreBatch(outputs);
    const row = due ? writer.writeRow(recorder, iteration, metrics, inspector === network ? outputs : inspect()) : 0;
    if (ended !== null) return ended;

    const norms = network.applyUpdate(updates.updateAt(iteration));
    metrics.updateRatio = norms.update === 0 ? 0 : norms.update / norms.parameters;
    // A finite sum of both norms bounds every new parameter, so the parameters are read only when something overflows.
    parametersFinite = Number.isFinite(norms.update + norms.parameters) || readParametersFinite();
    if (due) writer.writeUpdateRatio(recorder, row, metrics.updateRatio);
    advance();
    iteration++;
    return "running";
  }

  function changeUpdates(settings: UpdateSettings): void {
    const changed = createUpdateSchedule(settings.optimizer, settings.schedule, iterations);
    if (changed.hasLearningRate !== updates.hasLearningRate)
      throw new ExperimentError(
        "misfit",
        ["training", "optimizer", "kind"],
        l10n.t(
          "the optimizer cannot be changed from {1} to {0} during a run, because only one of them has a learning rate",
          settings.optimizer.kind,
          kind,
        ),
      );
    // To write the parameters empties the moments.
    if (settings.optimizer.kind !== kind) network.writeParameters(parameters());
    updates = changed;
    ({ kind } = settings.optimizer);
    ({ norm: clipNorm, value: clipValue } = limitsOf(settings.clip));
    metrics.clipCosine = NaN;
  }

  function advance(): void {
    if (carried !== null) network.readFinalState(carried);
    batches.advance();
    if (carried !== null) network.writeInitialState(batches.continues ? carried : null);
  }

  function readParametersFinite(): boolean {
    network.readParameters(scratch);
    return scratch.every(Number.isFinite);
  }

  function scoreBatch(outputs: Float64Array): void {
    scorer.reset();
    scorer.add(outputs, batch.targets, B);
    metrics.accuracy = scorer.accuracy();
    metrics.exactAccuracy = scorer.exactAccuracy();
  }

  let evaluator: Network | null = null;
  function validate(): void {
    evaluator ??= createNetwork(spec, capacity);
    network.readParameters(scratch);
    evaluator.writeParameters(scratch);
    const result = evaluateSequences(evaluator, dataset, lossKind, dataset.trainingSequences, dataset.sequences, B);
    metrics.validationLoss = result.loss;
    metrics.accuracy = result.accuracy ?? NaN;
    metrics.exactAccuracy = result.exactAccuracy ?? NaN;
  }

  /** Forward and backward of the inspected sequence alone, scaled as it would be in a batch. */
  function inspect(): Float64Array {
    network.readParameters(scratch);
    inspector.writeParameters(scratch);
    const outputs = inspector.forward(inspectedBatch.inputs, 1, T, null);
    evaluateLoss(lossKind, outputs, inspectedBatch.targets, inspectorGradient, O);
    for (let i = 0; i < inspectorGradient.length; i++) inspectorGradient[i] = inspectorGradient[i]! / B;
    inspector.zeroGradients();
    inspector.backward(inspectorGradient);
    return outputs;
  }

  // Networks for questions on the side, made on first use: `lossAt` is always asked of the oracle.
  let oracle: Network | null = null;
  let probe: Network | null = null;
  const probeGradient = new Float64Array(outputGradient.length);
  function forwardAside(aside: Network, at: Float64Array): Float64Array {
    aside.writeParameters(at);
    aside.writeInitialState(batches.continues ? carried : null);
    return aside.forward(batch.inputs, B, T, null);
  }
  function lossAt(at: Float64Array): number {
    oracle ??= createReferenceNetwork(spec);
    return evaluateLoss(lossKind, forwardAside(oracle, at), batch.targets, probeGradient, O);
  }
  function backpropagateAside(at: Float64Array): { loss: number; outputs: Float64Array; aside: Network } {
    if (engine === "float64") probe = oracle ??= createReferenceNetwork(spec);
    else probe ??= createNetwork(spec, capacity);
    const outputs = forwardAside(probe, at);
    const loss = evaluateLoss(lossKind, outputs, batch.targets, probeGradient, O);
    probe.zeroGradients();
    probe.backward(probeGradient);
    return { loss, outputs, aside: probe };
  }
  function gradientAt(at: Float64Array): Float64Array<ArrayBuffer> {
    const gradients = new Float64Array(parameterCount);
    backpropagateAside(at).aside.readGradients(gradients);
    return gradients;
  }

  function parameters(): Float64Array<ArrayBuffer> {
    const copy = new Float64Array(parameterCount);
    network.readParameters(copy);
    return copy;
  }

  const lengths = planLengths(task);
  const inspected = {
    sequence: trace.sequence,
    inputSize: I,
    input: Array.from(inspectedBatch.inputs),
    target: Array.from(inspectedBatch.targets),
  };

  return {
    engine,
    spec,
    layout,
    parameterCount,
    columns: writer.columns,
    dataset,
    loss: lossKind,
    vocabulary,
    inspected,
    batchSize: B,
    batchesPerEpoch: batches.perEpoch,
    iterations,
    metrics,
    get iteration() {
      return iteration;
    },
    parameters,
    parameterTensors: () => tensorsOf(layout, parameters()),
    step,
    checkpoint: () => captureCheckpoint(state, iteration),
    restore(checkpoint) {
      restoreCheckpoint(state, checkpoint);
      iteration = checkpoint.iteration;
      parametersFinite = readParametersFinite();
      ended = null;
    },
    changeUpdates,
    lossAt,
    differentiatedLoss: () =>
      spec.truncate === null
        ? lossAt
        : createTruncatedLoss(network, dataset, batch, lossKind, parameters(), batches.continues ? carried : null),
    gradientAt,
    captureStep() {
      const { loss, outputs, aside } = backpropagateAside(parameters());
      return captureStep(aside, dataset, batch, loss, outputs);
    },
    cloneNetwork(wanted = capacity) {
      const clone = createNetwork(spec, wanted);
      clone.writeParameters(parameters());
      return clone;
    },
    header: (runId, configHash) => ({
      version: TRACE_VERSION,
      runId,
      name: experiment.name,
      configHash,
      engine,
      iterations,
      timeSteps: T,
      cell: spec.cell,
      hiddenSize: spec.hiddenSize,
      numLayers: spec.numLayers,
      parameters: layout,
      columns: writer.columns,
      inspected,
      clip: training.clip,
      data: {
        inputKind: dataset.inputKind,
        targetKind: dataset.targetKind,
        vocabulary,
        batchesPerEpoch: batches.perEpoch,
        sequences: { training: dataset.trainingSequences, validation: held },
        typing: typingHint({ task, dataset, vocabulary }),
        ...(lengths === null ? {} : { lengths }),
      },
    }),
  };
}

function refuseTooLarge(experiment: Experiment, data: DatasetShape): void {
  const tooLarge = describeTooLarge(experiment, data);
  if (tooLarge !== null) throw new ExperimentError("too-much-memory", ["task"], tooLarge);
}

function drawParameters(
  { model: { init }, seed }: Experiment,
  spec: NetworkSpec,
  weights: Uint8Array | null,
): Float64Array {
  const loaded = readWeights(init.file, weights);
  try {
    return initialParameters(init, spec, createRandom(seed, STREAM.weights), loaded);
  } catch (error) {
    throw new ExperimentError(
      "bad-initial-value",
      ["model", "init"],
      error instanceof Error ? error.message : String(error),
      { cause: error },
    );
  }
}

function readWeights(file: string, bytes: Uint8Array | null): readonly Tensor[] | null {
  if (file === "") return null;
  if (bytes === null)
    throw new ExperimentError(
      "unreadable-file",
      ["model", "init", "file"],
      l10n.t("model.init.file requires the contents of {0}", JSON.stringify(file)),
    );
  try {
    return readSafetensors(bytes).tensors;
  } catch (error) {
    throw new ExperimentError(
      "bad-file",
      ["model", "init", "file"],
      `${file}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

function chooseEngine(
  experiment: Experiment,
  { float32 = null }: TrainerResources,
): { engine: EngineName; createNetwork: CreateNetwork } {
  if (float32 !== null && prefersFloat32(experiment)) return { engine: "float32", createNetwork: float32 };
  if (experiment.engine === "float32")
    throw new ExperimentError(
      "no-such-engine",
      ["engine"],
      l10n.t('engine "float32" is not available: it requires WebAssembly with SIMD. Use "auto" or "float64".'),
    );
  return { engine: "float64", createNetwork: createReferenceNetwork };
}
