import * as l10n from "@vscode/l10n";
import { linearAxis, logAxis, type AxisSpec } from "../../../src/shared/scale/axisScale";
import { extentOf, joinExtents } from "../../../src/shared/scale/extent";
import { formatCount, formatPercent, formatValue } from "../../../src/shared/words/numberFormat";
import { OPTIONAL_COLUMN } from "../../../src/shared/trace/trace";
import type { CardHost } from "../../chart/card";
import type { AxisName } from "../../chart/axisNames";
import { atLabel, iterationSlider } from "../../chart/iterationChart";
import { IterationLines, type IterationLine, type IterationPicture } from "../../chart/iterationLines";
import type { ChartModel, ScalarModel } from "../../chart/model";
import { tableRows } from "../../chart/table";

interface MetricLine {
  readonly column: string;
  readonly name: string;
}

export interface Metric {
  readonly id: string;
  readonly title: string;
  readonly yName: AxisName;
  readonly lines: readonly MetricLine[];
  axis(model: ScalarModel, columns: readonly Float64Array[]): AxisSpec;
  format(value: number): string;
  /** Whether there is anything to see. */
  suits(columns: readonly Float64Array[]): boolean;
}

export const ACCURACY: Metric = {
  id: "accuracy",
  title: l10n.t("Accuracy"),
  yName: [l10n.t("accuracy")],
  lines: [
    { column: OPTIONAL_COLUMN.accuracy, name: l10n.t("accuracy") },
    { column: OPTIONAL_COLUMN.exactAccuracy, name: l10n.t("exact-match accuracy") },
  ],
  axis: () => ({ kind: "linear", min: 0, max: 1 }),
  format: (value) => formatPercent(value),
  suits: (columns) => columns.length > 0,
};

export const LEARNING_RATE: Metric = {
  id: "rate",
  title: l10n.t("Learning rate"),
  yName: [l10n.t("learning rate"), l10n.t("rate")],
  lines: [{ column: OPTIONAL_COLUMN.learningRate, name: l10n.t("learning rate") }],
  axis(model, columns) {
    const extent = columns
      .map((values) => extentOf(values, model.window.first, model.window.end))
      .reduce(joinExtents, null);
    return extent !== null && extent.min > 0 && extent.max / extent.min > 50
      ? logAxis(extent)
      : linearAxis(extent === null ? null : { ...extent, min: Math.min(0, extent.min) }, 2);
  },
  format: (value) => formatValue(value),
  // One that never changes is in the file.
  suits: (columns) => columns.some((values) => values.some((value) => value !== values[0] && !Number.isNaN(value))),
};

/** A companion of the loss: lower, on the same iterations. Hides itself in runs that do not have it. */
export class MetricChart extends IterationLines {
  constructor(
    host: CardHost,
    private readonly metric: Metric,
  ) {
    super(host, { id: metric.id, title: metric.title, yName: metric.yName, emptyText: "" });
    this.element.classList.add("card-companion");
  }

  isAvailable(model: ChartModel | null): boolean {
    return model !== null && this.metric.suits(this.linesOf(model.scalars).map(({ values }) => values));
  }

  protected collect(model: ScalarModel): IterationPicture {
    const { theme } = model;
    const lines = this.linesOf(model).map((line, i): IterationLine => ({
      ...line,
      color: theme.series[i] ?? theme.foreground,
      width: theme.lineWidth,
      ...(i > 0 ? { dash: [5, 3] } : {}),
    }));
    const first = lines[0]?.values ?? null;
    // Before the first evaluation there is no value, which is not an error.
    return { lines, positiveOnly: false, horizontal: [], broken: Number.isFinite(first?.[0] ?? NaN) ? first : null };
  }

  protected axisOf(model: ScalarModel, { lines }: IterationPicture): AxisSpec {
    return this.metric.axis(
      model,
      lines.map(({ values }) => values),
    );
  }

  protected describe(model: ScalarModel, { lines }: IterationPicture): void {
    const { row, iteration } = model.place;
    const { format, title, id } = this.metric;
    const valueOf = ({ column }: IterationLine): string => format(model.meanAt(column ?? "", row));
    this.card.setReadout(
      lines.map((line) => ({
        label: lines.length === 1 ? atLabel(model) : line.name,
        value: valueOf(line),
        swatch: { kind: line.dash === undefined ? "line" : "dash", color: line.color },
      })),
    );
    const spoken = lines.map((line) => `${line.name} ${valueOf(line)}`).join(", ");
    this.card.setSlider(iterationSlider(model, spoken));
    this.card.setSummary(
      l10n.t(
        "{0} at each recorded iteration ({1} in all); at iteration {2}: {3}.",
        title,
        formatCount(model.total),
        formatCount(iteration),
        spoken,
      ),
    );
    this.card.setTable(model.preferences.tables.includes(id), (limit) => {
      const { rows, caption } = tableRows(model.window.first, model.window.end, limit.rows);
      return {
        caption: caption(l10n.t("{0} by iteration", title)),
        columns: [l10n.t("Iteration"), ...lines.map(({ name }) => name)],
        rows: rows.map((at) => [
          model.iterations[at] ?? 0,
          ...lines.map(({ column }) => model.meanAt(column ?? "", at)),
        ]),
      };
    });
  }

  private linesOf(model: ScalarModel): (MetricLine & { readonly values: Float64Array })[] {
    return this.metric.lines.flatMap(({ column, name }) => {
      const values = model.column(column);
      return values === null ? [] : [{ column, name, values }];
    });
  }
}
