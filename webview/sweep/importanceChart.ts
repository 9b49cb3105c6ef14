/** How much each parameter decides whether a run is among the best tenth, as bars. */
import * as l10n from "@vscode/l10n";
import { importances, type MeasuredParameter } from "../../src/shared/statistics/importance";
import { extentOf } from "../../src/shared/scale/extent";
import { TRIAL_STATUSES } from "../../src/shared/wire/sweep";
import { gather } from "../../src/shared/wire/trialOrder";
import { formatCount, formatPercent } from "../../src/shared/words/numberFormat";
import { withAlpha, type Theme } from "../ui/theme";
import { figureName, smallIsGood } from "./figures";
import type { SweepModel } from "./model";
import { noRuns } from "./parameterChart";
import { shortKey } from "./parameterPlaces";
import { beginDrawing } from "./plainCanvas";
import { SweepCard, type SweepHost } from "./sweepCard";

/** Of very many runs so many are looked at, evenly. */
const MAX_RUNS = 20_000;
/** With fewer the best tenth is one run. */
const FEWEST_RUNS = 20;
const NAME_WIDTH = 110;
const VALUE_WIDTH = 48;
const ROW_HEIGHT = 30;
const BAR_HEIGHT = 16;

export interface Importance {
  readonly name: string;
  readonly share: number;
}

/** The largest first. */
export function collectImportances(model: SweepModel): Importance[] {
  const { info, trials, rows, figure, values } = model;
  const every = Math.max(1, Math.ceil(rows.length / MAX_RUNS));
  // As Optuna, which leaves out what was pruned.
  const status = trials.column("status");
  const done = TRIAL_STATUSES.indexOf("done");
  const measuredRows = info.objectives === undefined ? rows : rows.filter((row) => status[row] === done);
  const sample = measuredRows.filter((_, i) => i % every === 0);
  const sign = smallIsGood(figure) ? 1 : -1;
  const parameters = info.parameters.map(({ scale, range }, p): MeasuredParameter => {
    const { places, choices } = trials.values(p);
    const measured = [...gather(sample, places)];
    const count = range === undefined ? choices?.length : range.high + 1;
    if (choices !== null) return { kind: "choice", count: count ?? 0, values: measured };
    if (range !== undefined) return { kind: "number", ...range, log: scale === "log", values: measured };
    // The range in which runs were tried; the page does not know the one in the file.
    const extent = extentOf(places);
    const isWhole = places.every((value) => Number.isNaN(value) || Number.isInteger(value));
    return {
      kind: "number",
      low: extent?.min ?? 0,
      high: extent?.max ?? 0,
      log: scale === "log" && (extent?.min ?? 0) > 0,
      step: isWhole ? 1 : null,
      values: measured,
    };
  });
  const losses = [...gather(sample, values)].map((value) => sign * value);
  return importances(losses, parameters)
    .map((share, p) => ({ name: shortKey(info.parameters, p), share }))
    .sort((a, b) => b.share - a.share);
}

export class ImportanceChart {
  readonly card: SweepCard;

  constructor(host: SweepHost) {
    this.card = new SweepCard("importance", l10n.t("Parameter importance"), host);
    new ResizeObserver(() => host.requestDraw()).observe(this.card.plot);
  }

  draw(model: SweepModel, theme: Theme): void {
    const { rows, figure } = model;
    const isFew = rows.length < FEWEST_RUNS;
    const few = l10n.t("Importance needs {0} runs.", FEWEST_RUNS);
    this.card.setEmpty(rows.length === 0 ? noRuns(model) : isFew ? few : null);
    if (isFew) return;
    const shares = collectImportances(model);
    this.card.setReadout(
      rows.length > MAX_RUNS
        ? l10n.t("what sets the best runs apart; sample of {0} runs", formatCount(MAX_RUNS))
        : l10n.t("what sets the best runs apart"),
    );
    this.card.setSummary(`${shares.map(({ name, share }) => `${name} ${formatPercent(share)}`).join(", ")}.`);
    this.card.setTable(() => ({
      caption: l10n.t("Importance for {0}", figureName(figure)),
      columns: [l10n.t("Parameter"), l10n.t("Importance")],
      rows: shares.map(({ name, share }) => [name, share]),
    }));
    this.paint(shares, theme);
  }

  private paint(shares: readonly Importance[], theme: Theme): void {
    const drawing = beginDrawing(this.card.canvas, this.card.plot);
    if (drawing === null) return;
    const { context, width, height } = drawing;
    const row = Math.min(ROW_HEIGHT, height / shares.length);
    const bar = Math.min(BAR_HEIGHT, row - 2);
    const room = width - NAME_WIDTH - VALUE_WIDTH;
    context.font = `11px ${theme.fontFamily}`;
    for (const [i, { name, share }] of shares.entries()) {
      const middle = (i + 0.5) * row;
      context.fillStyle = theme.muted;
      context.textAlign = "right";
      context.fillText(name, NAME_WIDTH - 8, middle, NAME_WIDTH - 8);
      context.fillStyle = withAlpha(theme.series[0] ?? theme.foreground, theme.highContrast ? 1 : 0.75);
      context.fillRect(NAME_WIDTH, middle - bar / 2, Math.max(1, share * room), bar);
      context.fillStyle = theme.foreground;
      context.textAlign = "left";
      context.fillText(formatPercent(share), NAME_WIDTH + share * room + 6, middle);
    }
  }
}
