import * as l10n from "@vscode/l10n";
import type { ClassMeasures } from "../../shared/trace/measures";
import { formatCount, formatPercent } from "../../shared/words/numberFormat";
import type { ConfusionPage } from "../../shared/wire/predictionPage";

/** As in the section Metrics of the panel: rows are targets, columns are predictions. */
export function confusionPage(title: string, { labels, confusion }: ClassMeasures): ConfusionPage {
  const count = labels.length;
  return {
    title: l10n.t("Confusion matrix of {0}", title),
    caption: l10n.t("Confusion matrix: rows are targets, columns are predictions"),
    corner: l10n.t("Target"),
    labels,
    rows: labels.map((target, row) => {
      const cells = confusion.subarray(row * count, (row + 1) * count);
      const total = cells.reduce((sum, cell) => sum + cell, 0);
      return Array.from(cells, (cell, column) => {
        const share = total === 0 ? 0 : cell / total;
        return {
          text: formatCount(cell),
          title: l10n.t(
            "{0} of {1} with target {2} are predicted as {3} ({4})",
            formatCount(cell),
            formatCount(total),
            target,
            labels[column]!,
            formatPercent(share),
          ),
          tenths: Math.ceil(share * 10),
        };
      });
    }),
  };
}
