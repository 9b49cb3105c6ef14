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
  /** Of the wrong ones, the share that is nearer to the wrong level than {@link SURE} of the distance between levels. */
  readonly sure: number;
  /** The same share of the right ones. */
  readonly sureRight: number;
  /** Levels that the targets take. */
  readonly levels: number;
}

const MAX_LEVELS = 10;
/** Distance to a level in parts of that between levels; a label that is wrong one time in five costs 0.2. */
const SURE = 0.35;
const MAX_SEQUENCES = 2000;
const SEQUENCES_AT_ONCE = 32;

/** At the current parameters, over the training sequences, at most {@link MAX_SEQUENCES} of them, evenly spread. */
export function* labelErrors(trainer: Trainer): SlicedTask<LabelErrors | null> {
  const { dataset } = trainer;
  const levels = levelsOf(dataset);
  if (levels === null) return null;
  const { outputSteps: S, timeSteps: T, trainingSequences: N } = dataset;
  const size = Math.min(SEQUENCES_AT_ONCE, N);
  const network = trainer.cloneNetwork({ batch: size, timeSteps: T });
  const batch = createBatch(dataset, size);
  const stride = Math.max(1, Math.ceil(N / MAX_SEQUENCES));
  const counts = { wrong: 0, sureWrong: 0, sureRight: 0, all: 0 };
  for (let start = 0; start + size * stride <= N || start === 0; start += size * stride) {
    for (let b = 0; b < size; b++) fillRow(dataset, Math.min(N - 1, start + b * stride), batch, b);
    const outputs = network.forward(batch.inputs, size, T, null);
    for (let b = 0; b < size; b++) {
      const at = (b + 1) * S - 1;
      const { isRight, isSure } = judge(outputs[at]!, batch.targets[at]!, levels);
      counts.all++;
      if (!isRight) counts.wrong++;
      if (isSure) counts[isRight ? "sureRight" : "sureWrong"]++;
    }
    yield;
  }
  const { wrong, sureWrong, sureRight, all } = counts;
  return {
    wrong: wrong / all,
    sure: wrong === 0 ? 0 : sureWrong / wrong,
    sureRight: all === wrong ? 0 : sureRight / (all - wrong),
    levels: levels.length,
  };
}

function judge(
  output: number,
  target: number,
  levels: readonly number[],
): { readonly isRight: boolean; readonly isSure: boolean } {
  const nearest = levels.reduce((a, b) => (Math.abs(b - output) < Math.abs(a - output) ? b : a));
  const gap = Math.min(...levels.slice(1).map((level, i) => level - levels[i]!));
  return { isRight: nearest === target, isSure: Math.abs(nearest - output) < SURE * gap || isBeyond(output, levels) };
}

function isBeyond(output: number, levels: readonly number[]): boolean {
  return output < levels[0]! || output > levels.at(-1)!;
}

/** The distinct targets at the last output step, ascending; null when there are one or many, or several outputs. */
function levelsOf({ targetKind, outputSize, outputSteps, targets, trainingSequences }: Dataset): number[] | null {
  if (targetKind !== "values" || outputSize !== 1) return null;
  const levels = new Set<number>();
  for (let n = 0; n < trainingSequences && levels.size <= MAX_LEVELS; n++)
    levels.add(targets[(n + 1) * outputSteps - 1]!);
  return levels.size < 2 || levels.size > MAX_LEVELS ? null : [...levels].sort((a, b) => a - b);
}
