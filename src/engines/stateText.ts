import * as l10n from "@vscode/l10n";
import { formatCount } from "../shared/words/numberFormat";
import type { SweepState } from "./folderSweep";
import { describeTime } from "./timeText";

/** "12 of 60 runs, 2 running, 46 waiting, 1 failed, about 3 min left" */
export function describeSweepState({ done, trials, running, queued, failed, secondsLeft }: SweepState): string {
  return [
    l10n.t("{0} of {1} runs", formatCount(done), formatCount(trials)),
    ...(running > 0 ? [l10n.t("{0} running", formatCount(running))] : []),
    ...(queued > 0 ? [l10n.t("{0} waiting", formatCount(queued))] : []),
    ...(failed > 0 ? [l10n.t("{0} failed", formatCount(failed))] : []),
    ...(secondsLeft === null || done === trials ? [] : [l10n.t("about {0} left", describeTime(secondsLeft))]),
  ].join(", ");
}
