import { logAxis } from "../../src/shared/axisScale";
import { extentOf, joinExtents, typicalExtent } from "../../src/shared/extent";
import { formatCount, formatSpoken, formatValue } from "../../src/shared/numberFormat";
import { COLUMN } from "../../src/shared/trace";
import { applyTheme, createChart, lineDataset, setDatasets, type LineChart } from "./base";
import { ChartCard, type CardHost } from "./card";
import { brokenBands, crossing, cursorMarks, iterationPoints, iterationProbe, iterationSlider } from "./iterationChart";
import { setAxis } from "./mappedScale";
import { setMarks, type LineMark } from "./marks";
import type { Changed, ChartModel, LabChart } from "./model";
import { tableRows, type TableData } from "./table";

/** Norm of the whole gradient before and after clipping, with the threshold in force. */
export class GradientNormChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private resized = true;

  constructor(host: CardHost) {
    this.card = new ChartCard({ id: "norm", title: "Gradient norm", subtitle: "iteration →", ownAxis: "iteration", zoom: { x: "iteration" } }, host, iterationProbe(() => this.chart));
    this.element = this.card.element;
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => {
        this.resized = true;
        host.requestDraw();
      },
    });
  }

  draw(model: ChartModel | null, changed: Changed): void {
    if (!this.card.isOnScreen) {
      this.resized = true;
      return;
    }
    this.card.setEmpty(model === null ? "How large the whole gradient is, before and after clipping." : null);
    if (model === null) return;
    const raw = model.column(COLUMN.gradientNorm);
    const clipped = model.column(COLUMN.clippedNorm);
    if (raw === null || clipped === null) return;
    const { theme, header } = model;
    const rawColor = theme.series[0] ?? theme.foreground;
    const clippedColor = theme.series[1] ?? theme.foreground;
    const clips = header.clip !== null;
    const threshold: LineMark[] = header.clip !== null && "norm" in header.clip ? [{ at: header.clip.norm, color: theme.muted, dash: [2, 3], label: `clip at ${formatValue(header.clip.norm)}` }] : [];
    setMarks(
      this.chart,
      {
        bands: brokenBands(model, raw, theme),
        vertical: cursorMarks(model),
        horizontal: threshold,
        points: [...crossing(model, raw, rawColor, true), ...(clips ? crossing(model, clipped, clippedColor, true) : [])],
      },
      theme,
    );
    if (changed.data || changed.look || this.resized) {
      this.resized = false;
      const { window } = model;
      const limit = header.clip !== null && "norm" in header.clip ? extentOf([header.clip.norm]) : null;
      setAxis(this.chart, "x", { kind: "linear", min: window.from, max: window.to, whole: true });
      setAxis(this.chart, "y", logAxis(joinExtents(joinExtents(typicalExtent(raw, window.first, window.end), typicalExtent(clipped, window.first, window.end)), limit)));
      applyTheme(this.chart, theme);
      const points = (values: Float64Array) => iterationPoints(model.iterations, values, model.rows, window, this.chart.width, true);
      setDatasets(this.chart, [
        lineDataset(points(raw), { color: rawColor, width: theme.lineWidth }),
        ...(clips ? [lineDataset(points(clipped), { color: clippedColor, width: theme.lineWidth, dash: [5, 3] })] : []),
      ]);
      this.chart.update("none");
    } else this.chart.draw();
    this.describe(model, raw, clipped, rawColor, clippedColor);
  }

  private describe(model: ChartModel, raw: Float64Array, clipped: Float64Array, rawColor: string, clippedColor: string): void {
    const { row, iteration } = model.place;
    const { clip } = model.header;
    const before = raw[row] ?? NaN;
    const after = clipped[row] ?? NaN;
    this.card.setReadout([
      { label: clip === null ? `at ${formatCount(iteration)}` : "raw", value: formatValue(before), swatch: { kind: "line", color: rawColor } },
      ...(clip === null ? [{ label: "no clipping" }] : [{ label: "clipped", value: formatValue(after), swatch: { kind: "dash" as const, color: clippedColor } }]),
      ...(clip !== null && "value" in clip ? [{ label: `each element to ±${formatValue(clip.value)}` }] : []),
    ]);
    this.card.setSlider(iterationSlider(model, `gradient norm ${formatSpoken(before)}${clip === null ? "" : `, clipped ${formatSpoken(after)}`}`));
    let clippedRows = 0;
    for (let i = 0; i < model.rows; i++) if ((clipped[i] ?? 0) < (raw[i] ?? 0)) clippedRows++;
    const extent = extentOf(raw);
    this.card.setSummary(`Gradient norm over ${model.rows} traced iterations${extent === null ? "" : `, between ${formatSpoken(extent.min)} and ${formatSpoken(extent.max)}`}. ${clip === null ? "Not clipped." : `Clipped in ${clippedRows} of them.`}`);
    this.card.setTable(model.preferences.tables.includes("norm"), () => collectTable(model, raw, clipped));
  }
}

function collectTable(model: ChartModel, raw: Float64Array, clipped: Float64Array): TableData {
  const { rows, note } = tableRows(model.window.first, model.window.end);
  return {
    caption: `Gradient norm by iteration${note}`,
    columns: ["Iteration", "Raw", "Clipped"],
    rows: rows.map((row) => [formatCount(model.iterations[row] ?? 0), formatSpoken(raw[row] ?? NaN, 6), formatSpoken(clipped[row] ?? NaN, 6)]),
  };
}
