/** Imported before all else, so that also texts that are made while a module loads are in VS Code's language. */
import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { setThreadLanguage } from "./threads/threadLanguage";

const { bundle } = vscode.l10n;
if (bundle !== undefined) {
  l10n.config({ contents: bundle });
  setThreadLanguage(bundle);
}
