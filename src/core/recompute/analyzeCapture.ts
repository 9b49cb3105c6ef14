/** From a capture to states and gradients of each layer and direction, by the core that computes as PyTorch does. */
import * as l10n from "@vscode/l10n";
import { finishWork, type SlicedTask } from "../../lib/slicedTask";
import type { DirectionWeights } from "./directionPass";
import { captureNorms, type CaptureNorms } from "./captureNorms";
import { recomputeCapture, type CapturedSequence, type StackShape } from "./recomputeCapture";
import type { Capture, ProbedLayer } from "../../shared/trace/probeContents";

/** A capture says what its layer does not allow; in words for a person. */
export class CaptureError extends Error {}

/** One direction of one layer of a module, over the sequences of a capture. Values past the end of one are NaN. */
export interface AnalyzedDirection {
  /** Counted from 0, which is nearest to the input. */
  readonly layer: number;
  readonly direction: "forward" | "backward";
  /** Units of a state, P with a projection. */
  readonly units: number;
  /** h_1 ... h_T, [sequences, T, units] */
  readonly states: Float64Array;
  /** dL/dh_t, all of it, [sequences, T, units] */
  readonly gradient: Float64Array;
  /** Of the initial state, [sequences, units]; null of a cell, whose loop is not seen. */
  readonly startGradient: Float64Array | null;
  /** What reaches h_t from outside of its layer, [sequences, T, units]; null of a cell, whose loop is not seen. */
  readonly direct: Float64Array | null;
  /** After their nonlinearity, [sequences, T, G H]; null where none was computed. */
  readonly gates: Float64Array | null;
  /** lstm: [sequences, T, H]; else null */
  readonly cells: Float64Array | null;
  readonly norms: CaptureNorms;
}

export interface AnalyzedCapture {
  readonly directions: readonly AnalyzedDirection[];
  /** How far the recomputation is from what was recorded, relative to it; 0 where nothing was recomputed. */
  readonly distance: number;
  /** What the distance may be before the numbers are not trustworthy. */
  readonly trustedDistance: number;
}

function trustedDistance(dtype: string): number {
  return dtype === "bfloat16" || dtype === "float16" ? 2e-2 : 1e-3;
}

/**
 * @param weights arrays of the capture that `weightsFrom` names; null where weights are not seen
 * @throws CaptureError
 */
export function analyzeCapture(
  layer: ProbedLayer,
  capture: Capture,
  weights: ReadonlyMap<string, Float64Array> | null,
): AnalyzedCapture {
  return finishWork(analyzeInPieces(layer, capture, weights));
}

/**
 * As {@link analyzeCapture}. A piece of work is one call of the module for one sequence.
 * @throws CaptureError
 */
export function* analyzeInPieces(
  layer: ProbedLayer,
  capture: Capture,
  weights: ReadonlyMap<string, Float64Array> | null,
): SlicedTask<AnalyzedCapture> {
  if (layer.single) return analyzeCells(layer, capture);
  if (weights === null) throw new CaptureError(l10n.t("The weights of {0} were not recorded.", layer.name));
  return yield* new StackAnalysis(layer, capture, weights).analyze();
}

/** Of all layers together: a gigabyte. */
const MAX_NUMBERS = 2 ** 27;

interface FoundDirection {
  readonly states: Float64Array;
  readonly gradient: Float64Array;
  readonly startGradient: Float64Array;
  readonly direct: Float64Array;
  readonly gates: Float64Array;
  readonly cells: Float64Array;
}

class StackAnalysis {
  private readonly shape: StackShape;
  private readonly P: number;
  private readonly width: number;
  private readonly rows: number;
  private readonly found: readonly FoundDirection[];
  private distance = 0;

  constructor(
    private readonly layer: ProbedLayer,
    private readonly capture: Capture,
    private readonly weights: ReadonlyMap<string, Float64Array>,
  ) {
    this.shape = stackShape(layer);
    this.P = layer.projSize > 0 ? layer.projSize : layer.hiddenSize;
    this.rows = layer.numLayers * layer.directions;
    this.width = layer.directions * this.P;
    this.requireShapes();
    this.found = this.makeRoom();
  }

  *analyze(): SlicedTask<AnalyzedCapture> {
    const { sequences, segments, lengths } = this.capture.value;
    const weights = this.layerWeights();
    for (let i = 0; i < sequences; i++) {
      let start = 0;
      for (const [s, steps] of segments.entries()) {
        this.recompute(weights, i, s, start, lengths === null ? steps : lengths[i]!);
        start += steps;
        yield;
      }
    }
    const { cell } = this.layer;
    return {
      distance: this.distance,
      trustedDistance: trustedDistance(this.capture.value.dtype),
      directions: this.found.map((part, row) => ({
        layer: Math.floor(row / this.layer.directions),
        direction: row % this.layer.directions === 0 ? "forward" : "backward",
        units: this.P,
        states: part.states,
        gradient: part.gradient,
        startGradient: part.startGradient,
        direct: part.direct,
        gates: cell === "rnn" ? null : part.gates,
        cells: cell === "lstm" ? part.cells : null,
        norms: captureNorms(this.capture.value, this.P, part),
      })),
    };
  }

  /** What was not reached by a sequence stays NaN. */
  private makeRoom(): FoundDirection[] {
    const { sequences: n, timeSteps: T } = this.capture.value;
    const { cell, hiddenSize: H } = this.layer;
    const G = cell === "lstm" ? 4 : cell === "gru" ? 3 : 0;
    if (this.rows * n * T * (3 * this.P + (G + 1) * H) > MAX_NUMBERS)
      throw new CaptureError(l10n.t("What was captured of {0} is too large to be computed.", this.layer.name));
    const series = (units: number) => new Float64Array(n * T * units).fill(NaN);
    return Array.from({ length: this.rows }, () => ({
      states: series(this.P),
      gradient: series(this.P),
      startGradient: new Float64Array(n * this.P),
      direct: series(this.P),
      gates: series(G * H),
      cells: series(cell === "lstm" ? H : 0),
    }));
  }

  /** One sequence of one call. */
  private recompute(weights: DirectionWeights[][], i: number, s: number, start: number, T: number): void {
    const { inputSize, hiddenSize: H, numLayers } = this.layer;
    const { width, P, rows } = this;
    const state = (name: string, units: number, segment: number) => this.stateOf(name, i, segment, units);
    const masks = this.capture.arrays.has("masks")
      ? Array.from({ length: numLayers - 1 }, (_, l) =>
          this.seriesOf("masks", i, l * this.capture.value.timeSteps, T, width)!,
        )
      : null;
    const sequence: CapturedSequence = {
      T,
      input: this.seriesOf("input", i, start, T, inputSize)!,
      output: this.seriesOf("output", i, start, T, width)!,
      outputGradient: this.seriesOf("outputGradient", i, start, T, width),
      // A state that was handed on is what the call before has given.
      h0: s === 0 ? state("h0", P, 0) : state("hn", P, s - 1),
      c0: s === 0 ? state("c0", H, 0) : state("cn", H, s - 1),
      hn: state("hn", P, s),
      hnGradient: state("hnGradient", P, s),
      cnGradient: state("cnGradient", H, s),
      masks,
    };
    const { layers, distance } = recomputeCapture(this.shape, weights, sequence, this.capture.value.dtype);
    this.distance = Number.isNaN(distance) ? NaN : Math.max(this.distance, distance);
    const at = i * this.capture.value.timeSteps + start;
    for (let row = 0; row < rows; row++) {
      const part = layers[Math.floor(row / this.layer.directions)]![row % this.layer.directions]!;
      const to = this.found[row]!;
      to.states.set(part.states, at * P);
      to.gradient.set(part.gradient, at * P);
      if (s === 0) to.startGradient.set(part.startGradient, i * P);
      to.direct.set(part.direct, at * P);
      to.gates.set(part.gates, at * (part.gates.length / T));
      to.cells.set(part.cells, at * (part.cells.length / T));
    }
  }

  /** Steps start ... start + T - 1 of sequence i of [T, sequences, width], as [T, width]; null where there is none. */
  private seriesOf(name: string, i: number, start: number, T: number, width: number): Float64Array | null {
    const all = this.capture.arrays.get(name);
    if (all === undefined) return null;
    const n = this.capture.value.sequences;
    const part = new Float64Array(T * width);
    for (let t = 0; t < T; t++) {
      const from = ((start + t) * n + i) * width;
      part.set(all.subarray(from, from + width), t * width);
    }
    return part;
  }

  /** Of sequence i, [rows, units], out of [calls, rows, sequences, units], or [rows, sequences, units] of the start. */
  private stateOf(name: string, i: number, segment: number, units: number): Float64Array | null {
    const all = this.capture.arrays.get(name);
    if (all === undefined) return null;
    const n = this.capture.value.sequences;
    const part = new Float64Array(this.rows * units);
    for (let row = 0; row < this.rows; row++) {
      const from = ((segment * this.rows + row) * n + i) * units;
      part.set(all.subarray(from, from + units), row * units);
    }
    return part;
  }

  private layerWeights(): DirectionWeights[][] {
    const { cell, numLayers, directions, inputSize, hiddenSize: H, bias, projSize } = this.layer;
    const N = (cell === "lstm" ? 4 : cell === "gru" ? 3 : 1) * H;
    const take = (name: string, size: number) => {
      const values = this.weights.get(`weight.${name}`);
      if (values?.length === size) return values;
      throw new CaptureError(l10n.t("{0} of {1} was not recorded, or in another shape.", name, this.layer.name));
    };
    return Array.from({ length: numLayers }, (_, l) =>
      Array.from({ length: directions }, (_, d) => {
        const suffix = `_l${l}${d === 1 ? "_reverse" : ""}`;
        return {
          wIh: take(`weight_ih${suffix}`, N * (l === 0 ? inputSize : this.width)),
          wHh: take(`weight_hh${suffix}`, N * this.P),
          bIh: bias ? take(`bias_ih${suffix}`, N) : null,
          bHh: bias ? take(`bias_hh${suffix}`, N) : null,
          wHr: projSize > 0 ? take(`weight_hr${suffix}`, projSize * H) : null,
        };
      }),
    );
  }

  /** A file may be damaged, or made by somebody else. */
  private requireShapes(): void {
    const { sequences: n, timeSteps: T, segments } = this.capture.value;
    const { inputSize, hiddenSize: H, numLayers } = this.layer;
    const calls = segments.length;
    requireSizes(this.layer, this.capture, {
      input: T * n * inputSize,
      output: T * n * this.width,
      outputGradient: T * n * this.width,
      h0: this.rows * n * this.P,
      c0: this.rows * n * H,
      hn: calls * this.rows * n * this.P,
      cn: calls * this.rows * n * H,
      hnGradient: calls * this.rows * n * this.P,
      cnGradient: calls * this.rows * n * H,
      masks: (numLayers - 1) * T * n * this.width,
    });
  }
}

/** A cell in the user's own loop: its states are seen, and their gradients are the total ones already. */
function analyzeCells(layer: ProbedLayer, capture: Capture): AnalyzedCapture {
  const { sequences: n, timeSteps: T } = capture.value;
  const H = layer.hiddenSize;
  requireSizes(layer, capture, {
    input: T * n * layer.inputSize,
    output: T * n * H,
    outputGradient: T * n * H,
    cn: T * n * H,
  });
  const series = (name: string) => {
    const all = capture.arrays.get(name);
    const part = new Float64Array(n * T * H);
    if (all === undefined) return part;
    for (let t = 0; t < T; t++)
      for (let i = 0; i < n; i++) part.set(all.subarray((t * n + i) * H, (t * n + i + 1) * H), (i * T + t) * H);
    return part;
  };
  const [states, gradient] = [series("output"), series("outputGradient")];
  return {
    distance: 0,
    trustedDistance: trustedDistance(capture.value.dtype),
    directions: [
      {
        layer: 0,
        direction: "forward",
        units: H,
        states,
        gradient,
        startGradient: null,
        direct: null,
        gates: null,
        cells: layer.cell === "lstm" ? series("cn") : null,
        norms: captureNorms(capture.value, H, { states, gradient, direct: null }),
      },
    ],
  };
}

function requireSizes(layer: ProbedLayer, capture: Capture, sizes: Readonly<Record<string, number>>): void {
  for (const [name, size] of Object.entries(sizes)) {
    const values = capture.arrays.get(name);
    if (values !== undefined && values.length !== size)
      throw new CaptureError(l10n.t("{0} of {1} was not recorded, or in another shape.", name, layer.name));
  }
}

function stackShape(layer: ProbedLayer): StackShape {
  const { cell, inputSize, hiddenSize, projSize, numLayers, directions, nonlinearity } = layer;
  return {
    cell,
    relu: nonlinearity === "relu",
    inputSize,
    hiddenSize,
    projSize,
    numLayers,
    directions: directions === 2 ? 2 : 1,
  };
}
