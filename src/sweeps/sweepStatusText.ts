import * as l10n from "@vscode/l10n";
import { isLoss, type SweepInfo, type TrialResult } from "../shared/wire/sweep";
import type { SweepPhase } from "../shared/wire/sweepProtocol";
import { bestTrial, leadingFigure } from "../shared/wire/sweepSummary";
import { formatCount, formatPercent, formatValue } from "../shared/words/numberFormat";

const ICONS: Readonly<Record<SweepPhase, string>> = {
  idle: "$(run-all)",
  running: "$(run-all)",
  done: "$(pass)",
  stopped: "$(debug-stop)",
  failed: "$(error)",
};

/** "Sweep 12/60 · best 0.031", with the icon of the phase, for the status bar. */
export function sweepStatusText(phase: SweepPhase, info: SweepInfo, results: readonly TrialResult[]): string {
  const best = bestTrial(info, results);
  const figure = leadingFigure(results, info.goal?.metric ?? null);
  return [
    `${ICONS[phase]} ${l10n.t("Sweep {0}/{1}", formatCount(results.length), formatCount(info.trials))}`,
    ...(best === null
      ? []
      : [l10n.t("best {0}", isLoss(figure) ? formatValue(best[figure], 3) : formatPercent(best[figure]))]),
  ].join(" · ");
}
