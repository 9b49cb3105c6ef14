/** Changes worth trying on a run in which something was found; trials decide which of them are offered. */
import * as l10n from "@vscode/l10n";
import type { Experiment } from "../config/schema/schema";
import type { Finding, Fix } from "../shared/wire/findings";
import {
  defaultInitialization,
  fewerLayers,
  fixesOf,
  preserveNorm,
  chronoBiases,
  steadierRprop,
  stopEarly,
  switchCell,
  usualMomentum,
} from "./fixes";
import { collectFacts, type ExperimentFacts } from "./runFacts";

/** Learning rates that are tried, as factors on the present one, the nearest first. */
const RATE_FACTORS = [1 / 3, 3, 1 / 10, 10, 1 / 30, 30, 1 / 100, 100] as const;
const MIN_RATE = 1e-6;
const MAX_RATE = 1;

/**
 * Those that the findings name first, then the textbook's at the present learning rate, then learning rates. None
 * comes twice, and each leaves a valid experiment.
 * @param run the time steps of a sequence, and whether every update sees the same data
 */
export function fixCandidates(
  experiment: Experiment,
  run: { readonly timeSteps: number; readonly fullBatch: boolean },
  findings: readonly Finding[],
): readonly Fix[] {
  const facts = collectFacts(experiment, run.timeSteps, run.fullBatch);
  const byEdits = new Map<string, Fix>();
  for (const fix of [...findings.flatMap(({ fixes }) => fixes), ...textbookFixes(facts), ...learningRates(facts)]) {
    const key = JSON.stringify(fix.edits);
    if (!byEdits.has(key)) byEdits.set(key, fix);
  }
  return [...byEdits.values()];
}

function textbookFixes(facts: ExperimentFacts): Fix[] {
  const {
    experiment: { model, training },
  } = facts;
  const clip =
    training.clip === null && facts.learningRate !== null
      ? {
          title: l10n.t("Clip the gradient norm to {0}", 1),
          edits: [{ path: ["training", "clip"], value: { norm: 1 } }],
        }
      : null;
  return fixesOf(
    clip,
    stopEarly(facts),
    steadierRprop(facts),
    usualMomentum(facts),
    defaultInitialization(facts),
    chronoBiases(facts),
    switchCell(facts, "lstm"),
    switchCell(facts, "gru"),
    preserveNorm(facts),
    model.numLayers > 1 ? fewerLayers(facts, model.numLayers - 1) : null,
  );
}

function learningRates({ learningRate, stepPath }: ExperimentFacts): Fix[] {
  if (learningRate === null) return [];
  return RATE_FACTORS.flatMap((factor) => {
    const value = Number((learningRate * factor).toPrecision(1));
    if (value < MIN_RATE || value > MAX_RATE || value === learningRate) return [];
    const title =
      value < learningRate
        ? l10n.t("Lower the learning rate to {0}", value)
        : l10n.t("Raise the learning rate to {0}", value);
    return [{ title, edits: [{ path: stepPath, value }] }];
  });
}
