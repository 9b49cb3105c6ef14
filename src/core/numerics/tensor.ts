import type { ParameterInfo } from "../../shared/trace/trace";
import { sizeOf } from "../../shared/trace/networkSpec";

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array<ArrayBuffer>;
}

/** A copy of each tensor of a flat vector. */
export function tensorsOf(layout: readonly ParameterInfo[], flat: Float64Array): NamedTensor[] {
  return layout.map(({ name, shape, offset }) => ({
    name,
    shape,
    values: Float64Array.from(flat.subarray(offset, offset + sizeOf(shape))),
  }));
}
