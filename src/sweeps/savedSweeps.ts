import { createHash, randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { appendFile, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readRegularFile } from "../disk/regularFile";
import type { Disposable } from "../lib/dispose";
import { describeError } from "../lib/outsideText";
import { SpacedCalls } from "../lib/spacedCalls";
import { decodeLease, encodeLease, judgeLease } from "../runs/lease";
import { ownPlace, stateOfProcess } from "../runs/processPlace";
import {
  encodeHead,
  encodeResult,
  readSweepFile,
  type SweepFileContents,
  type SweepFileHead,
  type SweepFileResult,
} from "./sweepFile";

const EXTENSION = ".rnnsweep";
/** Sweeps of other experiment files that are kept; the longest unchanged go first. */
const MOST_FILES = 100;
/** What has more is not read. A sweep of 10,000 runs takes about 3 MB. */
const MAX_BYTES = 64 * 1024 * 1024;
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

  /** Takes the place of the sweep of this file that was kept before. @param earlier results that it starts with */
  begin(uri: string, text: string, earlier: readonly SweepFileResult[]): SweepWriter {
    const path = this.folder === null ? null : join(this.folder, `${keyOf(uri)}-${randomUUID()}${EXTENSION}`);
    const head: SweepFileHead = { uri, text, lease: encodeLease({ ...ownPlace(), beat: 0 }).trim() };
    return new SweepWriter(path, encodeHead(head) + earlier.map(encodeResult).join(""), this.warn, () =>
      this.removeOthers(uri, path ?? ""),
    );
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

  private async read(name: string): Promise<SweepFileContents | null> {
    try {
      const bytes = await readRegularFile(join(this.folder ?? "", name), MAX_BYTES);
      return readSweepFile(new TextDecoder().decode(bytes));
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
      const contents = await this.read(name);
      if (contents !== null && !isOthers(contents)) await rm(join(this.folder ?? "", name), { force: true });
    }
  }
}

/** Writes the results of one sweep as they come, without the host ever waiting for the disk. */
export class SweepWriter implements Disposable {
  private due = "";
  private readonly writes = new SpacedCalls(WRITE_INTERVAL_MS, () => this.write());
  private writing: Promise<void>;
  private isOpen = false;

  /** @param onBegun the file is there */
  constructor(
    private readonly path: string | null,
    start: string,
    private readonly warn: (message: string) => void,
    onBegun: () => Promise<void>,
  ) {
    this.writing = path === null ? Promise.resolve() : this.begin(path, start, onBegun);
  }

  add(result: SweepFileResult): void {
    if (this.path === null) return;
    this.due += encodeResult(result);
    this.writes.request();
  }

  /** Resolves when all that was added is on the disk, or could not be written. */
  async settled(): Promise<void> {
    this.write();
    await this.writing;
  }

  /** What is due is written before this returns: the host may be about to end. */
  dispose(): void {
    this.writes.dispose();
    const { path, due } = this;
    this.due = "";
    if (path === null || due === "" || !this.isOpen) return;
    try {
      appendFileSync(path, due);
    } catch (error) {
      this.fail(error);
    }
  }

  private async begin(path: string, start: string, onBegun: () => Promise<void>): Promise<void> {
    try {
      await mkdir(join(path, ".."), { recursive: true });
      await writeFile(path, start, { flag: "wx" });
      this.isOpen = true;
      await onBegun();
    } catch (error) {
      this.fail(error);
    }
  }

  private write(): void {
    this.writing = this.writing.then(async () => {
      const { path, due } = this;
      this.due = "";
      if (path === null || due === "" || !this.isOpen) return;
      await appendFile(path, due).catch((error: unknown) => this.fail(error));
    });
  }

  private fail(error: unknown): void {
    this.isOpen = false;
    this.warn(`The results of a sweep could not be saved: ${describeError(error)}`);
  }
}

function keyOf(uri: string): string {
  return createHash("sha256").update(uri).digest("hex").slice(0, 32);
}

/** Whether another process of this machine that lives writes it: the storage of a workspace is on one machine. */
function isOthers({ lease }: SweepFileHead): boolean {
  const writer = decodeLease(lease);
  if (writer === null || writer.process === process.pid) return false;
  return judgeLease(writer, ownPlace(), stateOfProcess, { unchangedMs: Infinity, hasChanged: false }) === "lives";
}
