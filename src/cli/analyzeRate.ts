/** `--analyze learning-rate`: the learning-rate range test. */
import type { RateRange } from "../config/facts/rateTestPlan";
import { RateTestRun } from "../core/analysis/rateTest";
import type { TrainerResources } from "../core/training/trainingSetup";
import { printable } from "../lib/outsideText";
import type { RateTest } from "../shared/wire/rateTest";
import { formatValue } from "../shared/words/numberFormat";
import { jsonNumber } from "./jsonNumbers";
import type { LoadedExperiment } from "./loadExperiment";
import type { ProgressBar } from "./progressBar";

/** @throws ExperimentError where the experiment cannot run, or its optimizer has no learning rate */
export function analyzeRate(
  { experiment }: LoadedExperiment,
  resources: TrainerResources,
  range: RateRange,
  progress: ProgressBar,
): RateTest {
  const run = new RateTestRun(experiment, resources, range);
  while (run.advance()) progress.show(run.updates, range.updates, () => `update ${run.updates} of ${range.updates}`);
  progress.clear();
  return run.result();
}

/** With numbers that JSON has not as text. */
export function rateReport({ rates, losses, smoothed, initialLoss, fall, noise, ...verdict }: RateTest) {
  const { stoppedAt, largestStable, steepest, lowest, suggested } = verdict;
  return {
    rates: [...rates],
    losses: Array.from(losses, jsonNumber),
    smoothed: Array.from(smoothed, jsonNumber),
    initialLoss: jsonNumber(initialLoss),
    fall: jsonNumber(fall),
    noise: jsonNumber(noise),
    stoppedAt,
    largestStable,
    steepest,
    lowest,
    suggested,
  };
}

export function describeRate({ experiment: { name } }: LoadedExperiment, test: RateTest): string {
  const title = `${name === "" ? "Experiment" : printable(name)}: learning-rate range test`;
  return `${[title, ...describeTest(test)].join("\n")}\n`;
}

function describeTest({ rates, smoothed, initialLoss, fall, noise, ...verdict }: RateTest): readonly string[] {
  const { stoppedAt, largestStable, steepest, lowest, suggested } = verdict;
  const highest = rates.at(-1);
  if (highest === undefined)
    return [`The loss is ${formatValue(initialLoss)} before the first update, so no rate can be tested.`];
  const ending =
    stoppedAt === null
      ? "The loss did not rise to four times its minimum."
      : `The loss rose there, so the test stopped. A tenth of that rate, ${largestStable}, is a common upper limit.`;
  const range = `from ${formatValue(rates[0]!)} to ${formatValue(highest)}`;
  const tested = `${rates.length} updates with rates ${range}. ${ending}`;
  if (suggested === null || lowest === null || steepest === null)
    return [
      tested,
      fall > 0
        ? `No rate lowered the loss clearly: it was ${formatValue(initialLoss)} at first and fell by ` +
          `${formatValue(fall)} at most, and it differs by ${formatValue(noise)} between batches.`
        : `No rate lowered the loss, which was ${formatValue(initialLoss)} at first.`,
    ];
  return [
    tested,
    `loss (smoothed): ${formatValue(initialLoss)} at first, lowest ${formatValue(Math.min(...smoothed))} ` +
      `at rate ${formatValue(lowest)}`,
    `steepest descent at rate ${formatValue(steepest)}`,
    `suggested learning rate: ${suggested}, the rate of the steepest descent, ` +
      "at most a tenth of that of the lowest loss",
  ];
}
