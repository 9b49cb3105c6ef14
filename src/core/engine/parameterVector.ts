import { initialStateNames } from "../../shared/trace/cells";
import { layerSuffix, ownTensors, parameterCountOf, parameterLayout, sizeOf } from "../../shared/trace/networkSpec";
import type { ParameterInfo } from "../../shared/trace/trace";
import type { LayerWeights } from "../cells/layer";
import type { NetworkSpec, OptimizerUpdate, UpdateNorms } from "../network/network";
import { l2Norm } from "../numerics/l2Norm";
import { createOptimizer, type Optimizer } from "../optimizers/optimizer";
import type { ReadoutWeights } from "./readout";
import type { RecurrentConstraints } from "./recurrentConstraints";

/** The tensors of a network as views of one flat vector: the parameters, or their gradients. */
export interface NetworkTensors {
  readonly layers: readonly LayerWeights[];
  /** Null for the read-out "state". */
  readonly readout: ReadoutWeights | null;
  /** h_0 [H] of each layer, for lstm followed by c_0 of each; none where they are zero. */
  readonly initialStates: readonly Float64Array[];
}

/**
 * All parameters of a float64 network in one flat vector, their gradients in another, and the optimizer between them.
 */
export class ParameterVector {
  readonly layout: readonly ParameterInfo[];
  readonly count: number;
  readonly values: Float64Array;
  readonly gradients: Float64Array;
  readonly optimizer: Optimizer;
  /** During an update the parameters before it, then their change. */
  private readonly scratch: Float64Array;
  private readonly norms = { update: 0, parameters: 0 };

  constructor(
    private readonly spec: NetworkSpec,
    private readonly constraints: RecurrentConstraints | null,
  ) {
    this.layout = parameterLayout(spec);
    this.count = parameterCountOf(this.layout);
    this.values = new Float64Array(this.count);
    this.gradients = new Float64Array(this.count);
    this.scratch = new Float64Array(this.count);
    this.optimizer = createOptimizer(this.count);
  }

  /** Views of `values` or of `gradients`, which show every later change. */
  tensors(flat: Float64Array): NetworkTensors {
    const tensor = (name: string): Float64Array | null => {
      const info = this.layout.find((candidate) => candidate.name === name);
      return info === undefined ? null : flat.subarray(info.offset, info.offset + sizeOf(info.shape));
    };
    const weight = tensor("readout.weight");
    const suffixes = Array.from({ length: this.spec.numLayers }, (_, l) => layerSuffix(this.spec, l));
    return {
      layers: suffixes.map((suffix, l) => ({
        wIh: tensor(`weight_ih${suffix}`) ?? new Float64Array(0),
        wHh: tensor(`weight_hh${suffix}`) ?? new Float64Array(0),
        bIh: tensor(`bias_ih${suffix}`),
        bHh: tensor(`bias_hh${suffix}`),
        own: Object.fromEntries(ownTensors(this.spec, l).map(({ name }) => [name, tensor(`${name}${suffix}`)!])),
      })),
      readout: weight === null ? null : { weight, bias: tensor("readout.bias") },
      initialStates: initialStateNames(this.spec.cell).flatMap((name) =>
        suffixes.map((suffix) => tensor(`${name}${suffix}`)).filter((state) => state !== null),
      ),
    };
  }

  write(from: Float64Array): void {
    this.values.set(from);
    this.optimizer.reset();
  }

  /** @returns one object that every call overwrites */
  applyUpdate(update: OptimizerUpdate): UpdateNorms {
    const { values, scratch, norms } = this;
    scratch.set(values);
    this.optimizer.apply(update, values, this.gradients);
    this.constraints?.projectWeights(values);
    norms.parameters = l2Norm(scratch);
    for (let i = 0; i < values.length; i++) scratch[i] = values[i]! - scratch[i]!;
    norms.update = l2Norm(scratch);
    return norms;
  }
}
