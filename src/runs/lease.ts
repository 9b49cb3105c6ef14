/**
 * The lease of a run: a small file beside it that says which process writes the run, with a counter that goes up while
 * that process lives. See docs/run-files.md.
 */
import { closeSync, ftruncateSync, mkdirSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as l10n from "@vscode/l10n";
import { openRegularFile, openRegularFileSync, readRegularFileSync } from "../disk/regularFile";
import { LEASE_EXTENSION, RUN_EXTENSION } from "./runFileNames";
import { ownPlace, stateOfProcess, type ProcessPlace, type ProcessState } from "./processPlace";

/** A counter that did not change for so long, on the clock of who reads it, belongs to a writer that is gone. */
export const SILENT_AFTER_MS = 20_000;

export interface RunLease extends ProcessPlace {
  readonly beat: number;
}

/**
 * What is known of the process that writes a run. "may live": it is on another machine or in another container, and it
 * has not been watched for long enough.
 */
export type WriterState = "lives" | "may live" | "gone";

/** What a reader has seen of a lease that it cannot check otherwise. */
export interface Watched {
  readonly unchangedMs: number;
  /** Whether the counter has changed since it was first seen. */
  readonly hasChanged: boolean;
}

const UNWATCHED: Watched = { unchangedMs: 0, hasChanged: false };
const FORMAT = "rnnlease 1";
/**
 * Every lease has this size, and is written over in place: where the size of a file is cached, as on network folders, a
 * reader still gets all of it.
 */
export const LEASE_BYTES = 1024;
/** Whatever is at the name of a lease. */
const MAX_LEASE_BYTES = 2 ** 16;
const MAX_TEXT = 256;

export function leasePath(runPath: string): string {
  return (runPath.endsWith(RUN_EXTENSION) ? runPath.slice(0, -RUN_EXTENSION.length) : runPath) + LEASE_EXTENSION;
}

export function encodeLease(lease: RunLease): string {
  const { process: pid, processStart, boot, pidNamespace, machine, beat } = lease;
  const text = JSON.stringify({ format: FORMAT, process: pid, processStart, boot, pidNamespace, machine, beat });
  return `${text}${" ".repeat(Math.max(0, LEASE_BYTES - 1 - Buffer.byteLength(text)))}\n`;
}

/** Null when it is no lease, or half of one. */
export function decodeLease(text: string): RunLease | null {
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const { process: pid, processStart, boot, pidNamespace, machine, beat } = value;
    return value["format"] === FORMAT &&
      isCount(pid) &&
      isCount(beat) &&
      isTextOrNull(processStart) &&
      isTextOrNull(boot) &&
      isTextOrNull(pidNamespace) &&
      typeof machine === "string" &&
      machine.length <= MAX_TEXT
      ? { process: pid, processStart, boot, pidNamespace, machine, beat }
      : null;
  } catch {
    return null;
  }
}

/**
 * In the same start of the same system, the process itself is looked at: one that was stopped lives, and one that has
 * the number of another does not count. Elsewhere the counter decides, on the reader's own clock: neither the clocks of
 * other machines nor the times of files say anything.
 */
export function judgeLease(
  lease: RunLease | null,
  here: ProcessPlace,
  stateOf: (pid: number) => ProcessState,
  { unchangedMs, hasChanged }: Watched,
): WriterState {
  if (lease !== null && sharesProcesses(lease, here)) {
    const found = stateOf(lease.process);
    if (found === "gone") return "gone";
    if (found !== "hidden" && lease.processStart !== null) return found.start === lease.processStart ? "lives" : "gone";
  }
  if (unchangedMs >= SILENT_AFTER_MS) return "gone";
  return hasChanged ? "lives" : "may live";
}

/**
 * Writes the first one, before the run's own file is there. One that a process has left that is gone is replaced.
 * @throws the system's error, or an Error when another process may write the run
 */
export function createLease(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const own = { ...ownPlace(), beat: 0 };
  try {
    writeFileSync(path, encodeLease(own), { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const other = decodeLease(Buffer.from(readRegularFileSync(path, MAX_LEASE_BYTES)).toString("utf8"));
    const isOwn = other !== null && encodeLease({ ...other, beat: 0 }) === encodeLease(own);
    if (!isOwn && judgeLease(other, own, stateOfProcess, UNWATCHED) !== "gone")
      throw new Error(l10n.t("Another process is writing this run."), { cause: error });
    overwrite(path, encodeLease(own));
  }
}

/** Of a file that is there. No link is followed. @throws the system's error, IrregularFileError */
function overwrite(path: string, text: string): void {
  const file = openRegularFileSync(path, "r+");
  try {
    ftruncateSync(file, LEASE_BYTES);
    writeSync(file, text, 0);
  } finally {
    closeSync(file);
  }
}

export function removeLease(path: string): void {
  rmSync(path, { force: true });
}

/** Made again when somebody has deleted it. @throws the system's error, IrregularFileError */
export async function writeLease(path: string, lease: RunLease): Promise<void> {
  const text = encodeLease(lease);
  const file = await openRegularFile(path, "r+").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return null;
  });
  if (file === null) return writeFile(path, text, { flag: "wx" });
  try {
    await file.handle.write(text, 0);
  } finally {
    await file.handle.close();
  }
}

/** Whether the number of one's process means the same process to the other. */
function sharesProcesses(lease: RunLease, here: ProcessPlace): boolean {
  if (lease.boot !== null || here.boot !== null)
    return lease.boot === here.boot && lease.pidNamespace !== null && lease.pidNamespace === here.pidNamespace;
  // macOS and Windows have no namespaces, and name no start of the system that could be read without another program.
  return lease.machine === here.machine;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || (typeof value === "string" && value.length <= MAX_TEXT);
}
