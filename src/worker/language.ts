/** Imported before all else by what runs on a thread of its own, so that what it says is in VS Code's language. */
import { getEnvironmentData } from "node:worker_threads";
import * as l10n from "@vscode/l10n";
import { BUNDLE_KEY, type LanguageBundle } from "../threads/languageBundle";

const bundle = getEnvironmentData(BUNDLE_KEY) as LanguageBundle | undefined;
if (bundle !== undefined) l10n.config({ contents: bundle });
