import * as vscode from "vscode";
import { PACES, type Pace } from "../shared/wire/protocol";
import { formatSpeed, TRAINING_SPEED, TRAINING_SPEED_HINT } from "../shared/words/speed";
import { pickOne } from "../window/quickPick";

/** Undefined when the user canceled. */
export async function pickPace(current: Pace): Promise<Pace | undefined> {
  const items = PACES.map((pace) => ({
    label: formatSpeed(pace),
    description: pace === current ? vscode.l10n.t("current") : "",
    pace,
  }));
  const picked = await pickOne(items, { title: TRAINING_SPEED, placeHolder: TRAINING_SPEED_HINT });
  return picked?.pace;
}
