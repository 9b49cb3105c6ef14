import type { Experiment } from "../config/schema";
import { TRACE_VERSION, type ColumnSpec, type EngineName, type ParameterInfo, type TraceHeader, type TraceRecorder } from "../shared/trace";
import { meanSquaredError } from "./losses";
import type { Network, NetworkSpec, OptimizerUpdate } from "./network";
import { createRandom } from "./random";
import { createReferenceNetwork } from "./referenceNetwork";
import { countOnes } from "./tasks/countOnes";
import type { Dataset } from "./tasks/task";
import { createTraceWriter } from "./traceWriter";

export type StepResult = "running" | "finished" | "diverged";

/** Figures of the last evaluated row. */
export interface StepMetrics {
  loss: number;
  gradientNorm: number;
  clippedNorm: number;
  /** |update| / |parameters|; 0 until the update is made. */
  updateRatio: number;
}

/** Everything about the step at the current parameters, in PyTorch's names and shapes. */
export interface CapturedStep {
  readonly loss: number;
  /** [N, T, I] */
  readonly input: NamedTensor;
  /** [N, outputSteps, O], or [N, O] when there is one output per sequence. */
  readonly target: NamedTensor;
  readonly parameters: readonly NamedTensor[];
  /** Before clipping. */
  readonly gradients: readonly NamedTensor[];
  /** Per layer, [N, T + 1, H]; entry 0 is the initial state. */
  readonly states: readonly NamedTensor[];
  /** dL/dh_t per layer, same shape. */
  readonly stateGradients: readonly NamedTensor[];
}

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array<ArrayBuffer>;
}

export interface Trainer {
  readonly engine: EngineName;
  readonly spec: NetworkSpec;
  readonly layout: readonly ParameterInfo[];
  readonly parameterCount: number;
  readonly columns: readonly ColumnSpec[];
  readonly dataset: Dataset;
  readonly inspected: TraceHeader["inspected"];
  /** Updates made so far, which is also the row that the parameters are at. */
  readonly iteration: number;
  readonly metrics: Readonly<StepMetrics>;
  /** A copy of the current parameters, flat. */
  parameters(): Float64Array<ArrayBuffer>;
  /** A copy of one tensor per entry of the layout. */
  parameterTensors(): NamedTensor[];

  /** Evaluates row `iteration`, records it when it is due, then updates the parameters unless the run ends here. */
  step(recorder: TraceRecorder | null): StepResult;

  /** Loss and gradient (before clipping) at any parameters; training is not disturbed. */
  lossAt(parameters: Float64Array): number;
  gradientAt(parameters: Float64Array): Float64Array<ArrayBuffer>;
  /** The step at the current parameters; training is not disturbed. */
  captureStep(): CapturedStep;
  header(runId: string, configHash: string): TraceHeader;
}

/** @throws RangeError when `trace.sequence` is no sequence of the data set */
export function createTrainer(experiment: Experiment): Trainer {
  const { task, model, training, trace } = experiment;
  const dataset = countOnes(task.sequences, task.length, createRandom(experiment.seed));
  const { sequences: B, timeSteps: T, inputSize: I, inputs, targets } = dataset;
  if (!Number.isInteger(trace.sequence) || trace.sequence < 0 || trace.sequence >= B) {
    throw new RangeError(`trace.sequence is ${trace.sequence}, but the sequences are numbered 0 to ${B - 1}`);
  }
  const spec: NetworkSpec = {
    cell: model.cell, nonlinearity: "tanh", inputSize: I, hiddenSize: model.hiddenSize, numLayers: 1,
    bias: false, readout: "state", outputSize: dataset.outputSize,
  };
  const network = createReferenceNetwork(spec);
  const { layout, parameterCount } = network;
  network.writeParameters(Float64Array.of(model.init.weight_ih_l0, model.init.weight_hh_l0));

  const update: OptimizerUpdate = training.optimizer;
  const clipNorm = training.clip !== null && "norm" in training.clip ? training.clip.norm : null;
  const clipValue = training.clip !== null && "value" in training.clip ? training.clip.value : null;
  const outputGradient = new Float64Array(targets.length);
  const writer = createTraceWriter(network, B, T, trace.sequence);
  const metrics: StepMetrics = { loss: NaN, gradientNorm: NaN, clippedNorm: NaN, updateRatio: 0 };
  const scratch = new Float64Array(parameterCount);
  let iteration = 0;
  let ended: StepResult | null = null;
  let parametersFinite = true;

  function readParametersFinite(): boolean {
    network.readParameters(scratch);
    return scratch.every(Number.isFinite);
  }

  function step(recorder: TraceRecorder | null): StepResult {
    if (ended !== null) return ended;
    const outputs = network.forward(inputs, B, T);
    metrics.loss = meanSquaredError(outputs, targets, outputGradient);
    network.zeroGradients();
    network.backward(outputGradient);
    metrics.gradientNorm = network.gradientNorm();
    metrics.clippedNorm = metrics.gradientNorm;
    metrics.updateRatio = 0;
    if (clipNorm !== null && metrics.gradientNorm > clipNorm) {
      network.scaleGradients(clipNorm / metrics.gradientNorm);
      metrics.clippedNorm = network.gradientNorm();
    } else if (clipValue !== null) {
      network.clampGradients(clipValue);
      metrics.clippedNorm = network.gradientNorm();
    }
    if (!Number.isFinite(metrics.loss) || !parametersFinite) ended = "diverged";
    else if (iteration >= training.iterations) ended = "finished";

    const due = recorder !== null && (ended !== null || iteration % trace.every === 0);
    const row = due ? writer.writeRow(recorder, iteration, metrics, outputs) : 0;
    if (ended !== null) return ended;

    const norms = network.applyUpdate(update);
    metrics.updateRatio = norms.update === 0 ? 0 : norms.update / norms.parameters;
    // A finite sum of both norms bounds every new parameter, so the parameters are read only when something overflows.
    parametersFinite = Number.isFinite(norms.update + norms.parameters) || readParametersFinite();
    if (due) writer.writeUpdateRatio(recorder, row, metrics.updateRatio);
    iteration++;
    return "running";
  }

  // A second network for questions asked on the side, made on first use.
  let probe: { readonly network: Network; readonly outputGradient: Float64Array } | null = null;
  function evaluateAside(parameters: Float64Array): { loss: number; network: Network; outputGradient: Float64Array } {
    probe ??= { network: createReferenceNetwork(spec), outputGradient: new Float64Array(targets.length) };
    probe.network.writeParameters(parameters);
    const outputs = probe.network.forward(inputs, B, T);
    return { loss: meanSquaredError(outputs, targets, probe.outputGradient), ...probe };
  }

  function gradientAt(parameters: Float64Array): Float64Array<ArrayBuffer> {
    const aside = evaluateAside(parameters);
    aside.network.zeroGradients();
    aside.network.backward(aside.outputGradient);
    const gradients = new Float64Array(parameterCount);
    aside.network.readGradients(gradients);
    return gradients;
  }

  function parameters(): Float64Array<ArrayBuffer> {
    const copy = new Float64Array(parameterCount);
    network.readParameters(copy);
    return copy;
  }

  function captureStep(): CapturedStep {
    const values = parameters();
    const gradients = gradientAt(values);
    const { loss, network: aside } = evaluateAside(values);
    const layers = Array.from({ length: spec.numLayers }, (_, layer) => layer);
    const shape = [B, T + 1, spec.hiddenSize];
    const read = (fill: (into: Float64Array) => void) => {
      const into = new Float64Array(B * (T + 1) * spec.hiddenSize);
      fill(into);
      return into;
    };
    return {
      loss,
      input: { name: "input", shape: [B, T, I], values: inputs.slice() },
      target: { name: "target", shape: dataset.outputSteps === 1 ? [B, dataset.outputSize] : [B, dataset.outputSteps, dataset.outputSize], values: targets.slice() },
      parameters: tensorsOf(layout, values),
      gradients: tensorsOf(layout, gradients),
      states: layers.map((l) => ({ name: `l${l}`, shape, values: read((into) => aside.readStates(l, into)) })),
      stateGradients: layers.map((l) => ({ name: `l${l}`, shape, values: read((into) => aside.readStateGradients(l, into)) })),
    };
  }

  const targetLength = dataset.outputSteps * dataset.outputSize;
  const inspected: TraceHeader["inspected"] = {
    sequence: trace.sequence,
    inputSize: I,
    input: Array.from(inputs.subarray(trace.sequence * T * I, (trace.sequence + 1) * T * I)),
    target: Array.from(targets.subarray(trace.sequence * targetLength, (trace.sequence + 1) * targetLength)),
  };

  return {
    engine: "float64",
    spec,
    layout,
    parameterCount,
    columns: writer.columns,
    dataset,
    inspected,
    metrics,
    get iteration() {
      return iteration;
    },
    parameters,
    parameterTensors: () => tensorsOf(layout, parameters()),
    step,
    lossAt: (at) => evaluateAside(at).loss,
    gradientAt,
    captureStep,
    header: (runId, configHash) => ({
      version: TRACE_VERSION,
      runId,
      name: experiment.name,
      configHash,
      engine: "float64",
      iterations: training.iterations,
      timeSteps: T,
      cell: spec.cell,
      hiddenSize: spec.hiddenSize,
      numLayers: spec.numLayers,
      parameters: layout,
      columns: writer.columns,
      inspected,
      clip: training.clip,
    }),
  };
}

function tensorsOf(layout: readonly ParameterInfo[], flat: Float64Array): NamedTensor[] {
  return layout.map(({ name, shape, offset }) => {
    const length = shape.reduce((a, b) => a * b, 1);
    return { name, shape, values: Float64Array.from(flat.subarray(offset, offset + length)) };
  });
}
