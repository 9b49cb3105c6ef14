/** What a network remembers of its inputs: what its last output depends on, and what can be read from its state. */
import { layerWidth } from "../../shared/trace/networkSpec";
import * as l10n from "@vscode/l10n";
import { l2Norm } from "../numerics/l2Norm";
import { tensorNamed } from "../analysis/stepCoefficients";
import type { RunSnapshot } from "../analysis/runSnapshot";
import { createBatch, fillRow } from "../tasks/batches";
import type { InputMemory } from "../../shared/trace/dynamics";
import type { SlicedTask } from "../../lib/slicedTask";
import { decodeInputs, MAX_DECODED, pairCounts, type DecodedSequences } from "./decodeInputs";
import type { OnProgress } from "./progress";
import type { OutputSlope, StateMap } from "./stateMap";
import { statesAlong, visitStates, type Visited } from "./visitedStates";

/** Multiplications, n^2 a step, that limit the sequences that are decoded. */
const WORK = 4e9;
/** Of their states. */
const MOST_NUMBERS = 2 ** 24;

/** States of a recorded layer that a linear map is fitted to, for each of its numbers. */
const LEAST_PER_NUMBER = 2;

export interface NetworkMemory extends InputMemory {
  readonly inputGradient: Float64Array<ArrayBuffer>;
}

/** @throws Error in words for a person of a bidirectional network */
export function* analyzeMemory(snapshot: RunSnapshot, onProgress: OnProgress): SlicedTask<NetworkMemory> {
  if (snapshot.trainer.spec.directions === 2)
    throw new Error(
      l10n.t("The memory is that of a state of what was read before it; a bidirectional model reads from both ends."),
    );
  const visited = yield* visitStates(snapshot);
  const { sequences, timeSteps: T } = visited;
  const total = sequences + 1;
  const squares = new Float64Array(T);
  for (let b = 0; b < sequences; b++) {
    onProgress(b, total);
    const norms = yield* outputDependence(visited, snapshot.parameters, b);
    for (let t = 0; t < T; t++) squares[t] = squares[t]! + norms[t]! ** 2 / sequences;
  }
  onProgress(sequences, total);
  const decoded = yield* decodeInputs(sequencesOf(snapshot, visited.map));
  onProgress(total, total);
  return { timeSteps: T, inputGradient: squares.map(Math.sqrt), sequences, ...decoded };
}

/**
 * Of a layer that was run elsewhere: what can be read from its states. What the output depends on takes the whole
 * model.
 * @throws Error in words for a person where too few states were recorded for a linear map of them
 */
export function* memoryOf(
  { map, states, inputs, sequences, timeSteps: T }: Visited,
  onProgress: OnProgress,
): SlicedTask<InputMemory> {
  const { size: n } = map;
  const { inputSize: I } = map.spec;
  const { fitted } = pairCounts(sequences, T);
  if (sequences < 2 || fitted < LEAST_PER_NUMBER * n) throw new Error(tooFewStates(n, sequences, T));
  const decoded = yield* decodeInputs({
    size: n,
    inputSize: I,
    timeSteps: T,
    count: sequences,
    *read(b) {
      onProgress(b, sequences);
      yield;
      return {
        states: states.subarray(b * (T + 1) * n, (b + 1) * (T + 1) * n),
        inputs: inputs.subarray(b * T * I, (b + 1) * T * I),
      };
    },
  });
  onProgress(sequences, sequences);
  return { timeSteps: T, inputGradient: null, sequences: 0, ...decoded };
}

function tooFewStates(n: number, sequences: number, T: number): string {
  const needed = LEAST_PER_NUMBER * n;
  let enough = Math.max(2, sequences);
  while (enough < MAX_DECODED && pairCounts(enough, T).fitted < needed) enough++;
  return [
    l10n.t("A state has {0} numbers, so that a linear map has to be fitted to at least {1} states.", n, needed),
    l10n.t("Captured sequences: {0}, which give {1}.", sequences, pairCounts(sequences, T).fitted),
    l10n.t("Call watch with sequences={0} or more; a batch has to have as many.", enough),
  ].join(" ");
}

/** |dy_T / dx_t|, [T], of one sequence: dy_T / dh_T goes back through the Jacobians of the steps. */
export function* outputDependence(
  { map, states, inputs, timeSteps: T }: Visited,
  parameters: Float64Array,
  b: number,
): SlicedTask<Float64Array<ArrayBuffer>> {
  const { size: n } = map;
  const { inputSize: I } = map.spec;
  const norms = new Float64Array(T);
  let slope: OutputSlope | null = null;
  let back = new Float64Array(0);
  for (let t = T; t >= 1; t--) {
    const h = (b * (T + 1) + t - 1) * n;
    const x = (b * T + t - 1) * I;
    const { jacobian, inputJacobian } = map.linearize(states.subarray(h, h + n), inputs.subarray(x, x + I));
    if (slope === null) {
      slope = outputSlope(map, parameters);
      back = Float64Array.from(slope.state);
    }
    const passing = slope.input;
    const ofInput = product(back, inputJacobian, n, I);
    // What passes the state by at the last step.
    norms[t - 1] = l2Norm(t < T ? ofInput : ofInput.map((value, i) => value + passing[i]!));
    back = product(back, jacobian, n, n);
    yield;
  }
  return norms;
}

/** dy / d(state), [O, n], and what reaches y from the input past the state, [O, I]. */
function outputSlope(map: StateMap, parameters: Float64Array): OutputSlope {
  const { inputSize: I, readout } = map.spec;
  const width = layerWidth(map.spec);
  const slope = map.outputSlope();
  if (readout === "state") return slope;
  const weights = tensorNamed(map.network, parameters, "readout.weight")!;
  return { state: product(weights, slope.state, width, map.size), input: product(weights, slope.input, width, I) };
}

/** a [rows, n] times b [n, width] */
function product(a: Float64Array, b: Float64Array, n: number, width: number): Float64Array<ArrayBuffer> {
  const rows = a.length / n;
  const result = new Float64Array(rows * width);
  for (let r = 0; r < rows; r++)
    for (let k = 0; k < n; k++) {
      const factor = a[r * n + k]!;
      if (factor === 0) continue;
      for (let j = 0; j < width; j++) result[r * width + j] = result[r * width + j]! + factor * b[k * width + j]!;
    }
  return result;
}

/** Some of the data set, spread evenly, up to the end of the shortest sequence. */
function sequencesOf({ trainer: { dataset } }: RunSnapshot, map: StateMap): DecodedSequences {
  const T = dataset.lengths === undefined ? dataset.timeSteps : Math.min(...dataset.lengths);
  const affordable = Math.floor(Math.min(WORK / map.size ** 2, MOST_NUMBERS / map.size) / T);
  const count = Math.min(dataset.sequences, Math.max(4, Math.min(MAX_DECODED, affordable)));
  const batch = createBatch(dataset, 1);
  const { inputSize } = map.spec;
  return {
    size: map.size,
    inputSize,
    timeSteps: T,
    count,
    *read(index) {
      fillRow(dataset, Math.floor((index * dataset.sequences) / count), batch, 0);
      const inputs = batch.inputs.subarray(0, T * inputSize);
      return { states: yield* statesAlong(map, inputs, 1, T), inputs };
    },
  };
}
