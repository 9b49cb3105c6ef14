/** The run ends where a simple answer would: nothing more has been learned. */
import * as l10n from "@vscode/l10n";
import type { LagMatch } from "../shared/trace/measures";
import type { Baseline } from "../shared/wire/baselines";
import type { Finding, RuleName } from "../shared/wire/findings";
import { formatValue } from "../shared/words/numberFormat";
import { isJudged, type CreateRule, type RunSoFar } from "./rule";
import type { RunFacts } from "./runFacts";
import { THRESHOLDS } from "./thresholds";

/** The judged loss has stopped falling at that of the best constant. */
export const meanOnly: CreateRule = (facts) => ({
  conclude(run) {
    const constant = run.outcome.baseline("best-constant");
    if (constant === null || !isAt(constant, run)) return null;
    return describe("mean-only", constant, run, facts, (judged, loss) =>
      l10n.t("Only the mean is learned: the loss is {0}, and the best constant answer has {1}.", judged, loss),
    );
  },
});

/**
 * The judged loss ends at, or above, that of repeating the last value, which a constant does not reach; or the
 * predictions are an earlier value, although a linear map of the window shows that more can be predicted.
 */
export const lastValueOnly: CreateRule = (facts) => ({
  conclude(run) {
    const { outcome, history } = run;
    const last = outcome.baseline("last-value");
    if (last === null || !isDistinct(last, outcome.baseline("best-constant"))) return null;
    const repeated = repeatedLag(run, last);
    if (repeated !== null) return describeRepeated(last, repeated, run, facts);
    const isOver = run.end.state === "ended" || hasSettled(run);
    const isNoBetter = outcome.judged > THRESHOLDS.atBaseline[0] * last.loss && isOver;
    if (!isNoBetter || history.rows < THRESHOLDS.judgedRows) return null;
    return describe("last-value-only", last, run, facts, (judged, loss) =>
      l10n.t(
        "The network is no better than the last value: the loss is {0}, and repeating the last value has {1}.",
        judged,
        loss,
      ),
    );
  },
});

/** Of the target whose predictions are least like an earlier value; null where not all targets are such values. */
function repeatedLag({ outcome, evidence }: RunSoFar, last: Baseline): LagMatch | null {
  const { repeatedDistance, repeatedLoss, betterLinear } = THRESHOLDS;
  const linear = outcome.baseline("linear-window");
  const isPoor = outcome.judged > repeatedLoss * last.loss && outcome.judged < last.loss;
  if (!isPoor || linear === null || linear.loss > betterLinear * outcome.judged) return null;
  const lags = evidence?.lags ?? [];
  if (lags.length === 0 || lags.some(({ lag, distance }) => lag === 0 || !(distance < repeatedDistance))) return null;
  return lags.reduce((worst, one) => (one.distance > worst.distance ? one : worst));
}

function describeRepeated(
  last: Baseline,
  { lag, correlation, atZero, distance }: LagMatch,
  run: RunSoFar,
  facts: RunFacts,
): Finding {
  const finding = describe("last-value-only", last, run, facts, (judged, loss) =>
    [
      l10n.t("The network repeats the last value: the loss is {0}, and repeating it has {1}.", judged, loss),
      lag === 1
        ? l10n.t(
            "Predictions correlate best with the target 1 row earlier ({0}; {1} with the target itself).",
            formatValue(correlation, 4),
            formatValue(atZero, 4),
          )
        : l10n.t(
            "Predictions correlate best with the target {0} rows earlier ({1}; {2} with the target itself).",
            lag,
            formatValue(correlation, 4),
            formatValue(atZero, 4),
          ),
    ].join(" "),
  );
  return { ...finding, numbers: { ...finding.numbers, lag, correlation, atZero, distance } };
}

/** The judged loss has stopped falling at that of the best answer that sees one step only. */
export const memoryless: CreateRule = (facts) => ({
  conclude(run) {
    const { outcome } = run;
    const best = outcome.baseline("memoryless");
    if (
      best === null ||
      !isDistinct(best, outcome.baseline("best-constant")) ||
      !isDistinct(best, outcome.baseline("last-value")) ||
      !isAt(best, run)
    )
      return null;
    return describe("memoryless", best, run, facts, (judged, loss) =>
      l10n.t(
        "The network uses no past: the loss is {0}, and the best answer that sees only the current step has {1}.",
        judged,
        loss,
      ),
    );
  },
});

function isDistinct(baseline: Baseline, simpler: Baseline | null): boolean {
  return simpler === null || baseline.loss < THRESHOLDS.distinctBaseline * simpler.loss;
}

function isAt({ loss }: Baseline, run: RunSoFar): boolean {
  const { judged } = run.outcome;
  const [from, to] = THRESHOLDS.atBaseline;
  return (
    run.end.state !== "diverged" &&
    run.history.rows >= THRESHOLDS.plateauRows &&
    judged > from * loss &&
    judged < to * loss &&
    hasSettled(run)
  );
}

function hasSettled(run: RunSoFar): boolean {
  return isJudged(run) && run.outcome.isFlat && run.end.state !== "diverged";
}

function describe(
  rule: RuleName,
  baseline: Baseline,
  { history, outcome }: RunSoFar,
  facts: RunFacts,
  message: (judged: string, loss: string) => string,
): Finding {
  return {
    rule,
    severity: "warning",
    iteration: history.lastIteration,
    timeStep: null,
    numbers: { loss: outcome.judged, baseline: baseline.loss },
    message: message(formatValue(outcome.judged, 3), formatValue(baseline.loss, 3)),
    configPath: facts.experiment.model.cell === "linear" ? ["model"] : ["model", "cell"],
    fixes: [],
  };
}
