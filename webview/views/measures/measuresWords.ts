import * as l10n from "@vscode/l10n";
import type { ClassMeasures, LagMatch, Measures, ValueErrors } from "../../../src/shared/trace/measures";
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

/** On how many sequences the numbers rest, where they are not all. */
export function describePart({ sequences, of }: Measures): string[] {
  return sequences === of
    ? []
    : [l10n.t("over {0} of {1} sequences, spread evenly", formatCount(sequences), formatCount(of))];
}

/** How the numbers of the tables are computed. */
export function describeComputation({ values, classes }: Measures): string {
  const season = values?.find((errors) => errors.mase !== null)?.season;
  const scaled = season === undefined ? l10n.t("the row before") : l10n.t("the row {0} earlier", formatCount(season));
  const hasMase = values?.some(({ mase }) => mase !== null) === true;
  return [
    ...(values === null ? [] : [l10n.t("RMSE: root of the mean squared error. MAE: mean absolute error.")]),
    ...(hasMase
      ? [l10n.t("MASE: MAE over that of repeating {0} in the training rows; below 1 is better.", scaled)]
      : []),
    ...(classes === null
      ? []
      : [
          l10n.t("Balanced accuracy: mean recall of the classes among the targets."),
          l10n.t("Macro F1: mean F1 of the classes among targets or predictions."),
        ]),
    l10n.t("Formulas and sources: docs/metrics.md."),
  ].join(" ");
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
    hint: l10n.t("Mean absolute scaled error: over that of the naive forecast in training; below 1 is better"),
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
