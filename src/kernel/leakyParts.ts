import { addInputNoise, leakRates } from "../core/network/leakyNoise";
import type { NetworkSpec } from "../core/network/network";
import type { RandomSource } from "../core/numerics/random";
import type { CtrnnSpec } from "../shared/trace/ctrnnSpec";
import type { ParameterInfo } from "../shared/trace/trace";
import type { Kernel } from "./kernelModule";
import { LeakyPenalties } from "./leakyPenalties";
import type { ParameterMemory } from "./networkMemory";
import { paddedToPanel, placeIn, type Floats } from "./panelMatrix";
import { WeightConstraints } from "./weightConstraints";
import type { Workspace } from "./workspace";

/** The parameter that alpha of each unit is the sigmoid of, [H]; null where all have the same alpha. */
export function leakOf(memory: ParameterMemory, l: number, H: number, floats: Floats): Float64Array | null {
  const { leak } = memory.packed.layers[l]!;
  if (leak === null) return null;
  const start = placeIn(floats, memory.parameters) + leak;
  return Float64Array.from(floats.subarray(start, start + H));
}

/** What a leaky network has beside its kernel: the rates of its leaks, noise, penalties, and constraints of weights. */
export class LeakyParts {
  private readonly penalties: LeakyPenalties;
  private readonly constraints: WeightConstraints | null;

  private constructor(
    private readonly ctrnn: CtrnnSpec,
    private readonly hiddenSize: number,
    private readonly memory: ParameterMemory,
    private readonly workspace: Workspace,
    kernel: Kernel,
    spec: NetworkSpec,
    layout: readonly ParameterInfo[],
    indices: Int32Array,
  ) {
    this.penalties = new LeakyPenalties(spec, memory, kernel);
    this.constraints = WeightConstraints.of(spec, layout, indices, memory);
  }

  /**
   * Null for the other cells.
   * @param indices for each parameter of the layout its place in a packed block
   */
  static of(
    spec: NetworkSpec,
    memory: ParameterMemory,
    workspace: Workspace,
    kernel: Kernel,
    layout: readonly ParameterInfo[],
    indices: Int32Array,
  ): LeakyParts | null {
    if (spec.ctrnn === undefined) return null;
    return new LeakyParts(spec.ctrnn, spec.hiddenSize, memory, workspace, kernel, spec, layout, indices);
  }

  /** After parameters are written: connections that do not exist have no weight. */
  clearAbsentWeights(): void {
    this.constraints?.clearAbsent(this.floats, this.memory.parameters);
  }

  /** alpha of each unit, in padding 1, for the kernel. */
  writeAlphas(): void {
    const { ctrnn, hiddenSize: H, memory, floats } = this;
    memory.layers.forEach(({ alphas }, l) => {
      const start = placeIn(floats, alphas);
      floats.fill(1, start, start + paddedToPanel(H, memory.packed.format));
      floats.set(leakRates(ctrnn, leakOf(memory, l, H, floats), H), start);
    });
  }

  /** @param random null in evaluation, which has no noise */
  noisyInput(input: Float64Array, random: RandomSource | null): Float64Array {
    if (random === null || this.ctrnn.inputNoise === 0) return input;
    const noisy = input.slice();
    addInputNoise(this.ctrnn, noisy, random);
    return noisy;
  }

  /** See Network.penalize. */
  penalize(share: number): number {
    return this.penalties.penalize(this.workspace.shares(), share);
  }

  beforeBackward(): void {
    this.penalties.begin(this.workspace.shares(), this.floats);
  }

  /** What penalties and constraints make of the gradients of the weights. */
  completeGradients(): void {
    this.penalties.addWeightGradients(this.floats);
    this.constraints?.clearAbsent(this.floats, this.memory.gradients[0]!);
  }

  /** The packed parameters before an update; null where they are not constrained. */
  copyBefore(): Floats | null {
    return this.constraints?.copy(this.floats) ?? null;
  }

  /** After an update, see {@link WeightConstraints.project}. */
  constrain(before: Floats): number | null {
    return this.constraints?.project(this.floats, before) ?? null;
  }

  private get floats(): Floats {
    return this.workspace.floats();
  }
}
