import * as vscode from "vscode";
import type { RunEntry } from "../runs/runStore";
import { EXPERIMENT_EXTENSION, isExperimentPath } from "../experiments/experimentPath";

/** Of the text that a recorded run was started with: `rnnlab-recorded:/<id>/<file name>`. */
export const RECORDED_SCHEME = "rnnlab-recorded";

export function recordedUri({ id, meta }: RunEntry): vscode.Uri {
  const fileName = meta.fileName.replaceAll(/[\\/]/g, "_");
  return vscode.Uri.from({
    scheme: RECORDED_SCHEME,
    path: `/${id}/${isExperimentPath(fileName) ? fileName : `${fileName}${EXPERIMENT_EXTENSION}`}`,
  });
}

/** Null when the URI is of something else. */
export function recordedId(uri: vscode.Uri): string | null {
  return uri.scheme === RECORDED_SCHEME ? (uri.path.split("/")[1] ?? null) : null;
}
