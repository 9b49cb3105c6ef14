import type { NetworkSpec } from "../core/network/network";
import { lastStates, type Workspace } from "./workspace";

/** The states that a batch starts from, and those that it ends in: h [L, B, H], for lstm followed by c [L, B, H]. */
export class InitialStates {
  private initial: Float64Array | null = null;
  private readonly parts: readonly ("states" | "cells")[];

  constructor(
    private readonly spec: NetworkSpec,
    private readonly workspace: Workspace,
  ) {
    this.parts = spec.cell === "lstm" ? ["states", "cells"] : ["states"];
  }

  get areZero(): boolean {
    return this.initial === null;
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
    const zeros = new Float64Array(initial === null ? batch * H : 0);
    this.parts.forEach((part, p) => {
      for (let l = 0; l < L; l++) {
        const start = (p * L + l) * batch * H;
        const values = initial?.subarray(start, start + batch * H) ?? zeros;
        this.workspace.write((slice) => slice.layers[l]![part], 1, H, values);
      }
    });
  }

  /** See Network.readFinalState. */
  readFinal(into: Float64Array): void {
    const { hiddenSize: H, numLayers: L } = this.spec;
    const { wholeBatch } = this.workspace.shares()[0]!;
    this.parts.forEach((part, p) => {
      for (let l = 0; l < L; l++) {
        const start = (p * L + l) * wholeBatch * H;
        const values = into.subarray(start, start + wholeBatch * H);
        this.workspace.read((slice) => lastStates(slice.layers[l]![part], slice), 1, H, null, values);
      }
    });
  }
}
