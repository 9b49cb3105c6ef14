/** A metric as a surface over two parameters that are numbers, with its runs on it. */
import * as l10n from "@vscode/l10n";
import { fromUnit, toUnit, toUnits, type AxisSpec } from "../../src/shared/scale/axisScale";
import type { SweepInfo } from "../../src/shared/wire/sweep";
import { gather } from "../../src/shared/wire/trialOrder";
import { formatCount } from "../../src/shared/words/numberFormat";
import { applyTheme, createChart, setDatasets, type LineChart } from "../chart/base";
import { ColorBar } from "../chart/colorBar";
import { setRaster } from "../chart/imageLayer";
import { setAxis } from "../chart/mappedScale";
import { setMarks, type PathMark } from "../chart/marks";
import { tableRows } from "../chart/table";
import { COLOR_LEVELS, viridisTable } from "../ui/colorMap";
import { Picker } from "../ui/picker";
import type { Theme } from "../ui/theme";
import { contourGrid, contourLine, GRID, type ContourGrid } from "./contourGrid";
import { figureAxis, figureName, figureWord, formatFigure, smallIsGood } from "./figures";
import type { SweepModel } from "./model";
import { noRuns } from "./parameterChart";
import { shortKey, withMargin } from "./parameterPlaces";
import { nearestRow, pointsPlugin, setPoints } from "./pointsLayer";
import { SweepCard, type CanvasPlace, type SweepHost } from "./sweepCard";
import { trialSentence } from "./trialWords";

const REACH = 8;
/** With fewer there is no surface to speak of. */
const FEWEST_RUNS = 10;
const LINES = 8;

/** Of one drawing: where its runs are, and the surface. The values are on the scale of the color bar. */
interface Surface {
  readonly x: AxisSpec;
  readonly y: AxisSpec;
  readonly scale: AxisSpec;
  readonly grid: ContourGrid;
}

/** Indices of the parameters that have a place on an axis. */
export function numberParameters({ parameters }: SweepInfo): number[] {
  return parameters.flatMap(({ kind }, p) => (kind === "number" ? [p] : []));
}

export class ContourChart {
  readonly card: SweepCard;
  private readonly chart: LineChart;
  private readonly colors = viridisTable();
  private readonly reversed = this.colors.slice().reverse();
  private readonly bar = new ColorBar(this.colors);
  private readonly pickX: Picker;
  private readonly pickY: Picker;
  private chosen = { x: "", y: "" };
  private model: SweepModel | null = null;
  private surface: Surface | null = null;
  private resting = "";

  constructor(private readonly host: SweepHost) {
    this.card = new SweepCard("contour", l10n.t("Contour"), host);
    this.card.element.classList.add("is-map");
    const picked = (axis: "x" | "y") => (key: string) => {
      this.chosen = { ...this.chosen, [axis]: key };
      host.requestDraw();
    };
    this.pickX = new Picker(l10n.t("Horizontal parameter"), picked("x"));
    this.pickY = new Picker(l10n.t("Vertical parameter"), picked("y"));
    this.card.tools.append(this.pickX.element, this.pickY.element);
    this.card.aside.append(this.bar.element);
    this.chart = createChart(this.card.canvas, {
      onDidResize: () => host.requestDraw(),
      filled: true,
      nameBelow: true,
      plugins: [pointsPlugin],
    });
    this.card.onPointer(
      (place) => this.pointAt(place),
      (place) => {
        const row = this.rowAt(place);
        if (row >= 0) this.host.openTrial(this.model?.trials.column("index")[row] ?? NaN);
      },
    );
  }

  draw(model: SweepModel, theme: Theme): void {
    this.model = model;
    const { info, rows, values } = model;
    const numbers = numberParameters(info);
    const [across, up] = this.chooseAxes(info, numbers);
    const known = rows.filter((row) => Number.isFinite(values[row]!));
    const isFew = known.length < FEWEST_RUNS || across === undefined || up === undefined;
    const few = l10n.t("A contour needs {0} runs with a value.", FEWEST_RUNS);
    this.card.setEmpty(rows.length === 0 ? noRuns(model) : isFew ? few : null);
    this.bar.showEnds(null);
    if (isFew) return;
    const [placesX, placesY] = [model.places(across), model.places(up)];
    const [x, y] = [withMargin(placesX.axis), withMargin(placesY.axis)];
    const scale = figureAxis(model.figure, gather(known, values));
    const [unitsX, unitsY] = [toUnits(x, placesX.at), toUnits(y, placesY.at)];
    const heights = Float64Array.from(known, (row) => toUnit(scale, values[row]!));
    const grid = contourGrid(gather(known, unitsX), gather(known, unitsY), heights);
    this.surface = { x, y, scale, grid };
    setAxis(this.chart, "x", x, [shortKey(info.parameters, across)]);
    setAxis(this.chart, "y", y, [shortKey(info.parameters, up)]);
    applyTheme(this.chart, theme);
    setDatasets(this.chart, []);
    this.paint(this.surface, theme);
    const [least, most] = [theme.light ? theme.foreground : theme.background, theme.error];
    setPoints(this.chart, {
      x: unitsX,
      y: unitsY,
      sets: [
        { rows: known, shape: "dot", colors: [least], levels: null },
        { rows: rows.filter((row) => !Number.isFinite(values[row]!)), shape: "cross", colors: [most], levels: null },
      ],
    });
    this.describe(model, known, [across, up]);
    this.chart.update("none");
  }

  private paint({ x, y, scale, grid }: Surface, theme: Theme): void {
    const figure = this.model?.figure ?? "loss";
    const colors = smallIsGood(figure) ? this.reversed : this.colors;
    this.bar.paint(colors);
    this.bar.showEnds([formatFigure(figure, scale.min), formatFigure(figure, scale.max)]);
    const pixels = new Uint32Array(GRID * GRID);
    for (const [cell, value] of grid.values.entries()) {
      const line = GRID - 1 - Math.floor(cell / GRID);
      const level = Math.round(Math.min(1, Math.max(0, value)) * (COLOR_LEVELS - 1));
      // Clear where there is nothing to show.
      if (!Number.isNaN(value)) pixels[line * GRID + (cell % GRID)] = colors[level]!;
    }
    setRaster(this.chart, { width: GRID, height: GRID, pixels });
    const place = (unit: { readonly x: number; readonly y: number }) => ({
      x: fromUnit(x, unit.x),
      y: fromUnit(y, unit.y),
    });
    const paths = levelsOf(grid).flatMap((level) =>
      contourLine(grid, level).map(([from, to]): PathMark => ({
        points: [place(from), place(to)],
        color: theme.background,
        halo: "transparent",
        width: 1,
      })),
    );
    setMarks(this.chart, { paths, vertical: [], horizontal: [], points: [] }, theme);
  }

  private describe(model: SweepModel, known: Int32Array, [across, up]: readonly [number, number]): void {
    const { info, trials, rows, values, figure } = model;
    const keys = [info.parameters[across]?.key ?? "", info.parameters[up]?.key ?? ""];
    const share = this.surface!.grid.values.filter((value) => !Number.isNaN(value)).length / GRID ** 2;
    this.card.setSubtitle(l10n.t("mean {0} nearby", figureWord(figure)));
    const broken = rows.length - known.length;
    this.resting = [
      share < 1 ? l10n.t("blank: no runs") : l10n.t("points: runs"),
      ...(broken === 0 ? [] : [`× ${l10n.t("{0} without a value", formatCount(broken))}`]),
    ].join(" · ");
    this.card.setReadout(this.resting);
    this.card.setSummary(
      l10n.t("{0} over {1} and {2}; runs: {3}.", figureName(figure), keys[0]!, keys[1]!, known.length),
    );
    this.card.setTable((limit) => {
      const thinned = tableRows(0, rows.length, Math.max(2, limit.rows));
      return {
        caption: thinned.caption(l10n.t("{0} by {1} and {2}", figureName(figure), keys[0]!, keys[1]!)),
        columns: [...keys, figureName(figure)],
        rows: thinned.rows.map((at) => {
          const row = rows[at]!;
          return [Number(trials.valueAt(across, row)), Number(trials.valueAt(up, row)), values[row] ?? NaN];
        }),
      };
    });
  }

  /** The ones that were picked, else the first two; never the same. */
  private chooseAxes(
    { parameters }: SweepInfo,
    numbers: readonly number[],
  ): readonly [number | undefined, number | undefined] {
    const find = (key: string): number | undefined => numbers.find((p) => parameters[p]!.key === key);
    const across = find(this.chosen.x) ?? numbers[0];
    const others = numbers.filter((p) => p !== across);
    const up = others.find((p) => parameters[p]!.key === this.chosen.y) ?? others[0];
    const options =
      numbers.length < 3 ? [] : numbers.map((p) => ({ value: parameters[p]!.key, label: shortKey(parameters, p) }));
    this.pickX.show(options, across === undefined ? "" : parameters[across]!.key);
    this.pickY.show(options, up === undefined ? "" : parameters[up]!.key);
    return [across, up];
  }

  /** Says what is there; whether a click does something. */
  private pointAt(place: CanvasPlace | null): boolean {
    const { model, surface } = this;
    if (model === null || surface === null || place === null) {
      this.card.setReadout(this.resting);
      return false;
    }
    const row = this.rowAt(place);
    const { left, top, width, height } = this.chart.chartArea;
    const [column, line] = [(place.x - left) / width, 1 - (place.y - top) / height].map((unit) =>
      Math.min(GRID - 1, Math.max(0, Math.floor(unit * GRID))),
    );
    const value = surface.grid.values[line! * GRID + column!] ?? NaN;
    if (row >= 0) this.card.setReadout(trialSentence(model, row));
    else if (Number.isNaN(value)) this.card.setReadout(l10n.t("no runs here"));
    else this.card.setReadout(l10n.t("mean nearby: {0}", formatFigure(model.figure, fromUnit(surface.scale, value))));
    return row >= 0;
  }

  private rowAt({ x, y }: CanvasPlace): number {
    return nearestRow(this.chart, x, y, REACH);
  }
}

/** Even steps between the least and the largest value of the surface. */
function levelsOf({ values }: ContourGrid): number[] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most > least ? Array.from({ length: LINES }, (_, i) => least + ((i + 1) / (LINES + 1)) * (most - least)) : [];
}
