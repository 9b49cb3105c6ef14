import * as vscode from "vscode";
import { phaseWord } from "../window/phaseWords";
import { formatRunTime } from "../runs/runName";
import type { RunState } from "../runs/liveness";
import type { RunEntry } from "../runs/runStore";
import { formatDuration, formatValue } from "../shared/words/numberFormat";

/** In English, for the search: whoever knows the words of the file finds them. */
const STATE_WORDS: Readonly<Record<RunState, string>> = {
  idle: "not started",
  starting: "starting",
  running: "running",
  paused: "paused",
  done: "done",
  stopped: "stopped",
  diverged: "diverged",
  failed: "failed",
  interrupted: "interrupted",
};

/** In the reader's language. */
export function stateWord(state: RunState): string {
  return state === "idle" ? vscode.l10n.t("not started") : phaseWord(state);
}

/** "loss 0.0031 · 500 iterations · 1.2 s" */
export function figuresOf({ progress, state }: RunEntry): string {
  const status = progress?.status;
  if (status === undefined) return stateWord(state);
  const loss = status.loss === null ? [] : [vscode.l10n.t("loss {0}", formatValue(status.loss, 3))];
  const reached =
    state === "done"
      ? status.iteration === 1
        ? vscode.l10n.t("1 iteration")
        : vscode.l10n.t("{0} iterations", status.iteration)
      : vscode.l10n.t("{0} at iteration {1} of {2}", stateWord(state), status.iteration, status.iterations);
  return [...loss, reached, formatDuration(status.trainMs)].join(" · ");
}

/** When it was started, unless its name says so, and how far it came: "6:15 PM · loss 0.0031 · 500 iterations". */
export function describeProgress(entry: RunEntry, name: string, language: string): string {
  const time = formatRunTime(entry.meta.startedAt, language);
  return name.includes(time) ? figuresOf(entry) : `${time} · ${figuresOf(entry)}`;
}

/** What search looks in. */
export function searchText(entry: RunEntry, name: string, language: string): string {
  const { meta, notes, state } = entry;
  const { config } = meta;
  return [
    name,
    notes.note,
    notes.pinned ? `pinned ${vscode.l10n.t("pinned")}` : "",
    meta.name,
    meta.fileName,
    STATE_WORDS[state],
    stateWord(state),
    `seed:${meta.seed}`,
    meta.engine,
    config.arithmetic,
    config.task.kind,
    config.model.cell,
    config.training.optimizer.kind,
    formatRunTime(meta.startedAt, language),
    meta.configHash,
  ]
    .join("\n")
    .toLowerCase();
}
