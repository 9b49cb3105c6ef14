import * as l10n from "@vscode/l10n";
import { isLoss, type SweepInfo } from "../shared/wire/sweep";
import type { SweepPhase } from "../shared/wire/sweepProtocol";
import { bestRow, leadingOf, type TrialColumns } from "../shared/wire/trialColumns";
import { formatCount, formatPercent, formatValue } from "../shared/words/numberFormat";
import { iconText, joinIconTexts, type IconText } from "../window/iconText";

const ICONS: Readonly<Record<SweepPhase, IconText>> = {
  idle: iconText`$(run-all)`,
  running: iconText`$(run-all)`,
  done: iconText`$(pass)`,
  stopped: iconText`$(debug-stop)`,
  failed: iconText`$(error)`,
};

/** "Sweep 12/60 · best 0.031", with the icon of the phase, for the status bar. */
export function sweepStatusText(phase: SweepPhase, info: SweepInfo, results: TrialColumns): IconText {
  const figure = leadingOf(results, info.goal?.metric ?? null);
  const best = bestRow(results, figure);
  const icon = ICONS[phase];
  const done = l10n.t("Sweep {0}/{1}", formatCount(results.length), formatCount(info.trials));
  if (best < 0) return joinIconTexts([icon, iconText`${done}`], " ");
  const value = results.column(figure)[best] ?? NaN;
  const shown = isLoss(figure) ? formatValue(value, 3) : formatPercent(value);
  return joinIconTexts([icon, iconText`${done} · ${l10n.t("best {0}", shown)}`], " ");
}
