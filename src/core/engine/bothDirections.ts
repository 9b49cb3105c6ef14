/**
 * The two directions of a bidirectional layer (Schuster and Paliwal, IEEE Transactions on Signal Processing 45, 1997),
 * as PyTorch has them. The backward one is computed like any other layer, with its steps in its own order: its step s
 * reads step n - s + 1 of a sequence of n steps, so that it starts at the true end of each, and padding follows what
 * it has read.
 */

/** Of a batch. */
export interface StepOrder {
  readonly B: number;
  readonly T: number;
  /** Steps of each sequence that are data; null: all T. */
  readonly lengths: Uint32Array | null;
}

/** Of step p, from 0, of one direction the step of the other; padding keeps its place. */
function turned(p: number, length: number): number {
  return p < length ? length - 1 - p : p;
}

/** From the order of one direction to that of the other, [B, T, width]; `head` entries before the steps stay. */
export function turnSteps(
  { B, T, lengths }: StepOrder,
  values: Float64Array,
  width: number,
  into: Float64Array,
  head = 0,
): void {
  for (let b = 0; b < B; b++) {
    const start = b * (head + T) * width;
    into.set(values.subarray(start, start + head * width), start);
    for (let p = 0; p < T; p++) {
      const from = start + (head + turned(p, lengths?.[b] ?? T)) * width;
      into.set(values.subarray(from, from + width), start + (head + p) * width);
    }
  }
}

/** What both directions put out, side by side in the order of the sequence. */
export interface JoinedStates {
  /** [B, head + T, 2 H] */
  readonly values: Float64Array;
  /** Entries before the steps, which are left alone. */
  readonly head: number;
  /** Whether the backward half of every step is that direction's last state, at the first step of the sequence. */
  readonly atEnds: boolean;
}

/** @param forward and backward, h [B, T + 1, H] of each in its own order */
export function joinStates(
  order: StepOrder,
  forward: Float64Array,
  backward: Float64Array,
  H: number,
  into: JoinedStates,
): void {
  forEachStep(order, into, (step, ofForward, ofBackward) => {
    const to = step * 2 * H;
    into.values.set(forward.subarray(ofForward * H, (ofForward + 1) * H), to);
    into.values.set(backward.subarray(ofBackward * H, (ofBackward + 1) * H), to + H);
  });
}

/** Adds what reaches the joined states to dh of each direction. */
export function splitGradients(
  order: StepOrder,
  from: JoinedStates,
  H: number,
  dForward: Float64Array,
  dBackward: Float64Array,
): void {
  forEachStep(order, from, (step, ofForward, ofBackward) => {
    const at = step * 2 * H;
    for (let j = 0; j < H; j++) {
      dForward[ofForward * H + j] = dForward[ofForward * H + j]! + from.values[at + j]!;
      dBackward[ofBackward * H + j] = dBackward[ofBackward * H + j]! + from.values[at + H + j]!;
    }
  });
}

/** Rows of the joined values, and of the states of each direction. */
function forEachStep(
  { B, T, lengths }: StepOrder,
  { head, atEnds }: JoinedStates,
  visit: (step: number, forward: number, backward: number) => void,
): void {
  for (let b = 0; b < B; b++) {
    const length = lengths?.[b] ?? T;
    const states = b * (T + 1) + 1;
    for (let p = 0; p < T; p++)
      visit(b * (head + T) + head + p, states + p, states + (atEnds ? length - 1 : turned(p, length)));
  }
}
