import * as l10n from "@vscode/l10n";
import type { ClassMeasures, LagMatch, ValueErrors } from "../../../src/shared/trace/measures";
import { formatCount, formatPercent, formatValue } from "../../../src/shared/words/numberFormat";
import { NO_VALUE } from "../../chart/table";
import { element } from "../../ui/dom";

export function describeClasses({ accuracy, balancedAccuracy, macroF1 }: ClassMeasures): string {
  return l10n.t(
    "accuracy {0}, balanced accuracy {1}, macro F1 {2}",
    formatPercent(accuracy),
    formatPercent(balancedAccuracy),
    formatPercent(macroF1),
  );
}

interface Column {
  readonly name: string;
  readonly hint: string;
  readonly text: (errors: ValueErrors) => string;
}

const COLUMNS: readonly Column[] = [
  { name: "RMSE", hint: l10n.t("Root of the mean squared error"), text: ({ rmse }) => formatValue(rmse) },
  { name: "MAE", hint: l10n.t("Mean absolute error"), text: ({ mae }) => formatValue(mae) },
  {
    name: "sMAPE",
    hint: l10n.t("Symmetric mean absolute percentage error"),
    text: ({ smape }) => (smape === null ? NO_VALUE : `${formatValue(smape, 3)}%`),
  },
  {
    name: "MASE",
    hint: l10n.t("Mean absolute error over that of repeating the row before, in training; below 1 is better"),
    text: ({ mase }) => (mase === null ? NO_VALUE : formatValue(mase, 3)),
  },
  {
    name: l10n.t("Lag"),
    hint: l10n.t("Rows by which the predictions lag behind: where they correlate best with the target"),
    text: ({ lag }) => (lag === null ? NO_VALUE : lagText(lag)),
  },
];

function lagText({ lag, correlation }: LagMatch): string {
  return `${formatCount(lag)} (${formatValue(correlation, 3)})`;
}

/** A row for each number that is predicted; columns that none of them has are left out. */
export function errorTable(values: readonly ValueErrors[]): HTMLElement {
  const columns = COLUMNS.filter(({ text }) => values.some((errors) => text(errors) !== NO_VALUE));
  const head = [
    element("th", { attributes: { scope: "col" } }, l10n.t("Target")),
    ...columns.map(({ name, hint }) => element("th", { attributes: { scope: "col", title: hint } }, name)),
  ];
  const rows = values.map((errors, index) =>
    element(
      "tr",
      {},
      element(
        "th",
        { attributes: { scope: "row" } },
        errors.name === "" ? l10n.t("output {0}", index + 1) : errors.name,
      ),
      ...columns.map(({ text }) => element("td", {}, text(errors))),
    ),
  );
  return element(
    "table",
    { class: "measures-errors" },
    element("caption", {}, l10n.t("Errors in the units of the data")),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...rows),
  );
}
