import * as l10n from "@vscode/l10n";
import { linearAxis, logAxis, type AxisSpec } from "../../../src/shared/scale/axisScale";
import { extentOf, joinExtents } from "../../../src/shared/scale/extent";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import type { TensorNorms } from "../../../src/shared/trace/weightReport";
import { indexAt } from "../../../src/shared/trace/decimate";
import type { CardHost } from "../../chart/card";
import { iterationSlider } from "../../chart/iterationChart";
import { IterationLines, type IterationLine, type IterationPicture } from "../../chart/iterationLines";
import type { AxisName } from "../../chart/axisNames";
import { QueryThrottle } from "../../chart/queryThrottle";
import type { ChartModel, ScalarModel } from "../../chart/model";
import { setHidden } from "../../ui/dom";
import { Picker } from "../../ui/picker";
import { tableRows } from "../../chart/table";
import { hasMatrices } from "./weightsChart";

const SHOWN = {
  norm: { label: l10n.t("norm"), title: l10n.t("L2 norm of each tensor"), axis: [l10n.t("L2 norm")] },
  ratio: {
    label: l10n.t("update/weight"),
    title: l10n.t("Norm of the update divided by the norm of the tensor"),
    axis: [l10n.t("update/weight ratio"), l10n.t("update/weight")],
  },
} as const;
type Shown = keyof typeof SHOWN;

const DASHES: readonly (readonly number[] | undefined)[] = [undefined, [6, 3], [2, 2], [8, 3, 2, 3]];

/** How large each tensor is, and by how much an update changes it, over the iterations. */
export class TensorNormsChart extends IterationLines {
  private readonly question: QueryThrottle;
  private readonly picker: Picker;
  private picked: Shown = "norm";
  private shown: Shown = "norm";
  private columns: {
    readonly norms: TensorNorms;
    readonly shown: Shown;
    readonly lines: readonly Float64Array[];
  } | null = null;

  constructor(host: CardHost) {
    super(host, {
      id: "tensors",
      title: l10n.t("Weight norms"),
      emptyText: l10n.t("Norm of each tensor over the iterations."),
    });
    this.question = new QueryThrottle(host);
    this.picker = new Picker(l10n.t("Quantity"), (value) => {
      this.picked = value === "ratio" ? "ratio" : "norm";
      host.requestDraw();
    });
    this.card.tools.prepend(this.picker.element);
    this.picker.show(
      Object.entries(SHOWN).map(([value, { label }]) => ({ value, label })),
      this.picked,
    );
  }

  isAvailable(model: ChartModel | null): boolean {
    return model !== null && hasMatrices(model);
  }

  protected collect(model: ScalarModel): IterationPicture | null {
    const { header, theme } = model;
    // Between two captured steps there are many updates.
    const hasRatios = header.probed === undefined;
    setHidden(this.picker.element, !hasRatios);
    this.shown = hasRatios ? this.picked : "norm";
    // The answer is about all of the run so far, wherever the cursor is.
    this.question.ask(
      { ...model, place: { ...model.place, followsLatest: true } },
      { kind: "norms", iteration: model.iterations[model.rows - 1] ?? 0 },
    );
    const answer = model.answerTo("norms");
    if (
      answer === null ||
      "failure" in answer ||
      answer.norms.norms.length !== answer.norms.iterations.length * header.parameters.length
    )
      return null;
    const { iterations } = answer.norms;
    const lines = this.linesOf(answer.norms, header.parameters.length).map((values, i): IterationLine => {
      const dash = DASHES[Math.floor(i / theme.series.length) % DASHES.length];
      return {
        name: header.parameters[i]?.name ?? "",
        values,
        iterations,
        color: theme.series[i % theme.series.length] ?? theme.foreground,
        width: theme.lineWidth,
        ...(dash === undefined ? {} : { dash }),
      };
    });
    return { lines, positiveOnly: this.shown === "ratio", horizontal: [], broken: null };
  }

  protected axisOf(_model: ScalarModel, { lines }: IterationPicture): AxisSpec {
    const extent = lines.map(({ values }) => extentOf(values)).reduce(joinExtents, null);
    return this.shown === "ratio"
      ? logAxis(extent)
      : linearAxis(extent === null ? null : { ...extent, min: Math.min(0, extent.min) });
  }

  protected override yName(): AxisName {
    return SHOWN[this.shown].axis;
  }

  protected describe(model: ScalarModel, { lines }: IterationPicture): void {
    const iterations = lines[0]?.iterations ?? new Float64Array(0);
    const at = indexAt(iterations, iterations.length, model.place.iteration);
    const iteration = iterations[at] ?? 0;
    const { title } = SHOWN[this.shown];
    this.card.setSubtitle(l10n.t("at {0}", formatCount(iteration)));
    this.card.setReadout(
      lines.map(({ name, values, color, dash }) => ({
        label: name,
        value: formatValue(values[at] ?? NaN, 3),
        swatch: { kind: dash === undefined ? "line" : "dash", color },
      })),
    );
    const spoken = lines.map(({ name, values }) => `${name} ${formatValue(values[at] ?? NaN, 3)}`).join(", ");
    this.card.setSlider(iterationSlider(model, spoken));
    this.card.setSummary(
      l10n.t(
        "{0} at each recorded iteration ({1} in all); at iteration {2}: {3}.",
        title,
        formatCount(iterations.length),
        formatCount(iteration),
        spoken,
      ),
    );
    this.card.setTable(model.preferences.tables.includes("tensors"), (limit) => {
      const { rows, caption } = tableRows(0, iterations.length, limit.rows);
      return {
        caption: caption(l10n.t("{0} by iteration", title)),
        columns: [l10n.t("Iteration"), ...lines.map(({ name }) => name)],
        rows: rows.map((row) => [iterations[row] ?? 0, ...lines.map(({ values }) => values[row] ?? NaN)]),
      };
    });
  }

  /** One column a tensor, taken apart once an answer. */
  private linesOf(norms: TensorNorms, tensors: number): readonly Float64Array[] {
    if (this.columns?.norms !== norms || this.columns.shown !== this.shown) {
      const flat = this.shown === "norm" ? norms.norms : norms.ratios;
      const lines = Array.from({ length: tensors }, (_, i) =>
        Float64Array.from(norms.iterations, (_unused, row) => flat[row * tensors + i] ?? NaN),
      );
      this.columns = { norms, shown: this.shown, lines };
    }
    return this.columns.lines;
  }
}
