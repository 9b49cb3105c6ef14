import * as l10n from "@vscode/l10n";
import { isBidirectional } from "../config/facts/directions";
import { vectorColumn } from "../shared/trace/trace";
import { formatValue } from "../shared/words/numberFormat";
import { fewerLayers, fixesOf } from "./fixes";
import { isJudged, type CreateRule } from "./rule";
import type { Sample } from "./row";
import { THRESHOLDS } from "./thresholds";

/**
 * The gradient shrinks on its way down through the layers: the largest |dL/dh_t| of the first layer is less than a
 * hundredth of that of the last one, in most of the rows and in the last one looked at, and nothing is learned.
 */
export const vanishingInDepth: CreateRule = (facts) => {
  const { model } = facts.experiment;
  const { numLayers } = model;
  /** Both directions. */
  const layersAt = (height: number) => (isBidirectional(model) ? [2 * height, 2 * height + 1] : [height]);
  if (numLayers < 2) return null;
  let looked = 0;
  let vanished = 0;
  let first: number | null = null;
  let ratio = 1;
  return {
    sample(sample) {
      const top = largestGradient(sample, layersAt(numLayers - 1));
      if (!(top > 0)) return;
      looked += sample.weight;
      ratio = largestGradient(sample, layersAt(0)) / top;
      if (!(ratio < THRESHOLDS.depthRatio)) return;
      vanished += sample.weight;
      first ??= sample.iteration;
    },

    conclude(run) {
      if (first === null || !(ratio < THRESHOLDS.depthRatio) || vanished <= looked / 2) return null;
      if (!isJudged(run) || !run.outcome.isUnsolved) return null;
      return {
        rule: "vanishing-in-depth",
        severity: "warning",
        iteration: first,
        timeStep: null,
        numbers: { ratio, layers: numLayers },
        message: l10n.t(
          "The gradient vanishes on its way down through {0} layers: the first layer receives {1} of what the last one receives.",
          numLayers,
          formatValue(ratio, 3),
        ),
        configPath: ["model", "numLayers"],
        fixes: fixesOf(fewerLayers(facts, 1), fewerLayers(facts, Math.ceil(numLayers / 2))),
      };
    },
  };
};

/** Of the layers and their time steps, a mean over the batch. */
function largestGradient(sample: Sample, layers: readonly number[]): number {
  const largest = layers.map((layer) => {
    // NaN where no sequence of the batch has such a step.
    const norms = sample.vector(vectorColumn.stateGradNorm(layer))?.filter((norm) => !Number.isNaN(norm));
    return norms?.reduce((a, b) => Math.max(a, b), 0) ?? NaN;
  });
  return Math.max(...largest);
}
