/** The states that a network visits on sequences of its data. */
import { runSample, type Sample } from "../analysis/meanJacobian";
import type { RunSnapshot } from "../analysis/runSnapshot";
import { STATE_PARTS } from "../../shared/trace/cells";
import type { Network } from "../network/network";
import { StateMap } from "./stateMap";

export interface Visited {
  readonly map: StateMap;
  readonly sequences: number;
  readonly timeSteps: number;
  /** [sequences, timeSteps + 1, n] */
  readonly states: Float64Array<ArrayBuffer>;
  /** [sequences, timeSteps, I] */
  readonly inputs: Float64Array;
  readonly sample: Sample;
}

/** Of up to 16 training sequences, in float64 without dropout. */
export function visitStates(snapshot: RunSnapshot): Visited {
  const map = new StateMap(snapshot.trainer.spec, snapshot.parameters);
  const sample = runSample({ ...snapshot, network: () => map.network });
  const { batch, timeSteps } = sample;
  const states = readStateRows(map.network, batch.size, timeSteps, map.size);
  return { map, sequences: batch.size, timeSteps, states, inputs: batch.inputs, sample };
}

/** Of the last forward: [B, T + 1, n]. */
export function readStateRows(network: Network, B: number, T: number, n: number): Float64Array<ArrayBuffer> {
  const { numLayers: L, hiddenSize: H, cell } = network.spec;
  const rows = new Float64Array(B * (T + 1) * n);
  const one = new Float64Array(B * (T + 1) * H);
  for (let part = 0; part < n / H; part++) {
    network.readPart(part % L, STATE_PARTS[cell][Math.floor(part / L)]!, null, one);
    for (let row = 0; row < B * (T + 1); row++) rows.set(one.subarray(row * H, (row + 1) * H), row * n + part * H);
  }
  return rows;
}
