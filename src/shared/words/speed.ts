import * as l10n from "@vscode/l10n";
import { formatCount } from "./numberFormat";

/**
 * How fast training may go and how fast recorded iterations are played, by one list (`SPEEDS`) and in the same words.
 * Both are lists of `formatSpeed` under a name of their own, e.g. with the picker of `webview/chart/picker.ts`:
 * `PACES` for training, `SPEEDS` for playback.
 */

/** "Full speed" for 0, else "1,000/s": iterations per second. */
export function formatSpeed(perSecond: number): string {
  return perSecond === 0 ? l10n.t("Full speed") : `${formatCount(perSecond)}/s`;
}

export const TRAINING_SPEED = l10n.t("Training speed");
export const TRAINING_SPEED_HINT = l10n.t("Training speed limit in iterations per second");
export const PLAYBACK_SPEED_HINT = l10n.t("Playback speed in traced iterations per second (< and >)");
