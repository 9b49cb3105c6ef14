/** What is wrong with the data, whatever the network: targets that contradict one another, or padding at the end. */
import type { Loss } from "../../config/facts/taskTraits";
import type { SlicedTask } from "../../lib/slicedTask";
import { LOCATION_PASSES, LocationSearch } from "./baselines/locationSearch";
import { sampledDataset } from "../tasks/sampledDataset";
import { sequenceReader, type SequenceValues } from "../tasks/sequenceValues";
import { isErrorLoss, lossOfError, type ErrorLoss } from "../network/losses";
import { targetWidth, type Dataset } from "../tasks/task";

export interface DataFacts {
  readonly contradictions: Contradictions;
  readonly padding: Padding;
  /** Largest |target| of the training sequences; 1 where the targets are bits or classes. */
  readonly largestTarget: number;
}

/** Training sequences with the same inputs to the last bit and different targets at the last output step. */
interface Contradictions {
  /** Of them, how many share their inputs with one that has another target. */
  readonly sequences: number;
  /** The lowest loss at the last output step that a function of the inputs can have, and that of the best constant. */
  readonly floor: number;
  readonly constant: number;
}

/** Time steps at the end of a sequence that repeat its last input. */
interface Padding {
  /** Share of the training sequences in which there are some. */
  readonly share: number;
  /** The mean number of such steps in those, and the fewest and the most of them in any sequence. */
  readonly meanSteps: number;
  readonly fewest: number;
  readonly most: number;
}

const SEQUENCES_AT_ONCE = 128;
/** Of more training sequences none are compared, as each takes some 600 bytes; what else is known is of a sample. */
const MOST_COMPARED = 100_000;

export function* dataFacts(dataset: Dataset, loss: Loss): SlicedTask<DataFacts> {
  const contradictions = yield* findContradictions(dataset, loss);
  const sample = sampledDataset(dataset, MOST_COMPARED);
  return { contradictions, padding: findPadding(sample), largestTarget: largestTarget(sample) };
}

function* findContradictions(dataset: Dataset, loss: Loss): SlicedTask<Contradictions> {
  if (dataset.trainingSequences > MOST_COMPARED) return { sequences: 0, floor: 0, constant: NaN };
  const groups = new Map<number, number[][]>();
  const read = sequenceReader(dataset.inputs);
  for (let n = 0; n < dataset.trainingSequences; n++) {
    const key = hashOf(read(n), lengthOf(dataset, n));
    const alike = groups.get(key) ?? [];
    const group = alike.find(([first]) => haveSameInputs(dataset, first!, n));
    if (group === undefined) alike.push([n]);
    else group.push(n);
    groups.set(key, alike);
    if (n % SEQUENCES_AT_ONCE === 0) yield;
  }
  let sequences = 0;
  let floor = 0;
  for (const group of [...groups.values()].flat()) {
    if (group.length === 1) continue;
    const lowest = bestConstantLoss(dataset, loss, group);
    if (lowest > 0) sequences += group.length;
    floor += lowest * group.length;
  }
  const all = Array.from({ length: dataset.trainingSequences }, (_, n) => n);
  return {
    sequences,
    floor: floor / dataset.trainingSequences,
    constant: sequences === 0 ? NaN : bestConstantLoss(dataset, loss, all),
  };
}

const bits = new DataView(new ArrayBuffer(8));

/** Steps of a sequence that are data. */
function lengthOf({ lengths, timeSteps }: Dataset, n: number): number {
  return lengths?.[n] ?? timeSteps;
}

/** FNV-1a over the halves of the numbers. */
function hashOf(values: Float64Array, length: number): number {
  let hash = 0x811c9dc5 ^ length;
  for (const value of values) {
    bits.setFloat64(0, value + 0);
    hash = Math.imul(hash ^ bits.getInt32(0), 0x01000193);
    hash = Math.imul(hash ^ bits.getInt32(4), 0x01000193);
  }
  return hash;
}

function haveSameInputs(dataset: Dataset, a: number, b: number): boolean {
  const { inputs } = dataset;
  if (lengthOf(dataset, a) !== lengthOf(dataset, b)) return false;
  for (let i = 0; i < inputs.length; i++) if (inputs.at(a, i) !== inputs.at(b, i)) return false;
  return true;
}

/** Loss at the last output step of the best constant for these sequences, such as a variance, or an entropy in nats. */
function bestConstantLoss(dataset: Dataset, loss: Loss, sequences: readonly number[]): number {
  const width = targetWidth(dataset);
  const { timeSteps, outputSteps, targets, outputSize } = dataset;
  const lastOf = (n: number): number => outputSteps - 1 - (timeSteps - lengthOf(dataset, n));
  const target = (n: number, o: number): number => targets.at(n, lastOf(n) * width + o);
  const count = sequences.length;
  if (loss === "cross-entropy") {
    const counts = new Map<number, number>();
    for (const n of sequences) counts.set(target(n, 0), (counts.get(target(n, 0)) ?? 0) + 1);
    return [...counts.values()].reduce((sum, k) => sum - (k / count) * Math.log(k / count), 0);
  }
  let total = 0;
  for (let o = 0; o < outputSize; o++) {
    const mean = sequences.reduce((sum, n) => sum + target(n, o), 0) / count;
    if (!isErrorLoss(loss)) {
      total += binaryEntropy(mean);
      continue;
    }
    const values = loss === "mse" ? [] : sequences.map((n) => target(n, o));
    const constant = loss === "mse" ? mean : locationOf(loss, values);
    total += sequences.reduce((sum, n) => sum + lossOfError(loss, target(n, o) - constant), 0) / count;
  }
  return total / outputSize;
}

function locationOf(loss: ErrorLoss, values: readonly number[]): number {
  const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  const search = new LocationSearch(loss, low, high);
  for (let pass = 0; pass < LOCATION_PASSES; pass++) {
    for (const value of values) search.add(value, 1);
    search.narrow();
  }
  return search.middle;
}

function binaryEntropy(p: number): number {
  return p > 0 && p < 1 ? -p * Math.log(p) - (1 - p) * Math.log(1 - p) : 0;
}

/** Only of inputs that are numbers, and not of trials: symbols that repeat, and periods, are part of the task. */
function findPadding(dataset: Dataset): Padding {
  const { inputKind, inputSize: I, timeSteps: T, trainingSequences: N, inputs, trials } = dataset;
  let padded = 0;
  let steps = 0;
  let fewest = T;
  let most = 0;
  for (let n = 0; n < (inputKind === "values" && trials === undefined ? N : 0); n++) {
    const length = lengthOf(dataset, n);
    const last = (length - 1) * I;
    let repeated = 0;
    while (repeated < length - 1 && isSameStep(inputs, n, last, last - (repeated + 1) * I, I)) repeated++;
    const trailing = repeated === 0 ? 0 : repeated + 1;
    if (trailing > 0) padded++;
    steps += trailing;
    fewest = Math.min(fewest, trailing);
    most = Math.max(most, trailing);
  }
  return { share: padded / N, meanSteps: padded === 0 ? 0 : steps / padded, fewest: padded === 0 ? 0 : fewest, most };
}

function isSameStep(inputs: SequenceValues, n: number, a: number, b: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (inputs.at(n, a + i) !== inputs.at(n, b + i)) return false;
  return true;
}

function largestTarget({ targetKind, targets, trainingSequences }: Dataset): number {
  if (targetKind !== "values") return 1;
  const read = sequenceReader(targets);
  let largest = 0;
  for (let n = 0; n < trainingSequences; n++)
    for (const target of read(n)) largest = Math.max(largest, Math.abs(target));
  return largest;
}
