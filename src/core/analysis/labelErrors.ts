import type { SlicedTask } from "../../lib/slicedTask";
import { createBatch, fillRow } from "../tasks/batches";
import type { Dataset } from "../tasks/task";
import type { Trainer } from "../training/trainer";

/**
 * Whether the errors of a trained network are those of flipped labels: most answers right, a minority wrong with the
 * same confidence. Of targets with a few levels (labels written as numbers), bits, and classes.
 */
export interface LabelErrors {
  /** Share of the last outputs that are nearest to another level than the target's, 0 to 1. */
  readonly wrong: number;
  /**
   * Mean distance of the right outputs from the middle between two levels, in parts of half the distance of the levels:
   * 0 for a network that cannot decide, 1 for one that is certain. Labels that are wrong with probability p leave
   * 1 - 2 p.
   */
  readonly certainty: number;
  /** The same of the wrong ones, over that of the right ones: near 1 where labels were flipped whatever the input. */
  readonly firmness: number;
  /** Levels that the targets take. */
  readonly levels: number;
}

const MAX_LEVELS = 4;
/** Sequences that are looked at, and their steps times the weights of the network: a few tenths of a second. */
const MAX_SEQUENCES = 2000;
const MAX_WORK = 2e8;
const SEQUENCES_AT_ONCE = 32;

/** At the current parameters, over the training sequences; where there are many, some of them, evenly spread. */
export function* labelErrors(trainer: Trainer): SlicedTask<LabelErrors | null> {
  const { dataset } = trainer;
  const levels = levelsOf(dataset);
  if (levels === null) return null;
  const { outputSteps: S, timeSteps: T, trainingSequences: N } = dataset;
  const size = Math.min(SEQUENCES_AT_ONCE, N);
  const network = trainer.cloneNetwork({ batch: size, timeSteps: T });
  const batch = createBatch(dataset, size);
  const affordable = Math.max(size, Math.min(MAX_SEQUENCES, MAX_WORK / (T * trainer.parameterCount)));
  const stride = Math.max(1, Math.ceil(N / affordable));
  const right = { count: 0, certainty: 0 };
  const wrong = { count: 0, certainty: 0 };
  for (let start = 0; start + size * stride <= N || start === 0; start += size * stride) {
    for (let b = 0; b < size; b++) fillRow(dataset, Math.min(N - 1, start + b * stride), batch, b);
    const outputs = network.forward(batch.inputs, size, T, null, batch.lengths);
    for (let b = 0; b < size; b++) {
      const at = b * S + (batch.lengths?.[b] ?? S) - 1;
      const { level, certainty } = decide(outputs[at]!, levels);
      const side = level === batch.targets[at]! ? right : wrong;
      side.count++;
      side.certainty += certainty;
    }
    yield;
  }
  const mean = ({ count, certainty }: typeof right): number => (count === 0 ? 0 : certainty / count);
  return {
    wrong: wrong.count / (wrong.count + right.count),
    certainty: mean(right),
    firmness: right.certainty === 0 ? 0 : mean(wrong) / mean(right),
    levels: levels.length,
  };
}

/** The nearest level, and how far the output is from the middle between it and the next one. */
function decide(output: number, levels: readonly number[]): { readonly level: number; readonly certainty: number } {
  const [level, next] = [...levels].sort((a, b) => Math.abs(a - output) - Math.abs(b - output)) as [number, number];
  const isOutside = output < levels[0]! || output > levels.at(-1)!;
  const distance = Math.abs(next - level) / 2;
  return { level, certainty: isOutside ? 1 : Math.min(1, (distance - Math.abs(output - level)) / distance) };
}

/** The distinct targets at the last output step, ascending; null when there are one or many, or several outputs. */
function levelsOf({
  targetKind,
  outputSize,
  outputSteps,
  targets,
  trainingSequences,
  units,
  lengths,
}: Dataset): number[] | null {
  // Generated labels are right; those of a table have units.
  if (targetKind !== "values" || outputSize !== 1 || units === undefined) return null;
  const levels = new Set<number>();
  for (let n = 0; n < trainingSequences && levels.size <= MAX_LEVELS; n++)
    levels.add(targets.at(n, (lengths?.[n] ?? outputSteps) - 1));
  return levels.size < 2 || levels.size > MAX_LEVELS ? null : [...levels].sort((a, b) => a - b);
}
