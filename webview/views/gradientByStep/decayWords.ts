/** The predicted decay of the gradient in words, and how what is measured lies to it. */
import * as l10n from "@vscode/l10n";
import type { GradientDecay } from "../../../src/shared/trace/gradientDecay";
import { formatValue } from "../../../src/shared/words/numberFormat";
import { lossAtEveryStep } from "../../chart/predictedFactor";
import { isMatch, MATCH_FACTOR, type PredictionMatch } from "./predictionMatch";
import type { TraceHeader } from "../../../src/shared/trace/trace";

/** A reason is offered where measured lies on one side of the prediction at this part of the steps. */
const ONE_SIDED = 0.75;
const EXACT = l10n.t("A linear unit multiplies the gradient by its recurrent weight at every step.");

/** "the spectral radius (1.12) times the mean slope (0.63)": what the prediction is made of. */
export function predictionParts({ cell, hiddenSize }: TraceHeader, { radius, share }: GradientDecay): string {
  if (cell === "lstm") return l10n.t("the mean forget gate ({0})", formatValue(share ?? NaN, 2));
  if (cell === "gru") return l10n.t("the mean update gate z ({0})", formatValue(share ?? NaN, 2));
  const weight = formatValue(radius ?? NaN, 3);
  if (share === null)
    return hiddenSize === 1
      ? l10n.t("the recurrent weight ({0})", weight)
      : l10n.t("the spectral radius of weight_hh ({0})", weight);
  return hiddenSize === 1
    ? l10n.t("the recurrent weight ({0}) times the mean slope ({1})", weight, formatValue(share, 2))
    : l10n.t("the spectral radius of weight_hh ({0}) times the mean slope ({1})", weight, formatValue(share, 2));
}

/** The formula of the prediction in words, for a tooltip or a summary. */
export function predictionFormula({ cell, hiddenSize }: TraceHeader): string {
  switch (cell) {
    case "lstm":
      return l10n.t("product of the forget gates f, root mean square over the units");
    case "gru":
      return l10n.t("product of the update gates z, root mean square over the units");
    case "rnn":
      return hiddenSize === 1
        ? l10n.t("weight_hh times the slope of the unit, step by step")
        : l10n.t("spectral radius of weight_hh times the mean slope of the units, step by step");
    default:
      return hiddenSize === 1
        ? l10n.t("weight_hh raised to the number of steps back")
        : l10n.t("spectral radius of weight_hh raised to the number of steps back");
  }
}

/**
 * How the measured curve lies to the predicted one, and a reason where it lies on one side nearly everywhere.
 * @param layer from 0, nearest to the input
 */
export function matchSentences(header: TraceHeader, layer: number, match: PredictionMatch): string[] {
  const { steps, lower, higher } = match;
  if (steps === 0) return [];
  if (isMatch(match)) return [consistentSentence(match), ...(isExact(header, match) ? [EXACT] : [])];
  const oneSided = Math.max(lower, higher) >= ONE_SIDED * steps;
  return [sideSentence(match), ...(oneSided ? [reasonOf(header, layer, higher > lower)] : [])];
}

function consistentSentence({ near, steps }: PredictionMatch): string {
  if (steps === 1)
    return l10n.t("Consistent with the prediction (within a factor of {0} at the step before).", MATCH_FACTOR);
  return near === steps
    ? l10n.t("Consistent with the prediction (within a factor of {0} at all {1} steps).", MATCH_FACTOR, steps)
    : l10n.t("Consistent with the prediction (within a factor of {0} at {1} of {2} steps).", MATCH_FACTOR, near, steps);
}

function sideSentence({ steps, lower, higher, median }: PredictionMatch): string {
  const factor = formatValue(median, 2);
  if (steps === 1)
    return lower > higher
      ? l10n.t("Measured is lower than predicted by a factor of {0}.", factor)
      : l10n.t("Measured is higher than predicted by a factor of {0}.", factor);
  if (lower === higher)
    return l10n.t("Measured is higher than predicted at {0} of {1} steps and lower at {2}.", higher, steps, lower);
  return lower > higher
    ? l10n.t(
        "Measured is lower than predicted at {0} of {1} steps, by a factor of {2} at the median.",
        lower,
        steps,
        factor,
      )
    : l10n.t(
        "Measured is higher than predicted at {0} of {1} steps, by a factor of {2} at the median.",
        higher,
        steps,
        factor,
      );
}

function isExact({ cell, hiddenSize }: TraceHeader, { lower, higher }: PredictionMatch): boolean {
  return cell === "linear" && hiddenSize === 1 && lower === 0 && higher === 0;
}

/** Why one side: what the prediction leaves out. */
function reasonOf(header: TraceHeader, layer: number, isHigher: boolean): string {
  if (lossAtEveryStep(header))
    return l10n.t(
      "The loss at every step adds gradient on the way back; the prediction covers only what leaves the last step. See Gradient attribution.",
    );
  if (layer < header.numLayers - 1)
    return l10n.t(
      "Layer {0} sends gradient into every step of this layer; the prediction covers only what stays within the layer.",
      layer + 1,
    );
  return reasonByCell(header.cell, isHigher);
}

function reasonByCell(cell: string, isHigher: boolean): string {
  switch (cell) {
    case "rnn":
      return isHigher
        ? l10n.t(
            "A likely reason: the gradient favors units with an above-average slope, or weight_hh stretches more than its eigenvalues suggest.",
          )
        : l10n.t(
            "A likely reason: the spectral radius is the long-run growth of one direction, and the gradient also has components that shrink faster.",
          );
    case "lstm":
      return isHigher
        ? l10n.t("A likely reason: gradient also flows through the other gates and weight_hh.")
        : l10n.t(
            "A likely reason: the prediction is dominated by units with open forget gates, while the gradient reaches other units, or paths cancel.",
          );
    case "gru":
      return isHigher
        ? l10n.t("A likely reason: gradient also flows through the candidate n and the gates.")
        : l10n.t("A likely reason: what flows through the candidate n and the gates cancels part of what z passes on.");
    default:
      return isHigher
        ? l10n.t("A likely reason: weight_hh stretches some directions more than its eigenvalues suggest.")
        : l10n.t("A likely reason: the gradient has parts along eigenvectors with smaller eigenvalues.");
  }
}
