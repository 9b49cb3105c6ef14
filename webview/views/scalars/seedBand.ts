/** The losses of several seeds in the chart of the loss: band, legend, table, and words. */
import * as l10n from "@vscode/l10n";
import { extentOf, joinExtents, type Extent } from "../../../src/shared/scale/extent";
import { indexAt } from "../../../src/shared/trace/decimate";
import {
  collectSeedBand,
  summarizeSeeds,
  type SeedBand,
  type SeedOutcome,
  type Spread,
} from "../../../src/shared/wire/seedSummary";
import type { SeedLoss, SeedTrials } from "../../../src/shared/wire/seeds";
import { goalLabel } from "../../../src/shared/wire/sweep";
import { formatCount, formatPercent, formatValue } from "../../../src/shared/words/numberFormat";
import type { IterationLine } from "../../chart/iterationLines";
import type { AreaMark } from "../../chart/marks";
import type { ChartModel } from "../../chart/model";
import type { ReadoutItem } from "../../chart/readout";
import { runLook } from "../../ui/runLook";
import { withAlpha } from "../../ui/theme";
import { withoutControls } from "../../ui/visibleText";

type SeedModel = Pick<ChartModel, "seeds" | "theme" | "runNumber">;

const DIGITS = 3;
/** The same in every language. */
const HALF = "25–75%";
/** Of the median. */
const LINE_WIDTH = 1;
/** Opacity of the whole range, and of the middle half, which lies over it. */
const ALPHA = { range: 0.18, half: 0.28 } as const;
const HIGH_CONTRAST_ALPHA = { range: 0.3, half: 0.4 } as const;

/** Of the signs in the legend, which are small, and drawn at 60 %. */
const SIGN_ALPHA = { range: 0.5, half: 1 } as const;

/** Messages are drawn many times. */
const bands = new WeakMap<SeedTrials, SeedBand>();

/** Null before the first seed has a curve. */
function bandOf({ seeds }: Pick<SeedModel, "seeds">): SeedBand | null {
  if (seeds === null || seeds.loss === null) return null;
  const band = bands.get(seeds) ?? collectSeedBand(seeds);
  bands.set(seeds, band);
  return band.iterations.length === 0 ? null : band;
}

/** Light from the lowest to the highest seed, stronger over the middle half of them. */
export function seedAreas(model: SeedModel): AreaMark[] {
  const band = bandOf(model);
  if (band === null) return [];
  const { iterations: x, low, lowerQuartile, upperQuartile, high } = band;
  const { range, half } = shades(model, model.theme.highContrast ? HIGH_CONTRAST_ALPHA : ALPHA);
  return [
    { x, low, high, color: range },
    { x, low: lowerQuartile, high: upperQuartile, color: half },
  ];
}

export function seedLines(model: SeedModel): IterationLine[] {
  const band = bandOf(model);
  if (band === null) return [];
  const { iterations, median } = band;
  return [{ name: l10n.t("median"), values: median, iterations, color: colorOf(model), width: LINE_WIDTH }];
}

/** How far the band reaches between two iterations: all of it, and its middle half. */
export function seedExtents(
  model: SeedModel,
  { from, to }: { readonly from: number; readonly to: number },
): { readonly range: Extent | null; readonly half: Extent | null } {
  const band = bandOf(model);
  if (band === null) return { range: null, half: null };
  const { length } = band.iterations;
  const first = indexAt(band.iterations, length, from);
  const end = indexAt(band.iterations, length, to) + 1;
  const of = (values: Float64Array): Extent | null => extentOf(values, first, end);
  return {
    range: joinExtents(of(band.low), of(band.high)),
    half: joinExtents(of(band.lowerQuartile), of(band.upperQuartile)),
  };
}

/** For the legend, with the values at an iteration. */
export function seedItems(model: SeedModel, iteration: number): ReadoutItem[] {
  const band = bandOf(model);
  if (band === null) return [];
  const at = rowAt(band, iteration);
  const { range, half } = shades(model, SIGN_ALPHA);
  const between = (low: Float64Array, high: Float64Array): string => `${valueAt(low, at)} – ${valueAt(high, at)}`;
  return [
    { label: medianLabel(band, at), value: valueAt(band.median, at), swatch: { kind: "line", color: colorOf(model) } },
    {
      label: HALF,
      value: between(band.lowerQuartile, band.upperQuartile),
      swatch: { kind: "bar", color: half },
    },
    { label: l10n.t("min–max"), value: between(band.low, band.high), swatch: { kind: "bar", color: range } },
  ];
}

/** For the words of the cursor; null without a band. */
export function speakSeeds(model: SeedModel, iteration: number): string | null {
  const band = bandOf(model);
  if (band === null) return null;
  const at = rowAt(band, iteration);
  return `${medianLabel(band, at)} ${valueAt(band.median, at)}`;
}

interface SeedColumn {
  readonly heading: string;
  readonly at: (iteration: number) => number;
}

export function seedColumns(model: SeedModel): SeedColumn[] {
  const band = bandOf(model);
  if (band === null) return [];
  const column = (heading: string, values: ArrayLike<number>): SeedColumn => ({
    heading,
    at: (iteration) => values[rowAt(band, iteration)] ?? NaN,
  });
  return [
    column(l10n.t("Seeds"), band.seeds),
    column(l10n.t("Seeds: minimum"), band.low),
    column(l10n.t("Seeds: 25%"), band.lowerQuartile),
    column(l10n.t("Seeds: median"), band.median),
    column(l10n.t("Seeds: 75%"), band.upperQuartile),
    column(l10n.t("Seeds: maximum"), band.high),
  ];
}

/** Next to the button: how far the trials have come. */
export function seedProgress(trials: SeedTrials | null): string {
  if (trials === null || trials.phase === "done") return "";
  const count = l10n.t("{0} of {1} seeds", trials.results.length, trials.seeds.length);
  if (trials.phase === "stopped") return l10n.t("stopped at {0}", count);
  if (trials.phase === "failed") return l10n.t("failed");
  return trials.waiting ? l10n.t("{0}, waiting for a free core", count) : `${count} · ${trials.percent}%`;
}

/** For a screen reader, when the training with the seeds has ended in whatever way. */
export function announceSeeds(trials: SeedTrials): string {
  const progress = seedProgress(trials);
  const end =
    progress === "" ? l10n.t("Trying {0} seeds is done.", trials.seeds.length) : l10n.t("Trying seeds: {0}.", progress);
  return `${end} ${describeSeeds(trials)}`.trim();
}

/** What came of the seeds so far, and what the band is. Empty before the first result. */
export function describeSeeds(trials: SeedTrials | null): string {
  if (trials === null) return "";
  if (trials.phase === "failed") return withoutControls(trials.message ?? l10n.t("No seed could be trained."));
  if (trials.results.length === 0) return "";
  const outcome = summarizeSeeds(trials);
  const reason = trials.results.find(({ status }) => status === "failed")?.message ?? null;
  return [
    verdict(trials, outcome),
    outcome.diverged === 0 ? null : l10n.t("{0} of {1} diverged.", outcome.diverged, outcome.trained),
    outcome.failed === 0
      ? null
      : l10n.t(
          "{0} of {1} could not be trained: {2}",
          outcome.failed,
          trials.results.length,
          withoutControls(reason ?? ""),
        ),
    trials.loss === null || Number.isNaN(outcome.loss.median) ? null : finalText(trials.loss, outcome.loss),
    accuracyText(outcome),
    trials.loss === null ? null : bandText(trials, trials.loss),
  ]
    .filter((sentence) => sentence !== null)
    .join(" ");
}

/** Null where there is neither a goal nor a baseline. */
function verdict({ goal }: SeedTrials, { passed, trained, baseline }: SeedOutcome): string | null {
  if (passed === null || trained === 0) return null;
  if (goal !== null) return l10n.t("{0} of {1} seeds reach {2}.", passed, trained, goalLabel(goal));
  if (baseline === null) return null;
  const [low, high] = [formatValue(baseline.low, DIGITS), formatValue(baseline.high, DIGITS)];
  return low === high
    ? l10n.t("{0} of {1} seeds end below the best baseline, {2}.", passed, trained, low)
    : l10n.t("{0} of {1} seeds end below the best baseline of their data, {2} to {3}.", passed, trained, low, high);
}

function finalText({ final }: SeedLoss, { median, low, high }: Spread): string {
  const numbers = [median, low, high].map((loss) => formatValue(loss, DIGITS));
  if (final === "mean") return l10n.t("Mean training loss of the last 5%: median {0}, from {1} to {2}.", ...numbers);
  return final === "lowest"
    ? l10n.t("Lowest validation loss: median {0}, from {1} to {2}.", ...numbers)
    : l10n.t("Final validation loss: median {0}, from {1} to {2}.", ...numbers);
}

function accuracyText({ accuracy, exactAccuracy, flawless, trained }: SeedOutcome): string | null {
  const { median, low, high } = exactAccuracy ?? accuracy ?? {};
  if (median === undefined || low === undefined || high === undefined) return null;
  const numbers = [median, low, high].map((value) => formatPercent(value));
  if (low === high)
    return exactAccuracy === null
      ? l10n.t("Accuracy: {0} with every seed.", ...numbers)
      : l10n.t("Exact-match accuracy: {0} with every seed.", ...numbers);
  if (flawless > 0)
    return exactAccuracy === null
      ? l10n.t("Accuracy: {0} with {1} of {2} seeds, lowest {3}.", formatPercent(1), flawless, trained, numbers[1]!)
      : l10n.t(
          "Exact-match accuracy: {0} with {1} of {2} seeds, lowest {3}.",
          formatPercent(1),
          flawless,
          trained,
          numbers[1]!,
        );
  return exactAccuracy === null
    ? l10n.t("Accuracy: median {0}, from {1} to {2}.", ...numbers)
    : l10n.t("Exact-match accuracy: median {0}, from {1} to {2}.", ...numbers);
}

function bandText({ seeds }: SeedTrials, { on, window }: SeedLoss): string {
  const [first, last] = [String(seeds[0]), String(seeds.at(-1))];
  if (on === "validation") return l10n.t("Band: validation loss with seeds {0} to {1}.", first, last);
  return window === 1
    ? l10n.t("Band: training loss with seeds {0} to {1}.", first, last)
    : l10n.t(
        "Band: training loss with seeds {0} to {1}, each point the mean of {2} iterations.",
        first,
        last,
        formatCount(window),
      );
}

function medianLabel({ seeds }: SeedBand, at: number): string {
  const count = seeds[at] ?? 0;
  return count === 1 ? l10n.t("median of 1 seed") : l10n.t("median of {0} seeds", count);
}

/** The point at an iteration or the last one before it; beyond the end of the band, where no seed is, there is none. */
function rowAt({ iterations }: SeedBand, iteration: number): number {
  const { length } = iterations;
  return iteration > iterations[length - 1]! ? length : indexAt(iterations, length, iteration);
}

function valueAt(values: Float64Array, at: number): string {
  return at < values.length ? formatValue(values[at]!, DIGITS) : "–";
}

/** That of the line whose loss it is. */
function colorOf({ seeds, theme, runNumber }: SeedModel): string {
  return seeds?.loss?.on === "validation" ? theme.foreground : runLook(runNumber, theme).color;
}

interface Shades<T> {
  readonly range: T;
  readonly half: T;
}

function shades(model: SeedModel, alpha: Shades<number>): Shades<string> {
  return { range: withAlpha(colorOf(model), alpha.range), half: withAlpha(colorOf(model), alpha.half) };
}
