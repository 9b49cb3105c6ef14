/** The cell race: one experiment trained with each kind of cell, all with about as many parameters. */
import type { FixEdit } from "./findings";
import type { CellName } from "../trace/cells";

export const RACED_CELLS: readonly CellName[] = ["linear", "rnn", "lstm", "gru"];

/** A state further back than this gain reaches is called forgotten. */
export const FORGOTTEN_GAIN = 1e-3;

/** How far back the last state of a network remembers. */
export interface MemoryLength {
  /**
   * The smallest number of steps back at which the gain is under {@link FORGOTTEN_GAIN}. The gain over T - k steps is
   * |dh_T/dh_k|_F / sqrt(H), the mean over sequences: 1 at no step back, whatever H. Null: it was not under it as far
   * as was looked.
   */
  readonly steps: number | null;
  /** Steps back that were looked at. */
  readonly measured: number;
  /** Gain by steps back, from 0 to `measured`. */
  readonly gains: Float64Array<ArrayBuffer>;
}

export interface RaceResult {
  /** Over the sequences held out, or the first ones for training where none are; the same ones for all cells. */
  readonly loss: number;
  readonly accuracy: number | null;
  readonly exactAccuracy: number | null;
  /** Null of a bidirectional model, which has no last state of all that was read. */
  readonly memory: MemoryLength | null;
}

export interface RaceLane {
  readonly cell: CellName;
  readonly hiddenSize: number;
  readonly parameterCount: number;
  /** What turns the file, as long as it is one of the lanes, into the experiment of this one. */
  readonly edits: readonly FixEdit[];
  readonly phase: "waiting" | "running" | "done" | "diverged" | "failed";
  /** Why it failed, for a person. */
  readonly message: string | null;
  readonly iteration: number;
  readonly iterations: number;
  /** Loss of training so far, thinned; same length. */
  readonly curve: { readonly iteration: Float64Array<ArrayBuffer>; readonly loss: Float64Array<ArrayBuffer> };
  /** Time of its own training steps. */
  readonly trainMs: number;
  /** Null until it has ended. */
  readonly result: RaceResult | null;
}

export interface CellRace {
  readonly phase: "starting" | "running" | "done" | "stopped" | "failed";
  readonly message: string | null;
  /** Parameters of the model of the file, which the others come near to. */
  readonly budget: number;
  /** What the final loss is over. */
  readonly scoredOn: "validation" | "training";
  readonly lanes: readonly RaceLane[];
}

/** As views show it: the file may have become another lane since. */
export interface ShownRace extends CellRace {
  readonly inFile: CellName | null;
}
