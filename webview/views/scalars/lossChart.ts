import * as l10n from "@vscode/l10n";
import { linearAxis, logAxis, type AxisSpec } from "../../../src/shared/scale/axisScale";
import { indexAt } from "../../../src/shared/trace/decimate";
import { extentOf, joinExtents, typicalExtent, type Extent } from "../../../src/shared/scale/extent";
import { formatCount, formatPercent, formatValue } from "../../../src/shared/words/numberFormat";
import type { Ghost, ViewCommand } from "../../../src/shared/wire/protocol";
import type { Baseline } from "../../../src/shared/wire/baselines";
import { COLUMN, OPTIONAL_COLUMN, type BestValidation } from "../../../src/shared/trace/trace";
import { element, setAttribute } from "../../ui/dom";
import type { LossScale } from "../../state/preferences";
import { withAlpha, type Theme } from "../../ui/theme";
import type { CardHost } from "../../chart/card";
import type { ReadoutItem } from "../../chart/readout";
import { eventsAt, RailLegend } from "../../chart/eventRail";
import { LOSS_NAME } from "../../chart/axisNames";
import { atLabel, iterationSlider } from "../../chart/iterationChart";
import { IterationLines, type IterationLine, type IterationPicture } from "../../chart/iterationLines";
import { showsHorizontal, type PointMark } from "../../chart/marks";
import type { ScalarModel } from "../../chart/model";
import { tableRows, type TableData, type TableLimit } from "../../chart/table";
import { baselineColumns, baselineItems, baselineMarks, describeBaselines } from "./baselineLines";
import { describeSeeds, seedAreas, seedColumns, seedExtents, seedItems, seedLines, speakSeeds } from "./seedBand";
import { SeedButton } from "./seedButton";

/** Earlier runs may widen a log axis by so many decades each way: one that exploded must not flatten this one. */
const GHOST_DECADES = 3;
/** Seeds outside of the middle half may widen a linear axis by this factor. */
const SEED_ROOM = 2;
/** Earlier runs with a value of their own in the readout; all are drawn. */
const NAMED_GHOSTS = 2;

/**
 * Training and validation loss over the iterations, earlier runs behind them. `bare` is the sparkline of the side
 * panel.
 */
export class LossChart extends IterationLines {
  private readonly scaleButton = element(
    "button",
    {
      class: "tool tool-text",
      attributes: { type: "button", "aria-label": l10n.t("Logarithmic loss axis"), "aria-pressed": "true" },
    },
    l10n.t("log"),
  );
  private readonly legend = new RailLegend();
  private readonly seeds: SeedButton;

  constructor(
    host: CardHost & { setLossScale(scale: LossScale): void; sendCommand(command: ViewCommand): void },
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
    this.seeds = new SeedButton((command) => host.sendCommand(command));
    this.card.tools.prepend(...(bare ? [] : [this.seeds.progress, this.seeds.button]), this.scaleButton);
    this.card.aside.append(this.legend.element);
    this.scaleButton.addEventListener("click", () =>
      host.setLossScale(this.scaleButton.getAttribute("aria-pressed") === "true" ? "linear" : "log"),
    );
  }

  protected collect(model: ScalarModel): IterationPicture | null {
    const loss = model.column(COLUMN.loss);
    if (loss === null) return null;
    const { theme, ghosts } = model;
    const validation = model.column(OPTIONAL_COLUMN.validationLoss);
    return {
      lines: [
        ...ghosts.map((ghost, i): IterationLine => ({
          name: ghost.label,
          values: ghost.loss,
          iterations: ghost.iteration,
          color: ghostColor(theme, ghosts.length - 1 - i),
          width: 1.25,
          dash: i === ghosts.length - 1 ? [5, 3] : [2, 3],
        })),
        ...(this.bare ? [] : seedLines(model)),
        {
          name: l10n.t("training"),
          values: loss,
          column: COLUMN.loss,
          color: theme.series[0] ?? theme.foreground,
          width: validation === null ? theme.lineWidth : theme.lineWidth * 0.8,
        },
        ...(validation === null
          ? []
          : [
              {
                name: l10n.t("validation"),
                values: validation,
                column: OPTIONAL_COLUMN.validationLoss,
                color: theme.series[1] ?? theme.foreground,
                width: theme.lineWidth,
                dash: [6, 3],
              },
            ]),
      ],
      positiveOnly: isLog(model),
      areas: this.bare ? [] : seedAreas(model),
      horizontal: this.bare ? [] : baselineMarks(model),
      points: this.bare ? [] : bestPoints(model),
      broken: loss,
    };
  }

  protected axisOf(model: ScalarModel, { lines }: IterationPicture): AxisSpec {
    const { first, end, from } = model.window;
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
    this.showScale(isLog(model));
    this.seeds.show(model.seeds);
    this.legend.show(this.events, model.theme);
    const own = lines.filter((line) => line.iterations === undefined);
    const events = eventsAt(this.events, model);
    this.card.setReadout(this.collectReadout(model, own, events));
    const spoken = own.map((line) => `${own.length === 1 ? l10n.t("loss") : line.name} ${valueOf(model, line)}`);
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
    this.card.setTable(model.preferences.tables.includes("loss"), (limit) => collectTable(model, own, limit));
  }

  private collectReadout(
    model: ScalarModel,
    own: readonly IterationLine[],
    events: readonly string[],
  ): readonly ReadoutItem[] {
    const { place, ghosts, theme } = model;
    const items: ReadoutItem[] = own.map((line) => ({
      label: own.length === 1 ? atLabel(model) : line.name,
      value: valueOf(model, line),
      swatch: { kind: line.dash === undefined ? "line" : "dash", color: line.color },
    }));
    const earlier = ghosts.slice(this.bare ? -1 : -NAMED_GHOSTS).map((ghost): ReadoutItem => ({
      label: ghost.label,
      value: formatValue(ghostValue(ghost, place.iteration)),
      swatch: { kind: "dash", color: theme.muted },
    }));
    const happened = events.map((label) => ({ label }));
    if (this.bare) return [...items, ...earlier.reverse(), ...happened];
    const accuracy = model.meanAt(OPTIONAL_COLUMN.accuracy, place.row);
    return [
      ...items,
      ...bestItems(model),
      ...(Number.isFinite(accuracy) ? [{ label: l10n.t("accuracy"), value: formatPercent(accuracy) }] : []),
      ...earlier.reverse(),
      ...seedItems(model, place.iteration),
      ...baselineItems(this.baselinesOutside(model), theme.muted),
      ...happened,
    ];
  }

  /** Above or below the picture, so that only the legend has them. */
  private baselinesOutside({ baselines }: ScalarModel): readonly Baseline[] {
    return baselines.filter(({ loss }) => !showsHorizontal(this.chart, loss));
  }

  private showScale(log: boolean): void {
    setAttribute(this.scaleButton, "aria-pressed", String(log));
    setAttribute(
      this.scaleButton,
      "title",
      log ? l10n.t("Switch to a linear axis (L)") : l10n.t("Switch to a logarithmic axis (L)"),
    );
  }
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

function bestItems({ best, theme }: ScalarModel): ReadoutItem[] {
  if (best === null) return [];
  const swatch = { kind: "diamond", color: bestColor(theme) } as const;
  return [{ label: l10n.t("best validation"), value: describeBest(best), swatch }];
}

function bestColor(theme: Theme): string {
  return theme.series[1] ?? theme.foreground;
}

function describeBest({ iteration, validationLoss }: BestValidation): string {
  return l10n.t("{0} at iteration {1}", formatValue(validationLoss), formatCount(iteration));
}

/** The older, the fainter. */
function ghostColor(theme: Theme, age: number): string {
  return withAlpha(theme.foreground, theme.highContrast ? 0.7 : Math.max(0.18, 0.42 - 0.1 * age));
}

function collectTable(model: ScalarModel, lines: readonly IterationLine[], limit: TableLimit): TableData {
  const { rows, caption } = tableRows(model.window.first, model.window.end, limit.rows);
  const hasAccuracy = model.column(OPTIONAL_COLUMN.accuracy) !== null;
  const baselines = baselineColumns(model);
  const seeds = seedColumns(model);
  return {
    caption: caption(l10n.t("Loss by iteration")),
    columns: [
      l10n.t("Iteration"),
      l10n.t("Loss"),
      ...(lines.length > 1 ? [l10n.t("Validation")] : []),
      ...(hasAccuracy ? [l10n.t("Accuracy")] : []),
      l10n.t("Update/weight ratio"),
      ...baselines.map(({ heading }) => heading),
      ...seeds.map(({ heading }) => heading),
    ],
    rows: rows.map((row) => [
      model.iterations[row] ?? 0,
      ...lines.map(({ column }) => model.meanAt(column ?? "", row)),
      ...(hasAccuracy ? [model.meanAt(OPTIONAL_COLUMN.accuracy, row)] : []),
      model.meanAt(COLUMN.updateRatio, row),
      ...baselines.map(({ loss }) => loss),
      ...seeds.map(({ at }) => at(model.iterations[row] ?? 0)),
    ]),
  };
}

function valueOf(model: ScalarModel, { column }: IterationLine): string {
  return formatValue(model.meanAt(column ?? "", model.place.row));
}

function ghostValue(ghost: Ghost, iteration: number): number {
  return ghost.loss[indexAt(ghost.iteration, ghost.iteration.length, iteration)] ?? NaN;
}

function withinRoom(extent: Extent, own: Extent, room: number): Extent {
  const clamp = (value: number): number => Math.min(own.max * room, Math.max(own.smallest / room, value));
  return { min: clamp(extent.min), max: clamp(extent.max), smallest: clamp(extent.smallest) };
}
