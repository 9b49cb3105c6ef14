/**
 * The gradient through the cell alone, recurrent weights and peepholes left out: dc_{t-1} = dc_t f_t for lstm and
 * dh_{t-1} = dh_t z_t for gru. Of the cells without recurrent weights it is the whole: dh_t (1 - z_t) for mingru,
 * dh_t f_t for minlstm, each unit by its |lambda| for lru and by its a_t for rglru. For lstm dL/dh_{t-1} is
 * proportional to dL/dc_t, so it begins at step T - 1; so it does for slstm, where it is the mean c / n that is passed
 * on, by the share f of it that is kept.
 */
import type { GradientDecay } from "../../shared/trace/gradientDecay";
import { isLstm, type CellKind, type GateName } from "../../shared/trace/cells";
import { isCut } from "../../shared/trace/networkSpec";
import type { SlicedTask } from "../../lib/slicedTask";
import { lruModuli } from "../cells/lru";
import { tensorNamed } from "./stepCoefficients";
import type { StateSample } from "./meanJacobian";

/** What a unit keeps of its state at a step; or, where it writes, what is written in its place. */
const KEEPING_GATES: Readonly<
  Partial<Record<CellKind, { readonly gate: GateName | "lambda"; readonly isWriting?: boolean }>>
> = {
  lstm: { gate: "f" },
  "lstm-variant": { gate: "f" },
  "lstm-coupled": { gate: "f" },
  gru: { gate: "z" },
  mingru: { gate: "z", isWriting: true },
  minlstm: { gate: "f" },
  lru: { gate: "lambda" },
  rglru: { gate: "a" },
  slstm: { gate: "f" },
};

/**
 * curve_{t-1} = mean over sequences of the root mean square over units of the product of the gates of the steps after
 * t - 1. Null for a cell without such a gate. A piece of work is one sequence.
 */
export function* gatesAlone(
  { network, parameters, batch, timeSteps: T }: StateSample,
  layer: number,
): SlicedTask<GradientDecay["cellAlone"]> {
  const { cell, hiddenSize: H, truncate } = network.spec;
  const keep = KEEPING_GATES[cell];
  if (keep === undefined) return null;
  const { gate, isWriting = false } = keep;
  const moduli = gate === "lambda" ? lruModuli(tensorNamed(network, parameters, `nu_log_l${layer}`)!) : null;
  const from = isLstm(cell) || cell === "slstm" ? T - 1 : T;
  const curve = new Float64Array(T + 1).fill(1, from);
  const gates = new Float64Array(T * H);
  let share = 0;
  for (let b = 0; b < batch.size; b++) {
    if (gate === "lambda") for (let t = 0; t < T; t++) gates.set(moduli!, t * H);
    else network.readGate(layer, gate, b, gates);
    if (isWriting) for (let i = 0; i < gates.length; i++) gates[i] = 1 - gates[i]!;
    share += gates.reduce((sum, gate) => sum + gate, 0) / (gates.length * batch.size);
    const products = new Float64Array(H).fill(1);
    for (let t = from; t >= 1; t--) {
      // lstm and slstm: from dL/dh_t to dL/dh_{t-1} is from dL/dc_{t+1} to dL/dc_t, through f_{t+1}.
      const gateStep = t + (T - from);
      if (isCut(t, T, truncate)) products.fill(0);
      let squares = 0;
      for (let j = 0; j < H; j++) {
        products[j] = products[j]! * gates[(gateStep - 1) * H + j]!;
        squares += products[j]! ** 2;
      }
      curve[t - 1] = curve[t - 1]! + Math.sqrt(squares / H) / batch.size;
    }
    yield;
  }
  return { curve, from, share, moduli };
}
