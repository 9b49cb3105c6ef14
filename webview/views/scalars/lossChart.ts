import * as l10n from "@vscode/l10n";
import { linearAxis, logAxis, type AxisSpec } from "../../../src/shared/scale/axisScale";
import { indexAt } from "../../../src/shared/trace/decimate";
import { extentOf, joinExtents, typicalExtent, type Extent } from "../../../src/shared/scale/extent";
import { formatCount, formatPercent, formatValue } from "../../../src/shared/words/numberFormat";
import type { ViewCommand } from "../../../src/shared/wire/protocol";
import type { Baseline } from "../../../src/shared/wire/baselines";
import { COLUMN, OPTIONAL_COLUMN, type BestValidation, type TraceHeader } from "../../../src/shared/trace/trace";
import type { AxesChoice } from "../../state/preferences";
import { runLook } from "../../ui/runLook";
import type { Theme } from "../../ui/theme";
import { setHidden } from "../../ui/dom";
import type { CardHost } from "../../chart/card";
import { WIDEST_PERCENT, WIDEST_SIZE, widestIteration, type ReadoutItem } from "../../chart/readout";
import { eventsAt, RailLegend } from "../../chart/eventRail";
import { LOSS_NAME } from "../../chart/axisNames";
import { iterationAxis } from "../../chart/iterationAxis";
import { iterationSlider } from "../../chart/iterationChart";
import { IterationLines, SECOND_DASH, type IterationLine, type IterationPicture } from "../../chart/iterationLines";
import { showsHorizontal, type PointMark } from "../../chart/marks";
import type { Changed, ChartModel, ScalarModel } from "../../chart/model";
import { tableRows, type TableData, type TableLimit } from "../../chart/table";
import { AxesMenu } from "./axesMenu";
import { ghostItems, ghostLines } from "./ghostLines";
import { baselineColumns, baselineItems, baselineMarks, describeBaselines } from "./baselineLines";
import { describeSeeds, seedAreas, seedColumns, seedExtents, seedItems, seedLines, speakSeeds } from "./seedBand";
import { SeedButton } from "./seedButton";

/** Earlier runs may widen a log axis by so many decades each way: one that exploded must not flatten this one. */
const GHOST_DECADES = 3;
/** Seeds outside of the middle half may widen a linear axis by this factor. */
const SEED_ROOM = 2;

/**
 * Training and validation loss over the iterations, earlier runs behind them. `bare` is the sparkline of the side
 * panel.
 */
export class LossChart extends IterationLines {
  private readonly axes: AxesMenu;
  private readonly legend = new RailLegend();
  private readonly seeds: SeedButton;

  constructor(
    host: CardHost & { setAxes(choice: AxesChoice): void; sendCommand(command: ViewCommand): void },
    private readonly bare = false,
  ) {
    super(host, {
      id: "loss",
      title: l10n.t("Loss"),
      yName: LOSS_NAME,
      bare,
      rail: true,
      emptyText: l10n.t("The loss of each iteration appears here."),
    });
    this.axes = new AxesMenu((choice) => host.setAxes(choice), bare);
    this.seeds = new SeedButton((command) => host.sendCommand(command));
    this.card.tools.prepend(...(bare ? [] : [this.seeds.progress, this.seeds.button]), this.axes.element);
    this.card.details.append(this.legend.element);
  }

  override draw(shown: ChartModel | null, changed: Changed): void {
    super.draw(shown, changed);
    this.seeds.show(shown?.seeds ?? null, shown !== null);
    setHidden(this.seeds.button, shown?.header.probed !== undefined);
  }

  protected collect(model: ScalarModel): IterationPicture | null {
    const loss = model.column(COLUMN.loss);
    if (loss === null) return null;
    const { theme } = model;
    const validation = model.column(OPTIONAL_COLUMN.validationLoss);
    return {
      lines: [
        ...ghostLines(model),
        ...(this.bare ? [] : seedLines(model)),
        {
          name: l10n.t("training"),
          values: loss,
          column: COLUMN.loss,
          color: runLook(model.runNumber, theme).color,
          width: validation === null ? theme.lineWidth : theme.lineWidth * 0.8,
          smoothing: "over",
        },
        ...(validation === null
          ? []
          : [
              {
                name: l10n.t("validation"),
                values: validation,
                column: OPTIONAL_COLUMN.validationLoss,
                color: theme.foreground,
                width: theme.lineWidth,
                dash: SECOND_DASH,
              },
            ]),
      ],
      positiveOnly: isLog(model),
      areas: this.bare ? [] : seedAreas(model),
      horizontal: this.bare ? [] : baselineMarks(model),
      points: this.bare ? [] : bestPoints(model),
      broken: isNamed(model, loss) ? loss : null,
    };
  }

  protected axisOf(model: ScalarModel, { lines }: IterationPicture): AxisSpec {
    const { fit: first, end, from } = model.window;
    const own = lines.filter(({ iterations }) => iterations === undefined).map(({ values }) => values);
    const all = (of: (values: Float64Array) => Extent | null): Extent | null => own.map(of).reduce(joinExtents, null);
    const seeds = this.bare ? { range: null, half: null } : seedExtents(model, model.window);
    if (!isLog(model)) {
      const ordinary = joinExtents(
        all((values) => extentOf(values, first, end)),
        seeds.half,
      );
      const range = seeds.range === null || ordinary === null ? null : withinRoom(seeds.range, ordinary, SEED_ROOM);
      return linearAxis(joinExtents(ordinary, range));
    }
    const typical = all((values) => typicalExtent(values, first, end));
    const room = 10 ** GHOST_DECADES;
    let extent = typical;
    const others = model.ghosts.map(({ loss, iteration }) =>
      extentOf(loss, indexAt(iteration, loss.length, from), loss.length),
    );
    for (const theirs of [...others, seeds.range]) {
      extent = joinExtents(extent, theirs === null || typical === null ? null : withinRoom(theirs, typical, room));
    }
    return logAxis(extent);
  }

  protected describe(model: ScalarModel, { lines }: IterationPicture): void {
    const { place, ghosts, rows, total, iterations } = model;
    this.axes.show(model);
    this.legend.show(this.events, model.theme);
    const own = lines.filter((line) => line.iterations === undefined);
    const events = eventsAt(this.events, model);
    this.showReadout(model, own, events);
    const spoken = own.map((line) =>
      this.spoken(model, own.length === 1 ? { ...line, name: l10n.t("loss") } : line, formatValue),
    );
    const spokenSeeds = [speakSeeds(model, place.iteration)].filter((words) => words !== null);
    this.card.setSlider(iterationSlider(model, [...spoken, ...spokenSeeds, ...events].join(", ")));
    const seeds = this.bare ? "" : describeSeeds(model.seeds);
    this.card.setCaption(seeds);
    const [loss, validation] = own;
    this.card.setSummary(
      [
        l10n.t(
          "Loss at each recorded iteration ({0} in all): from {1} at the start to {2} at iteration {3}.",
          formatCount(total),
          formatValue(loss?.values[0] ?? NaN),
          formatValue(loss?.values[rows - 1] ?? NaN),
          formatCount(iterations[rows - 1] ?? 0),
        ),
        ...(validation === undefined
          ? []
          : [l10n.t("Final validation loss: {0}.", formatValue(validation.values[rows - 1] ?? NaN))]),
        ...(model.best === null ? [] : [l10n.t("Best validation loss: {0}.", describeBest(model.best))]),
        ...(ghosts.length === 0
          ? []
          : [
              ghosts.length === 1
                ? l10n.t("1 earlier run is shown behind it.")
                : l10n.t("{0} earlier runs are shown behind it.", ghosts.length),
            ]),
        ...[describeBaselines(model.baselines)].filter((sentence) => sentence !== null),
        ...(seeds === "" ? [] : [seeds]),
      ].join(" "),
    );
    this.card.setTable(model.preferences.tables.includes("loss"), (limit) =>
      collectTable(model, own, this.tableTitle(model, l10n.t("Loss by iteration")), limit),
    );
  }

  private showReadout(model: ScalarModel, own: readonly IterationLine[], events: readonly string[]): void {
    const { place, theme } = model;
    const earlier = ghostItems(model, iterationAxis(model), place.iteration);
    const accuracy = model.meanAt(OPTIONAL_COLUMN.accuracy, place.row);
    this.card.setReadout([
      ...own.flatMap((line) => this.itemsOf(model, line, formatValue)),
      ...(Number.isFinite(accuracy) && !this.bare
        ? [{ label: l10n.t("accuracy"), value: formatPercent(accuracy), widest: WIDEST_PERCENT }]
        : []),
    ]);
    const happened = [
      ...(place.followsLatest ? [] : [{ label: l10n.t("at {0}", formatCount(place.iteration)) }]),
      ...events.map((label) => ({ label })),
    ];
    this.card.setDetails(
      this.bare
        ? [...earlier, ...happened]
        : [
            ...earlier,
            ...bestItems(model),
            ...seedItems(model, place.iteration),
            ...baselineItems(this.baselinesOutside(model), theme.muted),
            // Last, because they come and go with the cursor.
            ...happened,
          ],
    );
  }

  /** Above or below the picture, so that only the legend has them. */
  private baselinesOutside({ baselines }: ScalarModel): readonly Baseline[] {
    return baselines.filter(({ loss }) => !showsHorizontal(this.chart, loss));
  }
}

/** A program that PyTorch trains need not say its loss, or not from the first step on. */
function isNamed({ header }: ScalarModel, loss: Float64Array): boolean {
  return header.probed === undefined || !Number.isNaN(loss[0] ?? NaN);
}

function isLog({ preferences }: ScalarModel): boolean {
  return preferences.lossScale === "log";
}

/** Where the validation loss was lowest. */
function bestPoints({ best, theme, window, preferences }: ScalarModel): PointMark[] {
  if (best === null || best.iteration < window.from || best.iteration > window.to) return [];
  if (preferences.lossScale === "log" && best.validationLoss <= 0) return [];
  return [{ x: best.iteration, y: best.validationLoss, color: bestColor(theme), shape: "diamond" }];
}

function bestItems({ best, theme, header }: ScalarModel): ReadoutItem[] {
  if (best === null) return [];
  const swatch = { kind: "diamond", color: bestColor(theme) } as const;
  return [{ label: l10n.t("best validation"), value: describeBest(best), widest: widestBest(header), swatch }];
}

/** That of the line it is on. */
function bestColor(theme: Theme): string {
  return theme.foreground;
}

function widestBest(header: TraceHeader): string {
  return l10n.t("{0} at iteration {1}", WIDEST_SIZE, widestIteration(header));
}

function describeBest({ iteration, validationLoss }: BestValidation): string {
  return l10n.t("{0} at iteration {1}", formatValue(validationLoss), formatCount(iteration));
}

function collectTable(
  model: ScalarModel,
  lines: readonly IterationLine[],
  title: string,
  limit: TableLimit,
): TableData {
  const { rows, caption } = tableRows(model.window.first, model.window.end, limit.rows);
  const hasAccuracy = model.column(OPTIONAL_COLUMN.accuracy) !== null;
  const hasRatio = model.header.probed === undefined;
  const baselines = baselineColumns(model);
  const seeds = seedColumns(model);
  return {
    caption: caption(title),
    columns: [
      l10n.t("Iteration"),
      l10n.t("Loss"),
      ...(lines.length > 1 ? [l10n.t("Validation")] : []),
      ...(hasAccuracy ? [l10n.t("Accuracy")] : []),
      ...(hasRatio ? [l10n.t("Update/weight ratio")] : []),
      ...baselines.map(({ heading }) => heading),
      ...seeds.map(({ heading }) => heading),
    ],
    rows: rows.map((row) => [
      model.iterations[row] ?? 0,
      ...lines.map(({ column }) => model.meanAt(column ?? "", row)),
      ...(hasAccuracy ? [model.meanAt(OPTIONAL_COLUMN.accuracy, row)] : []),
      ...(hasRatio ? [model.meanAt(COLUMN.updateRatio, row)] : []),
      ...baselines.map(({ loss }) => loss),
      ...seeds.map(({ at }) => at(model.iterations[row] ?? 0)),
    ]),
  };
}

function withinRoom(extent: Extent, own: Extent, room: number): Extent {
  const clamp = (value: number): number => Math.min(own.max * room, Math.max(own.smallest / room, value));
  return { min: clamp(extent.min), max: clamp(extent.max), smallest: clamp(extent.smallest) };
}
