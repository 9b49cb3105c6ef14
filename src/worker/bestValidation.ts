/** What a run's status says about its best validation loss. */
import * as l10n from "@vscode/l10n";
import type { Trainer } from "../core/training/trainer";
import type { BestValidation } from "../shared/trace/trace";
import { formatValue } from "../shared/words/numberFormat";

/** Without the parameters; null while nothing was validated. */
export function bestValidation({ best }: Trainer): BestValidation | null {
  return best === null ? null : { iteration: best.iteration, validationLoss: best.validationLoss };
}

/** Where and why training stopped early, in a sentence or two; null when it did not. */
export function describeEarlyStop({ best, iteration, stoppedEarly }: Trainer): string | null {
  if (!stoppedEarly) return null;
  if (best === null) return l10n.t("Stopped early at iteration {0}: the validation loss was never finite.", iteration);
  return l10n.t(
    "Stopped early at iteration {0}: no new best validation loss for {1} iterations. The best is {2} at iteration {3}.",
    iteration,
    iteration - best.iteration,
    formatValue(best.validationLoss),
    best.iteration,
  );
}
