import * as vscode from "vscode";
import { phaseWord } from "../window/phaseWords";
import type { RunEntry, RunState } from "../runs/runStore";
import { formatDuration, formatValue } from "../shared/words/numberFormat";

/** The title of a run in lists: its name, otherwise its start time. */
export function titleOf({ notes, meta }: RunEntry, language: string): string {
  return notes.name ?? formatTime(meta.startedAt, language);
}

export function formatTime(time: number, language: string, now = Date.now()): string {
  const date = new Date(time);
  const today = date.toDateString() === new Date(now).toDateString();
  const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  return new Intl.DateTimeFormat(language, today ? clock : { ...clock, month: "short", day: "numeric" }).format(date);
}

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

/** What search looks in. */
export function searchText(entry: RunEntry, language: string): string {
  const { meta, notes, state } = entry;
  const { config } = meta;
  return [
    titleOf(entry, language),
    notes.note,
    notes.pinned ? `pinned ${vscode.l10n.t("pinned")}` : "",
    meta.name,
    meta.fileName,
    STATE_WORDS[state],
    stateWord(state),
    `seed:${meta.seed}`,
    meta.engine,
    config.task.kind,
    config.model.cell,
    config.training.optimizer.kind,
    formatTime(meta.startedAt, language),
    meta.configHash,
  ]
    .join("\n")
    .toLowerCase();
}
