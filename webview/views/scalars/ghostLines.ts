/** Earlier runs in the chart of the loss: each in its own color, up to where it ended, with a legend of its own. */
import * as l10n from "@vscode/l10n";
import { indexAt } from "../../../src/shared/trace/decimate";
import type { Ghost } from "../../../src/shared/wire/protocol";
import { formatCount, formatValue } from "../../../src/shared/words/numberFormat";
import type { IterationAxis } from "../../chart/iterationAxis";
import type { IterationLine } from "../../chart/iterationLines";
import type { ScalarModel } from "../../chart/model";
import { WIDEST_NUMBER, type ReadoutItem } from "../../chart/readout";
import { contrastOf, GRAPHICS_CONTRAST } from "../../ui/contrast";
import { runLook, type RunLook } from "../../ui/runLook";
import { withAlpha, type Theme } from "../../ui/theme";
import { withoutControls } from "../../ui/visibleText";

type GhostModel = Pick<ScalarModel, "ghosts" | "theme">;

const WIDTH = 1.25;
/** The first that can be read on the background of the theme. */
const ALPHAS = [0.7, 0.8, 0.9];

/** That of the run, somewhat transparent where the theme has the contrast for it. */
export function ghostLook(number: number, theme: Theme): RunLook {
  const { color, dash } = runLook(number, theme);
  const faint = ALPHAS.map((alpha) => withAlpha(color, alpha)).find(
    (candidate) => contrastOf(candidate, theme.background) >= GRAPHICS_CONTRAST,
  );
  return { color: faint ?? color, dash };
}

export function ghostLines({ ghosts, theme }: GhostModel): IterationLine[] {
  return ghosts.map((ghost) => ({
    name: ghost.runId,
    values: ghost.loss,
    iterations: ghost.iteration,
    runId: ghost.runId,
    width: theme.highContrast ? 1.4 * WIDTH : WIDTH,
    smoothing: "instead",
    ...ghostLook(ghost.number, theme),
  }));
}

/** For the legend, the latest run first, with the values at an iteration of the run that shows. */
export function ghostItems({ ghosts, theme }: GhostModel, axis: IterationAxis, iteration: number): ReadoutItem[] {
  return ghosts.toReversed().map((ghost) => ({
    label: withoutControls(ghost.label),
    value: ghostText(ghost, axis, iteration),
    widest: [WIDEST_NUMBER, endText(ghost)].reduce((a, b) => (b.length > a.length ? b : a)),
    swatch: { kind: "line", ...ghostLook(ghost.number, theme) },
  }));
}

/** Its loss at the same place of the axis, or where it ended. */
export function ghostText(ghost: Ghost, axis: IterationAxis, iteration: number): string {
  const places = axis.placesOf(ghost.runId);
  if (places === null) return axis.kind === "time" ? l10n.t("time not recorded") : l10n.t("epochs not recorded");
  const theirs = places.toValue(iteration);
  const { length } = ghost.iteration;
  const end = ghost.iteration[length - 1] ?? 0;
  // Rounding on the way through another unit is no end.
  if (theirs > end + 0.5) return endText(ghost);
  return formatValue(ghost.loss[indexAt(ghost.iteration, length, theirs)] ?? NaN);
}

function endText({ iteration }: Ghost): string {
  return l10n.t("ended at {0}", formatCount(iteration.at(-1) ?? 0));
}
