import { createRandom } from "../numerics/random";
import type { SequenceValues } from "./sequenceValues";
import type { Dataset } from "./task";

/**
 * Some of the sequences, for facts about the data that need not look at millions: of the training sequences and of
 * those for validation `most` each, one from each of as many stretches of the same length, drawn from a fixed seed.
 * Where there are no more, the data set itself.
 */
export function sampledDataset(dataset: Dataset, most: number): Dataset {
  const { sequences, trainingSequences: training } = dataset;
  const heldOut = sequences - training;
  if (training <= most && heldOut <= most) return dataset;
  const random = createRandom(0);
  const chosen = new Uint32Array(Math.min(training, most) + Math.min(heldOut, most));
  const draw = (at: number, from: number, count: number): void => {
    const drawn = Math.min(count, most);
    const offset = (): number => (drawn === count ? 0 : random.double());
    for (let i = 0; i < drawn; i++) chosen[at + i] = from + Math.floor(((i + offset()) * count) / drawn);
  };
  draw(0, 0, training);
  draw(Math.min(training, most), training, heldOut);
  const { inputs, targets, weights, lengths, targetRow, trials, startsSeries: _starts, ...rest } = dataset;
  return {
    ...rest,
    sequences: chosen.length,
    trainingSequences: Math.min(training, most),
    stream: false,
    inputs: chosenOf(inputs, chosen),
    targets: chosenOf(targets, chosen),
    ...(weights && { weights: chosenOf(weights, chosen) }),
    ...(lengths && { lengths: chosen.map((n) => lengths[n]!) }),
    ...(trials && {
      trials: {
        evidence: ofChosen(trials.evidence, chosen),
        logRatio: ofChosen(trials.logRatio, chosen),
        context: ofChosen(trials.context, chosen),
      },
    }),
    ...(targetRow && { targetRow: (n) => targetRow(chosen[n]!) }),
  };
}

function ofChosen<T>(of: ((sequence: number) => T) | null, chosen: Uint32Array): ((sequence: number) => T) | null {
  return of === null ? null : (n) => of(chosen[n]!);
}

function chosenOf(values: SequenceValues, chosen: Uint32Array): SequenceValues {
  return {
    length: values.length,
    at: (n, index) => values.at(chosen[n]!, index),
    fill: (n, target, offset) => values.fill(chosen[n]!, target, offset),
  };
}
