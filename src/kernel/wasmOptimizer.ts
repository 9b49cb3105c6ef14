import type { OptimizerUpdate, UpdateOf } from "../core/network/network";
import type { OptimizerState } from "../core/numerics/checkpoint";
import type { Address, Kernel } from "./kernelModule";
import type { ParameterMemory } from "./networkMemory";
import { gather, scatter } from "./packedParameters";
import { placeIn, type Floats } from "./panelMatrix";

/** The optimizers of src/core/optimizers on the packed parameters; what is padding stays zero under each of them. */
export class WasmOptimizer {
  private readonly gradients: Address;
  private steps = 0;

  /**
   * @param indices for each parameter its place in a packed block
   * @param floats the whole memory, asked for at each use because its size may change
   */
  constructor(
    private readonly kernel: Kernel,
    private readonly memory: ParameterMemory,
    private readonly indices: Int32Array,
    private readonly floats: () => Floats,
  ) {
    this.gradients = memory.gradients[0]!;
  }

  /** One update of the parameters. The kind stays the same until the next reset. */
  apply(update: OptimizerUpdate): void {
    this.steps++;
    if (this.steps === 1) this.clearMoments("initialStep" in update ? update.initialStep : 0);
    switch (update.kind) {
      case "sgd":
        return this.applySgd(update);
      case "momentum":
      case "nesterov":
        return this.applyMomentum(update);
      case "rprop":
        return this.applyRprop(update);
      case "rprop-pytorch":
        return this.applyRpropPytorch(update);
      case "rmsprop":
        return this.applyRmsprop(update);
      case "adam":
      case "adamw":
        return this.applyAdam(update);
    }
  }

  /** As before the first update. */
  reset(): void {
    this.steps = 0;
  }

  /** A copy. */
  read(): OptimizerState {
    const { steps } = this;
    if (steps === 0) return { steps, first: null, second: null };
    return { steps, first: this.readBlock(this.memory.firstMoment), second: this.readBlock(this.memory.secondMoment) };
  }

  write(state: OptimizerState): void {
    this.steps = state.steps;
    if (state.first !== null) this.writeBlock(this.memory.firstMoment, state.first);
    if (state.second !== null) this.writeBlock(this.memory.secondMoment, state.second);
  }

  private clearMoments(first: number): void {
    const { firstMoment, secondMoment } = this.memory;
    this.fillBlock(firstMoment, first);
    this.fillBlock(secondMoment, 0);
  }

  private fillBlock(address: Address, value: number): void {
    const floats = this.floats();
    const start = placeIn(floats, address);
    floats.fill(value, start, start + this.memory.packed.count);
  }

  private readBlock(address: Address): Float64Array {
    const values = new Float64Array(this.indices.length);
    gather(this.floats(), address, this.indices, values);
    return values;
  }

  private writeBlock(address: Address, values: Float64Array): void {
    // What is padding may be anything: its gradients are zero.
    this.fillBlock(address, 0);
    scatter(this.floats(), address, this.indices, values);
  }

  private applySgd({ learningRate, weightDecay }: UpdateOf<"sgd">): void {
    const { parameters: p, norms, packed } = this.memory;
    this.kernel.sgdUpdate(p, this.gradients, packed.count, learningRate, weightDecay, norms);
  }

  private applyMomentum({ kind, learningRate, momentum, weightDecay }: UpdateOf<"momentum" | "nesterov">): void {
    const { parameters: p, firstMoment: v, norms, packed } = this.memory;
    const nesterov = kind === "nesterov";
    const { count } = packed;
    this.kernel.momentumUpdate(p, this.gradients, v, count, learningRate, momentum, nesterov, weightDecay, norms);
  }

  private applyRprop({ etaPlus, etaMinus }: UpdateOf<"rprop">): void {
    const { parameters: p, firstMoment: step, secondMoment: sign, norms, packed } = this.memory;
    this.kernel.rpropUpdate(p, this.gradients, step, sign, packed.count, etaPlus, etaMinus, norms);
  }

  private applyRpropPytorch({ etaPlus, etaMinus, minStep, maxStep }: UpdateOf<"rprop-pytorch">): void {
    const { parameters: p, firstMoment: step, secondMoment: sign, norms, packed } = this.memory;
    const { count } = packed;
    this.kernel.rpropTorchUpdate(p, this.gradients, step, sign, count, etaPlus, etaMinus, minStep, maxStep, norms);
  }

  private applyRmsprop({ learningRate, alpha, epsilon, momentum, weightDecay }: UpdateOf<"rmsprop">): void {
    const { parameters: p, firstMoment: square, secondMoment: velocity, norms, packed } = this.memory;
    this.kernel.rmspropUpdate(
      p,
      this.gradients,
      square,
      velocity,
      packed.count,
      learningRate,
      alpha,
      1 - alpha,
      epsilon,
      momentum,
      weightDecay,
      norms,
    );
  }

  private applyAdam(update: UpdateOf<"adam" | "adamw">): void {
    const { parameters: p, firstMoment: m, secondMoment: v, norms, packed } = this.memory;
    const { learningRate, beta1, beta2, epsilon, weightDecay } = update;
    const decoupled = update.kind === "adamw";
    this.kernel.adamUpdate(
      p,
      this.gradients,
      m,
      v,
      packed.count,
      learningRate / (1 - beta1 ** this.steps),
      beta1,
      1 - beta1,
      beta2,
      1 - beta2,
      Math.sqrt(1 - beta2 ** this.steps),
      epsilon,
      decoupled ? 0 : weightDecay,
      decoupled ? 1 - learningRate * weightDecay : 1,
      norms,
    );
  }
}
