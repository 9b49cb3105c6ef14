import { GATES, parameterLayout } from "../shared/trace/networkSpec";
import type { Network, NetworkCapacity, NetworkSpec } from "../core/network/network";
import { combineBiases, copyBiasGradients, transposeAll } from "./derivedWeights";
import { writeDropoutMasks } from "./dropoutMasks";
import { createHelpChoice } from "./helperHeuristic";
import { bestKernelVariant, instantiateKernel, type KernelVariant } from "./kernelModule";
import { placeParameters, type SliceMemory } from "./networkMemory";
import { gather, packedIndices, scatter } from "./packedParameters";
import type { PanelMatrix } from "./panelMatrix";
import { runBackward, runForward, writePlans } from "./sliceRunner";
import { createTeam } from "./team";
import { CONTROL, TEAM, type HelperSetup } from "./teamControl";
import { createWasmOptimizer } from "./wasmOptimizer";
import { createWorkspace, lastStates } from "./workspace";

export interface WasmNetworkOptions {
  /** Default: the fastest this machine can run. */
  readonly variant?: KernelVariant;
  /**
   * Passes the setup to `runHelper` in another thread; absent: one thread. Batches that are large enough are then split in two.
   * Results depend in the last bits on whether this is given, not on when the helper starts or how fast it is.
   */
  readonly startHelper?: (setup: HelperSetup) => void;
}

export interface WasmNetwork extends Network {
  /** Sends the helper away. The network must not be used any more. */
  dispose(): void;
}

/**
 * The float32 engine: WebAssembly SIMD on memory laid out for it. On plain SIMD the same calls give the same bits on every machine.
 * @param capacity null: the memory grows with the first batches
 * @throws RangeError, at creation or in `forward`, where a batch needs more memory than there may be; estimateMemory tells before
 */
export function createWasmNetwork(
  spec: NetworkSpec,
  capacity: NetworkCapacity | null = null,
  { variant = bestKernelVariant(), startHelper }: WasmNetworkOptions = {},
): WasmNetwork {
  const { inputSize: I, hiddenSize: H, numLayers: L, outputSize: O } = spec;
  const placed = placeParameters(spec, startHelper === undefined ? 1 : TEAM);
  const workspace = createWorkspace(spec, placed, capacity);
  const { memory } = workspace;
  const kernel = instantiateKernel(variant, memory);
  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL.length));
  startHelper?.({ spec, variant, memory, control });
  const team = startHelper === undefined ? null : createTeam(control);

  const indices = packedIndices(spec, placed.packed);
  const {
    packed: { count },
    parameters,
  } = placed;
  const gradients = placed.gradients[0]!;
  const optimizer = createWasmOptimizer(kernel, placed, indices, workspace.floats);
  const norms = { update: 0, parameters: 0 };
  const stateParts = spec.cell === "lstm" ? (["states", "cells"] as const) : (["states"] as const);

  let T = 0;
  let outputs = new Float64Array(0);
  let initial: Float64Array | null = null;
  let dropped = false;
  let helpChoice = createHelpChoice();
  /** What still follows from an older state of affairs. */
  const stale = { plans: true, initialStates: true, biases: true, transposed: true };

  function place(batch: number, timeSteps: number): void {
    if (!workspace.place(batch, timeSteps)) return;
    T = timeSteps;
    outputs = new Float64Array(batch * (spec.readout === "every" ? T : 1) * O);
    stale.plans = true;
    stale.initialStates = true;
    helpChoice = createHelpChoice();
  }

  function refreshPlans(): void {
    const words = new Uint32Array(memory.buffer);
    for (const share of workspace.shares()) writePlans(words, share, dropped, initial === null);
    stale.plans = false;
  }

  function refreshInitialStates(batch: number): void {
    if (initial !== null && initial.length !== stateParts.length * L * batch * H) {
      throw new RangeError(
        `The initial state has ${initial.length} elements, which does not match a batch of ${batch}.`,
      );
    }
    const zeros = new Float64Array(initial === null ? batch * H : 0);
    stateParts.forEach((part, p) => {
      for (let l = 0; l < L; l++) {
        const start = (p * L + l) * batch * H;
        workspace.write((share) => share.layers[l]![part], 1, H, initial?.subarray(start, start + batch * H) ?? zeros);
      }
    });
    stale.initialStates = false;
  }

  /** One pass over all shares, the second one by the helper where that pays. */
  function run(command: "forward" | "backward"): void {
    const [share, other] = workspace.shares();
    const runShare = (part: SliceMemory, thread: number): void => {
      if (command === "forward") runForward(kernel, spec, placed, part, dropped);
      else runBackward(kernel, spec, placed, placed.gradients[thread]!, placed.unusedBias[thread]!, part, dropped);
    };
    if (other === undefined || team === null) {
      runShare(share!, 0);
      return;
    }
    const runOther = (): void => {
      if (command === "backward") kernel.clear(placed.gradients[1]!, count * 4);
      runShare(other, 1);
    };
    const start = performance.now();
    const ready = team.isReady();
    if (ready && helpChoice.shouldUse())
      team.run(command, { batch: other.wholeBatch, timeSteps: T, dropped }, () => runShare(share!, 0), runOther);
    else {
      runShare(share!, 0);
      runOther();
    }
    if (command === "forward") return;
    if (ready) helpChoice.recordStep(performance.now() - start);
    kernel.addValues(gradients, placed.gradients[1]!, gradients, count);
  }

  return {
    spec,
    layout: parameterLayout(spec),
    parameterCount: indices.length,

    readParameters: (into) => gather(workspace.floats(), parameters, indices, into),
    writeParameters(from) {
      scatter(workspace.floats(), parameters, indices, from);
      optimizer.reset();
      stale.biases = stale.transposed = true;
    },
    readGradients: (into) => gather(workspace.floats(), gradients, indices, into),
    readOptimizer: () => optimizer.read(),
    writeOptimizer: (state) => optimizer.write(state),

    writeInitialState(from) {
      initial = from === null ? null : from.slice();
      stale.initialStates = stale.plans = true;
    },
    readFinalState(into) {
      const { wholeBatch } = workspace.shares()[0]!;
      stateParts.forEach((part, p) => {
        for (let l = 0; l < L; l++) {
          const start = (p * L + l) * wholeBatch * H;
          workspace.read(
            (share) => lastStates(share.layers[l]![part], share),
            1,
            H,
            null,
            into.subarray(start, start + wholeBatch * H),
          );
        }
      });
    },

    forward(input, batch, timeSteps, dropout) {
      place(batch, timeSteps);
      const drop = dropout !== null && spec.dropout > 0;
      if (drop !== dropped) {
        dropped = drop;
        stale.plans = true;
      }
      if (stale.plans) refreshPlans();
      if (stale.initialStates) refreshInitialStates(batch);
      if (stale.biases) combineBiases(kernel, spec, placed, workspace.floats());
      stale.biases = false;
      workspace.write((share) => share.input, T, I, input);
      if (drop) writeDropoutMasks(workspace, spec, T, dropout);
      run("forward");
      workspace.read(
        (share) => share.outputs ?? lastStates(share.layers[L - 1]!.states, share),
        spec.readout === "every" ? T : 1,
        O,
        null,
        outputs,
      );
      return outputs;
    },

    backward(outputGradient) {
      if (stale.transposed) transposeAll(kernel, spec, placed);
      stale.transposed = false;
      workspace.write((share) => share.outputGradients, spec.readout === "every" ? T : 1, O, outputGradient);
      run("backward");
      copyBiasGradients(spec, placed, workspace.floats());
    },
    zeroGradients: () => kernel.clear(gradients, count * 4),

    gradientNorm: () => Math.sqrt(kernel.sumOfSquares(gradients, count)),
    scaleGradients: (factor) => kernel.scale(gradients, count, factor),
    clampGradients: (limit) => kernel.clampValues(gradients, count, limit),

    applyUpdate(update) {
      optimizer.apply(update);
      stale.biases = stale.transposed = true;
      const [change, before] = new Float64Array(memory.buffer, placed.norms, 2);
      norms.update = Math.sqrt(change!);
      norms.parameters = Math.sqrt(before!);
      return norms;
    },

    readStates: (layer, sequence, into) =>
      workspace.read((share) => share.layers[layer]!.states, T + 1, H, sequence, into),
    readStateGradients: (layer, sequence, into) =>
      workspace.read((share) => share.layers[layer]!.stateGradients, T + 1, H, sequence, into),
    readCells: (layer, sequence, into) =>
      workspace.read((share) => share.layers[layer]!.cells, T + 1, H, sequence, into),
    readGate(layer, gate, sequence, into) {
      const group = GATES[spec.cell].indexOf(gate);
      const gateOf = ({ layers }: SliceMemory): PanelMatrix => {
        const { gates, plan } = layers[layer]!;
        return { ...gates, address: gates.address + group * plan.hiddenPanels * gates.stride };
      };
      workspace.read(gateOf, T, H, sequence, into);
    },
    readStateGradientNorms(layer, into) {
      into.fill(0, 0, T + 1);
      for (const { layers, batch, wholeBatch, stateNorms } of workspace.shares()) {
        const { address, stride, panels } = layers[layer]!.stateGradients;
        kernel.clear(stateNorms, (T + 1) * 8);
        kernel.addRowNorms(address, stride, panels, batch, T + 1, stateNorms);
        const sums = new Float64Array(memory.buffer, stateNorms, T + 1);
        for (let t = 0; t <= T; t++) into[t] = into[t]! + sums[t]! / wholeBatch;
      }
    },

    dispose: () => team?.dispose(),
  };
}
