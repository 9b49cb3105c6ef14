/** Every experiment file of a workspace. */
export const EXPERIMENT_GLOB = "**/*.rnn.json";
export const EXPERIMENT_EXTENSION = ".rnn.json";

/** @param path of a URI or of a file */
export function isExperimentPath(path: string): boolean {
  return path.toLowerCase().endsWith(EXPERIMENT_EXTENSION);
}

/** The last segment of a path with forward slashes. */
export function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
