import * as l10n from "@vscode/l10n";
import type { CarrierEnd } from "./carrier";

/** Why something that nobody asked to end is gone, for a person. @param exited of a thread with this exit code */
export function endError({ error, code, output = "" }: CarrierEnd, exited: (code: number) => string): Error {
  if (error !== null) return error;
  const reason = new Error(
    typeof code === "string"
      ? l10n.t("The process of RNN Lab that computed this was ended by the signal {0}.", code)
      : exited(code),
  );
  if (output !== "") reason.stack = `${reason.message}\n${output}`;
  return reason;
}
