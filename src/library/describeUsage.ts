import * as vscode from "vscode";
import { formatFileSize } from "../shared/words/fileSize";
import type { RunUsage } from "./runLibrary";

/** From here on the run that goes next is named. */
const NEARLY_FULL = 0.9;

/** "182 of 200 runs · 1.2 GB of 5 GB · trash: 310 MB" */
export function describeUsage({ limits, plan: { runs, editRuns, bytes }, trashBytes }: RunUsage): string {
  const size = formatFileSize(bytes);
  const most = formatFileSize(limits.bytes);
  const used =
    editRuns === 0
      ? vscode.l10n.t("{0} of {1} runs · {2} of {3}", runs, limits.runs, size, most)
      : vscode.l10n.t("{0} of {1} runs + {2} from edits · {3} of {4}", runs, limits.runs, editRuns, size, most);
  return trashBytes === 0 ? used : vscode.l10n.t("{0} · trash: {1}", used, formatFileSize(trashBytes));
}

/** The id of the run that goes to the trash next, when that is near; otherwise null. */
export function nextToGo({ limits, plan: { runs, bytes, next } }: RunUsage): string | null {
  return Math.max(runs / limits.runs, bytes / limits.bytes) >= NEARLY_FULL ? (next[0] ?? null) : null;
}
