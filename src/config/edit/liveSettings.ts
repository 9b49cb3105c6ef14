/** Edits that can be applied to a run without restarting it. */
import * as l10n from "@vscode/l10n";
import { collectChanges } from "../compare/changes";
import type { Experiment } from "../schema/schema";

const LIVE: ReadonlySet<string> = new Set(["optimizer", "schedule", "clip"]);

export type Applicability = { readonly applies: true } | { readonly applies: false; readonly reason: string };

/** @param before null when no run is under way. @throws Error with the reason */
export function refuseUnlessItApplies(before: Experiment | null, after: Experiment): void {
  const answer =
    before === null ? { applies: false as const, reason: l10n.t("There is no active run.") } : canApply(before, after);
  if (!answer.applies) throw new Error(answer.reason);
}

/**
 * Whether a run of `before` can go on as `after`: only how its gradients become updates differs. The reason is for a
 * person.
 */
export function canApply(before: Experiment, after: Experiment): Applicability {
  const changes = collectChanges(before, after);
  if (changes.length === 0) return { applies: false, reason: l10n.t("The run already uses these settings.") };
  const other = changes.find(({ path }) => path[0] !== "training" || !LIVE.has(path[1] ?? ""));
  if (other !== undefined)
    return {
      applies: false,
      reason: l10n.t(
        "{0} has changed too. Only the optimizer, the schedule, and clipping can be changed during a run. Restart the run to apply it.",
        other.path.join("."),
      ),
    };
  const [from, to] = [before.training.optimizer, after.training.optimizer];
  // The learning rate is a column of the trace, which a run has from its start or not at all.
  if ("learningRate" in from !== "learningRate" in to)
    return {
      applies: false,
      reason: l10n.t(
        "The optimizer cannot be changed from {1} to {0} during a run, because only one of them has a learning rate. Restart the run to apply it.",
        to.kind,
        from.kind,
      ),
    };
  return { applies: true };
}
