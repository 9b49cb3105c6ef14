/** Inline notes after the values in which a run differs from the previous one. */
import * as l10n from "@vscode/l10n";
import { formatValue } from "../../shared/words/numberFormat";
import { showConfigValue, type ConfigChange } from "./changes";
import { valueRange } from "../read/valueRange";

export interface ResultNote {
  /** In the text; the note is shown at the end of its line. */
  readonly offset: number;
  readonly words: string;
}

/** Lines that get a note; where more has changed, a comparison says it better. */
const MAX_NOTES = 4;

/**
 * @param changes from the run before to this one
 * @param loss of this run, null when it has none yet; `formerLoss` of the one before
 */
export function collectNotes(
  text: string,
  changes: readonly ConfigChange[],
  loss: number | null,
  formerLoss: number | null,
): ResultNote[] {
  if (changes.length > MAX_NOTES) return [];
  return changes.map(({ path, before }, index) => {
    const { offset, length } = valueRange(text, path);
    const former = l10n.t("was {0}", showConfigValue(before));
    const result =
      loss === null || formerLoss === null
        ? former
        : l10n.t(
            "loss {0}, was {1} with {2}",
            formatValue(loss, 3),
            formatValue(formerLoss, 3),
            showConfigValue(before),
          );
    return { offset: offset + length, words: index === 0 ? result : former };
  });
}
