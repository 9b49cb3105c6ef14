import { finishWork, type SlicedTask } from "../../lib/slicedTask";
import type { Loss } from "../../config/facts/taskTraits";
import { evaluateLoss } from "../network/losses";
import type { Network } from "../network/network";
import { createBatch, fillRow, weightOf, type Batch } from "../tasks/batches";
import type { Dataset } from "../tasks/task";
import { createScorer, hasAccuracy, hasExactAccuracy } from "./score";
import { stateBlocks, stateSize } from "../../shared/trace/networkSpec";
import { clearStateRow, copyStateRow } from "../network/stateRows";

export interface Evaluation {
  readonly sequences: number;
  readonly loss: number;
  /** Null where there is no right or wrong, and exactAccuracy also where a sequence has one output only. */
  readonly accuracy: number | null;
  readonly exactAccuracy: number | null;
}

/**
 * Loss and accuracy over the sequences `from` to `to` of a data set, without dropout.
 * @param largestBatch sequences that go through the network at once
 * @param carriesState whether a sequence starts from the state that the one before ended in, as in training on a
 * stream; else each starts from zeros
 */
export function evaluateSequences(
  network: Network,
  dataset: Dataset,
  loss: Loss,
  from: number,
  to: number,
  largestBatch: number,
  carriesState = false,
): Evaluation {
  return finishWork(evaluateParts(network, dataset, loss, from, to, largestBatch, carriesState));
}

/** The same, with a yield after each batch. */
export function* evaluateParts(
  network: Network,
  dataset: Dataset,
  loss: Loss,
  from: number,
  to: number,
  largestBatch: number,
  carriesState = false,
): SlicedTask<Evaluation> {
  const { outputSize: O, outputSteps: S } = dataset;
  const scorer = createScorer(dataset, loss);
  const gradient = new Float64Array(Math.min(largestBatch, to - from) * S * O);
  let sum = 0;
  let weights = 0;
  for (const { outputs, batch } of forwardParts(network, dataset, from, to, largestBatch, carriesState)) {
    const weight = weightOf(batch);
    const part = gradient.subarray(0, outputs.length);
    // Windows of which nothing counts have no loss.
    if (weight > 0) sum += evaluateLoss(loss, outputs, batch.targets, part, O, batch.weights) * weight;
    weights += weight;
    scorer.add(outputs, batch);
    yield;
  }
  return {
    sequences: to - from,
    loss: sum / weights,
    accuracy: hasAccuracy(dataset) ? scorer.accuracy() : null,
    exactAccuracy: hasExactAccuracy(dataset) ? scorer.exactAccuracy() : null,
  };
}

/** What a network answers to some sequences at once; all valid until the next ones. */
export interface ForwardPart {
  readonly sequences: readonly number[];
  readonly batch: Batch;
  /** [B, outputSteps, O] */
  readonly outputs: Float64Array;
}

/**
 * The sequences `from` to `to` in batches, as {@link evaluateSequences} reads them.
 * @param most so many are read at most: those at the start of each part of a stream, else of stretches of neighbors
 * that are spread evenly
 */
export function* forwardParts(
  network: Network,
  dataset: Dataset,
  from: number,
  to: number,
  largestBatch: number,
  carriesState: boolean,
  most = to - from,
): Generator<ForwardPart> {
  const size = Math.min(largestBatch, to - from);
  const chosen = Math.min(most, to - from);
  const carried = carriesState ? new StateOfRows(network, dataset) : null;
  let batch = createBatch(dataset, size);
  network.writeInitialState(null);
  const parts = carriesState ? streamBatches(from, to, size, chosen) : plainBatches(from, to, size, chosen);
  for (const sequences of parts) {
    const count = sequences.length;
    if (count !== batch.size) batch = createBatch(dataset, count);
    for (let b = 0; b < count; b++) fillRow(dataset, sequences[b]!, batch, b);
    carried?.start(sequences);
    yield { sequences, batch, outputs: network.forward(batch.inputs, count, dataset.timeSteps, null, batch.lengths) };
    carried?.keep(count);
  }
}

/** Stretches of which not all sequences are read. */
const STRETCHES = 16;

function* plainBatches(from: number, to: number, size: number, most: number): Generator<readonly number[]> {
  const stretches = most < to - from ? Math.min(STRETCHES, most) : 1;
  const each = Math.floor(most / stretches);
  const room = to - from - each;
  const firstOf = (stretch: number): number =>
    stretches === 1 ? from : from + Math.floor((stretch * room) / (stretches - 1));
  const sequenceAt = (index: number): number => firstOf(Math.floor(index / each)) + (index % each);
  for (let start = 0; start < stretches * each; start += size)
    yield Array.from({ length: Math.min(size, stretches * each - start) }, (_, b) => sequenceAt(start + b));
}

/**
 * As in training each row reads its own part of the stream, one sequence after the other. The last row's part may be
 * shorter: no sequence is left out.
 */
function* streamBatches(from: number, to: number, size: number, most: number): Generator<readonly number[]> {
  const each = Math.ceil((to - from) / size);
  const rows = Math.ceil((to - from) / each);
  const positions = most < to - from ? Math.max(1, Math.floor(most / rows)) : each;
  for (let position = 0; position < positions; position++) {
    const firsts = Array.from({ length: rows }, (_, row) => from + row * each + position);
    yield firsts.filter((sequence) => sequence < to);
  }
}

/** The final state of each row of one batch, from which the same row of the next one starts. */
class StateOfRows {
  /** See Network.readFinalState; null before the first batch. */
  private values: Float64Array | null = null;
  private rows = 0;
  private readonly blocks: readonly number[];

  constructor(
    private readonly network: Network,
    private readonly dataset: Dataset,
  ) {
    this.blocks = stateBlocks(network.spec);
  }

  /** @param sequences of the batch, as many as before or fewer: the last rows have ended */
  start(sequences: readonly number[]): void {
    const rows = sequences.length;
    if (this.values !== null && rows < this.rows) this.values = this.firstRows(this.values, rows);
    if (this.values !== null)
      for (const [row, sequence] of sequences.entries())
        if (this.dataset.startsSeries?.(sequence) === true)
          clearStateRow(this.blocks, { values: this.values, B: rows, b: row });
    this.network.writeInitialState(this.values);
  }

  keep(rows: number): void {
    if (this.values === null || rows !== this.rows) this.values = new Float64Array(rows * stateSize(this.network.spec));
    this.rows = rows;
    this.network.readFinalState(this.values);
  }

  private firstRows(values: Float64Array, rows: number): Float64Array {
    const kept = new Float64Array(rows * stateSize(this.network.spec));
    for (let b = 0; b < rows; b++) copyStateRow(this.blocks, { values, B: this.rows, b }, { values: kept, B: rows, b });
    return kept;
  }
}
