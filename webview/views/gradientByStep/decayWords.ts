/** The predicted decay of the gradient in words, and why what is measured differs from it. */
import * as l10n from "@vscode/l10n";
import type { GradientDecay } from "../../../src/shared/trace/gradientDecay";
import { formatValue } from "../../../src/shared/words/numberFormat";
import { lossAtEveryStep } from "../../chart/predictedFactor";
import type { TraceHeader } from "../../../src/shared/trace/trace";

/** Factors whose ratio is within this of 1 agree: over ten steps they differ by a sixth. */
const AGREEMENT = 0.015;

/** "radius 1.12 × mean slope 0.63": what the prediction is made of. */
export function predictionParts({ cell, hiddenSize }: TraceHeader, { radius, share }: GradientDecay): string {
  if (cell === "lstm") return l10n.t("forget gates, mean {0}", formatValue(share ?? NaN, 2));
  if (cell === "gru") return l10n.t("update gates z, mean {0}", formatValue(share ?? NaN, 2));
  const weight = `${hiddenSize === 1 ? l10n.t("weight") : l10n.t("radius")} ${formatValue(radius ?? NaN, 3)}`;
  return share === null ? weight : l10n.t("{0} × mean slope {1}", weight, formatValue(share, 2));
}

/** What each factor is called in a formula: for a title or a table. */
export function predictionFormula({ cell, hiddenSize }: TraceHeader): string {
  switch (cell) {
    case "lstm":
      return l10n.t("product of the forget gates f, root mean square over the units");
    case "gru":
      return l10n.t("product of the update gates z, root mean square over the units");
    case "rnn":
      return l10n.t(
        "{0} times the mean slope of the units, step by step",
        hiddenSize === 1 ? "weight_hh" : l10n.t("spectral radius of weight_hh"),
      );
    default:
      return hiddenSize === 1
        ? l10n.t("weight_hh to the power of the steps back")
        : l10n.t("spectral radius of weight_hh to the power of the steps back");
  }
}

/** One sentence. @param layer from 0, nearest to the input */
export function explainDeviation(header: TraceHeader, layer: number, measured: number, predicted: number): string {
  const ratio = Math.abs(measured / predicted);
  const agrees = Math.abs(ratio - 1) < AGREEMENT;
  if (agrees)
    return header.cell === "linear" && header.hiddenSize === 1
      ? l10n.t("They agree: a linear unit multiplies the gradient by its recurrent weight at every step.")
      : l10n.t("They agree: what theory takes into account explains what happens here.");
  if (lossAtEveryStep(header))
    return l10n.t(
      "They differ because the loss at every step feeds the gradient on its way back; the prediction follows what leaves the last step alone. The itemised view takes them apart.",
    );
  if (layer < header.numLayers - 1)
    return l10n.t(
      "They differ because layer {0} sends gradient into every step of this one; the prediction follows what stays within the layer.",
      layer + 2,
    );
  return ratio > 1
    ? l10n.t("Measured is larger: {0}", reasonOf(header.cell, ratio > 1))
    : l10n.t("Measured is smaller: {0}", reasonOf(header.cell, ratio > 1));
}

function reasonOf(cell: string, larger: boolean): string {
  switch (cell) {
    case "rnn":
      return larger
        ? l10n.t(
            "the gradient favours units whose slope is above the mean, or weight_hh stretches more than its eigenvalues tell.",
          )
        : l10n.t(
            "the radius is the growth of one direction in the long run, and the gradient lies along others too, which shrink faster.",
          );
    case "lstm":
      return larger
        ? l10n.t("gradient also flows through the other gates and weight_hh, which the forget gates leave out.")
        : l10n.t(
            "the units with open forget gates count most in the prediction, and the gradient reaches others, or paths cancel.",
          );
    case "gru":
      return larger
        ? l10n.t("gradient also flows through the candidate n and the gates, which z leaves out.")
        : l10n.t("what flows through the candidate n and the gates cancels a part of what z passes on.");
    default:
      return larger
        ? l10n.t("weight_hh stretches some directions more than its eigenvalues tell, before the largest of them wins.")
        : l10n.t("the gradient lies along several eigenvectors, and those of smaller eigenvalues fade first.");
  }
}
