/** The baselines of a run in the chart of its loss: lines, legend, table, and words. */
import * as l10n from "@vscode/l10n";
import type { Baseline, BaselineName } from "../../../src/shared/wire/baselines";
import { formatValue } from "../../../src/shared/words/numberFormat";
import type { LineMark } from "../../chart/marks";
import type { ChartModel } from "../../chart/model";
import type { ReadoutItem } from "../../chart/readout";
import { withoutControls } from "../../ui/visibleText";

/** Short, so that curves are seen beside them; tables and sentences have the whole label. */
const SHORT_LABEL: Readonly<Record<BaselineName, string>> = {
  "best-constant": l10n.t("best constant"),
  fixation: l10n.t("always fixates"),
  "last-value": l10n.t("last value"),
  memoryless: l10n.t("memoryless"),
  "linear-window": l10n.t("linear map"),
};
const DASH = [1, 3];
const DIGITS = 3;

/** Thin lines, each with its name and value at the right end. */
export function baselineMarks({ baselines, theme }: Pick<ChartModel, "baselines" | "theme">): LineMark[] {
  return baselines.map((baseline) => ({
    at: baseline.loss,
    color: theme.muted,
    dash: DASH,
    label: `${SHORT_LABEL[baseline.name]} ${formatValue(baseline.loss, DIGITS)}`,
  }));
}

/** For the legend. */
export function baselineItems(baselines: readonly Baseline[], color: string): ReadoutItem[] {
  return baselines.map((baseline) => ({
    label: SHORT_LABEL[baseline.name],
    value: formatValue(baseline.loss, DIGITS),
    swatch: { kind: "dash", color },
  }));
}

/** Headings of table columns, each with the one value that all rows have. */
export function baselineColumns({
  baselines,
}: Pick<ChartModel, "baselines">): { readonly heading: string; readonly loss: number }[] {
  return baselines.map((baseline) => ({ heading: l10n.t("Baseline: {0}", nameOf(baseline)), loss: baseline.loss }));
}

/** Null without any. */
export function describeBaselines(baselines: readonly Baseline[]): string | null {
  if (baselines.length === 0) return null;
  const list = baselines.map((baseline) => `${nameOf(baseline)} ${formatValue(baseline.loss, DIGITS)}`).join(", ");
  return baselines[0]?.on === "validation"
    ? l10n.t("Baselines on the validation set: {0}.", list)
    : l10n.t("Baselines on the training set: {0}.", list);
}

function nameOf({ label }: Baseline): string {
  return withoutControls(label);
}
