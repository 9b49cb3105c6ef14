/** The predicted decay of the gradient in words, and why what is measured differs from it. */
import type { GradientDecay } from "./gradientDecay";
import { formatValue } from "./numberFormat";
import { lossAtEveryStep } from "./predictedFactor";
import type { TraceHeader } from "./trace";

/** Factors whose ratio is within this of 1 agree: over ten steps they differ by a sixth. */
const AGREEMENT = 0.015;

/** "radius 1.12 × mean slope 0.63": what the prediction is made of. */
export function predictionParts({ cell, hiddenSize }: TraceHeader, { radius, share }: GradientDecay): string {
  if (cell === "lstm") return `forget gates, mean ${formatValue(share ?? NaN, 2)}`;
  if (cell === "gru") return `update gates z, mean ${formatValue(share ?? NaN, 2)}`;
  const weight = `${hiddenSize === 1 ? "weight" : "radius"} ${formatValue(radius ?? NaN, 3)}`;
  return share === null ? weight : `${weight} × mean slope ${formatValue(share, 2)}`;
}

/** What each factor is called in a formula: for a title or a table. */
export function predictionFormula({ cell, hiddenSize }: TraceHeader): string {
  switch (cell) {
    case "lstm":
      return "product of the forget gates f, root mean square over the units";
    case "gru":
      return "product of the update gates z, root mean square over the units";
    case "rnn":
      return `${hiddenSize === 1 ? "weight_hh" : "spectral radius of weight_hh"} times the mean slope of the units, step by step`;
    default:
      return hiddenSize === 1 ? "weight_hh to the power of the steps back" : "spectral radius of weight_hh to the power of the steps back";
  }
}

/** One sentence. @param layer from 0, nearest to the input */
export function explainDeviation(header: TraceHeader, layer: number, measured: number, predicted: number): string {
  const ratio = Math.abs(measured / predicted);
  const agrees = Math.abs(ratio - 1) < AGREEMENT;
  if (agrees) return header.cell === "linear" && header.hiddenSize === 1 ? "They agree: a linear unit multiplies the gradient by its recurrent weight at every step." : "They agree: what theory takes into account explains what happens here.";
  if (lossAtEveryStep(header)) return "They differ because the loss at every step feeds the gradient on its way back; the prediction follows what leaves the last step alone. The itemised view takes them apart.";
  if (layer < header.numLayers - 1) return `They differ because layer ${layer + 2} sends gradient into every step of this one; the prediction follows what stays within the layer.`;
  return `Measured is ${ratio > 1 ? "larger" : "smaller"}: ${reasonOf(header.cell, ratio > 1)}`;
}

function reasonOf(cell: string, larger: boolean): string {
  switch (cell) {
    case "rnn":
      return larger
        ? "the gradient favours units whose slope is above the mean, or weight_hh stretches more than its eigenvalues tell."
        : "the radius is the growth of one direction in the long run, and the gradient lies along others too, which shrink faster.";
    case "lstm":
      return larger
        ? "gradient also flows through the other gates and weight_hh, which the forget gates leave out."
        : "the units with open forget gates count most in the prediction, and the gradient reaches others, or paths cancel.";
    case "gru":
      return larger ? "gradient also flows through the candidate n and the gates, which z leaves out." : "what flows through the candidate n and the gates cancels a part of what z passes on.";
    default:
      return larger ? "weight_hh stretches some directions more than its eigenvalues tell, before the largest of them wins." : "the gradient lies along several eigenvectors, and those of smaller eigenvalues fade first.";
  }
}
