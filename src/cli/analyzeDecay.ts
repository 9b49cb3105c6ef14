/** `--analyze decay`: the gradient on its way back at one iteration, measured and predicted. */
import { predictDecay } from "../core/analysis/gradientDecay";
import { isBidirectional } from "../config/facts/directions";
import { layerWidth } from "../shared/trace/networkSpec";
import { topForwardLayer } from "../core/analysis/directionSample";
import { createSnapshot } from "../core/analysis/runSnapshot";
import { batchSums, meanNorms } from "../core/numerics/stateNorms";
import type { Trainer } from "../core/training/trainer";
import { printable } from "../lib/outsideText";
import { finishWork } from "../lib/slicedTask";
import { measureGradient } from "../shared/trace/gradientCurve";
import { formatValue } from "../shared/words/numberFormat";
import { UsageError } from "./args";
import { jsonNumber } from "./jsonNumbers";
import type { LoadedExperiment } from "./loadExperiment";
import type { ProgressBar } from "./progressBar";

/**
 * Of the last layer, in its forward direction. The curves run from the last step back to the first, [T], entry 0 is
 * step T and 1; for the cell alone of lstm entry 1 is 1 too, as it begins at step T - 1.
 */
export interface DecayAnalysis {
  /** |dL/dh_t|, the mean over the batch; null where it is below the range of the engine. */
  readonly measured: readonly (number | null)[];
  readonly predicted: readonly number[];
  /** Through the forget or update gates alone; null for cells without them. */
  readonly cellAlone: readonly number[] | null;
  /** Per step back, fitted; null where no two steps have a gradient that the engine holds. */
  readonly measuredFactor: number | null;
  readonly predictedFactor: number;
}

/**
 * Trains up to an iteration.
 * @param iteration null: to the end
 * @returns whether training got there; false: it diverged
 * @throws UsageError when the run ends before it
 */
export function trainUpTo(trainer: Trainer, iteration: number | null, progress: ProgressBar): boolean {
  const end = iteration ?? trainer.iterations;
  if (end > trainer.iterations) throw new UsageError(`--iteration ${end}: the last iteration is ${trainer.iterations}`);
  let result = "running";
  while (trainer.iteration < end && result === "running") {
    result = trainer.step(null);
    progress.show(
      trainer.iteration,
      end,
      () => `iteration ${trainer.iteration} of ${end}  loss ${formatValue(trainer.metrics.loss)}`,
    );
  }
  progress.clear();
  if (result === "diverged") return false;
  if (iteration !== null && trainer.iteration < iteration)
    throw new UsageError(`--iteration ${iteration}: training stopped early at iteration ${trainer.iteration}`);
  return true;
}

/** At the current iteration. */
export function analyzeDecay({ experiment }: LoadedExperiment, trainer: Trainer): DecayAnalysis {
  const { engine, spec, dataset, batchSize, iteration } = trainer;
  const { timeSteps: T } = dataset;
  const width = layerWidth(spec);
  const layer = topForwardLayer(spec);
  const gradients = trainer.captureStep().stateGradients[layer]!.values;
  const norms = new Float64Array(T + 1);
  meanNorms(gradients, batchSize, T + 1, width, norms);
  // The gradient of one unit has a sign, as its factor does.
  const signed = norms.slice();
  if (width === 1) batchSums(gradients, batchSize, T + 1, signed);
  const snapshot = createSnapshot(experiment, trainer, { iteration, parameters: trainer.parameters() });
  const { curve, cellAlone, factor } = finishWork(predictDecay(snapshot, layer));
  const { trend, tooSmall } = measureGradient(signed, {
    engine,
    timeSteps: T,
    ...(spec.truncate === null ? {} : { truncate: spec.truncate }),
  });
  return {
    measured: fromLastStep(norms).map((value, i) => {
      const t = T - i;
      return tooSmall !== null && t >= tooSmall.from && t <= tooSmall.to ? null : value;
    }),
    predicted: fromLastStep(curve),
    cellAlone: cellAlone === null ? null : fromLastStep(cellAlone.curve),
    measuredFactor: trend?.factor ?? null,
    predictedFactor: factor,
  };
}

/** Sizes of steps T, T - 1, ..., 1 of [T + 1], relative to the first of them. */
function fromLastStep(values: Float64Array): number[] {
  return Array.from(values.subarray(1), (value) => Math.abs(value / values.at(-1)!)).toReversed();
}

/** With numbers that JSON has not as text. */
export function decayReport({ measured, predicted, cellAlone, measuredFactor, predictedFactor }: DecayAnalysis) {
  return {
    measured: measured.map((value) => (value === null ? null : jsonNumber(value))),
    predicted: predicted.map(jsonNumber),
    cellAlone: cellAlone?.map(jsonNumber) ?? null,
    measuredFactor: measuredFactor === null ? null : jsonNumber(measuredFactor),
    predictedFactor: jsonNumber(predictedFactor),
  };
}

export function describeDecay(
  { experiment: { name, model } }: LoadedExperiment,
  iteration: number,
  { measured, predicted, cellAlone, measuredFactor, predictedFactor }: DecayAnalysis,
): string {
  const layer = [
    model.numLayers === 1 ? "" : `, layer ${model.numLayers}`,
    isBidirectional(model) ? ", forward direction" : "",
  ].join("");
  const at = (curve: readonly (number | null)[]) => {
    const value = curve.at(-1);
    return value === null ? "below the engine's range" : formatValue(value ?? NaN, 3);
  };
  const alone = cellAlone === null ? "" : `, through the cell alone ${at(cellAlone)}`;
  return [
    `${name === "" ? "Experiment" : printable(name)}: decay of the gradient at iteration ${iteration}${layer}`,
    `at step 1, relative to step ${measured.length}: measured ${at(measured)}, predicted ${at(predicted)}${alone}`,
    `factor per step back: measured ${measuredFactor === null ? "none" : formatValue(measuredFactor, 3)}, ` +
      `predicted ${formatValue(predictedFactor, 3)}`,
    "",
  ].join("\n");
}
