import * as vscode from "vscode";
import type { RunEntry } from "../runs/runStore";
import { EXPERIMENT_EXTENSION, isExperimentPath } from "../experiments/experimentPath";

/** Of the text that a recorded run was started with: `rnnlab-recorded:/<id>/<file name>`. */
export const SAVED_RUN_SCHEME = "rnnlab-recorded";

export function savedRunUri({ id, meta }: RunEntry): vscode.Uri {
  const fileName = meta.fileName.replaceAll(/[\\/]/g, "_");
  return vscode.Uri.from({
    scheme: SAVED_RUN_SCHEME,
    path: `/${id}/${isExperimentPath(fileName) ? fileName : `${fileName}${EXPERIMENT_EXTENSION}`}`,
  });
}

/** Null when the URI is of something else. */
export function savedRunId(uri: vscode.Uri): string | null {
  return uri.scheme === SAVED_RUN_SCHEME ? (uri.path.split("/")[1] ?? null) : null;
}
