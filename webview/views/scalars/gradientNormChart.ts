import * as l10n from "@vscode/l10n";
import { logAxis, type AxisSpec } from "../../../src/shared/scale/axisScale";
import { extentOf, joinExtents, typicalExtent } from "../../../src/shared/scale/extent";
import { formatCount, formatPercent, formatValue } from "../../../src/shared/words/numberFormat";
import { COLUMN, OPTIONAL_COLUMN } from "../../../src/shared/trace/trace";
import { element, setAttribute, setHidden, setText } from "../../ui/dom";
import type { CardHost } from "../../chart/card";
import { WIDEST_PERCENT } from "../../chart/readout";
import { eventsAt } from "../../chart/eventRail";
import { iterationSlider } from "../../chart/iterationChart";
import { IterationLines, SECOND_DASH, type IterationPicture } from "../../chart/iterationLines";
import type { ScalarModel } from "../../chart/model";
import { runLook } from "../../ui/runLook";
import { tableRows, type TableData, type TableLimit } from "../../chart/table";

/** The effect of clipping over the iterations in view. */
interface Clipping {
  readonly rows: number;
  readonly clipped: number;
  /** Cosine between the gradient before and after, over the clipped rows; null where the direction is kept anyway. */
  readonly cosine: number | null;
}

/** Norm of the whole gradient before and after clipping, with the threshold in force and what it does. */
export class GradientNormChart extends IterationLines {
  private readonly share = element("span", { class: "aside-note" });
  private readonly direction = element("span", { class: "aside-note" });
  private readonly cycle = element("span", { class: "factor factor-explodes" });

  constructor(host: CardHost) {
    super(host, {
      id: "norm",
      title: l10n.t("Gradient norm"),
      yName: [l10n.t("gradient norm")],
      rail: true,
      emptyText: l10n.t("Norm of the full gradient, before and after clipping."),
    });
    this.card.details.append(this.share, this.direction, this.cycle);
  }

  protected collect(model: ScalarModel): IterationPicture | null {
    const { theme, header } = model;
    const raw = model.column(COLUMN.gradientNorm);
    const clipped = model.column(COLUMN.clippedNorm);
    if (raw === null || clipped === null) return null;
    const { clip } = header;
    return {
      lines: [
        {
          name: l10n.t("raw"),
          values: raw,
          column: COLUMN.gradientNorm,
          color: runLook(model.runNumber, theme).color,
          width: theme.lineWidth,
          smoothing: "over",
        },
        ...(clip === null
          ? []
          : [
              {
                name: l10n.t("clipped"),
                values: clipped,
                column: COLUMN.clippedNorm,
                color: theme.foreground,
                width: theme.lineWidth,
                dash: SECOND_DASH,
              },
            ]),
      ],
      positiveOnly: true,
      horizontal:
        clip !== null && "norm" in clip
          ? [{ at: clip.norm, color: theme.muted, dash: [2, 3], label: l10n.t("clip at {0}", formatValue(clip.norm)) }]
          : [],
      broken: raw,
    };
  }

  protected axisOf(model: ScalarModel, { lines }: IterationPicture): AxisSpec {
    const { fit, end } = model.window;
    const { clip } = model.header;
    const limit = clip !== null && "norm" in clip ? extentOf([clip.norm]) : null;
    return logAxis(lines.map(({ values }) => typicalExtent(values, fit, end)).reduce(joinExtents, limit));
  }

  protected describe(model: ScalarModel, { lines }: IterationPicture): void {
    const { place, header, total } = model;
    const { clip } = header;
    const [raw, clipped] = lines;
    if (raw === undefined) return;
    const at = (column: string): string => formatValue(model.meanAt(column, place.row));
    const cosine = model.meanAt(OPTIONAL_COLUMN.clipCosine, place.row);
    const events = eventsAt({ ...this.events, clipped: [] }, model);
    this.card.setReadout([
      ...lines.flatMap((line) => this.itemsOf(model, line, formatValue)),
      ...(clip === null ? [{ label: l10n.t("no clipping") }] : []),
    ]);
    this.card.setDetails([
      ...(Number.isNaN(cosine) ? [] : [{ label: l10n.t("cosine similarity"), value: formatValue(cosine, 3) }]),
      ...events.map((label) => ({ label })),
    ]);
    const clipping = this.showClipping(model, raw.values, clipped?.values ?? null);
    this.card.setSlider(
      iterationSlider(
        model,
        [
          this.spoken(model, { ...raw, name: l10n.t("gradient norm") }, formatValue),
          ...(clipped === undefined ? [] : [l10n.t("clipped {0}", at(COLUMN.clippedNorm))]),
          ...events,
        ].join(", "),
      ),
    );
    const extent = extentOf(raw.values);
    this.card.setSummary(
      [
        extent === null
          ? l10n.t("Gradient norm at each recorded iteration ({0} in all).", formatCount(total))
          : l10n.t(
              "Gradient norm at each recorded iteration ({0} in all), from {1} to {2}.",
              formatCount(total),
              formatValue(extent.min),
              formatValue(extent.max),
            ),
        clippingSentence(clipping),
      ].join(" "),
    );
    this.card.setTable(model.preferences.tables.includes("norm"), (limit) =>
      collectTable(model, this.tableTitle(model, l10n.t("Gradient norm by iteration")), limit),
    );
  }

  private showClipping(model: ScalarModel, raw: Float64Array, clipped: Float64Array | null): Clipping | null {
    const { clip } = model.header;
    const cycle = model.findings.find(({ rule }) => rule === "limit-cycle");
    setHidden(this.cycle, cycle === undefined);
    setText(
      this.cycle,
      cycle === undefined ? "" : l10n.t("limit cycle, period {0}", formatCount(cycle.numbers["period"] ?? NaN)),
    );
    setAttribute(this.cycle, "title", cycle?.message ?? null);
    setHidden(this.share, clip === null);
    setHidden(this.direction, clip === null);
    if (clip === null || clipped === null) return null;
    const clipping = measureClipping(model, raw, clipped);
    setText(this.share, l10n.t("{0} of updates clipped", formatPercent(clipping.clipped / Math.max(1, clipping.rows))));
    setAttribute(this.share, "data-widest", l10n.t("{0} of updates clipped", WIDEST_PERCENT));
    setText(this.direction, directionText(clipping));
    setAttribute(
      this.direction,
      "title",
      "norm" in clip
        ? l10n.t("Clipping by norm rescales the gradient and preserves its direction")
        : l10n.t(
            "Clipping each element to ±{0} changes the direction of the gradient: mean cosine similarity over the clipped updates in view, 1 = unchanged",
            formatValue(clip.value),
          ),
    );
    return clipping;
  }
}

/**
 * Of the iterations in view; where a row stands for several, by their mean. The last row of a run makes no update, but
 * shows whether it would have been clipped.
 */
function measureClipping(model: ScalarModel, raw: Float64Array, clipped: Float64Array): Clipping {
  const { first, end } = model.window;
  const cosines = model.column(OPTIONAL_COLUMN.clipCosine);
  let all = 0;
  let count = 0;
  let sum = 0;
  for (let row = first; row < end; row++) {
    const iterations = model.iterationsAt(row);
    const valueOf = (name: string, values: Float64Array): number =>
      iterations === 1 ? values[row]! : model.meanAt(name, row);
    // A bucket has two rows, each of which stands for all of it.
    const weight = Math.max(1, iterations / 2);
    all += weight;
    if (!(valueOf(COLUMN.clippedNorm, clipped) < valueOf(COLUMN.gradientNorm, raw))) continue;
    count += weight;
    sum += weight * (cosines === null ? 1 : valueOf(OPTIONAL_COLUMN.clipCosine, cosines));
  }
  return {
    rows: Math.round(all),
    clipped: Math.round(count),
    cosine: cosines === null || count === 0 ? null : sum / count,
  };
}

function directionText({ cosine }: Clipping): string {
  return cosine === null
    ? l10n.t("direction preserved")
    : l10n.t("direction changed, cosine similarity {0}", formatValue(cosine, 3));
}

function clippingSentence(clipping: Clipping | null): string {
  if (clipping === null) return l10n.t("Not clipped.");
  const counts = [formatCount(clipping.clipped), formatCount(clipping.rows)] as const;
  return clipping.cosine === null
    ? l10n.t("Clipped iterations in view: {0} of {1}; direction preserved.", ...counts)
    : l10n.t(
        "Clipped iterations in view: {0} of {1}; mean cosine similarity {2}.",
        ...counts,
        formatValue(clipping.cosine, 3),
      );
}

function collectTable(model: ScalarModel, title: string, limit: TableLimit): TableData {
  const { rows, caption } = tableRows(model.window.first, model.window.end, limit.rows);
  const columns = [
    [l10n.t("Raw"), COLUMN.gradientNorm],
    [l10n.t("Clipped"), COLUMN.clippedNorm],
    [l10n.t("Cosine similarity"), OPTIONAL_COLUMN.clipCosine],
  ] as const;
  const known = columns.flatMap(([name, column]) => {
    return model.column(column) === null ? [] : [{ name, column }];
  });
  return {
    caption: caption(title),
    columns: [l10n.t("Iteration"), ...known.map(({ name }) => name)],
    rows: rows.map((row) => [model.iterations[row] ?? 0, ...known.map(({ column }) => model.meanAt(column, row))]),
  };
}
