import { createHash, randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { appendFile, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openRegularFile, readFrom, readRegularFile } from "../disk/regularFile";
import type { Disposable } from "../lib/dispose";
import { describeError } from "../lib/outsideText";
import { finishInPieces, finishWork } from "../lib/slicedTask";
import { SpacedCalls } from "../lib/spacedCalls";
import { decodeLease, encodeLease, judgeLease } from "../runs/lease";
import { ownPlace, stateOfProcess } from "../runs/processPlace";
import {
  countsOf,
  encodeHead,
  encodeTrials,
  readSweepFile,
  type SavedCounts,
  type SavedTrials,
  type SweepFileContents,
  type SweepFileHead,
} from "./sweepFile";

const EXTENSION = ".rnnsweep";
/** Sweeps of other experiment files that are kept; the longest unchanged go first. */
const MOST_FILES = 100;
/** What has more is not read. A sweep of 1,000,000 runs takes about 130 MB. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Of the first line, which has the text of an experiment, at a time. */
const HEAD_BYTES = 64 * 1024;
/** Between two writes: a process that is killed loses the results since the last one. */
const WRITE_INTERVAL_MS = 500;

/** "busy": another window is writing it. */
export type FoundSweep = SweepFileContents | "none" | "busy";

/** The latest sweep of each experiment file, in a folder of the workspace's storage. */
export class SavedSweeps {
  /** @param folder null where there is no disk to keep them on */
  constructor(
    private readonly folder: string | null,
    private readonly warn: (message: string) => void,
  ) {}

  /** Takes the place of the sweep of this file that was kept before. @param current what the sweep has given so far */
  begin(uri: string, text: string, current: () => SavedTrials): SweepWriter {
    const path = this.folder === null ? null : join(this.folder, `${keyOf(uri)}-${randomUUID()}${EXTENSION}`);
    const head: SweepFileHead = { uri, text, lease: encodeLease({ ...ownPlace(), beat: 0 }).trim() };
    return new SweepWriter(path, encodeHead(head), current, this.warn, () => this.removeOthers(uri, path ?? ""));
  }

  async find(uri: string): Promise<FoundSweep> {
    let isBusy = false;
    for (const name of await this.list(keyOf(uri))) {
      const contents = await this.read(name);
      if (contents === null || contents.uri !== uri) continue;
      if (!isOthers(contents)) return contents;
      isBusy = true;
    }
    return isBusy ? "busy" : "none";
  }

  /** Names, the latest first. */
  private async list(prefix: string): Promise<readonly string[]> {
    const { folder } = this;
    if (folder === null) return [];
    const all = await readdir(folder).catch(() => []);
    const names = all.filter((name) => name.startsWith(prefix) && name.endsWith(EXTENSION));
    const times = await Promise.all(
      names.map((name) =>
        stat(join(folder, name)).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        ),
      ),
    );
    return names
      .map((name, index) => ({ name, time: times[index] ?? 0 }))
      .toSorted((a, b) => b.time - a.time)
      .map(({ name }) => name);
  }

  private read(name: string): Promise<SweepFileContents | null> {
    return this.readWith(name, (path) => readRegularFile(path, MAX_BYTES));
  }

  private async readWith(name: string, read: (path: string) => Promise<Uint8Array>): Promise<SweepFileContents | null> {
    try {
      return readSweepFile(new TextDecoder().decode(await read(join(this.folder ?? "", name))));
    } catch (error) {
      this.warn(`A saved sweep could not be read: ${describeError(error)}`);
      return null;
    }
  }

  /** Those of the same experiment file, and the oldest of the others beyond the limit. */
  private async removeOthers(uri: string, path: string): Promise<void> {
    const names = await this.list("");
    const key = keyOf(uri);
    const former = names.filter((name) => name.startsWith(key) && !path.endsWith(name));
    const surplus = names.filter((name) => !name.startsWith(key)).slice(MOST_FILES);
    for (const name of [...former, ...surplus]) {
      const head = await this.readWith(name, readFirstLine);
      if (head !== null && !isOthers(head)) await rm(join(this.folder ?? "", name), { force: true });
    }
  }
}

/** Writes the results of one sweep as they come, without the host ever waiting for the disk. */
export class SweepWriter implements Disposable {
  private written: SavedCounts = { trials: 0, rungs: 0 };
  private readonly writes = new SpacedCalls(WRITE_INTERVAL_MS, () => this.write());
  private writing: Promise<void>;
  private isOpen = false;

  /** @param onBegun the file is there */
  constructor(
    private readonly path: string | null,
    head: string,
    private readonly current: () => SavedTrials,
    private readonly warn: (message: string) => void,
    onBegun: () => Promise<void>,
  ) {
    this.writing = path === null ? Promise.resolve() : this.begin(path, head, onBegun);
    this.write();
  }

  /** There are more results. */
  update(): void {
    if (this.path !== null) this.writes.request();
  }

  /** Resolves when all results are on the disk, or could not be written. */
  async settled(): Promise<void> {
    this.write();
    await this.writing;
  }

  /** What is due is written before this returns: the host may be about to end. */
  dispose(): void {
    this.writes.dispose();
    const { path } = this;
    if (path === null || !this.isOpen) return;
    const saved = this.current();
    const end = countsOf(saved);
    try {
      // A write that is under way may write some of them again; they count once.
      appendFileSync(path, finishWork(encodeTrials(saved, this.written, end)));
      this.written = end;
    } catch (error) {
      this.fail(error);
    }
  }

  private async begin(path: string, head: string, onBegun: () => Promise<void>): Promise<void> {
    try {
      await mkdir(join(path, ".."), { recursive: true });
      await writeFile(path, head, { flag: "wx" });
      this.isOpen = true;
      await onBegun();
    } catch (error) {
      this.fail(error);
    }
  }

  private write(): void {
    this.writing = this.writing.then(async () => {
      const { path } = this;
      const saved = this.current();
      const end = countsOf(saved);
      if (path === null || !this.isOpen) return;
      try {
        const lines = await finishInPieces(encodeTrials(saved, this.written, end));
        if (lines !== "") await appendFile(path, lines);
        // What was written meanwhile, because the host ends, may be more.
        if (end.trials >= this.written.trials && end.rungs >= this.written.rungs) this.written = end;
      } catch (error) {
        this.fail(error);
      }
    });
  }

  private fail(error: unknown): void {
    this.isOpen = false;
    this.warn(`The results of a sweep could not be saved: ${describeError(error)}`);
  }
}

/** With its end of line, or all there is of a file that has none. */
async function readFirstLine(path: string): Promise<Uint8Array> {
  const { handle } = await openRegularFile(path);
  try {
    for (let size = HEAD_BYTES; ; size *= 2) {
      const bytes = await readFrom(handle, 0, Math.min(size, MAX_BYTES));
      const end = bytes.indexOf(LINE_FEED);
      if (end >= 0 || bytes.length < size) return bytes.subarray(0, end + 1);
    }
  } finally {
    await handle.close();
  }
}

const LINE_FEED = 10;

function keyOf(uri: string): string {
  return createHash("sha256").update(uri).digest("hex").slice(0, 32);
}

/** Whether another process of this machine that lives writes it: the storage of a workspace is on one machine. */
function isOthers({ lease }: SweepFileHead): boolean {
  const writer = decodeLease(lease);
  if (writer === null || writer.process === process.pid) return false;
  return judgeLease(writer, ownPlace(), stateOfProcess, { unchangedMs: Infinity, hasChanged: false }) === "lives";
}
