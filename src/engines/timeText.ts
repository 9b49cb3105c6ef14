import * as l10n from "@vscode/l10n";

export function describeTime(seconds: number): string {
  if (seconds < 90) return l10n.t("{0} s", Math.ceil(seconds));
  if (seconds < 90 * 60) return l10n.t("{0} min", Math.ceil(seconds / 60));
  return l10n.t("{0} h", Math.ceil(seconds / 3600));
}
