/** The predicted decay of the gradient in words, and how what is measured lies to it. */
import * as l10n from "@vscode/l10n";
import { isLstm, isMinimalCell, type CellKind } from "../../../src/shared/trace/cells";
import type { GradientDecay } from "../../../src/shared/trace/gradientDecay";
import { formatFactor, formatValue } from "../../../src/shared/words/numberFormat";
import { lossAtEveryStep } from "../../chart/predictedFactor";
import { isMatch, MATCH_FACTOR, type Gap, type PredictionMatch } from "./predictionMatch";
import type { TraceHeader } from "../../../src/shared/trace/trace";

/** A reason is offered where measured lies on one side of the prediction at this part of the steps. */
const ONE_SIDED = 0.75;
const EXACT = l10n.t("A linear unit multiplies the gradient by its recurrent weight at every step.");

/** "×0.54 per step back" */
export function factorPerStep({ factor }: GradientDecay): string {
  return l10n.t("{0} per step back", formatFactor(factor));
}

/** "Predicted: ×0.54 per step back, the spectral radius of the mean step Jacobian." */
export function predictedSentence({ cell, hiddenSize }: TraceHeader, decay: GradientDecay): string {
  const factor = formatFactor(decay.factor);
  if (cell === "linear")
    return hiddenSize === 1
      ? l10n.t("Predicted: {0} per step back, the recurrent weight.", factor)
      : l10n.t("Predicted: {0} per step back, the spectral radius of weight_hh.", factor);
  if (cell === "lru") return l10n.t("Predicted: {0} per step back, the largest modulus |λ| of the units.", factor);
  if (cell === "rglru") return l10n.t("Predicted: {0} per step back, the largest mean factor a of a unit.", factor);
  if (isLstm(cell as CellKind))
    return l10n.t("Predicted: {0} per step back, the spectral radius of the mean step Jacobian of h and c.", factor);
  if (cell === "mingru")
    return l10n.t(
      "Predicted: {0} per step back, the largest mean of 1 − z of a unit: the Jacobian is diagonal.",
      factor,
    );
  if (cell === "minlstm")
    return l10n.t("Predicted: {0} per step back, the largest mean of f of a unit: the Jacobian is diagonal.", factor);
  if (cell === "slstm")
    return l10n.t(
      "Predicted: {0} per step back, the spectral radius of the mean step Jacobian of h, c / n and ln(1 + n e^m).",
      factor,
    );
  return cell === "rnn" && hiddenSize === 1
    ? l10n.t("Predicted: {0} per step back, weight_hh times the mean slope of the unit.", factor)
    : l10n.t("Predicted: {0} per step back, the spectral radius of the mean step Jacobian.", factor);
}

/**
 * What the slopes of the units make of weight_hh, and whether those on its strongest path are like the others. Empty
 * for cells without slopes.
 */
export function slopeSentences({ timeSteps }: TraceHeader, { factor, slopes }: GradientDecay): string[] {
  if (slopes === null || !(slopes.radius > 0)) return [];
  const alone = formatValue(slopes.radius, 3);
  const path = factor / slopes.radius;
  const mean = formatValue(slopes.mean, 2);
  // As for the curves: what makes a factor of 2 over all steps.
  const over = (path / slopes.mean) ** timeSteps;
  if (over <= MATCH_FACTOR && over * MATCH_FACTOR >= 1)
    return [
      l10n.t(
        "The spectral radius of weight_hh alone is {0}; the slopes of the units, {1} on average, make the difference.",
        alone,
        mean,
      ),
    ];
  const less = path < slopes.mean;
  return [
    l10n.t(
      "The spectral radius of weight_hh alone is {0}; along the strongest path, the slopes of the units multiply it by {1}.",
      alone,
      formatValue(path, 2),
    ),
    slopes.nonlinearity === "tanh"
      ? less
        ? l10n.t("The mean slope of all units is {0}: those on the strongest path are more saturated.", mean)
        : l10n.t("The mean slope of all units is {0}: those on the strongest path are less saturated.", mean)
      : less
        ? l10n.t("The mean slope of all units is {0}: those on the strongest path are active less often.", mean)
        : l10n.t("The mean slope of all units is {0}: those on the strongest path are active more often.", mean),
  ];
}

/**
 * How the predicted line is computed, for a tooltip or a summary.
 * @param layer from 0, nearest to the input
 */
export function predictionFormula(header: TraceHeader, layer: number): string {
  const { cell, hiddenSize, numLayers, probed, directions = 1 } = header;
  if (probed !== undefined)
    return [
      l10n.t("The predicted line starts with the gradient that was captured on its way into this layer."),
      l10n.t("Each step back multiplies it by the transposed mean Jacobian of that step over the sequences."),
    ].join(" ");
  if (layer < numLayers - directions)
    return l10n.t(
      "The predicted line is the gradient at the last step of the last layer, multiplied by the transposed mean Jacobian of each time step on its way back and down to this layer; each sequence has the weight of the gradient that it still carries.",
    );
  if (cell === "linear")
    return hiddenSize === 1
      ? l10n.t("The predicted line is the gradient at the last step, multiplied by weight_hh at each step back.")
      : l10n.t(
          "The predicted line is the gradient at the last step, multiplied by the transposed weight_hh at each step back.",
        );
  return l10n.t(
    "The predicted line is the gradient at the last step, multiplied by the transposed mean Jacobian of each time step on its way back; each sequence has the weight of the gradient that it still carries.",
  );
}

/** What the gates alone let through, and how that lies to what is measured. */
export interface AloneMatch {
  readonly match: PredictionMatch;
  readonly gap: Gap;
}

/** What passes the gates alone, and how much the recurrent weights add to it. Empty for cells without gates. */
export function cellAloneSentences(
  { cell }: TraceHeader,
  { cellAlone }: GradientDecay,
  compared: AloneMatch | null,
): string[] {
  if (cellAlone?.moduli != null) return unitSentences(cellAlone.moduli);
  if (cell === "rglru" && cellAlone !== null)
    return [
      l10n.t("The layer has no recurrent weights."),
      l10n.t(
        "Each step back multiplies the gradient of a unit by its factor a, {0} on average.",
        formatValue(cellAlone.share, 2),
      ),
    ];
  if (cellAlone === null || compared === null) return [];
  const gate = formatValue(cellAlone.share, 2);
  const isMinimal = isMinimalCell(cell as CellKind);
  const product = ALONE_PRODUCTS[cell];
  return [
    ...(product === undefined ? [] : [product(gate)]),
    ...(isMinimal ? [l10n.t("There are no recurrent weights: the gradient has no other way through the layer.")] : []),
    ...(compared.match.steps > 1 ? [aloneSentence(compared, isMinimal)] : []),
  ];
}

/** Of lru, whose prediction is exact by unit. */
function unitSentences(moduli: Float64Array): string[] {
  const least = formatValue(Math.min(...moduli), 3);
  const most = formatValue(Math.max(...moduli), 3);
  const none = l10n.t("The layer has no recurrent weights.");
  return moduli.length === 1
    ? [none, l10n.t("Each step back multiplies the gradient of its unit by exactly {0}.", most)]
    : [
        none,
        l10n.t(
          "After s steps back, exactly |λ|^s is left of the gradient of a unit, with |λ| from {0} to {1}.",
          least,
          most,
        ),
        l10n.t("The faint lines show it by unit."),
      ];
}

const forgetProduct = (mean: string): string =>
  l10n.t("Through the cell alone: the product of the forget gates f (mean {0}).", mean);

/** By cell: what its gates alone make of the gradient. */
const ALONE_PRODUCTS: Readonly<Record<string, (mean: string) => string>> = {
  lstm: forgetProduct,
  "lstm-variant": forgetProduct,
  "lstm-coupled": forgetProduct,
  gru: (mean) => l10n.t("Through the cell alone: the product of the update gates z (mean {0}).", mean),
  mingru: (mean) => l10n.t("Through the cell alone: the product of 1 − z of each unit (mean {0}).", mean),
  minlstm: forgetProduct,
  slstm: (mean) =>
    l10n.t("Through the cell alone: the product of the shares f of the mean that are kept (mean {0}).", mean),
};

/** @param isAll whether there is nothing but the gates: what differs is which units the gradient lies on */
function aloneSentence({ match, gap }: AloneMatch, isAll: boolean): string {
  const { steps, near, lower, higher } = match;
  if (isMatch(match))
    return l10n.t(
      "It is within a factor of {0} of what is measured at {1} of {2} steps: the gates carry the gradient.",
      MATCH_FACTOR,
      near,
      steps,
    );
  if (isAll)
    return lower > higher
      ? l10n.t(
          "What is measured is smaller at {0} of {1} steps: the gradient lies on units whose gates let less through.",
          lower,
          steps,
        )
      : l10n.t(
          "What is measured is larger at {0} of {1} steps: the gradient lies on units whose gates let more through.",
          higher,
          steps,
        );
  if (higher > lower && gap.ratio > MATCH_FACTOR)
    return l10n.t(
      "What is measured at step {0} is larger by a factor of {1}: the rest flows through the recurrent weights.",
      gap.step,
      formatValue(gap.ratio, 2),
    );
  return lower > higher
    ? l10n.t(
        "What is measured is smaller at {0} of {1} steps: the gradient lies on units whose gates let less through, or the paths through the recurrent weights cancel a part of it.",
        lower,
        steps,
      )
    : l10n.t(
        "What is measured is larger at {0} of {1} steps: the rest flows through the recurrent weights.",
        higher,
        steps,
      );
}

/**
 * How the measured curve lies to the predicted one, where they part, and why.
 * @param isSameIteration the prediction is for the weights that the measured gradient belongs to
 */
export function matchSentences(header: TraceHeader, match: PredictionMatch, isSameIteration: boolean): string[] {
  if (match.steps === 0) return [];
  if (isMatch(match)) return [consistentSentence(match), ...(isExact(header, match) ? [EXACT] : [])];
  const reason = isSameIteration ? reasonOf(header, match) : null;
  return [sideSentence(match), ...partSentences(match), ...(reason === null ? [] : [reason])];
}

function consistentSentence({ near, steps, partsAt }: PredictionMatch): string {
  if (steps === 1)
    return l10n.t("Consistent with the prediction (within a factor of {0} at the step before).", MATCH_FACTOR);
  return partsAt === null
    ? l10n.t("Consistent with the prediction (within a factor of {0} at all {1} steps).", MATCH_FACTOR, steps)
    : l10n.t(
        "Consistent with the prediction (within a factor of {0} at {1} of {2} steps; going back, beyond it first at step {3}).",
        MATCH_FACTOR,
        near,
        steps,
        partsAt,
      );
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

function partSentences({ steps, partsAt }: PredictionMatch): string[] {
  return partsAt === null || steps === 1
    ? []
    : [l10n.t("Going back, they first differ by more than a factor of {0} at step {1}.", MATCH_FACTOR, partsAt)];
}

function isExact({ cell, hiddenSize }: TraceHeader, { lower, higher }: PredictionMatch): boolean {
  return cell === "linear" && hiddenSize === 1 && lower === 0 && higher === 0;
}

/**
 * What the prediction leaves out: the loss at earlier steps, and that the gradients of the sequences differ. With one
 * Jacobian a step for all sequences, and one direction at the last step, it is backpropagation itself.
 */
function reasonOf(header: TraceHeader, { steps, lower, higher }: PredictionMatch): string | null {
  if (lossAtEveryStep(header))
    return higher < ONE_SIDED * steps || higher <= lower
      ? null
      : l10n.t(
          "The loss at every step adds gradient on the way back; the prediction covers only what leaves the last step. See Gradient attribution.",
        );
  return header.cell === "linear"
    ? l10n.t(
        "The gradients of the sequences leave the last step in different directions; the prediction follows the main one.",
      )
    : l10n.t(
        "The sequences differ: what one lets through, another blocks, and their gradients point in different directions.",
      );
}
