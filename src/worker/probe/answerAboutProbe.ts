import * as l10n from "@vscode/l10n";
import { decayOfLayer } from "../../core/analysis/gradientDecay";
import { jacobianSpectrum, reportTensor, weightSpectrum } from "../../core/analysis/weightReport";
import { MAX_DECODED } from "../../core/dynamics/decodeInputs";
import { visitedOfLayer, type Visited } from "../../core/dynamics/visitedStates";
import { layerSample } from "../../core/recompute/layerSample";
import type { LayerView } from "../../diagnosis/probeFindings";
import type { SlicedTask } from "../../lib/slicedTask";
import type { StateSample } from "../../core/analysis/meanJacobian";
import { readCaptureAt } from "../../runs/probeFile";
import { gateCount } from "../../shared/trace/cells";
import { sizeOf } from "../../shared/trace/networkSpec";
import type { ProbedLayer } from "../../shared/trace/probeContents";
import type { GradientDecay } from "../../shared/trace/gradientDecay";
import type { Inspection } from "../../shared/trace/inspection";
import type { TraceHeader } from "../../shared/trace/trace";
import type { Spectrum, TensorReport } from "../../shared/trace/weightReport";
import type { AnalysisKind, AnalysisQuestion, Answer, Question } from "../../shared/wire/questions";
import { analyzeLayer } from "../analyses";
import { continueAnalysis } from "../longAnalysis";
import { viewInPieces, type IndexedFile } from "./captureIndex";
import { numbersPerUnit, stateColumns } from "./probeColumns";
import type { ProbeNorms } from "./probeNorms";
import { flatLayers, moduleName, type FlatLayer } from "./probedLayers";

/** Numbers of an answer about one sequence; of larger layers it has the first units. */
const MAX_INSPECTED_NUMBERS = 2 ** 20;

/**
 * Answers one question about a run that a probe records, in pieces, from the captured step next to the iteration.
 * @param known of the file: the header of its trace, whose layers are meant
 * @throws Error in words for a person when it cannot be answered
 */
export function* answerAboutProbe(
  file: IndexedFile,
  { header, norms }: { readonly header: TraceHeader; readonly norms: ProbeNorms },
  question: Question,
): SlicedTask<Answer> {
  const iteration = file.index.nearest(question.iteration);
  if (iteration === null) throw new Error(l10n.t("No step of this run has been captured."));
  switch (question.kind) {
    case "inspect":
      return {
        kind: "inspect",
        iteration,
        sequence: question.sequence,
        result: yield* inspect(file, iteration, header.numLayers, Number(question.sequence)),
      };
    case "norms":
      return { kind: "norms", iteration, norms: norms.read(header.parameters) };
    case "tensors":
      return { kind: "tensors", iteration, tensors: yield* tensorsOf(file, iteration) };
    case "spectrum": {
      const { layer } = question;
      return { kind: "spectrum", iteration, layer, spectrum: yield* spectrumAt(file, iteration, layer) };
    }
    case "decay": {
      const { layer } = question;
      return { kind: "decay", iteration, layer, decay: yield* decayAt(file, iteration, layer) };
    }
    case "fixedPoints":
    case "jacobians":
    case "lyapunov":
    case "sharpness":
    case "memory":
    case "psychometric":
      // What is found is of the kind of the question.
      return (yield* continueAnalysis<AnalysisKind>(file.index, iteration, question, (onProgress) =>
        analyzeLayer<AnalysisKind>(visitLayer(file, iteration, question), question, onProgress),
      )) as Answer;
    default:
      throw new Error(l10n.t("This cannot be computed for a model that is trained in Python."));
  }
}

/** States, gates and gradients of one of the captured sequences. */
function* inspect(file: IndexedFile, iteration: number, traced: number, sequence: number): SlicedTask<Inspection> {
  const all = flatLayers(file.start.layers).slice(0, traced);
  const views = new Map<number, LayerView>();
  for (const module of new Set(all.map((layer) => layer.module))) {
    const view = yield* viewInPieces(file, iteration, module);
    if (view !== null) views.set(module, view);
  }
  const found = [...views.values()];
  const [first] = found;
  if (first === undefined) throw new Error(l10n.t("Nothing was captured at iteration {0}.", iteration));
  const most = Math.max(...found.map(({ capture }) => capture.value.sequences));
  if (!(sequence < most))
    throw new Error(l10n.t("Sequence {0} was not captured; sequences 0 to {1} are there.", sequence, most - 1));
  const timeSteps = Math.max(...found.map(({ capture }) => capture.value.timeSteps));
  const columns: Inspection["columns"][number][] = [];
  const values: Float64Array<ArrayBuffer>[] = [];
  for (const [l, layer] of all.entries()) {
    const view = views.get(layer.module);
    const part = view?.analyzed.directions[layer.row];
    if (view === undefined || part === undefined || sequence >= view.capture.value.sequences) continue;
    const units = Math.min(
      layer.units,
      Math.floor(MAX_INSPECTED_NUMBERS / (all.length * numbersPerUnit(layer, timeSteps))),
    );
    for (const { fill, ...column } of stateColumns(layer, l, timeSteps, units)) {
      const into = new Float64Array(column.length).fill(NaN);
      fill(into, { view, part, layer, sequence, units });
      columns.push(column);
      values.push(into);
    }
    yield;
  }
  return { timeSteps, columns, values, ...inputOf(first, sequence), target: [] };
}

/** Of the first module. */
function inputOf({ capture: { value, arrays } }: LayerView, sequence: number): Pick<Inspection, "input" | "inputSize"> {
  const { sequences: n, timeSteps: T } = value;
  const all = arrays.get("input")!;
  const inputSize = all.length / (T * n);
  const steps = value.lengths?.[sequence] ?? T;
  const input = Array.from({ length: steps }, (_, t) => {
    const at = (t * n + sequence) * inputSize;
    return Array.from(all.subarray(at, at + inputSize));
  });
  return { input: input.flat(), inputSize };
}

function* tensorsOf(file: IndexedFile, iteration: number): SlicedTask<TensorReport[]> {
  const reports: TensorReport[] = [];
  for (const { layer, weights, shapes } of yield* weightsAt(file, iteration))
    for (const [name, values] of weights) {
      const shape = shapes[name];
      if (!name.startsWith("weight.") || shape === undefined || sizeOf(shape) !== values.length) continue;
      const own = name.slice("weight.".length);
      // The blocks of the gates are divided alike, so that no cell stands for two gates.
      const blocks = /^(weight|bias)_[ih]h_l/.test(own) ? gateCount(layer.cell) : 1;
      if (shape[0]! % blocks === 0)
        reports.push(reportTensor({ name: `${moduleName(layer)}.${own}`, shape }, values, blocks));
      yield;
    }
  return reports;
}

interface ModuleWeights {
  readonly layer: ProbedLayer;
  /** By "weight.NAME". */
  readonly weights: ReadonlyMap<string, Float64Array>;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

/** Of each module whose weights are seen, as they were at the iteration. */
function* weightsAt({ path, start, index }: IndexedFile, iteration: number): SlicedTask<ModuleWeights[]> {
  const found: ModuleWeights[] = [];
  for (const [module, layer] of start.layers.entries()) {
    const entry = index.find(iteration, module);
    const source = entry === null ? null : index.weightsOf(entry);
    const capture = source === null ? null : readCaptureAt(path, { start }, source);
    if (capture !== null) found.push({ layer, weights: capture.arrays, shapes: capture.value.shapes });
    yield;
  }
  return found;
}

interface ShownLayer {
  readonly flat: FlatLayer;
  readonly module: ProbedLayer;
  /** In the module, from 0. */
  readonly layer: number;
}

function shownLayer({ start }: IndexedFile, index: number): ShownLayer {
  const flat = flatLayers(start.layers)[index];
  if (flat === undefined) throw new Error(l10n.t("There is no layer {0}.", index));
  const module = start.layers[flat.module]!;
  return { flat, module, layer: Math.floor(flat.row / module.directions) };
}

function* spectrumAt(file: IndexedFile, iteration: number, index: number): SlicedTask<Spectrum> {
  const shown = shownLayer(file, index);
  const { flat, module, layer } = shown;
  if (flat.cell !== "rnn") return yield* jacobianSpectrum((yield* sampleAt(file, iteration, shown)).sample, 0);
  const all = yield* weightsAt(file, iteration);
  const name = `weight.weight_hh_l${layer}${flat.isBackward ? "_reverse" : ""}`;
  const weights = all.find((one) => one.layer === module)?.weights.get(name);
  if (weights?.length !== module.hiddenSize ** 2)
    throw new Error(l10n.t("The weights of {0} were not recorded.", moduleName(module)));
  return yield* weightSpectrum(weights, module.hiddenSize);
}

/**
 * What the weights and states predict for the gradient of a layer. Into its top layer the loss sends gradient at the
 * last step only, into a lower one the layers above at every step; both as they were captured.
 */
function* decayAt(file: IndexedFile, iteration: number, index: number): SlicedTask<GradientDecay> {
  const shown = shownLayer(file, index);
  const { view, sample } = yield* sampleAt(file, iteration, shown);
  const { sequences: n, timeSteps: T } = view.capture.value;
  const H = shown.module.hiddenSize;
  const direct = view.analyzed.directions[shown.flat.row]!.direct!;
  const inflow = new Float64Array(T * H);
  const first = shown.layer === shown.module.numLayers - 1 ? T - 1 : 0;
  for (let b = 0; b < n; b++)
    for (let i = first * H; i < T * H; i++) inflow[i] = inflow[i]! + direct[b * T * H + i]! / n;
  return yield* decayOfLayer(sample, 0, inflow);
}

/** The states of a layer as they were captured; a linear map of them needs many. */
function* visitLayer(
  file: IndexedFile,
  iteration: number,
  { kind, layer }: AnalysisQuestion<AnalysisKind>,
): SlicedTask<Visited> {
  const { sample } = yield* sampleAt(file, iteration, shownLayer(file, layer));
  return yield* kind === "memory" ? visitedOfLayer(sample, MAX_DECODED) : visitedOfLayer(sample);
}

function* sampleAt(
  file: IndexedFile,
  iteration: number,
  { flat, module, layer }: ShownLayer,
): SlicedTask<{ readonly view: LayerView; readonly sample: StateSample }> {
  const refuse = (why: string): never => {
    throw new Error(why);
  };
  if (module.single) refuse(l10n.t("The gates of a single cell are not seen, so nothing is predicted from them."));
  if (flat.isBackward) refuse(l10n.t("Nothing is predicted for the backward direction."));
  if (module.projSize > 0) refuse(l10n.t("Nothing is predicted for a layer with a projection."));
  const view = yield* viewInPieces(file, iteration, flat.module);
  if (view?.weights == null) return refuse(l10n.t("The weights of {0} were not recorded.", moduleName(module)));
  if (view.capture.value.lengths !== null)
    refuse(l10n.t("Nothing is predicted for a batch of sequences of different lengths."));
  return { view, sample: layerSample(module, view.capture, view.weights, view.analyzed, layer) };
}
