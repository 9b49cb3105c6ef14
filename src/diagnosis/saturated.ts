import * as l10n from "@vscode/l10n";
import { describeLayer, layerCount } from "../config/facts/directions";
import { GATES, isMinimalCell, type CellKind, type GateName } from "../shared/trace/cells";
import { cellKindOf } from "../config/facts/cellKind";
import { formatValue } from "../shared/words/numberFormat";
import { vectorColumn } from "../shared/trace/trace";
import { defaultInitialization, fixesOf, lowerLearningRate } from "./fixes";
import { initPath, type RunFacts } from "./runFacts";
import { isJudged, type CreateRule } from "./rule";
import type { Sample } from "./row";
import { THRESHOLDS } from "./thresholds";

interface Place {
  readonly column: string;
  /** The finding in words. */
  readonly describe: (percent: string, iteration: number) => string;
  /** The state has an entry for the initial state before those of the steps. */
  readonly skipsFirst: boolean;
  readonly isSaturated: (value: number) => boolean;
}

const inTanh = (value: number) => Math.abs(value) > THRESHOLDS.saturatedTanh;
const closed = (value: number) => value < THRESHOLDS.saturatedGate;
const open = (value: number) => value > 1 - THRESHOLDS.saturatedGate;
const eitherEnd = (value: number) => closed(value) || open(value);

/**
 * More than half of the values of a nonlinearity lie where it is flat, over all units and steps of the inspected
 * sequence, in most of the rows of a run that learns nothing: a network that has learned may saturate as it likes. A
 * forget gate or an update gate z of gru near 1 is memory and no harm; near 0 it counts. The z of mingru writes: it is
 * the other way around. An input gate near 0 is how the chrono initialization starts, and of minlstm it is memory. The
 * candidates of mingru and minlstm have no end to lie at. The recurrence gate r of rglru near 0 is memory, too.
 */
export const saturated: CreateRule = (facts) => {
  const places = placesOf(facts);
  if (places.length === 0) return null;
  const tallies = places.map((place) => ({ place, weight: 0, iteration: -1, share: 0 }));
  let looked = 0;
  let fromStart = false;

  return {
    sample(sample) {
      const isFirst = looked === 0;
      looked += sample.weight;
      for (const tally of tallies) {
        const share = shareIn(sample, tally.place, facts);
        if (!(share > THRESHOLDS.saturatedShare)) continue;
        fromStart ||= isFirst;
        if (tally.weight === 0) tally.iteration = sample.iteration;
        tally.weight += sample.weight;
        tally.share = share;
      }
    },

    conclude(run) {
      const { history, outcome } = run;
      const worst = tallies.reduce((a, b) => (b.weight > a.weight ? b : a));
      if (worst.weight === 0 || worst.weight <= looked / 2) return null;
      const isStuck = outcome.judged > THRESHOLDS.solvedBaseline * outcome.constant && !outcome.isExhausted;
      if (!isJudged(run) || !isStuck || !(fromStart || outcome.isFlat)) return null;
      const { place, share, iteration } = worst;
      return {
        rule: "saturated",
        severity: "warning",
        iteration,
        timeStep: null,
        numbers: { share },
        message: place.describe(formatValue(100 * share, 3), iteration),
        configPath: fromStart ? initPath(facts) : facts.stepPath,
        fixes: fromStart
          ? fixesOf(defaultInitialization(facts))
          : fixesOf(lowerLearningRate(facts, history.first.learningRateReduction())),
      };
    },
  };
};

function placesOf({ experiment: { model } }: RunFacts): Place[] {
  const layers = Array.from({ length: layerCount(model) }, (_, l) => l);
  if (model.cell === "rnn" && model.nonlinearity === "tanh") {
    return layers.map((l) => ({
      column: vectorColumn.state(l),
      describe: (percent, iteration) =>
        l10n.t(
          "{0}% of the tanh values in layer {1} are saturated since iteration {2}. Their derivative is nearly 0, so almost no gradient flows through them.",
          percent,
          describeLayer(model, l),
          iteration,
        ),
      skipsFirst: true,
      isSaturated: inTanh,
    }));
  }
  return layers.flatMap((l) =>
    GATES[cellKindOf(model)]
      .filter((gate) => !isShare(model.cell, gate) && (!isMinimalCell(model.cell) || !isCandidate(gate)))
      .map((gate) => ({
        column: vectorColumn.gate(gate, l),
        describe: (percent, iteration) =>
          l10n.t(
            "{0}% of the values of gate {1} in layer {2} are saturated since iteration {3}. Their derivative is nearly 0, so almost no gradient flows through them.",
            percent,
            gate,
            describeLayer(model, l),
            iteration,
          ),
        skipsFirst: false,
        isSaturated: isMinimalCell(model.cell) ? (gate === "f" ? closed : open) : saturationOf(gate, model),
      })),
  );
}

const isCandidate = (gate: GateName) => gate === "g" || gate === "n";
/**
 * The gates i and f of slstm are shares of a mean that add up to 1, and a of rglru is the share that is kept: near
 * their ends they do what they are for.
 */
function isShare(cell: CellKind, gate: GateName): boolean {
  return (cell === "slstm" && (gate === "i" || gate === "f")) || gate === "a";
}

/** With chrono, the input gate starts closed so far that the cell fills over the length of the task. */
function saturationOf(gate: GateName, { cell, init }: RunFacts["experiment"]["model"]): (value: number) => boolean {
  if (isCandidate(gate)) return inTanh;
  if (gate === "f" || gate === "z") return closed;
  const isSlow = (gate === "i" && init.forgetBias === "chrono") || (gate === "r" && cell === "rglru");
  return isSlow ? open : eitherEnd;
}

function shareIn(sample: Sample, { column, skipsFirst, isSaturated }: Place, { timeSteps: T }: RunFacts): number {
  const values = sample.vector(column);
  if (values === null) return 0;
  const from = skipsFirst ? values.length / (T + 1) : 0;
  let count = 0;
  let present = 0;
  for (let i = from; i < values.length; i++) {
    if (isSaturated(values[i]!)) count++;
    // What follows the end of a shorter sequence is NaN.
    if (!Number.isNaN(values[i])) present++;
  }
  return count / present;
}
