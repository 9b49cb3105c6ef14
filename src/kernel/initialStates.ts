import { candidate, candidateSlope } from "../core/network/candidate";
import type { NetworkSpec } from "../core/network/network";
import { initialStateNames, STATE_PARTS, type StatePart } from "../shared/trace/cells";
import { startsInCandidate } from "../shared/trace/networkSpec";
import type { LayerMemory, ParameterMemory } from "./networkMemory";
import { placeIn, type PanelMatrix } from "./panelMatrix";
import { lastStates, type Workspace } from "./workspace";

/** The states that a batch starts from, and those that it ends in: each part of them [L, B, H], one after the other. */
export class InitialStates {
  private initial: Float64Array | null = null;
  private readonly parts: readonly StatePart[];

  constructor(
    private readonly spec: NetworkSpec,
    private readonly memory: ParameterMemory,
    private readonly workspace: Workspace,
  ) {
    this.parts = STATE_PARTS[spec.cell];
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
    if (initial !== null && initial.length !== this.parts.length * L * batch * H) {
      throw new RangeError(
        `The initial state holds ${initial.length} numbers, which does not fit a batch of ${batch}.`,
      );
    }
    const shared = new Float64Array(initial === null ? batch * H : 0);
    this.parts.forEach((part, p) => {
      for (let l = 0; l < L; l++) {
        const start = (p * L + l) * batch * H;
        if (this.areLearned) this.repeatLearned(l, p, batch, shared);
        const values = initial?.subarray(start, start + batch * H) ?? shared;
        this.workspace.write((slice) => partMatrix(slice.layers[l]!, part), 1, H, values);
      }
    });
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
    const learned = this.parts.slice(0, initialStateNames(cell).length);
    for (let l = 0; l < L; l++) {
      learned.forEach((part, p) => {
        this.workspace.read((slice) => initialGradient(slice.layers[l]!, part), 1, H, null, values);
        const sums = new Float64Array(H);
        values.forEach((value, i) => (sums[i % H] = sums[i % H]! + value));
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
      });
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
    this.parts.forEach((part, p) => {
      for (let l = 0; l < L; l++) {
        const start = (p * L + l) * wholeBatch * H;
        const values = into.subarray(start, start + wholeBatch * H);
        this.workspace.read((slice) => lastStates(partMatrix(slice.layers[l]!, part), slice), 1, H, null, values);
      }
    });
  }
}

/** Where a layer keeps a part of its state, rows (t + 1)·B + b. */
export function partMatrix(layer: LayerMemory, part: StatePart): PanelMatrix {
  if (part === "c" || part === "v") return layer.cells;
  if (part === "n") return layer.normalizers;
  return part === "m" ? layer.stabilizers : layer.states;
}

/** What a backward pass leaves of the gradient of a part of the initial state. */
function initialGradient({ stateGradients, plan }: LayerMemory, part: StatePart): PanelMatrix {
  return part === "c" ? { address: plan.dCells, stride: plan.dCellsStride, panels: plan.hiddenPanels } : stateGradients;
}
