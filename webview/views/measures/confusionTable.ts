import * as l10n from "@vscode/l10n";
import type { ClassMeasures } from "../../../src/shared/trace/measures";
import { formatCount, formatPercent } from "../../../src/shared/words/numberFormat";
import { element } from "../../ui/dom";

/** Of the color behind a cell whose whole row is in it, in percent: the number stays readable in every theme. */
const STRONGEST = 45;

/**
 * A row for each class of the targets, a column for each class of the answers. A table and no picture, so that everyone
 * reads the same; the color of a cell is its share of the row.
 */
export function confusionTable({ labels, confusion }: ClassMeasures): HTMLElement {
  const count = labels.length;
  const rows = labels.map((label, row) => {
    const cells = confusion.subarray(row * count, (row + 1) * count);
    const total = cells.reduce((sum, cell) => sum + cell, 0);
    return element(
      "tr",
      {},
      element("th", { attributes: { scope: "row", title: label } }, label),
      ...Array.from(cells, (cell, column) => cellOf(cell, total, column === row, label, labels[column]!)),
    );
  });
  const head = labels.map((label) => element("th", { attributes: { scope: "col", title: label } }, label));
  return element(
    "table",
    { class: "measures-confusion" },
    element("caption", {}, l10n.t("Confusion matrix: rows are targets, columns are predictions")),
    element("thead", {}, element("tr", {}, element("th", { attributes: { scope: "col" } }, l10n.t("Target")), ...head)),
    element("tbody", {}, ...rows),
  );
}

function cellOf(count: number, total: number, isRight: boolean, target: string, answer: string): HTMLElement {
  const share = total === 0 ? 0 : count / total;
  const cell = element(
    "td",
    {
      class: isRight ? "is-right" : "is-wrong",
      attributes: {
        title: l10n.t(
          "{0} of {1} with target {2} are predicted as {3} ({4})",
          formatCount(count),
          formatCount(total),
          target,
          answer,
          formatPercent(share),
        ),
      },
    },
    formatCount(count),
  );
  cell.style.setProperty("--share", `${(share * STRONGEST).toFixed(1)}%`);
  return cell;
}
