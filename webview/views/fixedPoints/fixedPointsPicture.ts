/** Fixed and slow points among the trajectories, in two of the first three principal components of the states. */
import * as l10n from "@vscode/l10n";
import { linearAxis } from "../../../src/shared/scale/axisScale";
import { extentOf } from "../../../src/shared/scale/extent";
import { NO_TURN, turned, turnTo, type Turn } from "../../../src/shared/trace/alignedAxes";
import type { FixedPoint, FixedPoints } from "../../../src/shared/trace/dynamics";
import { formatCount } from "../../../src/shared/words/numberFormat";
import type { AnalysisOptions } from "../../../src/shared/wire/questions";
import type { AnalysisPicture, Analyzed, PictureWords } from "../../chart/analysisView";
import { setDatasets, type LineChart } from "../../chart/base";
import { iterationSlider } from "../../chart/iterationChart";
import { setAxis } from "../../chart/mappedScale";
import { setMarks, type PathMark, type PointMark } from "../../chart/marks";
import type { ChartModel } from "../../chart/model";
import type { ReadoutItem } from "../../chart/readout";
import type { TableData, TableLimit } from "../../chart/table";
import { Picker } from "../../ui/picker";
import { withAlpha, type Theme } from "../../ui/theme";
import { captionOf, countOf, KIND_NAMES, readoutOf, summaryOf, tableOf, type ShownPoint } from "./fixedPointsWords";

const COMPONENTS = 3;
/** Pairs of components that a picture can have. */
const PLANES = ["0 1", "0 2", "1 2"] as const;
/** Length of an unstable direction to either side, as a share of the width of the picture. */
const DIRECTION_SHARE = 0.07;

interface Shown extends Analyzed<"fixedPoints"> {
  readonly turn: Turn;
  readonly points: readonly ShownPoint[];
  /** [sequences, timeSteps + 1, 3] in the axes of the picture. */
  readonly places: Float64Array;
}

export class FixedPointsPicture implements AnalysisPicture<"fixedPoints", Shown> {
  readonly tools: readonly HTMLElement[];
  private readonly planes: Picker;
  private plane: readonly [number, number] = [0, 1];
  /** The axes that later pictures of the run are turned to. */
  private reference: { readonly runId: string; readonly axes: Float64Array } | null = null;
  private hovered: ShownPoint | null = null;

  constructor(private readonly redraw: () => void) {
    this.planes = new Picker(l10n.t("Principal components"), (plane) => {
      const [x = 0, y = 1] = plane.split(" ").map(Number);
      this.plane = [x, y];
      redraw();
    });
    this.tools = [this.planes.element];
  }

  options(): AnalysisOptions["fixedPoints"] {
    return { input: null };
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
    const planes = shown === null ? [] : PLANES.map((value) => ({ value, label: planeLabel(value) }));
    this.planes.show(planes, this.plane.join(" "));
  }

  paint(chart: LineChart, { points, places, found, turn }: Shown, { theme }: ChartModel): void {
    const [x, y] = this.plane;
    const along = (component: number): number[] => [
      ...points.map(({ place }) => place[component]!),
      ...places.filter((_, at) => at % COMPONENTS === component),
    ];
    const extents = [extentOf(along(x)), extentOf(along(y))];
    const width = Math.max(...extents.map((extent) => (extent === null ? 0 : extent.max - extent.min)), 1e-9);
    setAxis(chart, "x", linearAxis(withRoom(extents[0]!, width)), [axisName(x)]);
    setAxis(chart, "y", linearAxis(withRoom(extents[1]!, width)), [axisName(y)]);
    const directions = points.flatMap((shownPoint) => this.directionsAt(shownPoint, turn, width, theme));
    setMarks(
      chart,
      {
        paths: [...this.trajectories(places, found, theme), ...directions],
        vertical: [],
        horizontal: [],
        points: points.map((shownPoint) => this.markOf(shownPoint, theme)),
      },
      theme,
    );
    setDatasets(chart, []);
  }

  private trajectories(places: Float64Array, { trajectories }: FixedPoints, theme: Theme): PathMark[] {
    const { sequences, timeSteps, classes } = trajectories;
    const [x, y] = this.plane;
    return Array.from({ length: sequences }, (_, b) => {
      const start = b * (timeSteps + 1);
      const color = theme.series[(classes?.[b] ?? 0) % Math.max(1, theme.series.length)] ?? theme.foreground;
      return {
        points: Array.from({ length: timeSteps + 1 }, (__, t) => ({
          x: places[(start + t) * COMPONENTS + x]!,
          y: places[(start + t) * COMPONENTS + y]!,
        })),
        color: withAlpha(color, theme.highContrast ? 0.8 : 0.4),
        halo: "transparent",
        width: 1,
      };
    });
  }

  private directionsAt({ point, place }: ShownPoint, turn: Turn, width: number, theme: Theme): PathMark[] {
    const all = turned(turn, point.directions);
    const [x, y] = this.plane;
    const reach = DIRECTION_SHARE * width;
    return Array.from({ length: all.length / COMPONENTS }, (_, d) => {
      const [dx, dy] = [all[d * COMPONENTS + x]! * reach, all[d * COMPONENTS + y]! * reach];
      return {
        points: [-1, 1].map((sign) => ({ x: place[x]! + sign * dx, y: place[y]! + sign * dy })),
        color: theme.foreground,
        halo: theme.background,
        width: 1.5,
      };
    });
  }

  private markOf(shownPoint: ShownPoint, theme: Theme): PointMark {
    const [x, y] = this.plane;
    const { place } = shownPoint;
    return { x: place[x]!, y: place[y]!, ...lookOf(shownPoint, theme) };
  }

  describe({ found, iteration }: Shown, model: ChartModel): PictureWords {
    const { theme } = model;
    const counts = (["stable", "saddle", "unstable"] as const).map((kind): ReadoutItem => {
      const sample = { point: { kind } as FixedPoint, slow: false, place: [] };
      const { shape, color } = lookOf(sample, theme);
      return { label: KIND_NAMES[kind], value: formatCount(countOf(found, kind)), swatch: { kind: shape, color } };
    });
    const summary = summaryOf(found, iteration);
    return {
      readout: this.hovered === null ? counts : readoutOf(this.hovered),
      caption: captionOf(found),
      summary,
      slider: iterationSlider(model, summary),
    };
  }

  table({ points, iteration }: Shown, limit: TableLimit): TableData {
    return tableOf(points, iteration, limit);
  }

  /** The iteration stays; the readout shows the point next to the pointer. */
  probe(chart: LineChart, { points }: Shown, offsetX: number, offsetY: number): Record<string, never> | null {
    const at = (axis: "x" | "y", value: number): number => chart.scales[axis]?.getPixelForValue(value) ?? NaN;
    const [x, y] = this.plane;
    const distance = ({ place }: ShownPoint): number =>
      Math.hypot(at("x", place[x]!) - offsetX, at("y", place[y]!) - offsetY);
    const nearest = points.reduce<ShownPoint | null>(
      (best, point) => (best === null || distance(point) < distance(best) ? point : best),
      null,
    );
    if (nearest !== this.hovered) {
      this.hovered = nearest;
      this.redraw();
    }
    return {};
  }
}

function lookOf({ point, slow }: ShownPoint, theme: Theme): Pick<PointMark, "shape" | "color"> {
  if (slow) return { shape: "ring", color: theme.muted };
  const [blue = theme.foreground, orange = theme.foreground] = theme.series;
  if (point.kind === "stable") return { shape: "dot", color: blue };
  return point.kind === "saddle" ? { shape: "diamond", color: orange } : { shape: "ring", color: theme.error };
}

function planeLabel(plane: string): string {
  const [x = 0, y = 1] = plane.split(" ").map(Number);
  return l10n.t("PC {0}, PC {1}", x + 1, y + 1);
}

function axisName(component: number): string {
  return l10n.t("component {0}", component + 1);
}

function withRoom(extent: NonNullable<ReturnType<typeof extentOf>>, width: number) {
  const room = DIRECTION_SHARE * width;
  return { ...extent, min: extent.min - room, max: extent.max + room };
}
