/** The columns of the table of runs: what each shows, sorts and filters by. A row is the number of a result. */
import * as l10n from "@vscode/l10n";
import {
  isLoss,
  rankingFigure,
  TRIAL_FIGURES,
  TRIAL_STATUSES,
  type SweepInfo,
  type TrialFigure,
} from "../../src/shared/wire/sweep";
import { leadingOf, type TrialColumns } from "../../src/shared/wire/trialColumns";
import { gather } from "../../src/shared/wire/trialOrder";
import { formatCount, formatDuration } from "../../src/shared/words/numberFormat";
import { NONE, widthOf, type GridColumn } from "../grid/column";
import { parseDuration, parseNumber } from "../grid/parseValue";
import { combinationsOf, meansOf } from "./combinations";
import { availableFigures, figureName, figureValues, figureWord, formatFigure, statusWord } from "./figures";
import { shortKey, shortLabel } from "./parameterPlaces";
import { runNumber } from "./trialWords";

export interface TrialColumn extends GridColumn<number> {
  /** By row: what sorts; what is not finite comes last whichever way. */
  readonly keys: () => ArrayLike<number>;
  /** Whether the first click puts the largest first. */
  readonly largestFirst: boolean;
  /** Over the heading. */
  readonly hint: string;
}

type Described = Pick<TrialColumn, "id" | "title" | "keys" | "valueOf"> & Partial<TrialColumn>;

/** Widest of the numbers that a column has, roughly. */
const WIDEST = "0.0001234";
const STATUS_WIDTH = 130;

/** From left to right. */
export function tableColumns(info: SweepInfo, trials: TrialColumns): readonly TrialColumn[] {
  const figures = availableFigures(info, trials);
  // The trials of a study may have none of them.
  const known = (
    name: "seed" | "iterations" | "trainMs",
    about: Omit<Described, "keys" | "valueOf">,
  ): TrialColumn[] => {
    const keys = trials.column(name);
    const isThere = info.objectives === undefined || keys.some(Number.isFinite);
    return isThere ? [numberColumn({ ...about, keys: () => keys, valueOf: (row) => numberOrNull(keys[row]) })] : [];
  };
  return [
    numberColumn({
      id: "index",
      title: l10n.t("Run"),
      keys: () => trials.column("index"),
      valueOf: (row) => runNumber(info, trials.column("index")[row] ?? NaN),
      format: String,
      aliases: ["trial"],
      held: "name",
      width: 70,
    }),
    ...info.parameters.map((_, p) => parameterColumn(info, trials, p)),
    ...known("seed", { id: "seed", title: l10n.t("Seed"), format: String }),
    ...TRIAL_FIGURES.filter((figure) => figures.includes(figure)).map((figure) => figureColumn(figure, trials)),
    ...(info.goal === null ? [] : [goalColumn(trials)]),
    ...(info.seeds === 1 ? [] : seedColumns(info, trials)),
    ...known("iterations", {
      id: "iterations",
      title: info.objectives === undefined ? l10n.t("Iterations") : l10n.t("Last step"),
      format: formatCount,
    }),
    ...known("trainMs", { id: "time", title: l10n.t("Time"), format: formatDuration, parse: parseDuration }),
    statusColumn(info, trials),
  ];
}

/** What a filter looks for words in: the values of a run, its status, and why it has it. */
export function trialText(info: SweepInfo, trials: TrialColumns): (row: number) => string {
  const labels = info.parameters.map((_, p) => {
    const { places, choices } = trials.values(p);
    const words = choices?.map(shortLabel) ?? null;
    return (row: number) => (words === null ? String(places[row]) : (words[places[row]!] ?? ""));
  });
  const status = trials.column("status");
  return (row) =>
    [...labels.map((label) => label(row)), statusWord(TRIAL_STATUSES[status[row]!]!), trials.messageAt(row) ?? ""].join(
      "\n",
    );
}

/** Shows the numbers that it sorts by. */
function byRow(keys: TrialColumn["keys"]): Pick<TrialColumn, "keys" | "valueOf"> {
  return { keys, valueOf: (row) => keys()[row] ?? null };
}

function numberColumn(column: Described): TrialColumn {
  return {
    aliases: [],
    kind: "number",
    isHyperparameter: false,
    format: (value) => shortLabel(value),
    parse: parseNumber,
    largestFirst: false,
    hint: column.title,
    ...column,
    width: column.width ?? widthOf(column.title, [WIDEST]),
  };
}

/** In a study a parameter may have any name, also that of another column. */
function idOf({ objectives }: SweepInfo, key: string): string {
  return objectives === undefined ? key : `params.${key}`;
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function textColumn(column: Described): TrialColumn {
  return { ...numberColumn(column), kind: "text", parse: () => null };
}

function parameterColumn(info: SweepInfo, trials: TrialColumns, p: number): TrialColumn {
  const { places, choices } = trials.values(p);
  const { key } = info.parameters[p]!;
  const title = shortKey(info.parameters, p);
  const about = { id: idOf(info, key), aliases: [key.toLowerCase()], title, hint: key, isHyperparameter: true };
  if (choices === null)
    return numberColumn({
      ...about,
      keys: () => places,
      valueOf: (row) => numberOrNull(places[row]),
    });
  const labels = choices.map(shortLabel);
  return textColumn({
    ...about,
    keys: () => ranksOf(places, labels),
    valueOf: (row) => labels[places[row]!] ?? null,
    width: widthOf(title, labels),
  });
}

function figureColumn(figure: TrialFigure, trials: TrialColumns): TrialColumn {
  // Of a run that failed there is no value.
  const values = figureValues(figure, trials);
  return numberColumn({
    id: figure,
    title: figureName(figure),
    kind: "metric",
    ...byRow(() => values),
    format: (value) => formatFigure(figure, value),
    largestFirst: !isLoss(figure),
  });
}

function goalColumn(trials: TrialColumns): TrialColumn {
  return numberColumn({
    id: "reachedAt",
    title: l10n.t("Goal reached at"),
    hint: l10n.t("First iteration that reached the goal"),
    keys: () => trials.column("reachedAt"),
    valueOf: (row) => numberOrNull(trials.column("reachedAt")[row]),
    format: formatCount,
  });
}

/** On how many seeds the rank of a combination rests, and its mean over them: the best of many runs is partly luck. */
function seedColumns(info: SweepInfo, trials: TrialColumns): TrialColumn[] {
  const figure = leadingOf(trials, rankingFigure(info));
  const combinations = combinationsOf(trials);
  const { runs, mean } = meansOf(combinations, figureValues(figure, trials));
  const { of } = combinations;
  return [
    numberColumn({
      id: "mean",
      title: l10n.t("Mean over seeds"),
      hint: l10n.t("Mean {0} of the runs with the same values and other seeds", figureWord(figure)),
      keys: () => gather(of, mean),
      valueOf: (row) => mean[of[row]!] ?? null,
      format: (value) => formatFigure(figure, value),
      largestFirst: !isLoss(figure),
    }),
    numberColumn({
      id: "seeds",
      title: l10n.t("Seeds"),
      hint: l10n.t("Runs with the same values that have ended: what the mean is of"),
      keys: () => gather(of, runs),
      valueOf: (row) => runs[of[row]!] ?? null,
      format: formatCount,
      largestFirst: true,
    }),
  ];
}

function statusColumn(info: SweepInfo, trials: TrialColumns): TrialColumn {
  const status = trials.column("status");
  const reachedAt = trials.column("reachedAt");
  return textColumn({
    id: "status",
    title: l10n.t("Status"),
    keys: () => status,
    valueOf(row) {
      const word = TRIAL_STATUSES[status[row]!] ?? "failed";
      if (word === "done" && info.goal !== null && !Number.isNaN(reachedAt[row]!)) return l10n.t("converged");
      const message = trials.messageAt(row);
      return message === null ? statusWord(word) : `${statusWord(word)}: ${message}`;
    },
    otherText: (row) => TRIAL_STATUSES[status[row]!] ?? NONE,
    width: STATUS_WIDTH,
  });
}

/** By row: the place of its label among all labels in order. */
function ranksOf(places: Float64Array, labels: readonly string[]): Float64Array {
  const order = labels
    .map((label, place) => ({ label, place }))
    .sort((a, b) => a.label.localeCompare(b.label, undefined, { numeric: true }));
  const rank = new Float64Array(labels.length);
  for (const [at, { place }] of order.entries()) rank[place] = at;
  return places.map((place) => rank[place] ?? NaN);
}
