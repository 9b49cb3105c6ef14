/**
 * One step of a network as a map of its whole state, in float64, with its Jacobian. A state has n numbers: h of each
 * layer, then for lstm c of each layer; see COORDINATES.
 */
import { createReferenceNetwork } from "../engine/referenceNetwork";
import { meanJacobian } from "../analysis/meanJacobian";
import { slstmCoordinates, slstmParts } from "../analysis/slstmState";
import { readCoefficients, stateParts, tensorNamed, type StepCoefficients } from "../analysis/stepCoefficients";
import { gateCount, statePartCount } from "../../shared/trace/cells";
import type { Network, NetworkSpec } from "../network/network";

/** What a step does to small changes of the state and of the input. */
export interface Linearization {
  /** F(h), [n] */
  readonly next: Float64Array<ArrayBuffer>;
  /** dF/dh, [n, n] */
  readonly jacobian: Float64Array<ArrayBuffer>;
  /** dF/dx, [n, I] */
  readonly inputJacobian: Float64Array<ArrayBuffer>;
}

export class StateMap {
  /** n */
  readonly size: number;
  readonly network: Network;

  constructor(
    readonly spec: NetworkSpec,
    readonly parameters: Float64Array<ArrayBuffer>,
  ) {
    this.network = createReferenceNetwork({ ...spec, truncate: null });
    this.network.writeParameters(parameters);
    this.size = stateParts(spec) * spec.numLayers * spec.hiddenSize;
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
    }
    return { next, jacobian, inputJacobian };
  }

  /** The rows of part s of a layer's state begin here. */
  private row(part: number, layer: number): number {
    return (part * this.spec.numLayers + layer) * this.spec.hiddenSize;
  }

  private placeBlock(jacobian: Float64Array, block: Float64Array, layer: number): void {
    const { hiddenSize: H } = this.spec;
    const S = stateParts(this.spec);
    for (let s = 0; s < S; s++)
      for (let i = 0; i < H; i++)
        for (let from = 0; from < S; from++) {
          const start = (s * H + i) * S * H + from * H;
          jacobian.set(block.subarray(start, start + H), (this.row(s, layer) + i) * this.size + this.row(from, layer));
        }
  }

  /** d(state of the layer) / d(its input), [S H, inputs] */
  private ofInput({ input: a }: StepCoefficients, layer: number): Float64Array {
    const { hiddenSize: H, inputSize, cell } = this.spec;
    const S = stateParts(this.spec);
    const I = layer === 0 ? inputSize : H;
    const weights = tensorNamed(this.network, this.parameters, `weight_ih_l${layer}`)!;
    const result = new Float64Array(S * H * I);
    for (let k = 0; k < gateCount(cell); k++)
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
    const { hiddenSize: H, inputSize: I } = this.spec;
    for (let s = 0; s < stateParts(this.spec); s++)
      inputJacobian.set(ofInput.subarray(s * H * I, (s + 1) * H * I), this.row(s, 0) * I);
  }

  /** What reaches a layer through h of the layer below at the same step. */
  private addThrough(jacobian: Float64Array, inputJacobian: Float64Array, ofInput: Float64Array, layer: number): void {
    const { hiddenSize: H, inputSize: I } = this.spec;
    const below = this.row(0, layer - 1);
    for (let s = 0; s < stateParts(this.spec); s++)
      for (let i = 0; i < H; i++) {
        const row = this.row(s, layer) + i;
        for (let j = 0; j < H; j++) {
          const factor = ofInput[(s * H + i) * H + j]!;
          addRow(jacobian, row, below + j, this.size, factor);
          addRow(inputJacobian, row, below + j, I, factor);
        }
      }
  }

  /** Of the last forward, as the network has it. */
  private finalState(B: number): Float64Array {
    const { cell, numLayers, hiddenSize } = this.spec;
    const final = new Float64Array(statePartCount(cell) * numLayers * B * hiddenSize);
    this.network.readFinalState(final);
    return final;
  }

  /** Between [B, coordinates, H] and [parts, B, H], as {@link Network.writeInitialState} has it. */
  private reorder(values: Float64Array, B: number, toNetwork: boolean): Float64Array<ArrayBuffer> {
    const { cell } = this.spec;
    if (cell === "slstm" && !toNetwork) return this.transposed(slstmCoordinates(values), B, false);
    const ordered = this.transposed(values, B, toNetwork);
    return cell === "slstm" ? slstmParts(ordered) : ordered;
  }

  private transposed(values: Float64Array, B: number, toNetwork: boolean): Float64Array<ArrayBuffer> {
    const { hiddenSize: H } = this.spec;
    const parts = this.size / H;
    const result = new Float64Array(values.length);
    for (let b = 0; b < B; b++)
      for (let p = 0; p < parts; p++) {
        const [from, to] = toNetwork ? [b * parts + p, p * B + b] : [p * B + b, b * parts + p];
        result.set(values.subarray(from * H, (from + 1) * H), to * H);
      }
    return result;
  }
}

/** row `to` += factor * row `from` of a matrix. */
function addRow(matrix: Float64Array, to: number, from: number, width: number, factor: number): void {
  for (let k = 0; k < width; k++) matrix[to * width + k] = matrix[to * width + k]! + factor * matrix[from * width + k]!;
}
