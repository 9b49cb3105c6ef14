import { GATES, isLstm, type StatePart } from "../../shared/trace/cells";
import { partWidth, sizeOf } from "../../shared/trace/networkSpec";
import type { Batch } from "../tasks/batches";
import type { Network } from "../network/network";
import type { Dataset } from "../tasks/task";
import { tensorsOf, type NamedTensor } from "../numerics/tensor";

/** Everything about one step, in PyTorch's names and shapes. */
export interface CapturedStep {
  readonly loss: number;
  /** [B, T, I] */
  readonly input: NamedTensor;
  /** [B, outputSteps, O], without the steps where there is one; for classes without O. */
  readonly target: NamedTensor;
  /** [B, outputSteps, O], without the steps where there is one. */
  readonly output: NamedTensor;
  readonly parameters: readonly NamedTensor[];
  /** Before clipping. */
  readonly gradients: readonly NamedTensor[];
  /** Per layer, "l0" and so on, [B, T + 1, H]; entry 0 is the initial state. */
  readonly states: readonly NamedTensor[];
  /** dL/dh_t per layer, same shape. */
  readonly stateGradients: readonly NamedTensor[];
  /** lstm: cell states per layer, same shape. */
  readonly cells: readonly NamedTensor[];
  /** lstm and gru: gates after their nonlinearity, "i.l0" and so on, [B, T, H]. */
  readonly gates: readonly NamedTensor[];
}

/** @param network its last forward and backward were of this batch */
export function captureStep(
  network: Network,
  dataset: Dataset,
  batch: Batch,
  loss: number,
  outputs: Float64Array,
): CapturedStep {
  const { spec, layout, parameterCount } = network;
  const { timeSteps: T, outputSteps: S, outputSize: O } = dataset;
  const B = batch.size;
  const steps = S === 1 ? [] : [S];
  const H = spec.hiddenSize;
  const layers = Array.from({ length: spec.numLayers }, (_, l) => l);
  const states = (part: StatePart, read: (layer: number, into: Float64Array) => void): NamedTensor[] =>
    layers.map((l) => readTensor(`l${l}`, [B, T + 1, partWidth(spec, part)], (into) => read(l, into)));
  const flat = (read: (into: Float64Array) => void): NamedTensor[] =>
    tensorsOf(layout, readTensor("", [parameterCount], read).values);
  return {
    loss,
    input: { name: "input", shape: [B, T, spec.inputSize], values: Float64Array.from(batch.inputs) },
    target: {
      name: "target",
      shape: [B, ...steps, ...(dataset.targetKind === "classes" ? [] : [O])],
      values: Float64Array.from(batch.targets),
    },
    output: { name: "output", shape: [B, ...steps, O], values: Float64Array.from(outputs) },
    parameters: flat((into) => network.readParameters(into)),
    gradients: flat((into) => network.readGradients(into)),
    states: states("h", (l, into) => network.readStates(l, null, into)),
    stateGradients: states("h", (l, into) => network.readStateGradients(l, null, into)),
    cells: isLstm(spec.cell) ? states("c", (l, into) => network.readPart(l, "c", null, into)) : [],
    gates: layers.flatMap((l) =>
      GATES[spec.cell].map((gate) =>
        readTensor(`${gate}.l${l}`, [B, T, H], (into) => network.readGate(l, gate, null, into)),
      ),
    ),
  };
}

function readTensor(name: string, shape: readonly number[], read: (into: Float64Array) => void) {
  const values = new Float64Array(sizeOf(shape));
  read(values);
  return { name, shape, values };
}
