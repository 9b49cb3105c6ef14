import { parameterLayout } from "../../shared/trace/networkSpec";
import type { ParameterInfo } from "../../shared/trace/trace";
import type { GateName, Network, NetworkSpec, OptimizerUpdate, UpdateNorms } from "../network/network";
import type { OptimizerState } from "../numerics/checkpoint";
import type { RandomSource } from "../numerics/random";
import { l2Norm } from "../numerics/l2Norm";
import { clampInPlace, scaleInPlace } from "../optimizers/clipping";
import { LayerStack } from "./layerStack";
import { ParameterVector } from "./parameterVector";
import { Penalties } from "./penalties";
import { RecurrentConstraints } from "./recurrentConstraints";
import { readoutBackward, readoutForward, type ReadoutWeights } from "./readout";
import type { StatePart } from "../../shared/trace/cells";
import { partOf } from "../cells/layer";

/** The float64 engine: plain TypeScript, against which every other engine is tested. */
export function createReferenceNetwork(spec: NetworkSpec): Network {
  return new ReferenceNetwork(spec, false);
}

/**
 * The same as the function whose gradient truncated backpropagation computes: after the first forward each piece of
 * each layer starts from the state that the first one had there, whatever the parameters make of it. For forwards of
 * one size.
 */
export function createHeldNetwork(spec: NetworkSpec): Network {
  return new ReferenceNetwork(spec, true);
}

/**
 * Parameters, the recurrent layers on them, and the read-out of the last layer. Input and output are the interface's.
 */
class ReferenceNetwork implements Network {
  readonly arithmetic = "portable";
  readonly layout: readonly ParameterInfo[];
  readonly parameterCount: number;
  private readonly parameters: ParameterVector;
  private readonly penalties: Penalties;
  private readonly stack: LayerStack;
  private readonly readout: ReadoutWeights | null;
  private readonly readoutGradients: ReadoutWeights | null;
  private outputs = new Float64Array(0);

  constructor(
    readonly spec: NetworkSpec,
    holdsStates: boolean,
  ) {
    const constraints = RecurrentConstraints.of(spec, parameterLayout(spec));
    this.parameters = new ParameterVector(spec, constraints);
    this.penalties = new Penalties(spec, this.parameters);
    this.layout = this.parameters.layout;
    this.parameterCount = this.parameters.count;
    const weights = this.parameters.tensors(this.parameters.values);
    const gradients = this.parameters.tensors(this.parameters.gradients);
    this.stack = new LayerStack(spec, weights, gradients, constraints, holdsStates);
    this.readout = weights.readout;
    this.readoutGradients = gradients.readout;
  }

  readParameters(into: Float64Array): void {
    into.set(this.parameters.values);
  }
  writeParameters(from: Float64Array): void {
    this.parameters.write(from);
  }
  adoptParameters(from: Network): void {
    if (from instanceof ReferenceNetwork) this.parameters.write(from.parameters.values);
    else throw new TypeError("The other network is of another engine.");
  }
  readGradients(into: Float64Array): void {
    into.set(this.parameters.gradients);
  }
  readOptimizer(): OptimizerState {
    return this.parameters.optimizer.read();
  }
  writeOptimizer(state: OptimizerState): void {
    this.parameters.optimizer.write(state);
  }

  writeInitialState(from: Float64Array | null): void {
    this.stack.writeInitialState(from);
  }
  readFinalState(into: Float64Array): void {
    this.stack.readFinalState(into);
  }

  forward(
    input: Float64Array,
    batch: number,
    timeSteps: number,
    dropout: RandomSource | null,
    lengths: Uint32Array | null = null,
  ): Float64Array {
    const { spec, stack } = this;
    if (stack.fit(batch, timeSteps))
      this.outputs = new Float64Array(batch * (spec.readout === "every" ? timeSteps : 1) * spec.outputSize);
    stack.forward(input, dropout, lengths);
    readoutForward(spec, this.readout, stack.top.h, this.outputs, batch, timeSteps);
    return this.outputs;
  }
  backward(outputGradient: Float64Array, statesOnly = false): void {
    if (statesOnly) this.zeroGradients();
    const { stack } = this;
    const { h, dh } = stack.top;
    stack.clearStateGradients();
    this.penalties.addGradients(stack.layers);
    const { batch, timeSteps } = stack;
    readoutBackward(this.spec, this.readout, this.readoutGradients, h, dh, outputGradient, batch, timeSteps);
    stack.backward();
  }
  penalize(share = 1): number {
    return this.penalties.penalize(this.stack.layers, share);
  }
  zeroGradients(): void {
    this.parameters.gradients.fill(0);
  }

  gradientNorm(): number {
    return l2Norm(this.parameters.gradients);
  }
  scaleGradients(factor: number): void {
    scaleInPlace(this.parameters.gradients, factor);
  }
  clampGradients(limit: number): void {
    clampInPlace(this.parameters.gradients, limit);
  }
  applyUpdate(update: OptimizerUpdate): UpdateNorms {
    return this.parameters.applyUpdate(update);
  }

  readStates(layer: number, sequence: number | null, into: Float64Array): void {
    this.stack.copySequences(layer, this.stack.layers[layer]!.h, sequence, into);
  }
  readStateGradients(layer: number, sequence: number | null, into: Float64Array): void {
    this.stack.copySequences(layer, this.stack.stateGradients(layer), sequence, into);
  }
  readPart(layer: number, part: StatePart, sequence: number | null, into: Float64Array): void {
    this.stack.copySequences(layer, partOf(this.stack.layers[layer]!, part).values, sequence, into);
  }
  readGate(layer: number, gate: GateName, sequence: number | null, into: Float64Array): void {
    this.stack.readGate(layer, gate, sequence, into);
  }
  readStateGradientNorms(layer: number, into: Float64Array, sums: Float64Array | null = null): void {
    this.stack.readStateGradientNorms(layer, into, sums);
  }
}
