import { GATES, hasComplexState, STATE_PARTS, type StatePart } from "../shared/trace/cells";
import { parameterLayout } from "../shared/trace/networkSpec";
import type { ArithmeticMode, ParameterInfo } from "../shared/trace/trace";
import type {
  GateName,
  Network,
  NetworkCapacity,
  NetworkSpec,
  OptimizerUpdate,
  UpdateNorms,
} from "../core/network/network";
import type { OptimizerState } from "../core/numerics/checkpoint";
import { rootOfSquares } from "../core/numerics/l2Norm";
import type { RandomSource } from "../core/numerics/random";
import { BatchPasses } from "./batchPasses";
import { writeLengths } from "./bothDirections";
import { deriveForward, transposeAll } from "./derivedWeights";
import { GradientBlock } from "./gradientBlock";
import { changeSign, InitialStates } from "./initialStates";
import {
  bestKernelVariant,
  instantiateKernel,
  variantArithmetic,
  type Kernel,
  type KernelVariant,
} from "./kernelModule";
import { readGradientNorms, readGradientSums, readRows, type ReadFrom } from "./layerReaders";
import { LeakyParts } from "./leakyParts";
import { placeParameters, type LayerMemory, type ParameterMemory, type SliceMemory } from "./networkMemory";
import { ParameterUpdates } from "./parameterUpdates";
import { gather, packedIndices, scatter } from "./packedParameters";
import { placeIn, type PanelMatrix } from "./panelMatrix";
import { writeDraws } from "./randomDraws";
import { runBackward, writePlans } from "./sliceRunner";
import { createTeam, type Team } from "./team";
import { createControl, type HelperSetup } from "./teamControl";
import { createWorkspace, lastStates, type Workspace } from "./workspace";

export interface WasmNetworkOptions {
  /** Default: the fastest this machine can run for what the capacity says. */
  readonly variant?: KernelVariant;
  /**
   * Parts that batches which are large enough are split into, 1 where absent. Results depend on it in the last bits,
   * not on how many helpers there are, when they start, or how fast they are.
   */
  readonly threads?: number;
  /** Passes a setup to `runHelper` in another thread, once for each part but the first; absent: one thread does all. */
  readonly startHelper?: (setup: HelperSetup) => void;
}

export interface WasmNetwork extends Network {
  /** Sends the helpers away. The network must not be used any more. */
  dispose(): void;
}

/**
 * A network in WebAssembly SIMD on memory laid out for it, in float32 or, where the capacity says so, in float64. On
 * plain SIMD the same calls give the same bits on every machine.
 * @param capacity null: the memory grows with the first batches
 * @throws RangeError, at creation or in `forward`, where a batch needs more memory than there may be
 */
export function createWasmNetwork(
  spec: NetworkSpec,
  capacity: NetworkCapacity | null = null,
  { variant, threads = 1, startHelper }: WasmNetworkOptions = {},
): WasmNetwork {
  const floats = capacity?.floats ?? "float32";
  const placed = placeParameters(spec, floats, threads);
  const workspace = createWorkspace(spec, placed, capacity);
  const { memory } = workspace;
  const build = variant ?? bestKernelVariant(floats, capacity?.arithmetic ?? "fast");
  const kernel = instantiateKernel(floats, build, memory);
  const arithmetic = variantArithmetic(build);
  const Network = spec.ctrnn === undefined ? PanelNetwork : LeakyNetwork;
  if (threads === 1 || startHelper === undefined) return new Network(spec, arithmetic, placed, workspace, kernel, null);
  const control = createControl(threads);
  for (let thread = 1; thread < threads; thread++)
    startHelper({ spec, floats, variant: build, memory, control, thread, threads });
  return new Network(spec, arithmetic, placed, workspace, kernel, createTeam(control, threads));
}

/**
 * Copies between the caller's float64 arrays and the workspace, and keeps what is derived from the parameters fresh.
 */
class PanelNetwork implements WasmNetwork {
  readonly layout: readonly ParameterInfo[];
  /** For each parameter its place in a packed block. */
  private readonly indices: Int32Array;
  private readonly gradients: GradientBlock;
  private readonly updates: ParameterUpdates;
  private readonly passes: BatchPasses;
  private readonly initialStates: InitialStates;
  protected readonly leaky: LeakyParts | null;
  private outputs = new Float64Array(0);
  /** What the plans follow from; `statesOnly`: a backward pass leaves out the gradients of the weights. */
  private readonly planned = { dropped: false, noisy: false, weightsAreFinite: true, statesOnly: false };
  /** What still follows from an older state of affairs. */
  private readonly stale = { plans: true, initialStates: true, biases: true, transposed: true };

  constructor(
    readonly spec: NetworkSpec,
    readonly arithmetic: ArithmeticMode,
    private readonly placed: ParameterMemory,
    private readonly workspace: Workspace,
    private readonly kernel: Kernel,
    team: Team | null,
  ) {
    this.layout = parameterLayout(spec);
    this.indices = packedIndices(spec, placed.packed);
    this.gradients = new GradientBlock(kernel, spec, placed, this.indices, workspace.floats);
    this.passes = new BatchPasses(kernel, spec, placed, workspace, team);
    this.initialStates = new InitialStates(spec, placed, workspace);
    this.leaky = LeakyParts.of(spec, placed, workspace, kernel, this.layout, this.indices);
    this.updates = new ParameterUpdates(kernel, placed, this.indices, workspace, this.gradients, this.leaky);
  }

  get parameterCount(): number {
    return this.indices.length;
  }

  readParameters(into: Float64Array): void {
    gather(this.workspace.floats(), this.placed.parameters, this.indices, into);
  }
  writeParameters(from: Float64Array): void {
    scatter(this.workspace.floats(), this.placed.parameters, this.indices, from);
    this.leaky?.clearAbsentWeights();
    this.updates.optimizer.reset();
    this.noteWeights(Number.isFinite(this.sumOfSquaredWeights()));
  }
  adoptParameters(from: Network): void {
    if (!(from instanceof PanelNetwork) || from.placed.packed.format.floats !== this.placed.packed.format.floats)
      throw new TypeError("The other network is of another engine.");
    const { placed, stale } = this;
    const ownFloats = this.workspace.floats();
    const floats = from.workspace.floats();
    const copy = (source: number, end: number, target: number): void =>
      ownFloats.set(floats.subarray(placeIn(floats, source), placeIn(floats, end)), placeIn(ownFloats, target));
    copy(from.placed.parameters, from.placed.firstMoment, placed.parameters);
    this.updates.optimizer.reset();
    this.noteWeights(from.planned.weightsAreFinite);
    if (from.stale.biases || from.stale.transposed) return;
    copy(from.placed.derived, from.placed.scratch, placed.derived);
    stale.biases = stale.transposed = false;
  }
  readGradients(into: Float64Array): void {
    this.gradients.read(into);
  }
  readOptimizer(): OptimizerState {
    return this.updates.optimizer.read();
  }
  writeOptimizer(state: OptimizerState): void {
    this.updates.optimizer.write(state);
  }

  writeInitialState(from: Float64Array | null): void {
    this.initialStates.set(from);
    this.stale.initialStates = this.stale.plans = true;
  }
  readFinalState(into: Float64Array): void {
    this.initialStates.readFinal(into);
  }

  forward(
    input: Float64Array,
    batch: number,
    timeSteps: number,
    dropout: RandomSource | null,
    lengths: Uint32Array | null = null,
  ): Float64Array {
    const { spec, workspace, stale } = this;
    this.fit(batch, timeSteps);
    const drops = dropout !== null && spec.dropout > 0;
    const noisy = dropout !== null && spec.ctrnn !== undefined && spec.ctrnn.noise > 0;
    if (drops !== this.planned.dropped || noisy !== this.planned.noisy) stale.plans = true;
    this.planned.dropped = drops;
    this.planned.noisy = noisy;
    if (stale.plans) this.refreshPlans();
    if (stale.initialStates) this.initialStates.place(batch);
    stale.initialStates = false;
    if (stale.biases) {
      deriveForward(this.kernel, spec, this.placed, workspace.floats());
      this.leaky?.writeAlphas();
    }
    stale.biases = false;
    const seen = this.leaky?.noisyInput(input, dropout) ?? input;
    workspace.write((slice) => slice.input, timeSteps, spec.inputSize, seen);
    if (spec.directions === 2) writeLengths(workspace, lengths);
    if (dropout !== null) writeDraws(workspace, spec, this.placed, timeSteps, dropout);
    this.passes.forward(drops);
    workspace.read(outputsOf, this.outputSteps, spec.outputSize, null, this.outputs);
    return this.outputs;
  }
  backward(outputGradient: Float64Array, statesOnly = false): void {
    const { spec, placed, workspace, stale, planned } = this;
    if (stale.transposed) transposeAll(this.kernel, spec, placed);
    stale.transposed = false;
    if (statesOnly !== planned.statesOnly) {
      planned.statesOnly = statesOnly;
      this.refreshPlans();
    }
    workspace.write((slice) => slice.outputGradients, this.outputSteps, spec.outputSize, outputGradient);
    this.leaky?.beforeBackward();
    if (statesOnly) return this.backwardStates();
    this.passes.backward(planned.dropped);
    this.initialStates.addGradients();
    this.leaky?.completeGradients();
    this.gradients.complete();
  }
  zeroGradients(): void {
    this.gradients.clear();
  }

  gradientNorm(): number {
    return this.gradients.norm();
  }
  scaleGradients(factor: number): void {
    this.gradients.scale(factor);
  }
  clampGradients(limit: number): void {
    this.gradients.clamp(limit);
  }
  applyUpdate(update: OptimizerUpdate): UpdateNorms {
    const norms = this.updates.apply(update);
    this.noteWeights(Number.isFinite(norms.update + norms.parameters));
    return norms;
  }

  readStates(layer: number, sequence: number | null, into: Float64Array): void {
    readRows(this.readable, layer, ({ states }) => states, 1, sequence, into);
  }
  readStateGradients(layer: number, sequence: number | null, into: Float64Array): void {
    const { readable } = this;
    if (!hasComplexState(this.spec.cell))
      return readRows(readable, layer, ({ stateGradients }) => stateGradients, 1, sequence, into);
    readRows(readable, layer, ({ parts }) => parts[0]!.gradients, 1, sequence, into);
    const imaginary = new Float64Array(into.length);
    readRows(readable, layer, ({ parts }) => parts[1]!.gradients, 1, sequence, imaginary);
    for (let i = 0; i < into.length; i++) {
      const [re, im] = [into[i]!, imaginary[i]!];
      into[i] = rootOfSquares(re * re + im * im) ?? Math.hypot(re, im);
    }
  }
  readPart(layer: number, part: StatePart, sequence: number | null, into: Float64Array): void {
    const index = STATE_PARTS[this.spec.cell].indexOf(part);
    readRows(this.readable, layer, ({ parts }) => parts[index]!.values, 1, sequence, into);
    changeSign(into, this.workspace.shares()[0]!.layers[layer]!.parts[index]!.sign);
  }
  readGate(layer: number, gate: GateName, sequence: number | null, into: Float64Array): void {
    const group = GATES[this.spec.cell].indexOf(gate);
    const gateOf = ({ gates, plan }: LayerMemory): PanelMatrix => ({
      ...gates,
      address: gates.address + group * plan.hiddenPanels * gates.stride,
    });
    readRows(this.readable, layer, gateOf, 0, sequence, into);
  }
  readStateGradientNorms(layer: number, into: Float64Array, sums: Float64Array | null = null): void {
    readGradientNorms(this.readable, layer, into);
    if (sums !== null) readGradientSums(this.readable, layer, sums);
  }

  dispose(): void {
    this.passes.dispose();
  }

  private get readable(): ReadFrom {
    const { kernel, spec, workspace, placed } = this;
    return { kernel, spec, workspace, scratch: placed.scratch };
  }

  private get timeSteps(): number {
    return this.workspace.shares()[0]!.timeSteps;
  }

  private get outputSteps(): number {
    return this.spec.readout === "every" ? this.timeSteps : 1;
  }

  /** Moves the workspace to batches of this size. */
  private fit(batch: number, timeSteps: number): void {
    if (!this.workspace.place(batch, timeSteps)) return;
    this.outputs = new Float64Array(batch * this.outputSteps * this.spec.outputSize);
    this.stale.plans = true;
    this.stale.initialStates = true;
    this.passes.forgetTimes();
  }

  /** With plans that leave out the gradients of the weights. */
  private backwardStates(): void {
    const { kernel, spec, placed, workspace, planned } = this;
    for (const slice of workspace.shares())
      runBackward(kernel, spec, placed, null, placed.unusedBias[0]!, slice, planned.dropped);
  }

  private refreshPlans(): void {
    const words = new Uint32Array(this.workspace.memory.buffer);
    // Zero times a weight is left out, unless it is NaN.
    const { planned } = this;
    const zeroStart = this.initialStates.areZero && planned.weightsAreFinite;
    for (const slice of this.workspace.shares()) writePlans(words, this.spec, slice, { ...planned, zeroStart });
    this.stale.plans = false;
  }

  /**
   * The weights have changed.
   * @param finite whether all of them are
   */
  private noteWeights(finite: boolean): void {
    const { stale } = this;
    stale.biases = stale.transposed = true;
    if (this.initialStates.areLearned) stale.initialStates = true;
    if (finite !== this.planned.weightsAreFinite) stale.plans = true;
    this.planned.weightsAreFinite = finite;
  }

  private sumOfSquaredWeights(): number {
    return this.kernel.sumOfSquares(this.placed.parameters, this.placed.packed.count, this.placed.scratch);
  }
}

/** The network of a cell that has penalties. */
class LeakyNetwork extends PanelNetwork {
  penalize(share = 1): number {
    return this.leaky?.penalize(share) ?? 0;
  }
}

/** [outputRows, O]: those of the read-out, or the last states. */
function outputsOf(slice: SliceMemory): PanelMatrix {
  return slice.outputs ?? lastStates(slice.layers.at(-1)!.states, slice);
}
