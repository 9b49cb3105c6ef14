import { connectionsOf } from "../core/network/connections";
import type { NetworkSpec } from "../core/network/network";
import { l2Norm } from "../core/numerics/l2Norm";
import type { ParameterInfo } from "../shared/trace/trace";
import type { ParameterMemory } from "./networkMemory";
import { placeIn, type Floats } from "./panelMatrix";

/** The recurrent weights that the connections allow, as places in a packed block. */
export class WeightConstraints {
  private constructor(
    private readonly memory: ParameterMemory,
    private readonly absent: Int32Array,
    private readonly positive: Int32Array,
    private readonly negative: Int32Array,
  ) {}

  /**
   * Null where all connections exist with any sign.
   * @param indices for each parameter its place in a packed block
   */
  static of(
    { ctrnn, hiddenSize: H, numLayers }: NetworkSpec,
    layout: readonly ParameterInfo[],
    indices: Int32Array,
    memory: ParameterMemory,
  ): WeightConstraints | null {
    const connections = ctrnn === undefined ? null : connectionsOf(ctrnn.connections, H, numLayers);
    if (connections === null) return null;
    const places = { absent: [] as number[], positive: [] as number[], negative: [] as number[] };
    connections.forEach(({ exists, signs }, l) => {
      const { offset } = layout.find(({ name }) => name === `weight_hh_l${l}`)!;
      exists.forEach((isThere, i) => {
        const sign = signs[i % H]!;
        if (isThere === 0) places.absent.push(indices[offset + i]!);
        else if (sign > 0) places.positive.push(indices[offset + i]!);
        else if (sign < 0) places.negative.push(indices[offset + i]!);
      });
    });
    const { absent, positive, negative } = places;
    return new WeightConstraints(memory, Int32Array.from(absent), Int32Array.from(positive), Int32Array.from(negative));
  }

  /** Sets what belongs to connections that do not exist to 0. @param address of the parameters or of the gradients */
  clearAbsent(floats: Floats, address: number): void {
    const start = placeIn(floats, address);
    for (const place of this.absent) floats[start + place] = 0;
  }

  /** A copy of the packed parameters, for {@link project}. */
  copy(floats: Floats): Floats {
    const start = placeIn(floats, this.memory.parameters);
    return floats.slice(start, start + this.memory.packed.count);
  }

  /**
   * After an update: the nearest weights that the connections allow.
   * @param before the packed parameters before it
   * @returns the norm of the whole change where the weights were not allowed; null where nothing had to be done
   */
  project(floats: Floats, before: Floats): number | null {
    const start = placeIn(floats, this.memory.parameters);
    let projected = false;
    const clear = (place: number): void => {
      floats[start + place] = 0;
      projected = true;
    };
    for (const place of this.absent) if (floats[start + place] !== 0) clear(place);
    for (const place of this.positive) if (floats[start + place]! < 0) clear(place);
    for (const place of this.negative) if (floats[start + place]! > 0) clear(place);
    if (!projected) return null;
    return l2Norm(Float64Array.from(before, (value, i) => floats[start + i]! - value));
  }
}
