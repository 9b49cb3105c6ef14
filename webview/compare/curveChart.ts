import * as l10n from "@vscode/l10n";
import type { ComparedRun } from "../../src/shared/wire/comparison";
import { linearAxis, logAxis } from "../../src/shared/scale/axisScale";
import { extentOf, joinExtents, typicalExtent, type Extent } from "../../src/shared/scale/extent";
import { formatCount, formatValue } from "../../src/shared/words/numberFormat";
import { COLUMN } from "../../src/shared/trace/trace";
import { applyTheme, createChart, lineDataset, setDatasets, type LineChart } from "../chart/base";
import { ChartCard, type CardFrameHost } from "../chart/card";
import { iterationPoints, iterationProbe } from "../chart/iterationChart";
import { ITERATION_NAME } from "../chart/axisNames";
import { setAxis } from "../chart/mappedScale";
import { setMarks, type PointMark } from "../chart/marks";
import type { TableData } from "../chart/table";
import type { Theme } from "../ui/theme";
import { valueAt } from "./figures";
import { runLook } from "../ui/runLook";

/** Values named at the cursor; all lines are drawn. */
const NAMED = 10;
const MAX_TABLE_ROWS = 200;

export interface CurveModel {
  /** All of them, in their order, which gives each its color. */
  readonly runs: readonly ComparedRun[];
  readonly hidden: ReadonlySet<string>;
  readonly baseline: string | null;
  /** The run that the reader points at in the table. */
  readonly pointed: string | null;
  /** Null: the end of each run. */
  readonly iteration: number | null;
  readonly logarithmic: boolean;
  readonly tables: ReadonlySet<string>;
  readonly theme: Theme;
}

/** One quantity of all runs over the iterations. */
export class CurveChart {
  readonly card: ChartCard;
  private readonly chart: LineChart;

  constructor(
    host: CardFrameHost,
    private readonly id: string,
    private readonly title: string,
    private readonly curve: string,
    private readonly alwaysLinear = false,
  ) {
    this.card = new ChartCard(
      { id, title, ownAxis: "iteration" },
      host,
      iterationProbe(() => this.chart),
    );
    this.chart = createChart(this.card.canvas, { onDidResize: () => host.requestDraw() });
  }

  draw(model: CurveModel): void {
    const drawn = model.runs.flatMap((run) => {
      const values = run.curves[this.curve];
      return values === undefined || model.hidden.has(run.id)
        ? []
        : [
            {
              run,
              values,
              iterations: run.curves[COLUMN.iteration] ?? new Float64Array(),
              look: runLook(run.look, model.theme),
            },
          ];
    });
    this.card.element.hidden = !model.runs.some(({ curves }) => curves[this.curve] !== undefined);
    this.card.setEmpty(drawn.length === 0 ? l10n.t("All runs are hidden.") : null);
    if (this.card.element.hidden || drawn.length === 0) return;
    const logarithmic = model.logarithmic && !this.alwaysLinear;
    const { theme } = model;
    const last = Math.max(1, ...drawn.map(({ iterations }) => iterations.at(-1) ?? 0));
    const extent = drawn
      .map(({ values }): Extent | null => (logarithmic ? typicalExtent(values, 0, values.length) : extentOf(values)))
      .reduce(joinExtents, null);
    setAxis(this.chart, "x", { kind: "linear", min: 0, max: last, whole: true }, ITERATION_NAME);
    setAxis(this.chart, "y", logarithmic ? logAxis(extent) : linearAxis(extent), [this.title]);
    applyTheme(this.chart, theme);
    const window = { from: 0, to: last } as Parameters<typeof iterationPoints>[3];
    const some = model.pointed !== null && drawn.some(({ run }) => run.id === model.pointed);
    setDatasets(
      this.chart,
      drawn.map(({ run, values, iterations, look }) => {
        const stands = run.id === model.pointed || (!some && run.id === model.baseline);
        const width = theme.lineWidth * (stands ? 1.6 : some ? 0.6 : 1);
        return lineDataset(iterationPoints(iterations, values, values.length, window, this.chart.width, logarithmic), {
          color: look.color,
          width,
          ...(look.dash.length === 0 ? {} : { dash: look.dash }),
        });
      }),
    );
    const at = model.iteration;
    this.markIteration(model, drawn, logarithmic);
    this.chart.update("none");
    this.describe(
      model,
      drawn.map(({ run, look, values }) => ({
        run,
        color: look.color,
        dashed: look.dash.length > 0,
        value: at === null ? (values.at(-1) ?? NaN) : valueAt(run, this.curve, at),
      })),
      last,
    );
  }

  /** A line at the iteration that the reader points at, and a dot where it meets each curve. */
  private markIteration(
    { iteration: at, theme }: CurveModel,
    drawn: readonly { readonly run: ComparedRun; readonly look: ReturnType<typeof runLook> }[],
    logarithmic: boolean,
  ): void {
    const points =
      at === null
        ? []
        : drawn.flatMap(({ run, look }): PointMark[] => {
            const value = valueAt(run, this.curve, at);
            return Number.isFinite(value) && (!logarithmic || value > 0)
              ? [{ x: at, y: value, color: look.color, shape: "dot" }]
              : [];
          });
    setMarks(
      this.chart,
      { vertical: at === null ? [] : [{ at, color: theme.foreground }], horizontal: [], points },
      theme,
    );
  }

  private describe(
    model: CurveModel,
    lines: readonly {
      readonly run: ComparedRun;
      readonly color: string;
      readonly dashed: boolean;
      readonly value: number;
    }[],
    last: number,
  ): void {
    const { iteration } = model;
    const shown = lines.slice(0, NAMED);
    this.card.setReadout([
      { label: iteration === null ? l10n.t("at the end") : l10n.t("at {0}", formatCount(iteration)) },
      ...shown.map(({ run, color, dashed, value }) => ({
        label: run.title,
        value: formatValue(value, 3),
        swatch: { kind: dashed ? ("dash" as const) : ("line" as const), color },
      })),
      ...(lines.length > NAMED ? [{ label: l10n.t("and {0} more", lines.length - NAMED) }] : []),
    ]);
    this.card.setSlider({
      min: 0,
      max: last,
      now: iteration ?? last,
      text: l10n.t(
        "iteration {0}: {1}",
        formatCount(iteration ?? last),
        shown.map(({ run, value }) => `${run.title} ${formatValue(value)}`).join(", "),
      ),
    });
    this.card.setSummary(
      [
        lines.length === 1
          ? l10n.t("{0} by iteration for 1 run.", this.title)
          : l10n.t("{0} by iteration for {1} runs.", this.title, lines.length),
        `${shown.map(({ run, value }) => `${run.title}: ${formatValue(value)}`).join(". ")}.`,
      ].join(" "),
    );
    this.card.setTable(model.tables.has(this.id), () =>
      this.table(
        lines.map(({ run }) => run),
        last,
      ),
    );
  }

  private table(runs: readonly ComparedRun[], last: number): TableData {
    const count = Math.min(MAX_TABLE_ROWS, last + 1);
    const iterations = Array.from({ length: count }, (_, i) => Math.round((i * last) / Math.max(1, count - 1)));
    return {
      caption: l10n.t("{0} by iteration", this.title),
      columns: [l10n.t("Iteration"), ...runs.map(({ title }) => title)],
      rows: iterations.map((iteration) => [iteration, ...runs.map((run) => valueAt(run, this.curve, iteration))]),
    };
  }
}
