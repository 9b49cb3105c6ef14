/**
 * One step of a network as a map of its whole state, in float64, with its Jacobian. A state has n numbers: h of each
 * layer, then for lstm c of each layer; for lru the real parts of each layer, then the imaginary ones. See COORDINATES.
 */
import { addInputGradient } from "../numerics/affine";
import { createReferenceNetwork } from "../engine/referenceNetwork";
import { meanJacobian, projectRows } from "../analysis/meanJacobian";
import { addNormalizedMatrix } from "../analysis/lstmCoefficients";
import { inputMap, outputMap } from "../analysis/layerMaps";
import { slstmCoordinates, slstmParts } from "../analysis/slstmState";
import {
  inputMapBlocks,
  layerStateSize,
  projectionOf,
  readCoefficients,
  stateParts,
  type StepCoefficients,
} from "../analysis/stepCoefficients";
import { COORDINATES } from "../../shared/trace/cells";
import { layerInputs, partWidth, stateSize } from "../../shared/trace/networkSpec";
import type { Network, NetworkSpec } from "../network/network";
import { copyStateRow, type StateRow } from "../network/stateRows";

/** What a step does to small changes of the state and of the input. */
export interface Linearization {
  /** F(h), [n] */
  readonly next: Float64Array<ArrayBuffer>;
  /** dF/dh, [n, n] */
  readonly jacobian: Float64Array<ArrayBuffer>;
  /** dF/dx, [n, I] */
  readonly inputJacobian: Float64Array<ArrayBuffer>;
}

/** Of an output [P]: by what it depends on, [P, n] and [P, I]. */
export interface OutputSlope {
  readonly state: Float64Array;
  readonly input: Float64Array;
}

export class StateMap {
  /** n */
  readonly size: number;
  /** Numbers of each part of the state of a layer. */
  private readonly widths: readonly number[];
  /** The same for all layers, in their order in a state. */
  private readonly blocks: readonly number[];
  readonly network: Network;
  /** By layer, of the last linearization: dh / dv of a layer that puts out f(v), see {@link StepCoefficients}. */
  private readonly slopes: (Float64Array | null)[] = [];

  constructor(
    readonly spec: NetworkSpec,
    readonly parameters: Float64Array<ArrayBuffer>,
  ) {
    this.network = createReferenceNetwork({ ...spec, truncate: null });
    this.network.writeParameters(parameters);
    this.widths = COORDINATES[spec.cell].map((part) => partWidth(spec, part));
    this.blocks = this.widths.flatMap((width) => Array.from({ length: spec.numLayers }, () => width));
    this.size = spec.numLayers * layerStateSize(spec);
  }

  /** @param input [I]. @returns F of some states [B, n] */
  step(states: Float64Array, input: Float64Array): Float64Array<ArrayBuffer> {
    const B = states.length / this.size;
    const inputs = new Float64Array(B * input.length);
    for (let b = 0; b < B; b++) inputs.set(input, b * input.length);
    this.network.writeInitialState(this.reorder(states, B, true));
    this.network.forward(inputs, B, 1, null);
    return this.reorder(this.finalState(B), B, false);
  }

  /** Cost: n^2 multiplications for each layer but the first, and some for each unit. */
  linearize(state: Float64Array, input: Float64Array): Linearization {
    const { network, parameters, spec, size: n } = this;
    network.writeInitialState(this.reorder(state, 1, true));
    network.forward(input, 1, 1, null);
    const next = this.reorder(this.finalState(1), 1, false);
    const jacobian = new Float64Array(n * n);
    const inputJacobian = new Float64Array(n * spec.inputSize);
    for (let layer = 0; layer < spec.numLayers; layer++) {
      const coefficients = readCoefficients({ network, parameters, layer, timeSteps: 1, inputs: input }, 0);
      const sample = { network, parameters, batch: { size: 1, inputs: input }, timeSteps: 1 };
      this.placeBlock(jacobian, meanJacobian(sample, layer, [coefficients]), layer);
      const ofInput = this.ofInput(coefficients, layer);
      if (layer === 0) this.placeInput(inputJacobian, ofInput);
      else this.addThrough(jacobian, inputJacobian, ofInput, layer);
      this.slopes[layer] = coefficients.slopes?.subarray(spec.hiddenSize) ?? null;
    }
    return { next, jacobian, inputJacobian };
  }

  /** The rows of part s of a layer's state begin here. */
  private row(part: number, layer: number): number {
    const before = this.widths.slice(0, part).reduce((sum, width) => sum + width, 0);
    return before * this.spec.numLayers + layer * this.widths[part]!;
  }

  private placeBlock(jacobian: Float64Array, block: Float64Array, layer: number): void {
    const { widths } = this;
    let start = 0;
    for (const [s, rows] of widths.entries())
      for (let i = 0; i < rows; i++)
        for (const [from, width] of widths.entries()) {
          const row = (this.row(s, layer) + i) * this.size;
          jacobian.set(block.subarray(start, start + width), row + this.row(from, layer));
          start += width;
        }
  }

  /** d(state of the layer) / d(its input), [its numbers, inputs] */
  private ofInput(coefficients: StepCoefficients, layer: number): Float64Array {
    const { network, parameters, spec } = this;
    const rows = this.rowsOfInput(coefficients, layer);
    return projectRows(rows, projectionOf(network, parameters, layer), spec.hiddenSize, layerInputs(spec, layer));
  }

  /** The same before a projection of h, [S H, inputs] */
  private rowsOfInput(coefficients: StepCoefficients, layer: number): Float64Array<ArrayBuffer> {
    const { input: a, norms } = coefficients;
    const { hiddenSize: H, cell } = this.spec;
    const S = stateParts(this.spec);
    const I = layerInputs(this.spec, layer);
    const weights = inputMap(this.network, this.parameters, layer);
    const result = new Float64Array(S * H * I);
    if (norms !== undefined) {
      const N = inputMapBlocks(cell) * H;
      const ofSums = new Float64Array(S * H * (N + H));
      addNormalizedMatrix(coefficients, norms, "input", 0, ofSums);
      const y = { values: ofSums, start: 0, stride: N + H };
      addInputGradient({ values: result, start: 0, stride: I }, y, weights, S * H, N, I);
      return result;
    }
    for (let k = 0; k < inputMapBlocks(cell); k++)
      for (let s = 0; s < S; s++)
        for (let i = 0; i < H; i++) {
          const coefficient = a[(k * S + s) * H + i]!;
          const row = (s * H + i) * I;
          const from = (k * H + i) * I;
          for (let j = 0; j < I; j++) result[row + j] = result[row + j]! + coefficient * weights[from + j]!;
        }
    return result;
  }

  private placeInput(inputJacobian: Float64Array, ofInput: Float64Array): void {
    const { inputSize: I } = this.spec;
    let from = 0;
    for (const [s, width] of this.widths.entries()) {
      inputJacobian.set(ofInput.subarray(from, from + width * I), this.row(s, 0) * I);
      from += width * I;
    }
  }

  /** What reaches a layer through the output of the layer below at the same step. */
  private addThrough(jacobian: Float64Array, inputJacobian: Float64Array, ofInput: Float64Array, layer: number): void {
    const { inputSize: I } = this.spec;
    const inputs = layerInputs(this.spec, layer);
    const below = this.outputOf(jacobian, inputJacobian, layer - 1);
    let at = 0;
    for (const [s, width] of this.widths.entries())
      for (let i = 0; i < width; i++) {
        const row = this.row(s, layer) + i;
        for (let j = 0; j < inputs; j++) {
          const factor = ofInput[at++]!;
          addRow(jacobian, row, below.state, j, this.size, factor);
          addRow(inputJacobian, row, below.input, j, I, factor);
        }
      }
  }

  /**
   * How the output of the last layer depends on the state after the step that was linearized last, and beside it on the
   * input of that step.
   */
  outputSlope(): OutputSlope {
    const { size: n, spec } = this;
    const identity = new Float64Array(n * n);
    for (let i = 0; i < n; i++) identity[i * n + i] = 1;
    return this.outputOf(identity, new Float64Array(n * spec.inputSize), spec.numLayers - 1);
  }

  /** The output of a layer, from what its state and those below depend on in some way. */
  private outputOf(jacobian: Float64Array, inputJacobian: Float64Array, layer: number): OutputSlope {
    const { size: n, spec } = this;
    const { hiddenSize: H, inputSize: I } = spec;
    const rows = (values: Float64Array, part: number, width: number): Float64Array =>
      values.subarray(this.row(part, layer) * width, (this.row(part, layer) + this.widths[part]!) * width);
    const map = outputMap(this.network, this.parameters, layer);
    if (map === null) {
      const slopes = this.slopes[layer] ?? null;
      const through = (values: Float64Array, width: number): Float64Array =>
        slopes === null ? values : values.map((value, i) => value * slopes[Math.floor(i / width)]!);
      return { state: through(rows(jacobian, 0, n), n), input: through(rows(inputJacobian, 0, I), I) };
    }
    const state = new Float64Array(H * n);
    const input = new Float64Array(H * I);
    for (const [part, weights] of map.ofPart.entries()) {
      addMatrix(state, weights, rows(jacobian, part, n), n);
      addMatrix(input, weights, rows(inputJacobian, part, I), I);
    }
    if (layer === 0) map.ofInput.forEach((value, i) => (input[i] = input[i]! + value));
    else {
      const below = this.outputOf(jacobian, inputJacobian, layer - 1);
      addMatrix(state, map.ofInput, below.state, n);
      addMatrix(input, map.ofInput, below.input, I);
    }
    return { state, input };
  }

  /** Of the last forward, as the network has it. */
  private finalState(B: number): Float64Array {
    const final = new Float64Array(B * stateSize(this.spec));
    this.network.readFinalState(final);
    return final;
  }

  /** Between the states of sequences one after the other and {@link Network.writeInitialState}, block by block. */
  private reorder(values: Float64Array, B: number, toNetwork: boolean): Float64Array<ArrayBuffer> {
    const { cell } = this.spec;
    if (cell === "slstm" && !toNetwork) return this.transposed(slstmCoordinates(values), B, false);
    const ordered = this.transposed(values, B, toNetwork);
    return cell === "slstm" ? slstmParts(ordered) : ordered;
  }

  private transposed(values: Float64Array, B: number, toNetwork: boolean): Float64Array<ArrayBuffer> {
    const result = new Float64Array(values.length);
    const one = (all: Float64Array, b: number): StateRow => ({
      values: all.subarray(b * this.size, (b + 1) * this.size),
      B: 1,
      b: 0,
    });
    for (let b = 0; b < B; b++)
      if (toNetwork) copyStateRow(this.blocks, one(values, b), { values: result, B, b });
      else copyStateRow(this.blocks, { values, B, b }, one(result, b));
    return result;
  }
}

/** row `to` of a matrix += factor * row `row` of another. */
function addRow(
  matrix: Float64Array,
  to: number,
  from: Float64Array,
  row: number,
  width: number,
  factor: number,
): void {
  for (let k = 0; k < width; k++) matrix[to * width + k] = matrix[to * width + k]! + factor * from[row * width + k]!;
}

/** into [rows, width] += a [rows, K] times b [K, width] */
function addMatrix(into: Float64Array, a: Float64Array, b: Float64Array, width: number): void {
  const K = b.length / width;
  for (let i = 0; i < a.length; i++) {
    const factor = a[i]!;
    if (factor !== 0) addRow(into, Math.floor(i / K), b, i % K, width, factor);
  }
}
