/** The states that a network visits on sequences of its data. */
import { sampleBatch } from "../analysis/meanJacobian";
import { readSlstmState } from "../analysis/slstmState";
import type { RunSnapshot } from "../analysis/runSnapshot";
import { COORDINATES, statePartCount, type Coordinate } from "../../shared/trace/cells";
import type { Network } from "../network/network";
import type { Batch } from "../tasks/batches";
import type { SlicedTask } from "../../lib/slicedTask";
import { StateMap } from "./stateMap";

/** Multiplications between two yields. */
const PIECE = 4e6;

export interface Visited {
  readonly map: StateMap;
  readonly sequences: number;
  readonly timeSteps: number;
  /** [sequences, timeSteps + 1, n] */
  readonly states: Float64Array<ArrayBuffer>;
  /** [sequences, timeSteps, I] */
  readonly inputs: Float64Array;
  readonly batch: Batch;
}

/** Of up to 16 training sequences, in float64 without dropout. */
export function* visitStates(snapshot: RunSnapshot): SlicedTask<Visited> {
  const map = new StateMap(snapshot.trainer.spec, snapshot.parameters);
  const { batch, timeSteps } = sampleBatch(snapshot);
  yield;
  const states = yield* statesAlong(map, batch.inputs, batch.size, timeSteps);
  return { map, sequences: batch.size, timeSteps, states, inputs: batch.inputs, batch };
}

/**
 * From the first state on, a few steps of all sequences at a time.
 * @param inputs [B, T, I]
 * @returns [B, T + 1, n]
 */
export function* statesAlong(
  { network, size: n }: StateMap,
  inputs: Float64Array,
  B: number,
  T: number,
): SlicedTask<Float64Array<ArrayBuffer>> {
  const { cell, inputSize: I, numLayers, hiddenSize } = network.spec;
  const rows = new Float64Array(B * (T + 1) * n);
  const most = Math.max(1, Math.min(T, Math.floor(PIECE / (B * network.parameterCount))));
  let state: Float64Array | null = null;
  for (let from = 0; from < T; from += most) {
    const steps = Math.min(most, T - from);
    const part = new Float64Array(B * steps * I);
    for (let b = 0; b < B; b++)
      part.set(inputs.subarray((b * T + from) * I, (b * T + from + steps) * I), b * steps * I);
    network.writeInitialState(state);
    network.forward(part, B, steps, null);
    const visited = readStateRows(network, B, steps, n);
    for (let b = 0; b < B; b++)
      rows.set(visited.subarray(b * (steps + 1) * n, (b + 1) * (steps + 1) * n), (b * (T + 1) + from) * n);
    state ??= new Float64Array(statePartCount(cell) * numLayers * B * hiddenSize);
    network.readFinalState(state);
    yield;
  }
  return rows;
}

/** Of the last forward: [B, T + 1, n]. */
function readStateRows(network: Network, B: number, T: number, n: number): Float64Array<ArrayBuffer> {
  const { numLayers: L, hiddenSize: H, cell } = network.spec;
  const rows = new Float64Array(B * (T + 1) * n);
  const one = new Float64Array(B * (T + 1) * H);
  for (let part = 0; part < n / H; part++) {
    readCoordinate(network, part % L, COORDINATES[cell][Math.floor(part / L)]!, one);
    for (let row = 0; row < B * (T + 1); row++) rows.set(one.subarray(row * H, (row + 1) * H), row * n + part * H);
  }
  return rows;
}

function readCoordinate(network: Network, layer: number, coordinate: Coordinate, into: Float64Array): void {
  if (coordinate === "mean" || coordinate === "weight")
    into.set(readSlstmState(network, layer, null, into.length)[coordinate]);
  else network.readPart(layer, coordinate, null, into);
}
