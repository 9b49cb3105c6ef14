/**
 * States, gates and dL/dh_t of every layer of a recurrent module, from what hooks see of it: input, initial state,
 * weights, output, and the gradients that autograd hands to output, h_n and c_n.
 *
 * The top layer follows its recorded output. Lower layers are not seen; they are computed from the input, and their
 * distance from what was recorded tells how far that can be trusted.
 */
import {
  backwardDirection,
  forwardDirection,
  outputSize,
  type DirectionStates,
  type DirectionWeights,
  type RecurrentShape,
} from "./directionPass";
import { roundingOf } from "./roundTo";

export interface StackShape extends RecurrentShape {
  readonly numLayers: number;
  readonly directions: 1 | 2;
}

/** One sequence of a call of the module. Rows of states are layer by layer, in each its directions. */
export interface CapturedSequence {
  readonly T: number;
  /** [T, inputSize] */
  readonly input: Float64Array;
  /** [T, directions P] */
  readonly output: Float64Array;
  /** dL/d(output) apart from what goes through later steps, [T, directions P]; null: none */
  readonly outputGradient: Float64Array | null;
  /** [layers directions, P]; null: zeros */
  readonly h0: Float64Array | null;
  /** [layers directions, H] */
  readonly c0: Float64Array | null;
  /** The states that were handed on, for comparison; null where they are not known. */
  readonly hn: Float64Array | null;
  readonly hnGradient: Float64Array | null;
  readonly cnGradient: Float64Array | null;
  /** Factors of dropout between layers, for each layer but the last [T, directions P]; null: none */
  readonly masks: readonly Float64Array[] | null;
}

/** One direction of one layer, in the order of time. */
interface RecomputedDirection {
  /** h_1 ... h_T, [T, P] */
  readonly states: Float64Array;
  /** dL/dh_t, [T, P] */
  readonly gradient: Float64Array;
  /** Of the initial state, [P] */
  readonly startGradient: Float64Array;
  /** What reaches h_t from outside of its layer, without later steps of the same layer, [T, P] */
  readonly direct: Float64Array;
  /** After their nonlinearity, [T, G H]; empty for rnn */
  readonly gates: Float64Array;
  /** lstm: c_1 ... c_T, [T, H]; else empty */
  readonly cells: Float64Array;
}

export interface Recomputed {
  /** Layer by layer, the first nearest to the input; in each the direction of time first. */
  readonly layers: readonly (readonly RecomputedDirection[])[];
  /**
   * Largest difference between what was recomputed and what was recorded, over the largest recorded value: of the
   * output, and of the last states of the layers below. NaN where a value is not finite.
   */
  readonly distance: number;
}

/** @param weights by layer and direction. @param dtype of the module's output, as PyTorch names it */
export function recomputeCapture(
  shape: StackShape,
  weights: readonly (readonly DirectionWeights[])[],
  sequence: CapturedSequence,
  dtype: string,
): Recomputed {
  const { T } = sequence;
  const { numLayers, directions } = shape;
  const P = outputSize(shape);
  const width = directions * P;
  const round = roundingOf(dtype);
  const passes: { readonly shape: RecurrentShape; readonly states: readonly DirectionStates[] }[] = [];
  let x = sequence.input;
  let distance = 0;
  for (let l = 0; l < numLayers; l++) {
    const layerShape = { ...shape, inputSize: l === 0 ? shape.inputSize : width };
    const isTop = l === numLayers - 1;
    const states: DirectionStates[] = [];
    for (let d = 0; d < directions; d++) {
      const row = l * directions + d;
      const recorded = isTop ? inOrder(columnsOf(sequence.output, T, width, d * P, P), T, P, d) : null;
      const pass = forwardDirection(
        layerShape,
        weights[l]![d]!,
        T,
        inOrder(x, T, layerShape.inputSize, d),
        rowOf(sequence.h0, row, P),
        shape.cell === "lstm" ? rowOf(sequence.c0, row, shape.hiddenSize) : new Float64Array(0),
        recorded,
        round,
      );
      states.push(pass);
      distance = worse(
        distance,
        isTop ? relative(pass.difference, pass.largest) : lastDistance(pass, sequence.hn, row, P),
      );
    }
    passes.push({ shape: layerShape, states });
    if (!isTop) x = masked(joined(states, T, P), sequence.masks?.[l] ?? null);
  }
  return { layers: goBack(shape, weights, sequence, passes), distance };
}

function goBack(
  shape: StackShape,
  weights: readonly (readonly DirectionWeights[])[],
  { T, outputGradient, hnGradient, cnGradient, masks }: CapturedSequence,
  passes: readonly { readonly shape: RecurrentShape; readonly states: readonly DirectionStates[] }[],
): RecomputedDirection[][] {
  const { numLayers, directions, hiddenSize: H, cell } = shape;
  const P = outputSize(shape);
  const width = directions * P;
  const layers: RecomputedDirection[][] = [];
  let dy = outputGradient ?? new Float64Array(T * width);
  for (let l = numLayers - 1; l >= 0; l--) {
    const { shape: layerShape, states } = passes[l]!;
    const I = layerShape.inputSize;
    const dx = new Float64Array(T * I);
    const found: RecomputedDirection[] = [];
    for (let d = 0; d < directions; d++) {
      const row = l * directions + d;
      const pass = states[d]!;
      const outside = inOrder(columnsOf(dy, T, width, d * P, P), T, P, d);
      const dhn = hnGradient === null ? null : rowOf(hnGradient, row, P);
      const dcn = cnGradient === null ? null : rowOf(cnGradient, row, H);
      const back = backwardDirection(layerShape, weights[l]![d]!, pass, outside, dhn, dcn);
      if (dhn !== null) for (let j = 0; j < P; j++) outside[(T - 1) * P + j] = outside[(T - 1) * P + j]! + dhn[j]!;
      addInto(dx, inOrder(back.dx, T, I, d));
      const G = pass.gates.length / T;
      found.push({
        states: inOrder(pass.h, T, P, d),
        gradient: inOrder(back.dh, T, P, d),
        startGradient: back.dh0,
        direct: inOrder(outside, T, P, d),
        gates: cell === "rnn" ? new Float64Array(0) : inOrder(pass.gates, T, G, d),
        cells: cell === "lstm" ? inOrder(pass.c.subarray(H), T, H, d) : new Float64Array(0),
      });
    }
    layers.unshift(found);
    if (l > 0) dy = masked(dx, masks?.[l - 1] ?? null);
  }
  return layers;
}

/** The order of the direction, or back from it: the second one goes from the last step to the first. A copy. */
function inOrder(values: Float64Array, T: number, width: number, direction: number): Float64Array {
  if (direction === 0) return values.slice(0, T * width);
  const turned = new Float64Array(T * width);
  for (let t = 0; t < T; t++) turned.set(values.subarray((T - 1 - t) * width, (T - t) * width), t * width);
  return turned;
}

/** Columns start ... start + width - 1 of [T, all]. */
function columnsOf(values: Float64Array, T: number, all: number, start: number, width: number): Float64Array {
  if (width === all) return values;
  const part = new Float64Array(T * width);
  for (let t = 0; t < T; t++) part.set(values.subarray(t * all + start, t * all + start + width), t * width);
  return part;
}

/** Outputs of the directions beside each other, in the order of time, [T, directions P]. */
function joined(states: readonly DirectionStates[], T: number, P: number): Float64Array {
  const width = states.length * P;
  const all = new Float64Array(T * width);
  states.forEach(({ h }, d) => {
    const ordered = inOrder(h, T, P, d);
    for (let t = 0; t < T; t++) all.set(ordered.subarray(t * P, (t + 1) * P), t * width + d * P);
  });
  return all;
}

function rowOf(values: Float64Array | null, row: number, width: number): Float64Array {
  return values === null ? new Float64Array(width) : values.subarray(row * width, (row + 1) * width);
}

function masked(values: Float64Array, factors: Float64Array | null): Float64Array {
  return factors === null ? values : values.map((value, i) => value * factors[i]!);
}

function addInto(to: Float64Array, values: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] = to[i]! + values[i]!;
}

function lastDistance({ T, h }: DirectionStates, hn: Float64Array | null, row: number, P: number): number {
  if (hn === null) return 0;
  let difference = 0;
  let largest = 0;
  for (let j = 0; j < P; j++) {
    const recorded = hn[row * P + j]!;
    difference = Math.max(difference, Math.abs(h[(T - 1) * P + j]! - recorded));
    largest = Math.max(largest, Math.abs(recorded));
  }
  return relative(difference, largest);
}

function relative(difference: number, largest: number): number {
  return difference === 0 ? 0 : difference / largest;
}

/** Math.max, which keeps NaN too. */
function worse(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? NaN : Math.max(a, b);
}
