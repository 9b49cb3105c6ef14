import * as l10n from "@vscode/l10n";
import { describeLayer, layerCount } from "../config/facts/directions";
import type { Fix } from "../shared/wire/findings";
import { formatValue } from "../shared/words/numberFormat";
import { vectorColumn } from "../shared/trace/trace";
import { fixesOf, lowerLearningRate, preserveNorm } from "./fixes";
import { initPath, type RunFacts } from "./runFacts";
import { isJudged, type CreateRule } from "./rule";
import { THRESHOLDS } from "./thresholds";

const TO_TANH: Fix = {
  title: l10n.t("Replace relu with tanh"),
  edits: [{ path: ["model", "nonlinearity"], value: "tanh" }],
};

interface DeadUnits {
  readonly dead: number;
  readonly units: number;
  readonly layer: number;
}

/**
 * More than half of the relu units of a layer are 0 at every step of the inspected sequence, in most of the rows looked
 * at and in the last one. No gradient passes such a unit (Maas, Hannun and Ng, 2013), so it does not come back by
 * itself.
 */
export const deadRelu: CreateRule = (facts) => {
  const {
    timeSteps: T,
    experiment: { model },
  } = facts;
  if (model.cell !== "rnn" || model.nonlinearity !== "relu") return null;
  let looked = 0;
  let weight = 0;
  let since: number | null = null;
  let fromStart = false;
  let current: DeadUnits | null = null;

  return {
    sample(sample) {
      const isFirst = looked === 0;
      looked += sample.weight;
      current = null;
      for (let layer = 0; layer < layerCount(model) && current === null; layer++) {
        const states = sample.vector(vectorColumn.state(layer));
        if (states === null) continue;
        const units = states.length / (T + 1);
        const dead = countDead(states, units);
        if (dead > THRESHOLDS.deadShare * units) current = { dead, units, layer };
      }
      if (current === null) return;
      fromStart ||= isFirst;
      since ??= sample.iteration;
      weight += sample.weight;
    },

    conclude(run) {
      const { history, outcome } = run;
      if (current === null || since === null || weight <= looked / 2) return null;
      if (!isJudged(run) || !outcome.isUnsolved) return null;
      const { dead, units } = current;
      return {
        rule: "dead-relu",
        severity: "warning",
        iteration: since,
        timeStep: null,
        numbers: { dead, units, share: dead / units },
        message: describeDead(current, describeLayer(model, current.layer), since),
        configPath: !fromStart
          ? facts.stepPath
          : model.init.scheme === "auto"
            ? ["model", "nonlinearity"]
            : initPath(facts),
        fixes: fixesOf(
          fromStart ? startWithIdentity(facts) : lowerLearningRate(facts, history.first.learningRateReduction()),
          TO_TANH,
        ),
      };
    },
  };
};

function describeDead({ dead, units }: DeadUnits, layer: string, since: number): string {
  return l10n.t(
    "{0} of {1} relu units in layer {2} ({3}%) are 0 at every step of the inspected sequence since iteration {4}. No gradient flows through them.",
    dead,
    units,
    layer,
    formatValue((100 * dead) / units, 3),
    since,
  );
}

function startWithIdentity(facts: RunFacts): Fix | null {
  const { init } = facts.experiment.model;
  return init.scheme === "identity" || Object.keys(init.values).length > 0 ? null : preserveNorm(facts);
}

/** @param states [T + 1, units], entry 0 the initial state */
function countDead(states: Float64Array, units: number): number {
  let dead = 0;
  for (let unit = 0; unit < units; unit++) {
    let at = units + unit;
    while (at < states.length && states[at] === 0) at += units;
    // What follows the end of a shorter sequence is NaN.
    const isEnd = at >= states.length || (Number.isNaN(states[at]) && at > units + unit);
    if (isEnd) dead++;
  }
  return dead;
}
