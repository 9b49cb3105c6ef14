import * as l10n from "@vscode/l10n";
import { printable } from "../../lib/outsideText";
import type { JsonPath } from "./jsonSchema";

const MAX_KEY = 60;

/** A place in the experiment as messages name it: "training.optimizer.learningRate". */
export function formatPath(path: JsonPath): string {
  return path.length === 0
    ? l10n.t("The experiment")
    : printable(path.map((key) => printable(String(key), MAX_KEY)).join("."));
}
