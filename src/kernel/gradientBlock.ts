import type { NetworkSpec } from "../core/network/network";
import { recurrentColumns } from "../shared/trace/networkSpec";
import { l2Norm, rootOfSquares } from "../core/numerics/l2Norm";
import { copyBiasGradients } from "./derivedWeights";
import { clearHoles } from "./diagonalWeights";
import type { Kernel } from "./kernelModule";
import type { ParameterMemory } from "./networkMemory";
import { gather, scatter } from "./packedParameters";
import type { Floats } from "./panelMatrix";

/** The gradients of the packed parameters, and their norm. */
export class GradientBlock {
  /** Sum of squares, which is computed once a step; null where something has changed since. */
  private squares: number | null = null;
  /** Whether the norm that the last backward pass left is far from where float64 loses squares. */
  isOrdinary = false;

  /**
   * @param indices for each parameter its place in a packed block
   * @param floats the whole memory, asked for at each use because its size may change
   */
  constructor(
    private readonly kernel: Kernel,
    private readonly spec: NetworkSpec,
    private readonly memory: ParameterMemory,
    private readonly indices: Int32Array,
    private readonly floats: () => Floats,
  ) {}

  read(into: Float64Array): void {
    gather(this.floats(), this.address, this.indices, into);
  }

  clear(): void {
    this.kernel.clear(this.address, this.count * this.memory.packed.format.bytes);
    this.squares = null;
  }

  /**
   * Completes what a backward pass has left: the gradients of the hidden biases, and zeros in the padding and between
   * heads. An infinite
   * state or gradient makes NaN of the padding's zeros, which would get into the norm and through the optimizer into
   * the weights.
   */
  complete(): void {
    copyBiasGradients(this.spec, this.memory, this.floats());
    clearHoles(this.memory, this.floats());
    if (recurrentColumns(this.spec) < this.spec.hiddenSize) this.clearPadding();
    this.squares = this.sumOfSquares();
    this.isOrdinary = isOrdinary(Math.sqrt(this.squares));
    if (!Number.isFinite(this.squares)) this.clearPadding();
  }

  norm(): number {
    this.squares ??= this.sumOfSquares();
    return rootOfSquares(this.squares) ?? l2Norm(this.copy());
  }

  scale(factor: number): void {
    this.kernel.scale(this.address, this.count, factor);
    this.squares = null;
    if (Number.isNaN(factor)) this.clearPadding();
  }

  clamp(limit: number): void {
    this.kernel.clampValues(this.address, this.count, limit);
    this.squares = null;
  }

  private get address(): number {
    return this.memory.gradients[0]!;
  }

  private get count(): number {
    return this.memory.packed.count;
  }

  private copy(): Float64Array {
    const gradients = new Float64Array(this.indices.length);
    this.read(gradients);
    return gradients;
  }

  private clearPadding(): void {
    if (this.count === this.indices.length) return;
    const gradients = this.copy();
    this.clear();
    scatter(this.floats(), this.address, this.indices, gradients);
  }

  private sumOfSquares(): number {
    return this.kernel.sumOfSquares(this.address, this.count, this.memory.scratch);
  }
}

/** Whether a norm and norms some powers of ten from it are the roots of sums of squares in float64. */
export function isOrdinary(norm: number): boolean {
  return norm > 1e-100 && norm < 1e100;
}
