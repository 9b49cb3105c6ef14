import { candidate, candidateSlope } from "../core/network/candidate";
import type { NetworkSpec } from "../core/network/network";
import { startsInCandidate } from "../shared/trace/networkSpec";
import { initialStateNames, STATE_PARTS } from "../shared/trace/cells";
import type { ParameterMemory } from "./networkMemory";
import { placeIn } from "./panelMatrix";
import { lastStates, type Workspace } from "./workspace";

/** The states that a batch starts from, and those that it ends in: [L, B, H] for each of STATE_PARTS. */
export class InitialStates {
  private initial: Float64Array | null = null;
  private readonly parts: number;

  constructor(
    private readonly spec: NetworkSpec,
    private readonly memory: ParameterMemory,
    private readonly workspace: Workspace,
  ) {
    this.parts = STATE_PARTS[spec.cell].length;
  }

  /** Whether no layer puts out anything but zeros before the first step. */
  get areZero(): boolean {
    const { cell, ctrnn, learnedInitialState } = this.spec;
    const isAboveZero = cell === "ctrnn-current" && ctrnn!.nonlinearity === "softplus";
    return this.initial === null && learnedInitialState !== true && !isAboveZero;
  }

  /** Whether they are parameters, which change with every update. */
  get areLearned(): boolean {
    return this.initial === null && this.spec.learnedInitialState === true;
  }

  /** See Network.writeInitialState; the workspace has them after `place`. */
  set(from: Float64Array | null): void {
    this.initial = from === null ? null : from.slice();
  }

  /**
   * Puts them into the workspace, where the batch begins.
   * @throws RangeError when they are of a batch of another size
   */
  place(batch: number): void {
    const { hiddenSize: H, numLayers: L } = this.spec;
    const { initial } = this;
    if (initial !== null && initial.length !== this.parts * L * batch * H) {
      throw new RangeError(
        `The initial state holds ${initial.length} numbers, which does not fit a batch of ${batch}.`,
      );
    }
    const shared = new Float64Array(initial === null ? batch * H : 0);
    for (let p = 0; p < this.parts; p++) {
      for (let l = 0; l < L; l++) {
        const start = (p * L + l) * batch * H;
        if (this.areLearned) this.repeatLearned(l, p, batch, shared);
        const values = initial?.subarray(start, start + batch * H) ?? shared;
        const signed = this.signOf(l, p) === 1 ? values : values.map((value) => -value);
        this.workspace.write((slice) => slice.layers[l]!.parts[p]!.values, 1, H, signed);
      }
    }
  }

  /**
   * After a backward pass: dL/dh_0 and dL/dc_0 of the learned initial states, which are the sums over the batch of what
   * reaches entry 0 of the states.
   */
  addGradients(): void {
    if (!this.areLearned) return;
    const { cell, hiddenSize: H, numLayers: L } = this.spec;
    const { wholeBatch } = this.workspace.shares()[0]!;
    const values = new Float64Array(wholeBatch * H);
    for (let l = 0; l < L; l++) {
      for (let p = 0; p < initialStateNames(cell).length; p++) {
        this.workspace.read((slice) => slice.layers[l]!.parts[p]!.gradients, 1, H, null, values);
        const sums = new Float64Array(H);
        const sign = this.signOf(l, p);
        values.forEach((value, i) => (sums[i % H] = sums[i % H]! + sign * value));
        const floats = this.workspace.floats();
        const place = this.memory.packed.layers[l]!.initialStates[p]!;
        const at = placeIn(floats, this.memory.gradients[0]!) + place;
        const from = placeIn(floats, this.memory.parameters) + place;
        for (let j = 0; j < H; j++) {
          const slope = startsInCandidate(this.spec)
            ? candidateSlope(candidate(floats[from + j]!, "log-space"), "log-space")
            : 1;
          floats[at + j] = floats[at + j]! + sums[j]! * slope;
        }
      }
    }
  }

  /** The parameters of a part of a layer's state, once for each sequence; zeros where it has none. */
  private repeatLearned(layer: number, part: number, batch: number, into: Float64Array): void {
    const H = this.spec.hiddenSize;
    const floats = this.workspace.floats();
    const place = this.memory.packed.layers[layer]!.initialStates[part];
    if (place === undefined) return void into.fill(0);
    const at = placeIn(floats, this.memory.parameters) + place;
    const values = floats.slice(at, at + H);
    if (startsInCandidate(this.spec)) for (let j = 0; j < H; j++) values[j] = candidate(values[j]!, "log-space");
    for (let b = 0; b < batch; b++) into.set(values, b * H);
  }

  /** See Network.readFinalState. */
  readFinal(into: Float64Array): void {
    const { hiddenSize: H, numLayers: L } = this.spec;
    const { wholeBatch } = this.workspace.shares()[0]!;
    for (let p = 0; p < this.parts; p++) {
      for (let l = 0; l < L; l++) {
        const start = (p * L + l) * wholeBatch * H;
        const values = into.subarray(start, start + wholeBatch * H);
        this.workspace.read((slice) => lastStates(slice.layers[l]!.parts[p]!.values, slice), 1, H, null, values);
        changeSign(values, this.signOf(l, p));
      }
    }
  }

  private signOf(layer: number, part: number): 1 | -1 {
    return this.workspace.shares()[0]!.layers[layer]!.parts[part]!.sign;
  }
}

/** From the sign that the kernel keeps a part of the state with. Zero stays +0. */
export function changeSign(values: Float64Array, sign: 1 | -1): void {
  if (sign === -1) for (let i = 0; i < values.length; i++) values[i] = 0 - values[i]!;
}
