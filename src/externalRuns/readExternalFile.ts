import type { BigIntStats } from "node:fs";
import { basename } from "node:path";
import * as l10n from "@vscode/l10n";
import { IrregularFileError, readingRegularFile } from "../disk/regularFile";
import { describeError } from "../lib/outsideText";
import { bytesOfFrame, checkHead, FRAME_HEAD_BYTES, HEAD_BYTES, kindOf } from "../runs/format/frames";
import { isProbeFrame } from "../runs/format/probe/readProbe";
import { RunFileError } from "../runs/format/readRun";
import { SILENT_AFTER_MS } from "../runs/lease";
import type { LeaseWatch } from "../runs/leaseWatch";
import { stateOf, type RunState } from "../runs/liveness";
import { readSummary, writtenAt } from "../runs/runSummary";
import { externalRunId, type ExternalRun } from "./externalRun";
import { readProbeSummary, type ProbeSummary } from "./probeSummary";

/** What was read of a file, so that a longer one is read on from there. */
export interface ReadFile {
  readonly run: ExternalRun;
  readonly probe: ProbeSummary | null;
}

/** Of nearly all files, the first frame is in it. */
const START_BYTES = 2 ** 13;

/** A file whose folder is not trusted: it is not opened. */
export function unopened(path: string, stats: BigIntStats): ReadFile {
  return { run: { ...nothingKnown(path, stats), state: "unopened" }, probe: null };
}

/**
 * A run file of either kind, by its ends.
 * @param known what was read at this path before
 * @throws the system's error where it may pass, such as that of a disk that does not answer
 */
export async function readExternalFile(
  path: string,
  stats: BigIntStats,
  leases: LeaseWatch,
  known: ReadFile | null,
  now: number,
): Promise<ReadFile> {
  try {
    const probe = await readProbe(path, stats, known?.probe ?? null);
    return probe === null ? await readLabRun(path, stats, leases) : await describeProbe(path, stats, leases, probe);
  } catch (error) {
    if (!(error instanceof RunFileError || error instanceof IrregularFileError)) throw error;
    const isJustBegun = stats.isFile() && now - writtenAt(stats) < SILENT_AFTER_MS;
    const run = nothingKnown(path, stats);
    return {
      run: isJustBegun ? { ...run, state: "starting" } : { ...run, problem: describeError(error) },
      probe: null,
    };
  }
}

/** Whether the process that writes it lives: that may change while the file stays as it is. */
export async function readState({ run, probe }: ReadFile, leases: LeaseWatch): Promise<ReadFile> {
  const state =
    probe !== null
      ? await probeState(run.path, leases, probe)
      : run.summary !== null
        ? await stateOf(run.summary, null, () => leases.look(run.path))
        : run.state;
  return state === run.state ? { run, probe } : { run: { ...run, state }, probe };
}

/** Null where it is none. */
async function readProbe(path: string, stats: BigIntStats, known: ProbeSummary | null): Promise<ProbeSummary | null> {
  return readingRegularFile(path, stats, async (file) => {
    const head = await file.read(0, START_BYTES);
    const wrong = checkHead(head);
    if (wrong !== null) throw new RunFileError(l10n.t("The file cannot be read: {0}.", wrong));
    if (head.length < HEAD_BYTES + FRAME_HEAD_BYTES)
      throw new RunFileError(l10n.t("The file cannot be read: its header is corrupted."));
    if (!isProbeFrame(kindOf(head.subarray(HEAD_BYTES)))) return null;
    const size = Number((await file.statAnew()).size);
    const start = HEAD_BYTES + bytesOfFrame(head.subarray(HEAD_BYTES));
    // What was read before is of another file where this one does not reach that far.
    return readProbeSummary(
      file,
      size,
      head,
      known !== null && known.goodBytes >= start && known.goodBytes <= size ? known : null,
    );
  });
}

async function describeProbe(
  path: string,
  stats: BigIntStats,
  leases: LeaseWatch,
  probe: ProbeSummary,
): Promise<ReadFile> {
  const { start, end, iterations, loss } = probe;
  const ended = end?.endedAt ?? writtenAt(stats);
  const run: ExternalRun = {
    ...nothingKnown(path, stats),
    kind: "probe",
    name: start.name,
    state: await probeState(path, leases, probe),
    startedAt: start.startedAt,
    trainMs: Math.max(0, ended - start.startedAt),
    iterations,
    loss,
  };
  return { run, probe };
}

async function probeState(path: string, leases: LeaseWatch, { end }: ProbeSummary): Promise<RunState> {
  if (end !== null) return end.failure === null ? "done" : "failed";
  const writer = await leases.look(path);
  return writer === null || writer.state === "gone" ? "interrupted" : "running";
}

async function readLabRun(path: string, stats: BigIntStats, leases: LeaseWatch): Promise<ReadFile> {
  const summary = await readSummary(path, stats);
  const status = summary.progress?.status ?? null;
  const run: ExternalRun = {
    ...nothingKnown(path, stats),
    kind: "lab",
    name: summary.meta.name,
    state: await stateOf(summary, null, () => leases.look(path)),
    startedAt: summary.meta.startedAt,
    trainMs: status?.trainMs ?? null,
    iterations: status?.iteration ?? null,
    loss: status?.loss ?? null,
    summary,
  };
  return { run, probe: null };
}

function nothingKnown(path: string, stats: BigIntStats): ExternalRun {
  return {
    id: externalRunId(path),
    kind: null,
    path,
    part: null,
    name: basename(path),
    state: "unreadable",
    startedAt: writtenAt(stats),
    trainMs: null,
    iterations: null,
    loss: null,
    bytes: Number(stats.size),
    writtenAt: writtenAt(stats),
    problem: null,
    summary: null,
    notes: [],
  };
}
