import { clearAbsent, connectionsOf, projectSigns, type Connections } from "../network/connections";
import type { NetworkSpec } from "../network/network";
import type { ParameterInfo } from "../../shared/trace/trace";

/** The recurrent connections of a leaky network, kept as they are while its weights change. */
export class RecurrentConstraints {
  /** The weights that the layers compute with, [H, H] each. */
  private readonly effective: readonly Float64Array[];

  private constructor(
    private readonly connections: readonly Connections[],
    private readonly offsets: readonly number[],
    private readonly size: number,
  ) {
    this.effective = connections.map(() => new Float64Array(size));
  }

  /** Null where all connections exist with any sign. */
  static of({ ctrnn, hiddenSize: H, numLayers }: NetworkSpec, layout: readonly ParameterInfo[]) {
    const connections = ctrnn === undefined ? null : connectionsOf(ctrnn.connections, H, numLayers);
    if (connections === null) return null;
    const offsets = connections.map((_, l) => layout.find(({ name }) => name === `weight_hh_l${l}`)!.offset);
    return new RecurrentConstraints(connections, offsets, H * H);
  }

  /** After an update: the nearest weights that the connections allow. @param parameters flat */
  projectWeights(parameters: Float64Array): void {
    this.connections.forEach((ofLayer, l) => {
      const weights = parameters.subarray(this.offsets[l], this.offsets[l]! + this.size);
      clearAbsent(weights, ofLayer);
      projectSigns(weights, ofLayer);
    });
  }

  /**
   * The weights of a layer without those of absent connections, which a finite difference may move; overwritten by the
   * next call for the layer.
   */
  weightsOf(layer: number, weights: Float64Array): Float64Array {
    const effective = this.effective[layer]!;
    effective.set(weights);
    clearAbsent(effective, this.connections[layer]!);
    return effective;
  }

  clearGradients(layer: number, gradients: Float64Array): void {
    clearAbsent(gradients, this.connections[layer]!);
  }
}
