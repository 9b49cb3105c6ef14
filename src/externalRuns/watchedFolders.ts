import { isAbsolute, join } from "node:path";
import * as l10n from "@vscode/l10n";
import { describeValue } from "../lib/outsideText";

/** Where a probe writes by default, relative to the folder that its script is started in. */
export const PROBE_FOLDER = "rnnlab-runs";
export const WATCHED_FOLDERS_SETTING = "rnnLab.watchedFolders";
/** Each costs a watcher, and a look once a second. */
export const MAX_WATCHED = 32;

export interface WatchedFolders {
  readonly paths: readonly string[];
  /** What of the setting cannot be followed, in words for a person. */
  readonly problems: readonly string[];
}

/**
 * The folders that the setting names.
 * @param value of the setting, which anybody may have written
 * @param roots of the workspace: relative paths are tried in each
 */
export function checkWatchedFolders(value: unknown, roots: readonly string[], home: string): WatchedFolders {
  if (value === undefined) return { paths: [], problems: [] };
  if (!Array.isArray(value))
    return {
      paths: [],
      problems: [
        l10n.t(
          "The setting {0} must be a list of folders, for example {1}, not {2}.",
          WATCHED_FOLDERS_SETTING,
          '["~/cluster/rnnlab-runs"]',
          describeValue(value),
        ),
      ],
    };
  const paths: string[] = [];
  const problems: string[] = [];
  for (const entry of value as unknown[]) {
    const text = typeof entry === "string" ? entry.trim() : "";
    if (text === "" || text.includes("\0"))
      problems.push(
        l10n.t(
          "The setting {0} has {1}, which is not the path of a folder.",
          WATCHED_FOLDERS_SETTING,
          describeValue(entry),
        ),
      );
    else if (text === "~" || /^~[/\\]/.test(text)) paths.push(join(home, text.slice(1)));
    else if (isAbsolute(text)) paths.push(text);
    else if (roots.length > 0) paths.push(...roots.map((root) => join(root, text)));
    else
      problems.push(
        l10n.t(
          "The setting {0} has {1}, which is relative to the folder of a workspace, but no folder is open.",
          WATCHED_FOLDERS_SETTING,
          describeValue(entry),
        ),
      );
  }
  if (paths.length > MAX_WATCHED)
    problems.push(
      l10n.t(
        "The setting {0} names {1} folders. The first {2} are watched.",
        WATCHED_FOLDERS_SETTING,
        paths.length,
        MAX_WATCHED,
      ),
    );
  return { paths: paths.slice(0, MAX_WATCHED), problems };
}
