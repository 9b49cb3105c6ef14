/** The predicted decay of the gradient in words, and why what is measured differs from it. */
import * as l10n from "@vscode/l10n";
import type { GradientDecay } from "../../../src/shared/trace/gradientDecay";
import { formatValue } from "../../../src/shared/words/numberFormat";
import { lossAtEveryStep } from "../../chart/predictedFactor";
import type { TraceHeader } from "../../../src/shared/trace/trace";

/** Factors whose ratio is within this of 1 agree: over ten steps they differ by a sixth. */
const AGREEMENT = 0.015;

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

/** One sentence. @param layer from 0, nearest to the input */
export function explainDeviation(header: TraceHeader, layer: number, measured: number, predicted: number): string {
  const ratio = Math.abs(measured / predicted);
  if (Math.abs(ratio - 1) < AGREEMENT)
    return header.cell === "linear" && header.hiddenSize === 1
      ? l10n.t(
          "Consistent with the prediction: a linear unit multiplies the gradient by its recurrent weight at every step.",
        )
      : l10n.t("Consistent with the prediction.");
  if (lossAtEveryStep(header))
    return l10n.t(
      "The measured factor differs because the loss at every step adds gradient on the way back; the prediction covers only what leaves the last step. See Gradient attribution.",
    );
  if (layer < header.numLayers - 1)
    return l10n.t(
      "The measured factor differs because layer {0} sends gradient into every step of this layer; the prediction covers only what stays within the layer.",
      layer + 1,
    );
  return explainByCell(header.cell, ratio > 1);
}

function explainByCell(cell: string, isLarger: boolean): string {
  switch (cell) {
    case "rnn":
      return isLarger
        ? l10n.t(
            "The measured factor is larger: the gradient favors units with an above-average slope, or weight_hh stretches more than its eigenvalues suggest.",
          )
        : l10n.t(
            "The measured factor is smaller: the spectral radius is the long-run growth of one direction, and the gradient also has components that shrink faster.",
          );
    case "lstm":
      return isLarger
        ? l10n.t(
            "The measured factor is larger: gradient also flows through the other gates and weight_hh, which the forget gates do not include.",
          )
        : l10n.t(
            "The measured factor is smaller: the prediction is dominated by units with open forget gates, while the gradient reaches other units, or paths cancel.",
          );
    case "gru":
      return isLarger
        ? l10n.t(
            "The measured factor is larger: gradient also flows through the candidate n and the gates, which z does not include.",
          )
        : l10n.t(
            "The measured factor is smaller: what flows through the candidate n and the gates cancels part of what z passes on.",
          );
    default:
      return isLarger
        ? l10n.t(
            "The measured factor is larger: weight_hh stretches some directions more than its eigenvalues suggest, before the largest one dominates.",
          )
        : l10n.t(
            "The measured factor is smaller: the gradient lies along several eigenvectors, and those with smaller eigenvalues vanish first.",
          );
  }
}
