import { cssColor, COLOR_LEVELS, divergingTable } from "../../src/shared/colorMap";
import { extentOf } from "../../src/shared/extent";
import { formatCount, formatSpoken, formatValue } from "../../src/shared/numberFormat";
import { vectorColumn, type ParameterInfo } from "../../src/shared/trace";
import { ChartCard, type CardHost } from "./card";
import { ColorBar } from "./colorBar";
import { iterationSlider } from "./iterationChart";
import type { Changed, ChartModel, LabChart } from "./model";
import { placeKey } from "./timeStepChart";
import { layOutMatrices, type MatrixPlace } from "./weightsLayout";

const TABLES = { light: divergingTable(true), dark: divergingTable(false) } as const;
const LABEL_FONT_SIZE = 10;

/** The matrices of a small model at the iteration of the cursor, in one symmetric scale of colours. */
export class WeightsChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly legend = new ColorBar(TABLES.dark);
  private places: readonly MatrixPlace[] = [];
  private hovered: { readonly place: MatrixPlace; readonly row: number; readonly column: number } | null = null;
  private resized = true;
  private drawn = "";

  constructor(host: CardHost) {
    this.card = new ChartCard({ id: "weights", title: "Weights", subtitle: "one cell a weight", ownAxis: "iteration" }, host, (x, y) => this.probe(x, y));
    this.element = this.card.element;
    this.card.aside.append(this.legend.element);
    new ResizeObserver(() => {
      this.resized = true;
      host.requestDraw();
    }).observe(this.card.canvas);
  }

  /** Two weights have their surface; those of large models are not traced. */
  suits(model: ChartModel | null): boolean {
    return (model?.header.columns.find(({ name }) => name === vectorColumn.parameters)?.length ?? 0) > 2;
  }

  draw(model: ChartModel | null, changed: Changed): void {
    if (!this.card.isOnScreen || model === null) {
      this.resized = true;
      return;
    }
    const weights = model.rowOf(vectorColumn.parameters, model.place.row);
    const key = placeKey(model);
    if (weights === null || (key === this.drawn && !(changed.cursor || changed.look || this.resized))) return;
    this.drawn = key;
    this.resized = false;
    this.card.setEmpty(null);
    const extent = extentOf(weights);
    const bound = extent === null ? 1 : Math.max(extent.max, -extent.min) || 1;
    this.paint(model, weights, bound);
    this.describe(model, weights, bound);
  }

  private paint(model: ChartModel, weights: Float64Array, bound: number): void {
    const { canvas } = this.card;
    const context = canvas.getContext("2d");
    if (context === null) return;
    const { theme, header } = model;
    const table = theme.light ? TABLES.light : TABLES.dark;
    const ratio = window.devicePixelRatio;
    const { clientWidth: width, clientHeight: height } = canvas;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.scale(ratio, ratio);
    context.font = `${LABEL_FONT_SIZE}px ${theme.fontFamily}`;
    context.textBaseline = "top";
    this.places = layOutMatrices(header.parameters, width, height, (text) => context.measureText(text).width);
    for (const { parameter, rows, columns, left, top, cell } of this.places) {
      context.fillStyle = theme.muted;
      context.fillText(parameter.name, left, top - LABEL_FONT_SIZE - 4);
      for (let i = 0; i < rows * columns; i++) {
        const value = weights[parameter.offset + i] ?? NaN;
        const x = left + (i % columns) * cell;
        const y = top + Math.floor(i / columns) * cell;
        // What is not finite stays a crossed frame: no colour of the scale.
        context.fillStyle = Number.isFinite(value) ? cssColor(table[Math.round(((value / bound + 1) / 2) * (COLOR_LEVELS - 1))] ?? 0) : theme.background;
        context.fillRect(x, y, cell - 1, cell - 1);
        if (Number.isFinite(value)) continue;
        context.strokeStyle = theme.error;
        context.strokeRect(x + 0.5, y + 0.5, cell - 2, cell - 2);
        context.strokeRect(x + cell / 2 - 1, y + cell / 2 - 1, 1, 1);
      }
      context.strokeStyle = theme.grid;
      context.strokeRect(left - 0.5, top - 0.5, columns * cell, rows * cell);
    }
    this.legend.paint(table);
    this.legend.showEnds([formatValue(-bound, 2), formatValue(bound, 2)]);
  }

  private describe(model: ChartModel, weights: Float64Array, bound: number): void {
    const { iteration } = model.place;
    const cell = this.hovered;
    const value = cell === null ? NaN : (weights[cell.place.parameter.offset + cell.row * cell.place.columns + cell.column] ?? NaN);
    this.card.setReadout(cell === null ? [{ label: `at ${formatCount(iteration)}` }] : [{ label: elementName(cell.place.parameter, cell.row, cell.column), value: formatValue(value) }]);
    const spoken = `${formatCount(weights.length)} weights, the largest of size ${formatSpoken(bound)}`;
    this.card.setSlider(iterationSlider(model, spoken));
    this.card.setSummary(`Weights at iteration ${iteration} in ${model.header.parameters.length} matrices: ${spoken}.`);
    this.card.setTable(model.preferences.tables.includes("weights"), () => ({
      caption: `Weights at iteration ${formatCount(iteration)}`,
      columns: ["Weight", "Value"],
      rows: model.header.parameters.flatMap((parameter) => {
        const columns = parameter.shape[1] ?? 1;
        const count = parameter.shape.reduce((product, axis) => product * axis, 1);
        return Array.from({ length: count }, (_, i) => [elementName(parameter, Math.floor(i / columns), i % columns), formatSpoken(weights[parameter.offset + i] ?? NaN, 6)]);
      }),
    }));
  }

  /** The iteration stays; only the weight under the pointer is told. */
  private probe(x: number, y: number): Record<string, never> | null {
    this.hovered = null;
    for (const place of this.places) {
      const row = Math.floor((y - place.top) / place.cell);
      const column = Math.floor((x - place.left) / place.cell);
      if (row >= 0 && row < place.rows && column >= 0 && column < place.columns) this.hovered = { place, row, column };
    }
    return {};
  }
}

function elementName({ name, shape }: ParameterInfo, row: number, column: number): string {
  return shape.length === 1 ? `${name}[${row}]` : `${name}[${row}, ${column}]`;
}
