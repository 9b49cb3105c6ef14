import * as vscode from "vscode";
import { PACES } from "../shared/protocol";
import type { Pace } from "../shared/protocol";

/** Undefined when the user changed their mind. */
export async function pickPace(current: Pace): Promise<Pace | undefined> {
  const items = PACES.map((pace) => ({
    label: pace === 0 ? "Full speed" : `${pace} steps a second`,
    description: pace === current ? "now" : "",
    pace,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: "Pace of Training" });
  return picked?.pace;
}
