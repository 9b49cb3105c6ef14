import type { OptimizerUpdate, UpdateNorms } from "../core/network/network";
import { l2Norm, rootOfSquares } from "../core/numerics/l2Norm";
import { isOrdinary, type GradientBlock } from "./gradientBlock";
import type { Kernel } from "./kernelModule";
import type { LeakyParts } from "./leakyParts";
import type { ParameterMemory } from "./networkMemory";
import { gather } from "./packedParameters";
import { WasmOptimizer } from "./wasmOptimizer";
import type { Workspace } from "./workspace";

/** The updates of the parameters, and the norms that they report. */
export class ParameterUpdates {
  readonly optimizer: WasmOptimizer;
  private readonly norms = { update: 0, parameters: 0 };

  /** @param indices for each parameter its place in a packed block */
  constructor(
    kernel: Kernel,
    private readonly memory: ParameterMemory,
    private readonly indices: Int32Array,
    private readonly workspace: Workspace,
    private readonly gradients: GradientBlock,
    private readonly leaky: LeakyParts | null,
  ) {
    this.optimizer = new WasmOptimizer(kernel, memory, indices, workspace.floats);
  }

  /** @returns one object that every call overwrites */
  apply(update: OptimizerUpdate): UpdateNorms {
    const { norms, leaky, memory } = this;
    const earlier = this.mayLoseSquares() ? this.copyParameters() : null;
    const packed = leaky?.copyBefore() ?? null;
    this.optimizer.apply(update);
    const constrained = packed === null ? null : leaky!.constrain(packed);
    const [change, before] = new Float64Array(this.workspace.memory.buffer, memory.norms, 2);
    norms.update = constrained ?? Math.sqrt(change!);
    norms.parameters = Math.sqrt(before!);
    if (earlier === null) return norms;
    // Only where the squares are lost: which digits a norm has must not depend on the steps before this one.
    norms.parameters = rootOfSquares(before!) ?? l2Norm(earlier);
    norms.update =
      constrained ??
      rootOfSquares(change!) ??
      l2Norm(this.copyParameters().map((value, index) => value - earlier[index]!));
    return norms;
  }

  /** Whether squares of the next update may be beyond float64, judged by the gradient and the last update. */
  private mayLoseSquares(): boolean {
    const { gradients, norms, memory } = this;
    if (memory.packed.format.floats === "float32") return false;
    return !gradients.isOrdinary || !isOrdinary(norms.update) || !isOrdinary(norms.parameters);
  }

  private copyParameters(): Float64Array {
    const copy = new Float64Array(this.indices.length);
    gather(this.workspace.floats(), this.memory.parameters, this.indices, copy);
    return copy;
  }
}
