/** A journal of Optuna that is followed while others write it. It is only read. */
import { lstat, realpath } from "node:fs/promises";
import type { BigIntStats } from "node:fs";
import * as l10n from "@vscode/l10n";
import { identityOf, openRegularFile, readFrom, sizeWithin } from "../disk/regularFile";
import { JournalReplay, type JournalStudy } from "../formats/optunaJournal";
import type { Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import { describeError } from "../lib/outsideText";
import { finishInPieces, type SlicedTask } from "../lib/slicedTask";

/** Between two looks: a file system on a network tells of no changes. */
const POLL_MS = 1000;
/** A larger file is not read: all of its trials are kept in memory. */
const MAX_BYTES = 1024 ** 3;
const BLOCK_BYTES = 4 * 1024 ** 2;
const LINE_FEED = 10;
/** Looks at the same half line after which it counts as left behind, and not as being written. */
const TORN_AFTER = 3;

export class FollowedJournal implements Disposable {
  private readonly changes = new Emitter<void>();
  readonly onDidChange = this.changes.event;
  private replay = new JournalReplay();
  private identity = "";
  private version = "";
  /** Bytes of the file that were read, and those of them after the last line end. */
  private offset = 0;
  private rest = new Uint8Array();
  private looksAtRest = 0;
  private failure: string | null = null;
  private looking: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isDisposed = false;

  constructor(
    readonly path: string,
    private readonly maxBytes = MAX_BYTES,
  ) {}

  get studies(): readonly JournalStudy[] {
    return this.replay.studies;
  }

  /** What is wrong with the file, in words for a person. What was read before it is there. */
  get problem(): string | null {
    if (this.failure !== null) return this.failure;
    return this.looksAtRest >= TORN_AFTER
      ? l10n.t("The last line of the journal is not whole: a writer was interrupted. It was left out.")
      : null;
  }

  /** Whether the file is looked at every second. */
  follow(follows: boolean): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = follows ? setInterval(() => void this.look(), POLL_MS).unref() : null;
    if (follows) void this.look();
  }

  /** Reads what was added. Settles when all that is there now was read. */
  look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => (this.looking = null));
    return this.looking;
  }

  dispose(): void {
    this.isDisposed = true;
    this.follow(false);
    this.changes.dispose();
  }

  private async lookOnce(): Promise<void> {
    const before = this.problem;
    let hasNews = false;
    try {
      const path = await realpath(this.path);
      hasNews = await this.read(path, await lstat(path, { bigint: true }));
    } catch (error) {
      // Another look may find it whole again.
      this.version = "";
      this.failure = describeRefusal(this.path, error);
    }
    if (!this.isDisposed && (hasNews || this.problem !== before)) this.changes.fire();
  }

  /** @returns whether there is something new */
  private async read(path: string, stats: BigIntStats): Promise<boolean> {
    const version = `${identityOf(stats)} ${stats.size} ${stats.mtimeNs}`;
    if (version === this.version) {
      if (this.rest.length > 0) this.looksAtRest++;
      return false;
    }
    const { handle, stats: opened } = await openRegularFile(path);
    try {
      const size = sizeWithin(opened, this.maxBytes);
      // Another file, or one that was cut off or repaired, is read from its start.
      if (identityOf(opened) !== this.identity || size < this.offset || this.failure !== null) this.startOver();
      this.identity = identityOf(opened);
      this.looksAtRest = 0;
      while (this.offset < size && !this.isDisposed) {
        const block = await readFrom(handle, this.offset, Math.min(BLOCK_BYTES, size - this.offset));
        if (block.length === 0) break;
        this.offset += block.length;
        await finishInPieces(this.take(block));
      }
      this.version = version;
      return true;
    } finally {
      await handle.close();
    }
  }

  private startOver(): void {
    this.replay = new JournalReplay();
    this.offset = 0;
    this.rest = new Uint8Array();
    this.failure = null;
  }

  /** @throws SyntaxError with the number of a line that is none of a journal */
  private *take(block: Uint8Array): SlicedTask<void> {
    const decoder = new TextDecoder();
    const bytes = Buffer.concat([this.rest, block]);
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      this.replay.add(decoder.decode(bytes.subarray(start, end)));
      start = end + 1;
      yield;
    }
    this.rest = bytes.subarray(start);
  }
}

function describeRefusal(path: string, error: unknown): string {
  if (error instanceof SyntaxError) return l10n.t("{0} is not a whole journal of Optuna. {1}", path, error.message);
  const isGone = (error as NodeJS.ErrnoException).code === "ENOENT";
  return isGone ? l10n.t("There is no file {0}.", path) : l10n.t("{0} cannot be read. {1}", path, describeError(error));
}
