import * as l10n from "@vscode/l10n";

/** What ended a thread, for a person: Node says of memory only that a limit was reached. */
export function threadError(error: unknown): Error {
  if ((error as NodeJS.ErrnoException | null)?.code === "ERR_WORKER_OUT_OF_MEMORY")
    return new Error(
      l10n.t("The thread ran out of memory for text and objects. Use a smaller data file, or fewer columns."),
      { cause: error },
    );
  return error instanceof Error ? error : new Error(String(error));
}
