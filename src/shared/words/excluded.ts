import * as l10n from "@vscode/l10n";
import type { Excluded } from "../wire/sweep";
import { formatCount } from "./numberFormat";

/** "constraints exclude 2 of 9 combinations", of a sweep. */
export function describeExcluded({ combinations, of }: Excluded): string {
  return l10n.t("constraints exclude {0} of {1} combinations", formatCount(combinations), formatCount(of));
}
