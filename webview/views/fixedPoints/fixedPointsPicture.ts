/** Fixed and slow points among the trajectories, in the first three principal components of the states. */
import * as l10n from "@vscode/l10n";
import { linearAxis } from "../../../src/shared/scale/axisScale";
import { extentOf } from "../../../src/shared/scale/extent";
import { NO_TURN, turned, turnTo, type Turn } from "../../../src/shared/trace/alignedAxes";
import type { FixedPoint } from "../../../src/shared/trace/dynamics";
import { formatCount } from "../../../src/shared/words/numberFormat";
import type { AnalysisPicture, Analyzed, PictureControls, PictureWords } from "../../chart/analysisView";
import { setDatasets, showAxes, type LineChart } from "../../chart/base";
import { ColorBar } from "../../chart/colorBar";
import { ConstantInput } from "../../chart/constantInput";
import { iterationSlider } from "../../chart/iterationChart";
import { setAxis } from "../../chart/mappedScale";
import { setMarks, type PathMark, type PointMark } from "../../chart/marks";
import type { ChartModel } from "../../chart/model";
import type { ReadoutItem } from "../../chart/readout";
import type { TableData, TableLimit } from "../../chart/table";
import { viridisTable } from "../../ui/colorMap";
import { Picker } from "../../ui/picker";
import type { Theme } from "../../ui/theme";
import { captionOf, countOf, KIND_NAMES, readoutOf, summaryOf, tableOf, type ShownPoint } from "./fixedPointsWords";
import { SpaceView, viewLabel, VIEWS } from "./spaceView";
import { coloringLabel, COLORINGS, scaleOf, trajectoryPaths, type Coloring } from "./trajectoryColors";

const COMPONENTS = 3;
/** Length of an unstable direction to either side, as a share of the width of the picture. */
const DIRECTION_SHARE = 0.07;

interface Shown extends Analyzed<"fixedPoints"> {
  readonly turn: Turn;
  readonly points: readonly ShownPoint[];
  /** [sequences, timeSteps + 1, 3] in the axes of the picture. */
  readonly places: Float64Array;
}

/** What is drawn, as it is seen: [, 3] each, to the right, up, and toward the reader. */
interface Seen {
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly places: Float64Array;
  readonly width: number;
}

export class FixedPointsPicture implements AnalysisPicture<"fixedPoints", Shown> {
  readonly tools: readonly HTMLElement[];
  readonly legend: HTMLElement;
  private readonly views: Picker;
  private readonly colorings: Picker;
  private readonly colorBar = new ColorBar(viridisTable());
  private readonly input: ConstantInput;
  private readonly view: SpaceView;
  private coloring: Coloring = "class";
  /** The axes that later pictures of the run are turned to. */
  private reference: { readonly runId: string; readonly axes: Float64Array } | null = null;
  private hovered: ShownPoint | null = null;

  constructor(private readonly controls: PictureControls) {
    this.view = new SpaceView(controls.redraw);
    this.views = new Picker(l10n.t("Principal components"), (name) => {
      this.view.name = VIEWS.find((view) => view === name) ?? this.view.name;
      controls.redraw();
    });
    this.colorings = new Picker(l10n.t("Colors of the trajectories"), (name) => {
      this.coloring = COLORINGS.find((coloring) => coloring === name) ?? this.coloring;
      controls.redraw();
    });
    this.input = new ConstantInput(controls.start);
    this.tools = [this.views.element, this.colorings.element, this.input.element];
    this.legend = this.colorBar.element;
    this.colorBar.showEnds(null);
  }

  options(): ReturnType<ConstantInput["read"]> {
    return this.input.read();
  }

  attach(plot: HTMLElement): void {
    this.view.attach(plot);
  }

  prepare(analyzed: Analyzed<"fixedPoints">): Shown {
    const { runId, found } = analyzed;
    const { axes, places } = found.trajectories;
    if (this.reference?.runId !== runId) this.reference = { runId, axes };
    const turn = this.reference.axes === axes ? NO_TURN : turnTo(this.reference.axes, axes);
    const of = (points: readonly FixedPoint[], slow: boolean): ShownPoint[] =>
      points.map((point) => ({ point, slow, place: [...turned(turn, point.place)] }));
    this.hovered = null;
    return {
      ...analyzed,
      turn,
      points: [...of(found.points, false), ...of(found.slowPoints, true)],
      places: turned(turn, places),
    };
  }

  showTools(shown: Shown | null): void {
    const views = shown === null ? [] : VIEWS.map((value) => ({ value, label: viewLabel(value) }));
    this.views.show(views, this.view.name);
    const { trajectories } = shown?.found ?? {};
    const colorings =
      trajectories === undefined
        ? []
        : COLORINGS.map((value) => ({ value, label: coloringLabel(value, trajectories) }));
    this.colorings.show(colorings, this.coloring);
    if (shown === null) this.colorBar.showEnds(null);
  }

  paint(chart: LineChart, shown: Shown, { theme }: ChartModel): void {
    const { points, turn, found } = shown;
    const seen = this.see(shown);
    this.setAxes(chart, shown, seen);
    const scale = scaleOf(this.coloring, found.trajectories, theme);
    if (scale !== null) this.colorBar.paint(scale.table);
    this.colorBar.showEnds(scale?.ends ?? null);
    const start = (b: number, t: number): number => (b * (found.trajectories.timeSteps + 1) + t) * COMPONENTS;
    const placeOf = (b: number, t: number) => ({
      x: seen.places[start(b, t)] ?? NaN,
      y: seen.places[start(b, t) + 1] ?? NaN,
    });
    setMarks(
      chart,
      {
        paths: [
          ...(this.view.isSpace ? this.axisLines(shown, theme) : []),
          ...trajectoryPaths(found.trajectories, placeOf, scale, theme),
          ...points.flatMap((point, i) => this.directionsAt(point, seen.points[i]!, turn, seen.width, theme)),
        ],
        vertical: [],
        horizontal: [],
        points: points.map((point, i) => ({ x: seen.points[i]![0], y: seen.points[i]![1], ...lookOf(point, theme) })),
      },
      theme,
    );
    setDatasets(chart, []);
  }

  private see({ points, places }: Shown): Seen {
    const { turn } = this.view;
    const seen = turned(turn, places);
    const at = points.map(({ place }): readonly [number, number] => {
      const [x = NaN, y = NaN] = turned(turn, Float64Array.from(place));
      return [x, y];
    });
    const extents = [0, 1].map((axis) => extentOf([...at.map((place) => place[axis]!), ...component(seen, axis)]));
    const width = Math.max(...extents.map((extent) => (extent === null ? 0 : extent.max - extent.min)), 1e-9);
    return { points: at, places: seen, width };
  }

  /** In space, both axes have one scale that turning does not change. */
  private setAxes(chart: LineChart, shown: Shown, { points, places, width }: Seen): void {
    showAxes(chart, !this.view.isSpace);
    if (this.view.isSpace) {
      const reach = 1.15 * reachOf(shown);
      const { width: across, height } = chart.chartArea;
      const side = Math.min(across, height);
      setAxis(chart, "x", { kind: "linear", min: (-reach * across) / side, max: (reach * across) / side });
      setAxis(chart, "y", { kind: "linear", min: (-reach * height) / side, max: (reach * height) / side });
      return;
    }
    const room = DIRECTION_SHARE * width;
    for (const [axis, id] of (["x", "y"] as const).entries()) {
      const extent = extentOf([...points.map((place) => place[axis]!), ...component(places, axis)]);
      const wide = extent === null ? null : { ...extent, min: extent.min - room, max: extent.max + room };
      setAxis(chart, id, linearAxis(wide), [l10n.t("component {0}", this.view.components[axis]! + 1)]);
    }
  }

  private axisLines(shown: Shown, theme: Theme): PathMark[] {
    const reach = reachOf(shown);
    return [0, 1, 2].map((axis) => {
      const ends = [-reach, reach].map((at) => turned(this.view.turn, Float64Array.of(0, 0, 0).with(axis, at)));
      return {
        points: ends.map(([x = NaN, y = NaN]) => ({ x, y })),
        color: theme.muted,
        halo: "transparent",
        width: 1,
        label: l10n.t("PC {0}", axis + 1),
      };
    });
  }

  private directionsAt(
    { point }: ShownPoint,
    [x, y]: readonly [number, number],
    turn: Turn,
    width: number,
    theme: Theme,
  ): PathMark[] {
    const all = turned(this.view.turn, turned(turn, point.directions));
    const reach = DIRECTION_SHARE * width;
    return Array.from({ length: all.length / COMPONENTS }, (_, d) => {
      const [dx, dy] = [all[d * COMPONENTS]! * reach, all[d * COMPONENTS + 1]! * reach];
      return {
        points: [-1, 1].map((sign) => ({ x: x + sign * dx, y: y + sign * dy })),
        color: theme.foreground,
        halo: theme.background,
        width: 1.5,
      };
    });
  }

  describe({ found, iteration }: Shown, model: ChartModel): PictureWords {
    const { theme } = model;
    const counts = (["stable", "saddle", "unstable"] as const).map((kind): ReadoutItem => {
      const sample = { point: { kind } as FixedPoint, slow: false, place: [] };
      const { shape, color } = lookOf(sample, theme);
      return { label: KIND_NAMES[kind], value: formatCount(countOf(found, kind)), swatch: { kind: shape, color } };
    });
    const summary = summaryOf(found, iteration, this.view.isSpace ? 3 : 2);
    return {
      readout: this.hovered === null ? counts : readoutOf(this.hovered),
      caption: captionOf(found),
      summary,
      slider: iterationSlider(model, this.view.isSpace ? `${summary} ${this.view.words}` : summary),
    };
  }

  table({ points, iteration }: Shown, limit: TableLimit): TableData {
    return tableOf(points, iteration, limit);
  }

  /** The iteration stays; the readout shows the point next to the pointer. */
  probe(chart: LineChart, shown: Shown, offsetX: number, offsetY: number): Record<string, never> | null {
    const at = (axis: "x" | "y", value: number): number => chart.scales[axis]?.getPixelForValue(value) ?? NaN;
    const distances = this.see(shown).points.map(([x, y]) => Math.hypot(at("x", x) - offsetX, at("y", y) - offsetY));
    const nearest = shown.points[distances.indexOf(Math.min(...distances))] ?? null;
    if (nearest !== this.hovered) {
      this.hovered = nearest;
      this.controls.redraw();
    }
    return {};
  }
}

function component(places: Float64Array, axis: number): Float64Array {
  return places.filter((_, at) => at % COMPONENTS === axis);
}

/** The largest distance from the center. */
function reachOf({ points, places }: Shown): number {
  let reach = 1e-9;
  for (let at = 0; at < places.length; at += COMPONENTS)
    reach = Math.max(reach, Math.hypot(places[at]!, places[at + 1]!, places[at + 2]!));
  return points.reduce((most, { place }) => Math.max(most, Math.hypot(...place)), reach);
}

function lookOf({ point, slow }: ShownPoint, theme: Theme): Pick<PointMark, "shape" | "color"> {
  if (slow) return { shape: "ring", color: theme.muted };
  const [blue = theme.foreground, orange = theme.foreground] = theme.series;
  if (point.kind === "stable") return { shape: "dot", color: blue };
  return point.kind === "saddle" ? { shape: "diamond", color: orange } : { shape: "ring", color: theme.error };
}
