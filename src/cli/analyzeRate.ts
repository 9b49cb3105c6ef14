/** `--analyze learning-rate`: the learning-rate range test. */
import { RATE_RANGE, rateTest, type RateTest } from "../core/analysis/rateTest";
import type { TrainerResources } from "../core/training/trainingSetup";
import { printable } from "../lib/outsideText";
import { formatValue } from "../shared/words/numberFormat";
import { jsonNumber } from "./jsonNumbers";
import type { LoadedExperiment } from "./loadExperiment";
import type { ProgressBar } from "./progressBar";

/** @throws ExperimentError where the experiment cannot run, or its optimizer has no learning rate */
export function analyzeRate(
  { experiment }: LoadedExperiment,
  resources: TrainerResources,
  progress: ProgressBar,
): RateTest {
  const task = rateTest(experiment, resources);
  for (let updates = 1; ; updates++) {
    const { done, value } = task.next();
    if (done === true) {
      progress.clear();
      return value;
    }
    progress.show(updates, RATE_RANGE.steps, () => `update ${updates} of ${RATE_RANGE.steps}`);
  }
}

/** With numbers that JSON has not as text. */
export function rateReport({ rates, losses, smoothed, initialLoss, diverged, steepest, lowest, suggested }: RateTest) {
  return {
    rates,
    losses: losses.map(jsonNumber),
    smoothed: smoothed.map(jsonNumber),
    initialLoss: jsonNumber(initialLoss),
    diverged,
    steepest,
    lowest,
    suggested,
  };
}

export function describeRate(
  { experiment: { name } }: LoadedExperiment,
  { rates, smoothed, initialLoss, diverged, steepest, lowest, suggested }: RateTest,
): string {
  const title = `${name === "" ? "Experiment" : printable(name)}: learning-rate range test`;
  const highest = rates.at(-1);
  const ending = diverged ? "The loss rose there, so the test stopped." : "The loss did not rise.";
  if (highest === undefined)
    return `${title}\nThe loss is ${formatValue(initialLoss)} before the first update, so no rate can be tested.\n`;
  const range = `from ${formatValue(rates[0]!)} to ${formatValue(highest)}`;
  const tested = `${rates.length} updates with rates ${range}. ${ending}`;
  if (suggested === null || lowest === null || steepest === null)
    return [title, tested, `No rate lowered the loss, which was ${formatValue(initialLoss)} at first.`, ""].join("\n");
  return [
    title,
    tested,
    `loss (smoothed): ${formatValue(initialLoss)} at first, lowest ${formatValue(Math.min(...smoothed))} ` +
      `at rate ${formatValue(lowest)}`,
    `steepest descent at rate ${formatValue(steepest)}`,
    `suggested learning rate: ${suggested}, the rate of the steepest descent, ` +
      "at most a tenth of that of the lowest loss",
    "",
  ].join("\n");
}
