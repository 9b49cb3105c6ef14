// @ts-check
/** The folders the scripts work in, all absolute. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Everything downloaded or thrown away: the VS Code server, profiles of its windows. Not in git. */
export const CACHE = join(ROOT, ".vscode-test");
/** What people look at: screenshots, logs of failed tests. Not in git. */
export const OUT = join(ROOT, "out");
export const DIST = join(ROOT, "dist");
export const EXAMPLES = join(ROOT, "examples");
