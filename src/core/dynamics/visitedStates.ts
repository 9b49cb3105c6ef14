/** The states that a network visits on sequences of its data. */
import { directionSample, topForwardLayer } from "../analysis/directionSample";
import { runSample, sampleBatch, type StateSample } from "../analysis/meanJacobian";
import { readSlstmState } from "../analysis/slstmState";
import type { RunSnapshot } from "../analysis/runSnapshot";
import { COORDINATES, type Coordinate, STATE_PARTS } from "../../shared/trace/cells";
import { partWidth, stateSize } from "../../shared/trace/networkSpec";
import type { Network } from "../network/network";
import type { SlicedTask } from "../../lib/slicedTask";
import { StateMap } from "./stateMap";

/** Sequences of a layer that was run elsewhere. */
const MAX_SEQUENCES = 16;
/** Multiplications between two yields. */
const PIECE = 4e6;

/** Of a network, or of a layer that was run elsewhere: what its dynamics are analyzed from. */
export interface Visited {
  readonly map: StateMap;
  /** Of random numbers. */
  readonly seed: number;
  readonly sequences: number;
  readonly timeSteps: number;
  /** [sequences, timeSteps + 1, n] */
  readonly states: Float64Array<ArrayBuffer>;
  /** [sequences, timeSteps, I] */
  readonly inputs: Float64Array;
  /** The inputs are symbols, each a 1 in its place. */
  readonly areSymbols: boolean;
  /** Of each sequence where each has one; else null. */
  readonly classes: readonly number[] | null;
}

/**
 * Of up to 16 training sequences, in float64 without dropout.
 * @param layer of a bidirectional network, which does not step through time as a whole, the layer that is meant
 */
export function* visitStates(
  snapshot: RunSnapshot,
  layer = topForwardLayer(snapshot.trainer.spec),
): SlicedTask<Visited> {
  if (snapshot.trainer.spec.directions === 2) {
    const visited = yield* visitedOfLayer(directionSample(runSample(snapshot), layer));
    return { ...visited, seed: snapshot.experiment.seed };
  }
  const map = new StateMap(snapshot.trainer.spec, snapshot.parameters);
  const { batch, timeSteps } = sampleBatch(snapshot);
  yield;
  const states = yield* statesAlong(map, batch.inputs, batch.size, timeSteps);
  const { targetKind, outputSteps, inputKind } = snapshot.trainer.dataset;
  return {
    map,
    seed: snapshot.experiment.seed,
    sequences: batch.size,
    timeSteps,
    states,
    inputs: batch.inputs,
    areSymbols: inputKind === "one-hot",
    classes: targetKind === "classes" && outputSteps === 1 ? Array.from(batch.targets) : null,
  };
}

/**
 * Of a layer, which `sample` has alone, that was run elsewhere.
 * @param most sequences
 */
export function* visitedOfLayer(
  { network, parameters, batch, timeSteps: T }: StateSample,
  most = MAX_SEQUENCES,
): SlicedTask<Visited> {
  const map = new StateMap(network.spec, Float64Array.from(parameters));
  const { inputSize: I, cell } = network.spec;
  const n = map.size;
  const B = Math.min(batch.size, most);
  const states = new Float64Array(B * (T + 1) * n);
  for (let b = 0; b < B; b++) {
    let start = 0;
    for (const part of STATE_PARTS[cell]) {
      const width = partWidth(network.spec, part);
      const one = new Float64Array((T + 1) * width);
      network.readPart(0, part, b, one);
      for (let t = 0; t <= T; t++) states.set(one.subarray(t * width, (t + 1) * width), (b * (T + 1) + t) * n + start);
      start += width;
    }
    yield;
  }
  const inputs = Float64Array.from(batch.inputs.subarray(0, B * T * I));
  return { map, seed: 0, sequences: B, timeSteps: T, states, inputs, areSymbols: false, classes: null };
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
  const { inputSize: I } = network.spec;
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
    state ??= new Float64Array(B * stateSize(network.spec));
    network.readFinalState(state);
    yield;
  }
  return rows;
}

/** Of the last forward: [B, T + 1, n]. */
function readStateRows(network: Network, B: number, T: number, n: number): Float64Array<ArrayBuffer> {
  const { numLayers: L, cell } = network.spec;
  const rows = new Float64Array(B * (T + 1) * n);
  let start = 0;
  for (const part of COORDINATES[cell]) {
    const width = partWidth(network.spec, part);
    const one = new Float64Array(B * (T + 1) * width);
    for (let layer = 0; layer < L; layer++, start += width) {
      readCoordinate(network, layer, part, one);
      for (let row = 0; row < B * (T + 1); row++)
        rows.set(one.subarray(row * width, (row + 1) * width), row * n + start);
    }
  }
  return rows;
}

function readCoordinate(network: Network, layer: number, coordinate: Coordinate, into: Float64Array): void {
  if (coordinate === "mean" || coordinate === "weight")
    into.set(readSlstmState(network, layer, null, into.length)[coordinate]);
  else network.readPart(layer, coordinate, null, into);
}
