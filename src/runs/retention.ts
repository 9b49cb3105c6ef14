/**
 * What may be removed of the saved runs, and when. No other module decides this. docs/run-files.md states the same
 * rules for users. Pure: the file operations are in runTrash.ts.
 */
import type { RunMeta } from "./format/runContents";
import type { RunState } from "./liveness";
import { isRunId, ownFileId } from "./runFileNames";
import { IMPORTED_SCHEME } from "./runName";
import type { RunNotes } from "./runNotes";

/** A deleted run can be restored for so long. */
export const TRASH_KEPT_MS = 7 * 24 * 3600 * 1000;
/** Per experiment file. Their own limit: no number of edits removes a run that was started by a command. */
export const MAX_EDIT_RUNS = 20;
/** Of training. A run that an edit replaced sooner is deleted at once. */
export const MAX_PASSED_THROUGH_MS = 1000;
/** The process of an interrupted run may be suspended, or on a machine that is cut off: its file stays for so long. */
export const INTERRUPTED_KEPT_MS = 24 * 3600 * 1000;

export interface RetentionLimits {
  /** Started by commands. */
  readonly runs: number;
  /** Of these and of those started by edits. */
  readonly bytes: number;
}

/** As much of a `RunEntry` as its retention follows from. */
export interface RetainedRun {
  readonly id: string;
  readonly state: RunState;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
  readonly meta: Pick<RunMeta, "runId" | "uri" | "startedAt" | "origin">;
  readonly notes: RunNotes;
}

/** What of the folder belongs to this window. */
export interface RetentionScope {
  /** Null: no run is. */
  readonly baseline: string | null;
  /** Whether the runs of this experiment are of this workspace: a folder may be shared. */
  readonly includes: (uri: string) => boolean;
}

export interface RetentionPlan {
  /** Ids of the runs that are beyond a limit, in the order in which they go to the trash. */
  readonly excess: readonly string[];
  /** Ids of the runs that follow, when the limit that is nearer is exceeded. */
  readonly next: readonly string[];
  /** Those that count against `RetentionLimits.runs` and stay. */
  readonly runs: number;
  readonly editRuns: number;
  /** Of all of these. */
  readonly bytes: number;
}

/** Whether somebody trains it, in this window or elsewhere: then nothing moves its file. */
export function isUnderWay({ state }: Pick<RetainedRun, "state">): boolean {
  return state === "starting" || state === "running" || state === "paused";
}

/** Whether an edit of the text started it and nobody has named it or written a note since. */
export function isEditRun({ meta, notes }: Pick<RetainedRun, "meta" | "notes">): boolean {
  return meta.origin === "edit" && notes.name === null && notes.note === "";
}

/** Whether a run that was passed through on the way to another is deleted. Otherwise it goes to the trash. */
export function isWorthless({ meta, notes }: Pick<RetainedRun, "meta" | "notes">, trainMs: number): boolean {
  return isEditRun({ meta, notes }) && !notes.pinned && trainMs < MAX_PASSED_THROUGH_MS;
}

/** Whether a limit may move the run to the trash. One that it may not move does not count either. */
export function isLimited(run: RetainedRun, { baseline, includes }: RetentionScope, now: number): boolean {
  const { id, meta, notes, state, writtenAt } = run;
  return (
    isOwnFile(run) &&
    includes(meta.uri) &&
    !notes.pinned &&
    id !== baseline &&
    !isUnderWay(run) &&
    (state !== "interrupted" || now - writtenAt > INTERRUPTED_KEPT_MS)
  );
}

/** When the next interrupted run will have been kept for its time; milliseconds since 1970. */
export function untilLimited(runs: readonly RetainedRun[], now: number): number {
  let next = Infinity;
  for (const { state, writtenAt } of runs) {
    const end = writtenAt + INTERRUPTED_KEPT_MS;
    // The limit applies after this moment.
    if (state === "interrupted" && end >= now && end < next) next = end;
  }
  return next;
}

/**
 * What goes to the trash, the oldest first. The latest run of either origin stays, whatever its size.
 * @param now milliseconds since 1970
 */
export function planRetention(
  runs: readonly RetainedRun[],
  limits: RetentionLimits,
  scope: RetentionScope,
  now: number,
): RetentionPlan {
  const latestFirst = runs
    .filter((run) => isLimited(run, scope, now))
    .sort((a, b) => addedAt(b) - addedAt(a) || (a.id < b.id ? 1 : -1));
  const commandRuns = latestFirst.filter((run) => !isEditRun(run));
  const editRuns = latestFirst.filter(isEditRun);
  const commands = fitting(commandRuns.slice(0, limits.runs), limits.bytes, 0);
  const taken = bytesOf(commands.filter(({ bytes }) => bytes <= limits.bytes));
  const edits = fitting(latestOfEach(editRuns), limits.bytes, taken);
  const stays = new Set([...commands, ...edits].map(({ id }) => id));
  const oldestFirst = [...editRuns.reverse(), ...commandRuns.reverse()];
  const bytes = bytesOf(commands) + bytesOf(edits);
  const isRunLimitNearer = commands.length / limits.runs >= bytes / limits.bytes;
  return {
    excess: oldestFirst.filter(({ id }) => !stays.has(id)).map(({ id }) => id),
    next: oldestFirst.filter((run) => stays.has(run.id) && !(isRunLimitNearer && isEditRun(run))).map(({ id }) => id),
    runs: commands.length,
    editRuns: edits.length,
    bytes,
  };
}

/** Whether a file in the trash is deleted. What has no name of ours is never. @param ageMs since it came there */
export function isExpired({ name, isFile, ageMs }: TrashedFile): boolean {
  return isFile && ownFileId(name) !== null && ageMs > TRASH_KEPT_MS;
}

interface TrashedFile {
  readonly name: string;
  /** A regular one. */
  readonly isFile: boolean;
  readonly ageMs: number;
}

/** A file that somebody named, copied or brought from a terminal is theirs. */
function isOwnFile({ id, meta }: RetainedRun): boolean {
  return isRunId(id) && meta.runId === id;
}

/** When the run came to this folder: a bundle may have been recorded long before it was imported. */
function addedAt({ meta: { startedAt, uri }, writtenAt }: RetainedRun): number {
  return uri.startsWith(`${IMPORTED_SCHEME}:`) || !Number.isFinite(startedAt) ? writtenAt : startedAt;
}

/** Of each experiment file as many as its edit runs may be. */
function latestOfEach(latestFirst: readonly RetainedRun[]): RetainedRun[] {
  const counts = new Map<string, number>();
  return latestFirst.filter(({ meta: { uri } }) => {
    const count = (counts.get(uri) ?? 0) + 1;
    counts.set(uri, count);
    return count <= MAX_EDIT_RUNS;
  });
}

/**
 * The latest of them, as many as fit beside `taken` bytes. One that would not fit into an empty folder makes no other
 * go.
 */
function fitting(latestFirst: readonly RetainedRun[], limit: number, taken: number): RetainedRun[] {
  let total = taken;
  return latestFirst.filter(({ bytes }, index) => {
    if (bytes > limit) return index === 0;
    total += bytes;
    return total <= limit || index === 0;
  });
}

function bytesOf(runs: readonly RetainedRun[]): number {
  return runs.reduce((sum, { bytes }) => sum + bytes, 0);
}
