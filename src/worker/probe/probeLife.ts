import * as l10n from "@vscode/l10n";
import type { RunWriterView } from "../../runs/leaseWatch";
import type { ProbeEnd, ProbeStart } from "../../shared/trace/probeContents";

/** A file without a lease counts as one that nobody writes after so long without growth. */
const QUIET_MS = 30_000;

export interface ProbeLife {
  readonly phase: "running" | "done" | "stopped" | "failed";
  readonly isInterrupted: boolean;
  /** A whole sentence; null where there is nothing to say. */
  readonly message: string | null;
}

/**
 * What is known of the process that trains.
 * @param writer of its lease; null without one
 * @param sinceGrowthMs since the file was seen to grow; null: it was not
 */
export function lifeOf(
  { writer: { process, machine } }: ProbeStart,
  end: ProbeEnd | null,
  writer: RunWriterView | null,
  sinceGrowthMs: number | null,
): ProbeLife {
  if (end !== null)
    return end.failure === null
      ? { phase: "done", isInterrupted: false, message: null }
      : { phase: "failed", isInterrupted: false, message: end.failure };
  const grows = sinceGrowthMs !== null && sinceGrowthMs < QUIET_MS;
  if (writer === null ? grows : writer.state !== "gone")
    return { phase: "running", isInterrupted: false, message: null };
  return {
    phase: "stopped",
    isInterrupted: true,
    message:
      writer !== null
        ? l10n.t("The Python process {0} on {1} ended without closing the probe.", process, machine)
        : sinceGrowthMs === null
          ? l10n.t("The file has no end, and no file beside it says that a process still writes it.")
          : l10n.t("The file has no end and has stopped growing; whether its process lives is not known here."),
  };
}
