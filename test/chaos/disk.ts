/**
 * A small disk for the folder of runs, which can be full, read-only, or both. Where this machine lets us mount one, it
 * is a tmpfs; else a folder, and what needs a disk of its own is left out.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { chmod, mkdir, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const SIZE_MB = 512;
const PREFIX = "rnn-lab-chaos-";
const FILLED_AT_ONCE = 2 ** 20;

export class Disk {
  /** Folder of runs, on the disk. */
  readonly runs: string;
  private readonly filler: string;
  private isReadOnly = false;

  private constructor(
    private readonly root: string,
    /** Why there is no disk of its own; null where there is. */
    private readonly unmountable: string | null,
  ) {
    this.runs = join(root, "runs");
    this.filler = join(root, "filler");
  }

  /** Outside of the project: what is mounted there must not be in the way of those who tidy up. */
  static open(): Disk {
    sweepUp();
    const root = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
    const problem = mount("-t", "tmpfs", "-o", `size=${SIZE_MB}m,mode=0755`, "rnn-lab-chaos", root);
    const disk = new Disk(root, problem);
    mkdirSync(disk.runs);
    process.on("exit", () => disk.close());
    return disk;
  }

  /** Why it cannot be full; null: it can. */
  get cannotFill(): string | null {
    return this.unmountable === null ? null : `no disk of its own can be mounted here (${this.unmountable})`;
  }

  /** Why it cannot be read-only; null: it can. */
  get cannotLock(): string | null {
    const isRoot = process.getuid?.() === 0;
    if (this.unmountable === null) return null;
    return isRoot || process.platform === "win32" ? `${this.cannotFill}, and permissions do not bind this user` : null;
  }

  fill(): void {
    const file = openSync(this.filler, "w");
    const block = Buffer.alloc(FILLED_AT_ONCE);
    try {
      for (let size = block.length; size >= 1; size = Math.floor(size / 2))
        writeUntilFull(file, block.subarray(0, size));
    } finally {
      closeSync(file);
    }
  }

  async empty(): Promise<void> {
    await rm(this.filler, { force: true });
  }

  async setReadOnly(readOnly: boolean): Promise<void> {
    if (readOnly === this.isReadOnly) return;
    this.isReadOnly = readOnly;
    if (this.unmountable !== null) return chmod(this.runs, readOnly ? 0o555 : 0o755);
    if (!readOnly) return unmount(this.runs);
    // A second mount over the folder: what is open stays open, as after an error of a real disk.
    const problem = mount("--bind", this.runs, this.runs) ?? mount("-o", "remount,bind,ro", this.runs);
    if (problem !== null) throw new Error(`The folder could not be made read-only: ${problem}`);
  }

  /** The folder with all that is in it. */
  async deleteRuns(): Promise<void> {
    // A window may be writing there: what it adds meanwhile goes as well.
    await rm(this.runs, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }

  async makeRuns(): Promise<void> {
    await mkdir(this.runs, { recursive: true });
  }

  /** Part of the disk that is in use; 0 where it is no disk of its own. */
  async usedPart(): Promise<number> {
    if (this.unmountable !== null) return 0;
    const { blocks, bfree } = await statfs(this.root);
    return 1 - bfree / blocks;
  }

  close(): void {
    tidy(this.root);
  }
}

function writeUntilFull(file: number, block: Uint8Array): void {
  try {
    for (;;) writeSync(file, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}

/** @returns the error of mount; null on success */
function mount(...args: readonly string[]): string | null {
  const { status, stderr, error } = spawnSync("mount", args, { encoding: "utf8" });
  return status === 0 ? null : (error?.message ?? stderr.trim());
}

/** Lazily: a process may still have a file open in it. */
function unmount(folder: string): void {
  spawnSync("umount", ["--lazy", folder]);
}

function tidy(root: string): void {
  unmount(join(root, "runs"));
  unmount(root);
  try {
    rmSync(join(root, "runs"), { recursive: true, force: true });
    rmSync(join(root, "filler"), { force: true });
    rmdirSync(root);
  } catch {
    // Removed already, or a process wrote again: the next run cleans up.
  }
}

/** What chaos runs that were killed have left behind. */
function sweepUp(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) tidy(join(tmpdir(), name));
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
