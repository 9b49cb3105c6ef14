/**
 * Imported before the code under test, whose texts are then all accented, also those that are made while a module
 * loads.
 */
import * as l10n from "@vscode/l10n";
import { accentBundle } from "../../accents";

l10n.config({ contents: accentBundle() });
