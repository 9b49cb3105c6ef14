/** Imported before all else, so that also texts that are made while a module loads are in VS Code's language. */
import * as l10n from "@vscode/l10n";

const bundle = document.getElementById("app")?.dataset["bundle"];
if (bundle !== undefined) l10n.config({ contents: bundle });
