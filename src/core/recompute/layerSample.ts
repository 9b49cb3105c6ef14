import type { StateSample } from "../analysis/meanJacobian";
import { GATES, type GateName } from "../../shared/trace/cells";
import type { Capture, ProbedLayer } from "../../shared/trace/probeContents";
import type { AnalyzedCapture } from "./analyzeCapture";

/**
 * One layer of a captured module as a network of one layer, in the order of time, so that what is computed of the lab's
 * own networks can be computed of it. Only for a forward layer with gates or tanh or relu, without a projection, and
 * sequences of one length.
 */
export function layerSample(
  module: ProbedLayer,
  capture: Capture,
  weights: ReadonlyMap<string, Float64Array>,
  { directions }: AnalyzedCapture,
  layer: number,
): StateSample {
  const { cell, hiddenSize: H } = module;
  const { sequences: n, timeSteps: T } = capture.value;
  const row = layer * module.directions;
  const part = directions[row]!;
  const inputSize = layer === 0 ? module.inputSize : module.directions * H;
  const names = ["weight_ih", "weight_hh", ...(module.bias ? ["bias_ih", "bias_hh"] : [])];
  const tensors = names.map((name) => weights.get(`weight.${name}_l${layer}`)!);
  let offset = 0;
  const layout = names.map((name, i) => {
    const info = { name: `${name}_l0`, shape: [tensors[i]!.length], offset };
    offset += tensors[i]!.length;
    return info;
  });
  const parameters = new Float64Array(offset);
  for (const [i, tensor] of tensors.entries()) parameters.set(tensor, layout[i]!.offset);
  const stateOf = (b: number, steps: Float64Array, initial: Float64Array | undefined, into: Float64Array): void => {
    if (initial === undefined) into.fill(0, 0, H);
    else into.set(initial.subarray((row * n + b) * H, (row * n + b + 1) * H));
    into.set(steps.subarray(b * T * H, (b + 1) * T * H), H);
  };
  return {
    network: {
      spec: {
        cell,
        nonlinearity: module.nonlinearity === "relu" ? "relu" : "tanh",
        inputSize,
        hiddenSize: H,
        numLayers: 1,
        bias: module.bias,
        dropout: 0,
        readout: "state",
        outputSize: H,
        truncate: null,
      },
      layout,
      readStates: (_layer, b, into) => stateOf(b, part.states, capture.arrays.get("h0"), into),
      readPart: (_layer, name, b, into) =>
        stateOf(b, name === "c" ? part.cells! : part.states, capture.arrays.get(`${name}0`), into),
      readGate: (_layer, gate, b, into) => readGate(part.gates!, GATES[cell], gate, b * T, H, into),
    },
    parameters,
    batch: { size: n, inputs: inputsOf(module, capture, directions, layer, inputSize) },
    timeSteps: T,
  };
}

/** Gates beside each other, [steps, G H], from the step `first` on. */
function readGate(
  gates: Float64Array,
  names: readonly GateName[],
  gate: GateName,
  first: number,
  H: number,
  into: Float64Array,
): void {
  const width = names.length * H;
  const start = names.indexOf(gate) * H;
  for (let t = 0; t < into.length / H; t++) {
    const at = (first + t) * width + start;
    into.set(gates.subarray(at, at + H), t * H);
  }
}

/** What the layer reads, [sequences, T, inputSize]. */
function inputsOf(
  module: ProbedLayer,
  capture: Capture,
  directions: AnalyzedCapture["directions"],
  layer: number,
  inputSize: number,
): Float64Array {
  const { sequences: n, timeSteps: T } = capture.value;
  const H = module.hiddenSize;
  const inputs = new Float64Array(n * T * inputSize);
  const recorded = capture.arrays.get("input")!;
  const masks = capture.arrays.get("masks");
  for (let t = 0; t < T; t++)
    for (let b = 0; b < n; b++) {
      const to = (b * T + t) * inputSize;
      const from = (t * n + b) * inputSize;
      if (layer === 0) {
        inputs.set(recorded.subarray(from, from + inputSize), to);
        continue;
      }
      for (let d = 0; d < module.directions; d++) {
        const { states } = directions[(layer - 1) * module.directions + d]!;
        inputs.set(states.subarray((b * T + t) * H, (b * T + t + 1) * H), to + d * H);
      }
      if (masks === undefined) continue;
      const factors = (layer - 1) * T * n * inputSize + from;
      for (let j = 0; j < inputSize; j++) inputs[to + j] = inputs[to + j]! * masks[factors + j]!;
    }
  return inputs;
}
