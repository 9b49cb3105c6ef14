import { IrregularFileError, openRegularFile, readFrom } from "../disk/regularFile";
import { decodeLease, judgeLease, LEASE_BYTES, leasePath, type RunLease, type WriterState } from "./lease";
import { ownPlace, stateOfProcess, type ProcessPlace } from "./processPlace";

/** What a reader knows of the process that writes a run. */
export interface RunWriterView {
  readonly state: WriterState;
  /** Null when its lease cannot be read. */
  readonly lease: RunLease | null;
  /** Since the counter was last seen to change, or first seen. */
  readonly unchangedMs: number;
}

interface Sighting {
  readonly text: string;
  readonly changedAt: number;
  readonly hasChanged: boolean;
}

/** Instead of a text. */
const UNREADABLE = Symbol("unreadable");
const ABSENT: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EISDIR", "ENXIO", "ELOOP"]);

/** Of the file; null when it is not there, {@link UNREADABLE} when that cannot be known at the moment. */
export type ReadLease = (path: string) => Promise<string | typeof UNREADABLE | null>;

/** Follows leases on a clock of its own, and says of each whether its writer lives. */
export class LeaseWatch {
  private readonly sightings = new Map<string, Sighting>();
  private place: ProcessPlace | null = null;

  /**
   * @param now milliseconds of a clock that never goes back
   */
  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly readText: ReadLease = readWhole,
    private readonly here: () => ProcessPlace = ownPlace,
  ) {}

  /** Of the run in the file at `runPath`; null when it has no lease: nobody writes it. */
  async look(runPath: string): Promise<RunWriterView | null> {
    const path = leasePath(runPath);
    const text = await this.readText(path);
    if (text === null) {
      this.sightings.delete(path);
      return null;
    }
    // The time during which nothing could be read does not count as silence.
    if (text === UNREADABLE) {
      this.sightings.delete(path);
      return { state: "may live", lease: null, unchangedMs: 0 };
    }
    const lease = decodeLease(text);
    const unchangedMs = this.see(path, text);
    this.place ??= this.here();
    const hasChanged = this.sightings.get(path)?.hasChanged === true;
    return { state: judgeLease(lease, this.place, stateOfProcess, { unchangedMs, hasChanged }), lease, unchangedMs };
  }

  /** @returns since when, in milliseconds, `key` was seen with this text alone */
  see(key: string, text: string): number {
    const now = this.now();
    const known = this.sightings.get(key);
    if (known?.text === text) return now - known.changedAt;
    this.sightings.set(key, { text, changedAt: now, hasChanged: known !== undefined });
    return 0;
  }
}

/**
 * Null when there is none, or something that is no file. A disk or network that does not answer says nothing about the
 * writer.
 */
async function readWhole(path: string): ReturnType<ReadLease> {
  try {
    const { handle } = await openRegularFile(path);
    try {
      return Buffer.from(await readFrom(handle, 0, LEASE_BYTES)).toString("utf8");
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof IrregularFileError) return null;
    const { code = "" } = error as NodeJS.ErrnoException;
    return ABSENT.has(code) ? null : UNREADABLE;
  }
}
