/** A metric over two parameters: a cell per combination of values, or a colored point per run for random search. */
import * as l10n from "@vscode/l10n";
import { toUnit } from "../../src/shared/scale/axisScale";
import { COLOR_LEVELS, contrastColor, cssColor, viridisTable } from "../ui/colorMap";
import type { SweepInfo, TrialResult } from "../../src/shared/wire/sweep";
import { applyTheme, createChart, setDatasets, type LineChart } from "../chart/base";
import type { AxisName } from "../chart/axisNames";
import { ColorBar } from "../chart/colorBar";
import { setRaster } from "../chart/imageLayer";
import { setAxis } from "../chart/mappedScale";
import { setMarks } from "../chart/marks";
import { Picker } from "../ui/picker";
import type { Theme } from "../ui/theme";
import { cellNumbersPlugin, type CellNumbers } from "./cellNumbers";
import { figureAxis, figureName, figureWord, formatFigure, smallIsGood, summaryOf, valueOf } from "./figures";
import { placesOf, shortKey, shortLabel, withMargin, type ParameterPlaces } from "./parameterPlaces";
import type { ShownFigure, SweepPreferences } from "./state";
import { SweepCard, type SweepHost } from "./sweepCard";

const REACH = 12;
const EMPTY = 0;

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  readonly results: readonly TrialResult[];
}

export class MapChart {
  readonly element: HTMLElement;
  private readonly card = new SweepCard("map", l10n.t("Heat map"));
  private readonly chart: LineChart;
  private readonly colors = viridisTable();
  private readonly reversed = this.colors.slice().reverse();
  private readonly bar = new ColorBar(this.colors);
  private readonly pickX: Picker;
  private readonly pickY: Picker;
  private readonly numbers: CellNumbers = { list: [], fontFamily: "" };
  private cells: readonly Cell[] = [];
  private asCells = true;
  private words: (cell: Cell) => string = () => "";

  constructor(host: SweepHost, prefer: (change: Partial<SweepPreferences>) => void) {
    this.element = this.card.element;
    this.element.classList.add("is-map");
    this.pickX = new Picker(l10n.t("Horizontal parameter"), (mapX) => prefer({ mapX }));
    this.pickY = new Picker(l10n.t("Vertical parameter"), (mapY) => prefer({ mapY }));
    this.card.tools.append(this.pickX.element, this.pickY.element);
    this.card.aside.append(this.bar.element);
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => host.requestDraw(),
      filled: true,
      nameBelow: true,
      plugins: [cellNumbersPlugin(this.numbers)],
    });
    this.card.onPointer(
      (place) => {
        const cell = place === null ? null : this.cellAt(place.x, place.y);
        this.card.setReadout(cell === null ? "" : this.words(cell));
        return cell !== null;
      },
      (place) => {
        const cell = this.cellAt(place.x, place.y);
        const [only] = cell?.results ?? [];
        if (cell === null || only === undefined) return;
        if (cell.results.length === 1) host.openTrial(only.index);
        else host.filter({ label: cell.label, indices: new Set(cell.results.map(({ index }) => index)) });
      },
    );
  }

  draw(
    info: SweepInfo,
    results: readonly TrialResult[],
    figure: ShownFigure,
    { mapX, mapY }: SweepPreferences,
    theme: Theme,
  ): void {
    const { parameters } = info;
    const [px, py] = chooseAxes(parameters, mapX, mapY);
    const options =
      parameters.length < 3 ? [] : parameters.map(({ key }, i) => ({ value: key, label: shortKey(parameters, i) }));
    this.pickX.show(options, parameters[px]?.key ?? "");
    this.pickY.show(options, parameters[py]?.key ?? "");
    const [across, up] = [parameters[px], parameters[py]];
    this.card.setEmpty(
      results.length === 0 || across === undefined || up === undefined ? l10n.t("No run has finished yet.") : null,
    );
    this.bar.showEnds(null);
    if (results.length === 0 || across === undefined || up === undefined) return;
    this.card.setSubtitle(
      figure === "converged" ? l10n.t("fraction converged") : l10n.t("median {0}", figureWord(figure)),
    );
    const x = placesOf(across, px, results, true);
    const y = placesOf(up, py, results, true);
    // A grid fills its pairs; of draws hardly two have the same.
    this.asCells = x.named && y.named && x.groups.length * y.groups.length <= 2 * results.length;
    const [xPlaces, yPlaces] = this.asCells
      ? [x, y]
      : [placesOf(across, px, results, false), placesOf(up, py, results, false)];
    this.cells = collectCells(
      results,
      px,
      py,
      xPlaces,
      yPlaces,
      this.asCells,
      (a, b) => `${shortKey(parameters, px)} ${shortLabel(a)}, ${shortKey(parameters, py)} ${shortLabel(b)}`,
    );
    const values = this.cells.map((cell) =>
      this.asCells ? summaryOf(figure, cell.results) : valueOf(figure, cell.results[0] as TrialResult),
    );
    this.words = ({ label, results: of }) => {
      const value = formatFigure(figure, summaryOf(figure, of));
      return of.length === 1 ? `${label}: ${value}` : l10n.t("{0}: {1} ({2} runs)", label, value, of.length);
    };
    this.setAxes(xPlaces, yPlaces, [shortKey(parameters, px)], [shortKey(parameters, py)]);
    this.paint(xPlaces, yPlaces, values, figure, theme);
    this.card.setSummary(
      this.asCells
        ? l10n.t("{0} by {1} and {2}; combinations: {3}.", figureName(figure), across.key, up.key, this.cells.length)
        : l10n.t("{0} by {1} and {2}; runs: {3}.", figureName(figure), across.key, up.key, this.cells.length),
    );
  }

  private setAxes(x: ParameterPlaces, y: ParameterPlaces, xName: AxisName, yName: AxisName): void {
    setAxis(this.chart, "x", withMargin(x.axis), xName);
    setAxis(this.chart, "y", withMargin(y.axis), yName);
  }

  private paint(
    x: ParameterPlaces,
    y: ParameterPlaces,
    values: readonly number[],
    figure: ShownFigure,
    theme: Theme,
  ): void {
    const scale = figureAxis(figure, values);
    // A point on the background of the page needs more light in a dark theme, and less in a light one, than a cell
    // among cells.
    const [least, most] = this.asCells ? [0, 1] : theme.light ? [0, 0.9] : [0.2, 1];
    const colorOf = (value: number): number => {
      const share = Math.min(1, Math.max(0, toUnit(scale, value)));
      const lightness = smallIsGood(figure) ? 1 - share : share;
      return Number.isFinite(value)
        ? (this.colors[Math.round((least + lightness * (most - least)) * (COLOR_LEVELS - 1))] ?? EMPTY)
        : EMPTY;
    };
    this.bar.paint(smallIsGood(figure) ? this.reversed : this.colors);
    this.bar.showEnds([formatFigure(figure, scale.min), formatFigure(figure, scale.max)]);
    applyTheme(this.chart, theme);
    setDatasets(this.chart, []);
    if (this.asCells) {
      const [width, height] = [x.groups.length, y.groups.length];
      const pixels = new Uint32Array(width * height);
      for (const [i, cell] of this.cells.entries())
        pixels[(height - 1 - cell.y) * width + cell.x] = colorOf(values[i] ?? NaN);
      setRaster(this.chart, { width, height, pixels });
    } else setRaster(this.chart, null);
    this.numbers.fontFamily = theme.fontFamily;
    this.numbers.list = this.asCells
      ? this.cells.map((cell, i) => {
          const value = values[i] ?? NaN;
          return { x: cell.x, y: cell.y, text: formatFigure(figure, value), color: inkOn(colorOf(value), theme) };
        })
      : [];
    const points = this.asCells
      ? []
      : this.cells.map((cell, i) => ({
          x: cell.x,
          y: cell.y,
          color: Number.isFinite(values[i] ?? NaN) ? cssColor(colorOf(values[i] ?? NaN)) : theme.error,
          shape: "dot" as const,
        }));
    setMarks(this.chart, { vertical: [], horizontal: [], points }, theme);
    this.chart.update("none");
  }

  private cellAt(px: number, py: number): Cell | null {
    const { x, y } = this.chart.scales;
    if (x === undefined || y === undefined) return null;
    if (this.asCells) {
      const [column, row] = [Math.round(x.getValueForPixel(px) ?? NaN), Math.round(y.getValueForPixel(py) ?? NaN)];
      return this.cells.find((cell) => cell.x === column && cell.y === row) ?? null;
    }
    const distance = (cell: Cell): number =>
      Math.hypot(x.getPixelForValue(cell.x) - px, y.getPixelForValue(cell.y) - py);
    const nearest = this.cells.reduce<Cell | null>(
      (best, cell) => (best === null || distance(cell) < distance(best) ? cell : best),
      null,
    );
    return nearest !== null && distance(nearest) <= REACH ? nearest : null;
  }
}

function inkOn(color: number, theme: Theme): string {
  return color === EMPTY ? theme.foreground : contrastColor(color);
}

function collectCells(
  results: readonly TrialResult[],
  px: number,
  py: number,
  x: ParameterPlaces,
  y: ParameterPlaces,
  together: boolean,
  label: (a: unknown, b: unknown) => string,
): Cell[] {
  const cells = new Map<string, { x: number; y: number; label: string; results: TrialResult[] }>();
  for (const result of results) {
    const [a, b] = [result.values[px], result.values[py]];
    const key = together ? JSON.stringify([a, b]) : String(result.index);
    const cell = cells.get(key) ?? { x: x.place(a), y: y.place(b), label: label(a, b), results: [] };
    cell.results.push(result);
    cells.set(key, cell);
  }
  return [...cells.values()];
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
