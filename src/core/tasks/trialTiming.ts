/** When the periods of a trial begin and end. */
import {
  mostSteps,
  periodOf,
  PRODUCTION,
  trialTraits,
  wholeSteps,
  type TrialTask,
} from "../../config/facts/trialTasks";
import { longest, shortest } from "../../config/facts/sequenceLengths";
import type { RandomSource } from "../numerics/random";

export interface TrialTiming {
  readonly steps: number;
  /** Steps of each period, the last one excluded. */
  readonly windows: Readonly<Record<string, readonly [from: number, to: number]>>;
}

/** A number is drawn for each period, so that the others stay where a range is made a number. */
export function drawTiming(task: TrialTask, random: RandomSource): TrialTiming {
  const windows: Record<string, readonly [number, number]> = {};
  let steps = 0;
  for (const name of trialTraits(task).periods) {
    const from = steps;
    steps += name === "production" ? PRODUCTION * lengthOf(windows["measure"]!) : drawSteps(task, name, random);
    windows[name] = [from, steps];
  }
  if (task.kind === "ready-set-go") {
    const from = windows["measure"]![0];
    windows["ready"] = [from, from + drawSteps(task, "ready", random)];
  }
  return { steps, windows };
}

function lengthOf([from, to]: readonly [number, number]): number {
  return to - from;
}

function drawSteps(task: TrialTask, name: string, random: RandomSource): number {
  const duration = periodOf(task, name);
  const [from, to] = [shortest(duration), longest(duration)];
  const mean = task.kind === "context-decision" && name === "delay" ? task.delayMean : null;
  const drawn = from + draw(to - from, mean, random);
  return Math.min(wholeSteps(drawn, task.dt), mostSteps(duration, task.dt));
}

/**
 * A number of [0, width): uniform, or of an exponential distribution of this mean that ends there, by its inverse
 * distribution function. As an exponential one has no memory, it is that of [from, to) less `from`.
 */
function draw(width: number, mean: number | null, random: RandomSource): number {
  const share = random.double();
  return mean === null ? share * width : -mean * Math.log1p(share * Math.expm1(-width / mean));
}
