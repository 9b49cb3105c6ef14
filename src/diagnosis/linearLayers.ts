import * as l10n from "@vscode/l10n";
import { isGenerated } from "../config/facts/taskTraits";
import type { TaskConfig } from "../config/schema/schema";
import type { Fix } from "../shared/wire/findings";
import { formatValue } from "../shared/words/numberFormat";
import { fixesOf } from "./fixes";
import { isJudged, type CreateRule } from "./rule";
import type { RunFacts } from "./runFacts";
import { THRESHOLDS } from "./thresholds";

/**
 * Layers of lru alone compute a linear function of the inputs, as nothing between them and before the readout is
 * nonlinear, so that a task that is not linear stays unsolved however long they train.
 */
export const linearLayers: CreateRule = (facts) => {
  const { model, task } = facts.experiment;
  if (model.cell !== "lru") return null;
  const isKnown = isNonlinear(task);
  // Of a linear task the loss falls further with more updates.
  if (!isKnown && isGenerated(task)) return null;
  return {
    conclude(run) {
      const { history, end, outcome } = run;
      if (!isJudged(run) || !outcome.isFlat || end.state === "diverged") return null;
      const { judged, simplest } = outcome;
      const isStuck = isKnown
        ? judged > THRESHOLDS.linearShare * simplest
        : outcome.isUnsolved && !outcome.isExhausted && run.evidence !== null;
      if (!isStuck) return null;
      const what = l10n.t(
        "Layers of lru are linear, and so is the readout: the output is a linear function of the inputs.",
      );
      return {
        rule: "linear-layers",
        severity: isKnown ? "warning" : "information",
        iteration: history.lastIteration,
        timeStep: null,
        numbers: { loss: judged, baseline: simplest },
        message: isKnown
          ? l10n.t("{0} The task “{1}” is not linear; the loss stays at {2}.", what, task.kind, formatValue(judged, 3))
          : l10n.t(
              "{0} If the task is not linear, nothing better than the loss of {1} can be learned.",
              what,
              formatValue(judged, 3),
            ),
        configPath: ["model", "cell"],
        fixes: fixesOf(
          switchTo(facts, "gru", l10n.t("Switch to GRU, whose gates depend on input and state")),
          switchTo(facts, "rglru", l10n.t("Switch to RG-LRU, whose gates depend on the input")),
        ),
      };
    },
  };
};

/** Whether no linear filter of the inputs gives the targets. */
function isNonlinear(task: TaskConfig): boolean {
  switch (task.kind) {
    case "adding":
    case "binary-addition":
    case "parity":
    case "flip-flop":
    case "delayed-match-to-sample":
    case "ready-set-go":
    case "sine-generator":
      return true;
    case "context-decision":
      return task.context === "cued";
    default:
      return false;
  }
}

/** Weights that are given are those of lru. */
function switchTo({ experiment: { model } }: RunFacts, cell: "gru" | "rglru", title: string): Fix | null {
  const { init } = model;
  if (init.file !== "" || init.scheme === "constant" || Object.keys(init.values).length > 0) return null;
  return { title, edits: [{ path: ["model", "cell"], value: cell }] };
}
