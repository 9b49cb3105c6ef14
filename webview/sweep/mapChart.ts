/** A metric over two parameters: a cell per combination of values, or a colored point per run for random search. */
import * as l10n from "@vscode/l10n";
import { toUnit, toUnits, type AxisSpec } from "../../src/shared/scale/axisScale";
import type { SweepInfo } from "../../src/shared/wire/sweep";
import { formatCount } from "../../src/shared/words/numberFormat";
import { applyTheme, createChart, setDatasets, type LineChart } from "../chart/base";
import { ColorBar } from "../chart/colorBar";
import { setRaster } from "../chart/imageLayer";
import { setAxis } from "../chart/mappedScale";
import { setMarks } from "../chart/marks";
import { tableRows, type TableData } from "../chart/table";
import { COLOR_LEVELS, contrastColor, cssColor, viridisTable } from "../ui/colorMap";
import { Picker } from "../ui/picker";
import type { Theme } from "../ui/theme";
import { cellNumbersPlugin, type CellNumbers } from "./cellNumbers";
import { figureAxis, figureName, figureWord, formatFigure, smallIsGood } from "./figures";
import type { SweepModel } from "./model";
import { noRuns } from "./parameterChart";
import { rowsByGroup, shortKey, shortLabel, withMargin, type ParameterPlaces } from "./parameterPlaces";
import { nearestRow, pointsPlugin, setPoints } from "./pointsLayer";
import type { SweepPreferences } from "./state";
import { SweepCard, type CanvasPlace, type SweepHost } from "./sweepCard";
import { trialSentence } from "./trialWords";

const REACH = 12;
const EMPTY = 0;

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  readonly rows: Int32Array;
}

/** What is drawn: two parameters and their places. */
interface MapAxes {
  readonly across: number;
  readonly up: number;
  readonly x: ParameterPlaces;
  readonly y: ParameterPlaces;
}

export class MapChart {
  readonly card: SweepCard;
  private readonly chart: LineChart;
  private readonly colors = viridisTable();
  private readonly reversed = this.colors.slice().reverse();
  private readonly bar = new ColorBar(this.colors);
  private readonly pickX: Picker;
  private readonly pickY: Picker;
  private readonly numbers: CellNumbers = { list: [], fontFamily: "" };
  private model: SweepModel | null = null;
  /** A cell for each combination; null: a point for each run. */
  private cells: readonly Cell[] | null = null;

  constructor(
    private readonly host: SweepHost,
    prefer: (change: Partial<SweepPreferences>) => void,
  ) {
    this.card = new SweepCard("map", l10n.t("Heat map"), host);
    this.card.element.classList.add("is-map");
    this.pickX = new Picker(l10n.t("Horizontal parameter"), (mapX) => prefer({ mapX }));
    this.pickY = new Picker(l10n.t("Vertical parameter"), (mapY) => prefer({ mapY }));
    this.card.tools.append(this.pickX.element, this.pickY.element);
    this.card.aside.append(this.bar.element);
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => host.requestDraw(),
      filled: true,
      nameBelow: true,
      plugins: [pointsPlugin, cellNumbersPlugin(this.numbers)],
    });
    this.card.onPointer(
      (place) => this.pointAt(place),
      (place) => this.click(place),
    );
  }

  draw(model: SweepModel, { mapX, mapY }: SweepPreferences, theme: Theme): void {
    this.model = model;
    const { info, rows, figure } = model;
    const { parameters } = info;
    const [across, up] = chooseAxes(parameters, mapX, mapY);
    const options =
      parameters.length < 3 ? [] : parameters.map(({ key }, i) => ({ value: key, label: shortKey(parameters, i) }));
    this.pickX.show(options, parameters[across]?.key ?? "");
    this.pickY.show(options, parameters[up]?.key ?? "");
    this.card.setEmpty(rows.length === 0 ? noRuns(model) : null);
    this.bar.showEnds(null);
    if (rows.length === 0) return;
    this.card.setSubtitle(
      figure === "converged" ? l10n.t("fraction converged") : l10n.t("median {0}", figureWord(figure)),
    );
    const named = { across, up, x: model.places(across, true), y: model.places(up, true) };
    this.cells = collectCells(model, named);
    const axes = this.cells !== null ? named : { across, up, x: model.places(across), y: model.places(up) };
    const [x, y] = [withMargin(axes.x.axis), withMargin(axes.y.axis)];
    setAxis(this.chart, "x", x, [shortKey(parameters, across)]);
    setAxis(this.chart, "y", y, [shortKey(parameters, up)]);
    applyTheme(this.chart, theme);
    setDatasets(this.chart, []);
    setMarks(this.chart, { vertical: [], horizontal: [], points: [] }, theme);
    if (this.cells === null) this.paintPoints(axes, x, y, theme);
    else this.paintCells(this.cells, axes, theme);
    this.describe(axes);
    this.chart.update("none");
  }

  private describe({ across, up }: MapAxes): void {
    const { model, cells } = this;
    if (model === null) return;
    const { info, figure, rows } = model;
    const [a, b] = [info.parameters[across]?.key ?? "", info.parameters[up]?.key ?? ""];
    this.card.setSummary(
      cells !== null
        ? l10n.t("{0} by {1} and {2}; combinations: {3}.", figureName(figure), a, b, cells.length)
        : l10n.t("{0} by {1} and {2}; runs: {3}.", figureName(figure), a, b, rows.length),
    );
    this.card.setTable((limit) => mapTable(model, [a, b], [across, up], cells, limit.rows));
  }

  private paintCells(cells: readonly Cell[], { x, y }: MapAxes, theme: Theme): void {
    const { model } = this;
    if (model === null) return;
    const { figure } = model;
    const values = cells.map((cell) => model.summaryOf(cell.rows));
    const levelOf = this.showScale(values, [0, 1]);
    const colorOf = (value: number): number =>
      Number.isFinite(value) ? (this.colors[levelOf(value)] ?? EMPTY) : EMPTY;
    const [width, height] = [x.distinct?.length ?? 0, y.distinct?.length ?? 0];
    const pixels = new Uint32Array(width * height);
    for (const [i, cell] of cells.entries()) pixels[(height - 1 - cell.y) * width + cell.x] = colorOf(values[i]!);
    setRaster(this.chart, { width, height, pixels });
    setPoints(this.chart, null);
    this.numbers.fontFamily = theme.fontFamily;
    this.numbers.list = cells.map((cell, i) => ({
      x: cell.x,
      y: cell.y,
      text: formatFigure(figure, values[i]!),
      color: inkOn(colorOf(values[i]!), theme),
    }));
  }

  private paintPoints(axes: MapAxes, x: AxisSpec, y: AxisSpec, theme: Theme): void {
    const { model } = this;
    if (model === null) return;
    const { rows, values } = model;
    // A point on the background of the page needs more light in a dark theme, and less in a light one, than a cell
    // among cells.
    const levelOf = this.showScale(model.valuesOf(rows), theme.light ? [0, 0.9] : [0.2, 1]);
    setRaster(this.chart, null);
    this.numbers.list = [];
    setPoints(this.chart, {
      x: toUnits(x, axes.x.at),
      y: toUnits(y, axes.y.at),
      sets: [
        {
          rows: rows.filter((row) => !Number.isFinite(values[row]!)),
          shape: "dot",
          colors: [theme.error],
          levels: null,
        },
        {
          rows: rows.filter((row) => Number.isFinite(values[row]!)),
          shape: "dot",
          colors: Array.from(this.colors, cssColor),
          levels: new Uint8Array(values.map(levelOf)),
        },
      ],
    });
  }

  /** Shows the color scale of some values. @returns the place of a value in the color table */
  private showScale(values: ArrayLike<number>, [least, most]: readonly [number, number]): (value: number) => number {
    const figure = this.model?.figure ?? "loss";
    const scale = figureAxis(figure, values);
    const reverse = smallIsGood(figure);
    this.bar.paint(reverse ? this.reversed : this.colors);
    this.bar.showEnds([formatFigure(figure, scale.min), formatFigure(figure, scale.max)]);
    return (value) => {
      const share = Math.min(1, Math.max(0, toUnit(scale, value)));
      return Math.round((least + (reverse ? 1 - share : share) * (most - least)) * (COLOR_LEVELS - 1));
    };
  }

  /** Says what is there; whether a click does something. */
  private pointAt(place: CanvasPlace | null): boolean {
    const { model } = this;
    const cell = place === null ? null : this.cellAt(place);
    const row = place === null ? -1 : this.rowAt(place);
    if (model === null) return false;
    if (cell !== null) this.card.setReadout(cellText(model, cell));
    else this.card.setReadout(row < 0 ? "" : trialSentence(model, row));
    return cell !== null || row >= 0;
  }

  private click(place: CanvasPlace): void {
    const cell = this.cellAt(place);
    const row = cell === null ? this.rowAt(place) : cell.rows.length === 1 ? cell.rows[0]! : -1;
    if (row >= 0) this.host.openTrial(this.model?.trials.column("index")[row] ?? NaN);
    else if (cell !== null) this.host.filter({ label: cell.label, rows: cell.rows });
  }

  private rowAt({ x, y }: CanvasPlace): number {
    return this.cells === null ? nearestRow(this.chart, x, y, REACH) : -1;
  }

  private cellAt(place: CanvasPlace): Cell | null {
    const { x, y } = this.chart.scales;
    if (x === undefined || y === undefined || this.cells === null) return null;
    const column = Math.round(x.getValueForPixel(place.x) ?? NaN);
    const line = Math.round(y.getValueForPixel(place.y) ?? NaN);
    return this.cells.find((cell) => cell.x === column && cell.y === line) ?? null;
  }
}

function cellText(model: SweepModel, { label, rows }: Cell): string {
  const value = formatFigure(model.figure, model.summaryOf(rows));
  return rows.length === 1
    ? `${label}: ${value}`
    : l10n.t("{0}: {1} ({2} runs)", label, value, formatCount(rows.length));
}

function inkOn(color: number, theme: Theme): string {
  return color === EMPTY ? theme.foreground : contrastColor(color);
}

/** One for each pair of values that has runs; null where hardly two runs have the same: a grid fills its pairs. */
function collectCells({ info, rows }: SweepModel, { across, up, x, y }: MapAxes): Cell[] | null {
  const { distinct: columns } = x;
  const { distinct: lines } = y;
  if (columns === null || lines === null || !x.named || !y.named) return null;
  if (columns.length * lines.length > 2 * rows.length) return null;
  const groups = rowsByGroup(rows, columns.length * lines.length, (row) => y.at[row]! * columns.length + x.at[row]!);
  const [a, b] = [shortKey(info.parameters, across), shortKey(info.parameters, up)];
  return groups.flatMap((of, group) => {
    const [column, line] = [group % columns.length, Math.floor(group / columns.length)];
    const label = `${a} ${columns[column]!.label}, ${b} ${lines[line]!.label}`;
    return of.length === 0 ? [] : [{ x: column, y: line, label, rows: of }];
  });
}

/** @param limit rows of runs; combinations are few */
function mapTable(
  model: SweepModel,
  keys: readonly string[],
  parameters: readonly number[],
  cells: readonly Cell[] | null,
  limit: number,
): TableData {
  const { figure, trials, rows, values } = model;
  const caption = l10n.t("{0} by {1} and {2}", figureName(figure), ...keys);
  const labels = (row: number): string[] => parameters.map((p) => shortLabel(trials.valueAt(p, row)));
  if (cells !== null)
    return {
      caption,
      columns: [...keys, l10n.t("Runs"), figureName(figure)],
      rows: cells.map((cell) => [...labels(cell.rows[0]!), cell.rows.length, model.summaryOf(cell.rows)]),
    };
  const thinned = tableRows(0, rows.length, Math.max(2, limit));
  return {
    caption: thinned.caption(caption),
    columns: [...keys, figureName(figure)],
    rows: thinned.rows.map((at) => [...labels(rows[at]!), values[rows[at]!] ?? NaN]),
  };
}

/** Indices of the parameters along x and y, never the same; those that were picked, else the first two. */
function chooseAxes(parameters: SweepInfo["parameters"], mapX: string, mapY: string): readonly [number, number] {
  const find = (key: string, otherwise: number): number => {
    const index = parameters.findIndex((parameter) => parameter.key === key);
    return index < 0 ? otherwise : index;
  };
  const px = find(mapX, 0);
  const chosen = find(mapY, 1);
  const py = chosen === px ? (px === 0 ? 1 : 0) : chosen;
  return [px, py];
}
