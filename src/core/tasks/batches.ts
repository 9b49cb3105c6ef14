import type { Checkpoint, RandomState } from "../numerics/checkpoint";
import { permutation, type SeededRandom } from "../numerics/random";
import { sumOf } from "../numerics/sum";
import { targetWidth, type Dataset } from "./task";

export interface Batch {
  readonly size: number;
  /** [B, T, I] as the network sees it, one-hot symbols spread out. */
  readonly inputs: Float64Array;
  /** [B, outputSteps, O], or for classes [B, outputSteps] */
  readonly targets: Float64Array;
  /** [B, outputSteps]; null where all output steps count alike. */
  readonly weights: Float64Array | null;
  /** Steps of each sequence that are data; null where all are. */
  readonly lengths: Uint32Array | null;
}

/** What a batch counts in a mean over several: its sequences, or the sum of its weights. */
export function weightOf({ size, weights }: Batch): number {
  return weights === null ? size : sumOf(weights);
}

export interface Batches {
  readonly size: number;
  readonly perEpoch: number;
  /** The batch of this iteration. Its arrays are filled anew by `advance`. */
  readonly batch: Batch;
  /** True when the rows of the batch go on where the same rows of the batch before ended, but for some that start. */
  readonly continues: boolean;
  /** Whether row `b` of a batch that continues is the first sequence of its series and starts from zeros. */
  starts(b: number): boolean;
  advance(): void;
  save(): Checkpoint["batches"];
  /** The batch becomes the one that was saved, of the same data. */
  restore(saved: Checkpoint["batches"]): void;
}

/** An empty batch of so many sequences. */
export function createBatch(dataset: Dataset, size: number): Batch {
  return {
    size,
    inputs: new Float64Array(size * dataset.timeSteps * dataset.inputSize),
    targets: new Float64Array(size * dataset.outputSteps * targetWidth(dataset)),
    weights: dataset.weights === undefined ? null : new Float64Array(size * dataset.outputSteps),
    lengths: dataset.lengths === undefined ? null : new Uint32Array(size),
  };
}

/** Sequence `row` of the data set becomes row `at` of the batch. */
export function fillRow(dataset: Dataset, row: number, batch: Batch, at: number): void {
  const { timeSteps: T, inputSize: I } = dataset;
  if (dataset.inputKind === "values") {
    dataset.inputs.fill(row, batch.inputs, at * T * I);
  } else {
    batch.inputs.fill(0, at * T * I, (at + 1) * T * I);
    const steps = dataset.lengths?.[row] ?? T;
    for (let t = 0; t < steps; t++) batch.inputs[(at * T + t) * I + dataset.inputs.at(row, t)] = 1;
  }
  dataset.targets.fill(row, batch.targets, at * dataset.targets.length);
  if (batch.lengths !== null) batch.lengths[at] = dataset.lengths?.[row] ?? dataset.timeSteps;
  if (batch.weights !== null) dataset.weights?.fill(row, batch.weights, at * dataset.outputSteps);
}

/**
 * The training sequences in batches.
 *
 * "full": all at once, always. A number: each epoch in a new random order; what does not fill a batch at its end is
 * left out. For a stream of N windows in B rows, row b reads the windows b floor(N / B) + 0, 1, 2, ... one after the
 * other.
 */
export function createBatches(dataset: Dataset, batchSize: "full" | number, random: SeededRandom): Batches {
  const N = dataset.trainingSequences;
  const B = batchSize === "full" ? N : Math.min(batchSize, N);
  const perEpoch = Math.floor(N / B);
  const batch = createBatch(dataset, B);
  const streams = dataset.stream && batchSize !== "full";
  let position = 0;
  let order: Uint32Array | null = null;
  /** As it was before it drew the order of this epoch: far smaller than the order. */
  let beforeOrder: RandomState | null = null;

  function fill(): void {
    if (!streams && batchSize !== "full" && position === 0) {
      beforeOrder = random.save();
      order = permutation(N, random);
    }
    fillRows();
  }
  const sequenceOf = (b: number): number =>
    streams ? b * perEpoch + position : order === null ? b : order[position * B + b]!;
  function fillRows(): void {
    for (let b = 0; b < B; b++) fillRow(dataset, sequenceOf(b), batch, b);
  }
  fill();

  return {
    size: B,
    perEpoch,
    batch,
    get continues() {
      return streams && position > 0;
    },
    starts: (b) => dataset.startsSeries?.(sequenceOf(b)) === true,
    advance() {
      if (batchSize === "full") return;
      position = (position + 1) % perEpoch;
      fill();
    },
    save: () => ({ position, random: beforeOrder }),
    restore(saved) {
      if (saved.position >= perEpoch || (saved.random === null) !== (beforeOrder === null))
        throw new RangeError("the position in the epoch does not match the data");
      position = saved.position;
      if (saved.random !== null) {
        beforeOrder = saved.random;
        random.restore(saved.random);
        order = permutation(N, random);
      }
      fillRows();
    },
  };
}
