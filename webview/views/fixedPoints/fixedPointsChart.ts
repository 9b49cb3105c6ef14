import * as l10n from "@vscode/l10n";
import { linearAxis } from "../../../src/shared/scale/axisScale";
import { extentOf } from "../../../src/shared/scale/extent";
import { NO_TURN, turned, turnTo, type Turn } from "../../../src/shared/trace/alignedAxes";
import type { FixedPoint, FixedPoints } from "../../../src/shared/trace/dynamics";
import { formatCount } from "../../../src/shared/words/numberFormat";
import type { AnswerTo } from "../../../src/shared/wire/questions";
import { applyTheme, createChart, isCollapsed, setDatasets, type LineChart } from "../../chart/base";
import { ChartCard, type CardHost } from "../../chart/card";
import { iterationSlider } from "../../chart/iterationChart";
import { setAxis } from "../../chart/mappedScale";
import { setMarks, type PathMark, type PointMark } from "../../chart/marks";
import type { Changed, ChartModel, LabChart } from "../../chart/model";
import type { ReadoutItem } from "../../chart/readout";
import { Picker } from "../../ui/picker";
import { withAlpha, type Theme } from "../../ui/theme";
import { AnalysisTask } from "./analysisTask";
import { captionOf, countOf, KIND_NAMES, readoutOf, summaryOf, tableOf, type ShownPoint } from "./fixedPointsWords";

const ID = "fixed-points";
const COMPONENTS = 3;
/** Pairs of components that a picture can have. */
const PLANES = ["0 1", "0 2", "1 2"] as const;
/** Length of an unstable direction to either side, as a share of the width of the picture. */
const DIRECTION_SHARE = 0.07;

type Answer = AnswerTo<"fixedPoints">;

interface Shown {
  readonly runId: string;
  readonly iteration: number;
  readonly found: FixedPoints;
  readonly turn: Turn;
  readonly points: readonly ShownPoint[];
  /** [sequences, timeSteps + 1, 3] in the axes of the picture. */
  readonly places: Float64Array;
}

/** Where the state comes to rest without input: fixed and slow points in the principal components of the states. */
export class FixedPointsChart implements LabChart {
  readonly element: HTMLElement;
  private readonly card: ChartCard;
  private readonly chart: LineChart;
  private readonly planes: Picker;
  private readonly task: AnalysisTask;
  private plane: readonly [number, number] = [0, 1];
  private shown: Shown | null = null;
  /** The axes that later pictures of the run are turned to. */
  private reference: { readonly runId: string; readonly axes: Float64Array } | null = null;
  private seen: unknown = null;
  private hovered: ShownPoint | null = null;
  private moved = true;

  constructor(private readonly host: CardHost) {
    this.card = new ChartCard(
      { id: ID, title: l10n.t("Fixed points"), captioned: true, ownAxis: "iteration" },
      host,
      (x, y) => this.probe(x, y),
    );
    this.element = this.card.element;
    this.planes = new Picker(l10n.t("Principal components"), (plane) => {
      const [x = 0, y = 1] = plane.split(" ").map(Number);
      this.plane = [x, y];
      this.redraw();
    });
    const labels = {
      start: l10n.t("Find Fixed Points"),
      title: l10n.t("Search for fixed points at the iteration of the cursor, without input"),
    };
    this.task = new AnalysisTask(labels, () => host.requestDraw());
    this.card.tools.prepend(this.planes.element, this.task.button);
    this.card.controls.append(this.task.progress);
    this.chart = createChart(this.card.canvas, { onDidResize: () => this.redraw() });
  }

  isAvailable(model: ChartModel | null): boolean {
    return model !== null && model.header.probed === undefined;
  }

  start(): void {
    this.task.start();
  }

  draw(model: ChartModel | null, changed: Changed): void {
    if (model === null) return;
    const { runId } = model.header;
    this.receive(model, runId);
    const question = this.task.questionOf(runId, model.place.iteration);
    if (question !== null) this.host.ask({ kind: "fixedPoints", ...question });
    const { shown } = this;
    if (shown === null || shown.runId !== runId) {
      this.planes.show([], "");
      const failure = this.failureOf(model);
      this.card.setEmpty(failure ?? (this.task.isRunning ? l10n.t("Searching…") : invitation()));
      return;
    }
    this.card.setEmpty(null);
    this.planes.show(
      PLANES.map((value) => ({ value, label: planeLabel(value) })),
      this.plane.join(" "),
    );
    if (!this.moved && !changed.style && !changed.cursor) return;
    this.chart.update("none");
    if (isCollapsed(this.chart)) return;
    this.moved = false;
    this.paint(model.theme, shown);
    this.describe(model, shown);
  }

  private receive({ answerTo }: ChartModel, runId: string): void {
    const answer = answerTo("fixedPoints");
    if (answer === null || answer === this.seen) return;
    this.seen = answer;
    if ("failure" in answer) return this.task.stop();
    if (this.task.receive(answer, answer.found !== null) && answer.found !== null)
      this.take(runId, answer, answer.found);
  }

  private take(runId: string, { iteration }: Answer, found: FixedPoints): void {
    const { axes, places } = found.trajectories;
    if (this.reference?.runId !== runId) this.reference = { runId, axes };
    const turn = this.reference.axes === axes ? NO_TURN : turnTo(this.reference.axes, axes);
    const of = (points: readonly FixedPoint[], slow: boolean): ShownPoint[] =>
      points.map((point) => ({ point, slow, place: [...turned(turn, point.place)] }));
    this.shown = {
      runId,
      iteration,
      found,
      turn,
      points: [...of(found.points, false), ...of(found.slowPoints, true)],
      places: turned(turn, places),
    };
    this.hovered = null;
    this.moved = true;
  }

  private failureOf(model: ChartModel): string | null {
    const answer = model.answerTo("fixedPoints");
    return answer !== null && "failure" in answer && answer === this.seen ? answer.failure : null;
  }

  private paint(theme: Theme, { points, places, found, turn }: Shown): void {
    const [x, y] = this.plane;
    const along = (component: number): number[] => [
      ...points.map(({ place }) => place[component]!),
      ...places.filter((_, at) => at % COMPONENTS === component),
    ];
    const extents = [extentOf(along(x)), extentOf(along(y))];
    const width = Math.max(...extents.map((extent) => (extent === null ? 0 : extent.max - extent.min)), 1e-9);
    setAxis(this.chart, "x", linearAxis(withRoom(extents[0]!, width)), [axisName(x)]);
    setAxis(this.chart, "y", linearAxis(withRoom(extents[1]!, width)), [axisName(y)]);
    applyTheme(this.chart, theme);
    const directions = points.flatMap((shownPoint) => this.directionsAt(shownPoint, turn, width, theme));
    setMarks(
      this.chart,
      {
        paths: [...this.trajectories(places, found, theme), ...directions],
        vertical: [],
        horizontal: [],
        points: points.map((shownPoint) => this.markOf(shownPoint, theme)),
      },
      theme,
    );
    setDatasets(this.chart, []);
    this.chart.update("none");
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

  private describe(model: ChartModel, { found, points, iteration }: Shown): void {
    const { theme } = model;
    const counts = (["stable", "saddle", "unstable"] as const).map((kind): ReadoutItem => {
      const sample = { point: { kind } as FixedPoint, slow: false, place: [] };
      const { shape, color } = lookOf(sample, theme);
      return { label: KIND_NAMES[kind], value: formatCount(countOf(found, kind)), swatch: { kind: shape, color } };
    });
    this.card.setReadout(this.hovered === null ? counts : [...readoutOf(this.hovered)]);
    this.card.setSubtitle(l10n.t("at {0}", formatCount(iteration)));
    this.card.setCaption(captionOf(found));
    const summary = summaryOf(found, iteration);
    this.card.setSlider(iterationSlider(model, summary));
    this.card.setSummary([summary, ...captionOf(found)].join(" "));
    this.card.setTable(model.preferences.tables.includes(ID), (limit) => tableOf(points, iteration, limit));
  }

  /** The iteration stays; the readout shows the point next to the pointer. */
  private probe(offsetX: number, offsetY: number): Record<string, never> | null {
    const at = (axis: "x" | "y", value: number): number => this.chart.scales[axis]?.getPixelForValue(value) ?? NaN;
    const [x, y] = this.plane;
    const distance = ({ place }: ShownPoint): number =>
      Math.hypot(at("x", place[x]!) - offsetX, at("y", place[y]!) - offsetY);
    const nearest = this.shown?.points.reduce<ShownPoint | null>(
      (best, point) => (best === null || distance(point) < distance(best) ? point : best),
      null,
    );
    if (nearest !== undefined && nearest !== this.hovered) {
      this.hovered = nearest;
      this.redraw();
    }
    return {};
  }

  private redraw(): void {
    this.moved = true;
    this.host.requestDraw();
  }
}

function lookOf({ point, slow }: ShownPoint, theme: Theme): Pick<PointMark, "shape" | "color"> {
  if (slow) return { shape: "ring", color: theme.muted };
  const [blue = theme.foreground, orange = theme.foreground] = theme.series;
  if (point.kind === "stable") return { shape: "dot", color: blue };
  return point.kind === "saddle" ? { shape: "diamond", color: orange } : { shape: "ring", color: theme.error };
}

function invitation(): string {
  return [
    l10n.t("Searches for states that the network does not leave without input."),
    l10n.t("They are drawn among the states of the training sequences."),
    l10n.t("Select Find Fixed Points to start."),
  ].join(" ");
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
