import * as l10n from "@vscode/l10n";
import { colorBound, type ColorBound } from "../../../src/shared/scale/colorBound";
import { divergingTable } from "../../ui/colorMap";
import { GATES, type CellKind } from "../../../src/shared/trace/cells";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import type { TensorReport } from "../../../src/shared/trace/weightReport";
import { ChartCard, type CardHost } from "../../chart/card";
import { widestIteration, type ReadoutItem } from "../../chart/readout";
import { ColorBar } from "../../chart/colorBar";
import { nonFiniteColors } from "../../chart/heatRaster";
import { iterationSlider } from "../../chart/iterationChart";
import { QueryThrottle } from "../../chart/queryThrottle";
import type { Changed, ChartModel, LabChart } from "../../chart/model";
import type { TableData, TableLimit } from "../../chart/table";
import { layOutMatrices, type MatrixPlace } from "./weightsLayout";
import { rasterCells } from "./weightsRaster";

const TABLES = { light: divergingTable(true), dark: divergingTable(false) } as const;
const LABEL_FONT_SIZE = 10;
/** Smaller cells touch each other. */
const MIN_FRAMED_CELL = 6;
/** Pixels that the picture may take, and the part of the window's height between them. */
const HEIGHT = { least: 200, most: 340, share: 0.25 } as const;
/** More weights than these are listed by tensor. */
const MAX_LISTED = 100_000;

interface Hovered {
  readonly place: MatrixPlace<TensorReport>;
  readonly row: number;
  readonly column: number;
}

/**
 * The matrices of a model at the iteration of the cursor, by their names in PyTorch, in one symmetric scale of colors.
 */
export class WeightsChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly legend = new ColorBar(TABLES.dark);
  private readonly question: QueryThrottle;
  private places: readonly MatrixPlace<TensorReport>[] = [];
  private hovered: Hovered | null = null;
  private resized = true;
  private painted: readonly TensorReport[] | null = null;
  private colors: ColorBound = { bound: 1, largest: 0, isClipped: false };

  constructor(host: CardHost) {
    this.card = new ChartCard({ id: "weights", title: l10n.t("Weights"), ownAxis: "iteration" }, host, (x, y) =>
      this.probe(x, y),
    );
    this.element = this.card.element;
    this.card.aside.append(this.legend.element);
    this.question = new QueryThrottle(host);
    new ResizeObserver(() => {
      this.resized = true;
      host.requestDraw();
    }).observe(this.card.canvas);
  }

  /** Two weights have their surface. */
  isAvailable(model: ChartModel | null): boolean {
    return model !== null && hasMatrices(model);
  }

  draw(model: ChartModel | null, changed: Changed): void {
    if (model === null) return;
    this.question.ask(model, { kind: "tensors", iteration: model.place.iteration });
    const answer = model.answerTo("tensors");
    const known = answer === null || "failure" in answer ? null : answer;
    this.card.setEmpty(
      known !== null ? null : answer !== null && "failure" in answer ? answer.failure : l10n.t("Loading weights…"),
    );
    if (known === null) return this.legend.showEnds(null);
    if (known.tensors !== this.painted || changed.style || this.resized) this.paint(model, known.tensors);
    this.describe(model, known.tensors, known.iteration);
  }

  private paint(model: ChartModel, tensors: readonly TensorReport[]): void {
    const { canvas } = this.card;
    const context = canvas.getContext("2d");
    const { clientWidth: width } = canvas;
    if (context === null || width === 0) return;
    context.font = `${LABEL_FONT_SIZE}px ${model.theme.fontFamily}`;
    const { places, bottom } = layOutMatrices(tensors, width, mostHeight(), (text) => context.measureText(text).width);
    const height = Math.ceil(bottom) + 2;
    this.places = places;
    // The card ends where the matrices end.
    if (canvas.parentElement !== null) canvas.parentElement.style.height = `${height}px`;
    this.colors = colorBound(tensors.map(({ cells }) => cells));
    const { bound } = this.colors;
    this.painted = tensors;
    this.resized = false;
    const { theme, header } = model;
    const table = theme.light ? TABLES.light : TABLES.dark;
    const ratio = window.devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.scale(ratio, ratio);
    context.font = `${LABEL_FONT_SIZE}px ${theme.fontFamily}`;
    context.textBaseline = "top";
    context.imageSmoothingEnabled = false;
    for (const place of places) {
      const { matrix, left, top } = place;
      context.fillStyle = theme.muted;
      context.fillText(matrix.name, left, top - LABEL_FONT_SIZE - 4);
      paintCells(context, place, { table, bound, broken: nonFiniteColors(theme.light), grid: theme.background, ratio });
      context.strokeStyle = theme.grid;
      context.strokeRect(left - 0.5, top - 0.5, place.width + 0.5, place.height + 0.5);
      paintGates(context, place, gatesOf(header, matrix), theme.foreground, theme.background);
    }
    this.legend.paint(table);
    this.legend.showBound(
      this.colors,
      tensors.some(({ cells }) => cells.some(Number.isNaN)),
    );
  }

  private describe(model: ChartModel, tensors: readonly TensorReport[], iteration: number): void {
    const largest = Math.max(...tensors.map((tensor) => (Number.isFinite(tensor.largest) ? tensor.largest : 0)));
    const cell =
      this.hovered === null || !tensors.some(({ name }) => name === this.hovered?.place.matrix.name)
        ? null
        : this.hovered;
    const matrix = cell === null ? null : (tensors.find(({ name }) => name === cell.place.matrix.name) ?? null);
    const readout: ReadoutItem[] = [];
    if (cell === null || matrix === null)
      readout.push(
        {
          label: l10n.t("at {0}", formatCount(iteration)),
          widestLabel: l10n.t("at {0}", widestIteration(model.header)),
        },
        { label: l10n.t("max |w|"), value: formatValue(largest, 3) },
      );
    else
      readout.push({
        label: elementName(matrix, cell.row, cell.column),
        value: formatValue(matrix.cells[cell.row * matrix.columns + cell.column] ?? NaN),
      });
    if (matrix !== null && (matrix.rows > 1 || matrix.columns > 1))
      readout.push({ label: l10n.t("norm"), value: formatValue(matrix.norm, 3) });
    this.card.setReadout(readout);
    const step = Math.max(...tensors.map(({ rowStep, columnStep }) => rowStep * columnStep));
    this.card.setSubtitle(step === 1 ? "" : l10n.t("each cell shows the largest of up to {0} weights", step));
    const spoken =
      tensors.length === 1
        ? l10n.t("1 matrix, largest absolute weight {0}", formatValue(largest))
        : l10n.t("{0} matrices, largest absolute weight {1}", tensors.length, formatValue(largest));
    this.card.setSlider(iterationSlider(model, spoken));
    this.card.setSummary(
      [
        l10n.t("Weights at iteration {0}: {1}.", formatCount(iteration), spoken),
        ...(this.colors.isClipped
          ? [l10n.t("Colors are clipped at the 99th percentile, ±{0}.", formatValue(this.colors.bound, 2))]
          : []),
      ].join(" "),
    );
    this.card.setTable(model.preferences.tables.includes("weights"), (limit) =>
      collectTable(tensors, iteration, limit),
    );
  }

  /** The iteration stays; the readout shows the weight under the pointer. */
  private probe(x: number, y: number): Record<string, never> | null {
    this.hovered = null;
    for (const place of this.places) {
      const row = Math.floor(((y - place.top) / place.height) * place.matrix.rows);
      const column = Math.floor(((x - place.left) / place.width) * place.matrix.columns);
      if (row >= 0 && row < place.matrix.rows && column >= 0 && column < place.matrix.columns)
        this.hovered = { place, row, column };
    }
    return {};
  }
}

/** In pixels of the page. */
function mostHeight(): number {
  return Math.min(HEIGHT.most, Math.max(HEIGHT.least, HEIGHT.share * window.innerHeight));
}

/** Whether the weights are more than the two of the loss surface. */
export function hasMatrices({ header }: ChartModel): boolean {
  return header.parameters.reduce((sum, { shape }) => sum + shape.reduce((product, axis) => product * axis, 1), 0) > 2;
}

interface CellColors {
  readonly table: Uint32Array;
  readonly bound: number;
  readonly broken: readonly [number, number];
  readonly grid: string;
  readonly ratio: number;
}

function paintCells(
  context: CanvasRenderingContext2D,
  { matrix, left, top, width, height, cell }: MatrixPlace<TensorReport>,
  { table, bound, broken, grid, ratio }: CellColors,
): void {
  const raster = rasterCells(
    matrix,
    table,
    bound,
    broken,
    Math.max(1, Math.round(width * ratio)),
    Math.max(1, Math.round(height * ratio)),
  );
  const picture = Object.assign(document.createElement("canvas"), { width: raster.width, height: raster.height });
  picture
    .getContext("2d")
    ?.putImageData(new ImageData(new Uint8ClampedArray(raster.pixels.buffer), raster.width, raster.height), 0, 0);
  context.drawImage(picture, left, top, width, height);
  if (cell < MIN_FRAMED_CELL) return;
  context.fillStyle = grid;
  for (let row = 1; row < matrix.rows; row++) context.fillRect(left, top + row * cell - 1, width, 1);
  for (let column = 1; column < matrix.columns; column++)
    context.fillRect(left + (column * width) / matrix.columns - 1, top, 1, height);
}

/** The gates whose blocks are the rows of a tensor. */
function gatesOf({ cell, hiddenSize }: ChartModel["header"], { name, shape }: TensorReport): readonly string[] {
  const gates = GATES[cell as CellKind] ?? [];
  // The input weights of rglru project the input, and no gate has rows in them.
  return /(weight|bias)_(ln_)?[ih]h/.test(name) && shape[0] === gates.length * hiddenSize ? gates : [];
}

/** A line between the blocks of the gates, and the letter of each. */
function paintGates(
  context: CanvasRenderingContext2D,
  { left, top, width, height }: MatrixPlace<TensorReport>,
  gates: readonly string[],
  ink: string,
  paper: string,
): void {
  if (gates.length === 0) return;
  const block = height / gates.length;
  for (const [i, gate] of gates.entries()) {
    if (i > 0) {
      context.fillStyle = ink;
      context.fillRect(left, top + i * block - 0.5, width, 1);
    }
    if (block < LABEL_FONT_SIZE + 3 || width < LABEL_FONT_SIZE + 3) continue;
    context.fillStyle = paper;
    context.globalAlpha = 0.75;
    context.fillRect(left + 1, top + i * block + 1, LABEL_FONT_SIZE, LABEL_FONT_SIZE + 2);
    context.globalAlpha = 1;
    context.fillStyle = ink;
    context.fillText(gate, left + 3, top + i * block + 2);
  }
}

function elementName({ name, shape, rowStep, columnStep }: TensorReport, row: number, column: number): string {
  const span = (at: number, step: number): string => (step === 1 ? String(at) : `${at * step}…`);
  return shape.length === 1
    ? `${name}[${span(row, rowStep)}]`
    : `${name}[${span(row, rowStep)}, ${span(column, columnStep)}]`;
}

function collectTable(tensors: readonly TensorReport[], iteration: number, limit: TableLimit): TableData {
  const count = tensors.reduce((sum, { cells }) => sum + cells.length, 0);
  if (
    tensors.every(({ rowStep, columnStep }) => rowStep === 1 && columnStep === 1) &&
    count <= Math.min(limit.rows, MAX_LISTED)
  ) {
    return {
      caption: l10n.t("Weights at iteration {0}", formatCount(iteration)),
      columns: [l10n.t("Weight"), l10n.t("Value")],
      rows: tensors.flatMap((tensor) =>
        Array.from(tensor.cells, (value, i) => [
          elementName(tensor, Math.floor(i / tensor.columns), i % tensor.columns),
          value,
        ]),
      ),
    };
  }
  return {
    caption: l10n.t("Weights by tensor at iteration {0}", formatCount(iteration)),
    columns: [l10n.t("Tensor"), l10n.t("Shape"), l10n.t("Norm"), l10n.t("Max |w|")],
    rows: tensors.map(({ name, shape, norm, largest }) => [name, shape.join(" × "), norm, largest]),
  };
}
