import * as l10n from "@vscode/l10n";
import { figureWords } from "../shared/words/figureWords";
import { formatValue } from "../shared/words/numberFormat";
import type { Verdict } from "../sweepPlan/confirmation";

/** What new seeds say of the best of a sweep, whose winner has been written into the file if it has a median. */
export function describeVerdict({ figure, contenders: [winner], fallenBack }: Verdict): string {
  const { rank, best, runs, median, worst } = winner;
  const won = Number.isNaN(median)
    ? l10n.t("Nothing was applied: with new seeds, most runs of each leading combination diverged or failed.")
    : l10n.t(
        "Applied the winner, number {0} in the sweep. With {1} new seeds: median {2} {3}, worst {4}; in the sweep: {5}.",
        rank,
        runs.length,
        figureWords(figure),
        valueText(median),
        valueText(worst),
        valueText(best[figure]),
      );
  if (fallenBack === null) return won;
  const { contender, spread } = fallenBack;
  const fell = l10n.t(
    "The best of the sweep fell back from {0} to {1}, by more than its new seeds differ ({2}): it was partly luck.",
    valueText(contender.best[figure]),
    valueText(contender.median),
    formatValue(spread, 3),
  );
  return `${won} ${fell}`;
}

function valueText(value: number): string {
  return Number.isNaN(value) ? l10n.t("diverged") : formatValue(value, 3);
}
