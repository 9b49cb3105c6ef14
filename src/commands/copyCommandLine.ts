import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import * as vscode from "vscode";
import { collectSettings, quoteCommand } from "../config/compare/commandLine";
import { parseExperiment } from "../config/read/parse";
import { readRegularFileSync } from "../disk/regularFile";
import type { ExperimentText } from "../experiments/experimentFiles";

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
  const named = folder === undefined ? path : relative(folder, path);
  const program = isProject(folder ?? dirname(path))
    ? ["npm", "run", "-s", "experiment", "--"]
    : ["node", vscode.Uri.joinPath(extensionUri, "dist", "cli.js").fsPath];
  const line = quoteCommand(
    [...program, named, ...collectSettings(saved, experiment).flatMap((setting) => ["--set", setting])],
    process.platform === "win32",
  );
  await vscode.env.clipboard.writeText(line);
  vscode.window.setStatusBarMessage(
    `$(clippy) ${vscode.l10n.t("Copied: {0}", line.replaceAll("$(", "$ ("))}`,
    SHOWN_MS,
  );
  return line;
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
