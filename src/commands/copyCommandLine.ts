import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import * as vscode from "vscode";
import { collectSettings, quoteCommand, shellOf } from "../config/compare/commandLine";
import { parseExperiment } from "../config/read/parse";
import { readRegularFileSync } from "../disk/regularFile";
import type { ExperimentText } from "../experiments/experimentFiles";
import { iconText } from "../window/iconText";
import { showStatusMessage } from "../window/statusItem";

const SHOWN_MS = 6000;
const MAX_PACKAGE_BYTES = 2 ** 20;

/**
 * Copies what trains this experiment in a terminal: with the project's own command where the file lies in the project,
 * else with the program that the extension brings along, which needs Node.js. What is not saved yet goes along as
 * `--set`.
 * @throws Error in words for a person when there is no file, or the text is no experiment
 */
export async function copyCommandLine(
  extensionUri: vscode.Uri,
  { document, experiment }: ExperimentText,
): Promise<string> {
  if (document.uri.scheme !== "file")
    throw new Error(
      vscode.l10n.t(
        "The terminal can only train files on disk. Save the experiment to a folder on this computer first.",
      ),
    );
  if (experiment === null) throw new Error(vscode.l10n.t("The experiment has errors. Fix the marked values first."));
  const path = document.uri.fsPath;
  const saved = document.isDirty ? parseExperiment(readFileSync(path, "utf8")).experiment : experiment;
  if (saved === null)
    throw new Error(vscode.l10n.t("The saved file is not a valid experiment. Save your changes first."));
  const folder = vscode.workspace.getWorkspaceFolder(document.uri)?.uri.fsPath;
  const named = folder === undefined ? path : withoutHyphen(relative(folder, path));
  const program = isProject(folder ?? dirname(path))
    ? ["npm", "run", "-s", "experiment", "--"]
    : ["node", vscode.Uri.joinPath(extensionUri, "dist", "cli.js").fsPath];
  const line = quoteCommand(
    [...program, named, ...collectSettings(saved, experiment).flatMap((setting) => ["--set", setting])],
    shellOf(vscode.env.shell, process.platform === "win32"),
  );
  // A terminal would obey them as if they were typed.
  if (/\p{Cc}/u.test(line))
    throw new Error(
      vscode.l10n.t("The name of the file or a changed value contains control characters. Remove them first."),
    );
  await vscode.env.clipboard.writeText(line);
  showStatusMessage(iconText`$(clippy) ${vscode.l10n.t("Copied: {0}", line)}`, SHOWN_MS);
  return line;
}

/** A name that begins with a hyphen would be read as an option. */
function withoutHyphen(path: string): string {
  return path.startsWith("-") ? `./${path}` : path;
}

/** Whether the folder is the one of RNN Lab itself, whose command builds the program first. */
function isProject(folder: string): boolean {
  try {
    const text = new TextDecoder().decode(readRegularFileSync(join(folder, "package.json"), MAX_PACKAGE_BYTES));
    return /"name":\s*"rnn-lab"/.test(text);
  } catch {
    return false;
  }
}
