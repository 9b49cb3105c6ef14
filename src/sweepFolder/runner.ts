/**
 * Who trains: a process with a lease of its own, and the trials that it has claimed.
 *
 * A claim is a file that is made exclusively and never changed or deleted. Each trial has at most one of each
 * generation; the holder is that of the highest one. To take over a trial from a runner that is gone is to make the
 * claim of the next generation, which only one runner can. There is no step between which another one could come.
 */
import { randomBytes } from "node:crypto";
import { closeSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { createLease, decodeLease, encodeLease, judgeLease, removeLease, type WriterState } from "../runs/lease";
import { LeaseWatch } from "../runs/leaseWatch";
import { ownPlace, stateOfProcess, type ProcessPlace } from "../runs/processPlace";
import { claimOf, claimPath, claimsFolder, isRunnerId, runnerLeasePath, runnerPath } from "./folderNames";

const FORMAT = "rnnclaim 1";
const UNWATCHED = { unchangedMs: 0, hasChanged: false };

/** What a claim says; null of one that is not whole yet. */
export interface Claim {
  /** Null: the holder before it has given the trial back. */
  readonly runner: string | null;
  /** Of the runner, as {@link encodeLease} has it. */
  readonly lease: string;
}

/** The claim, or who has the trial. */
export type ClaimAnswer = HeldClaim | { readonly holder: HolderView };

export interface HeldClaim {
  readonly generation: number;
  /** Runners that have lost the trial by ending without a word, one after the other. */
  readonly lost: number;
}

export interface HolderView {
  /** Null when its claim is not whole yet. */
  readonly runner: string | null;
  readonly machine: string;
  readonly state: WriterState;
}

/** Follows the leases of runners, and says of each whether it lives. */
export class RunnerWatch {
  private readonly leases: LeaseWatch;
  private readonly place: ProcessPlace;

  constructor(
    private readonly folder: string,
    now: () => number = () => performance.now(),
  ) {
    this.place = ownPlace();
    this.leases = new LeaseWatch(now, (path) => Promise.resolve(readOrEmpty(path)));
  }

  /** A runner of the same machine is looked at; of another one the counter of its lease is, for a while. */
  async look(claim: Claim | null, key: string): Promise<HolderView> {
    const lease = claim === null ? null : decodeLease(claim.lease);
    const machine = lease?.machine ?? "";
    const runner = claim?.runner ?? null;
    const known = judgeLease(lease, this.place, stateOfProcess, UNWATCHED);
    if (known !== "may live") return { runner, machine, state: known };
    const watched = await this.leases.look(runnerPath(this.folder, runner ?? key));
    return { runner, machine, state: watched?.state ?? "may live" };
  }
}

/** An absent lease is silent like one that is not changed: network folders show files late. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** One runner of this process. */
export class Runner {
  readonly id: string;
  private readonly claim: string;
  /** The file that claims are links to; null where there is none. */
  private source: string | null = null;
  private sources = 0;
  private linksWork = true;

  /** @throws the system's error when the folder cannot be written to */
  constructor(
    private readonly folder: string,
    private readonly watch = new RunnerWatch(folder),
  ) {
    const place = ownPlace();
    const machine = place.machine.replaceAll(/[^A-Za-z0-9-]/g, "-").slice(0, 40);
    this.id = `${machine}-${process.pid}-${randomBytes(4).toString("hex")}`;
    createLease(runnerLeasePath(folder, this.id));
    const lease = encodeLease({ ...place, beat: 0 }).trim();
    this.claim = `${JSON.stringify({ format: FORMAT, runner: this.id, lease })}\n`;
  }

  /**
   * @param isDone asked of a runner that is gone: whether it has left a result
   * @throws the system's error
   */
  async take(index: number, isDone: (runner: string) => Promise<boolean>): Promise<ClaimAnswer | "done"> {
    let lost = 0;
    for (let generation = 0; ; generation++) {
      const path = claimPath(this.folder, index, generation);
      if (this.create(path)) return { generation, lost };
      const found = readClaim(path);
      lost = found !== null && found.runner === null ? 0 : lost + 1;
      if (lost === 0 || !this.holds(index, generation)) continue;
      const holder = await this.watch.look(found, `${index}.${generation}`);
      if (holder.state !== "gone") return { holder };
      if (holder.runner !== null && (await isDone(holder.runner))) return "done";
    }
  }

  /** Whether nobody has taken the trial over. */
  holds(index: number, generation: number): boolean {
    try {
      readFileSync(claimPath(this.folder, index, generation + 1));
      return false;
    } catch {
      return true;
    }
  }

  /** Gives a trial back that it has begun, for any runner to go on with. */
  release(index: number, generation: number): void {
    const text = `${JSON.stringify({ format: FORMAT, runner: null, lease: "" })}\n`;
    writeNew(claimPath(this.folder, index, generation + 1), text);
  }

  /** After the last trial. */
  dispose(): void {
    if (this.source !== null) rmSync(this.source, { force: true });
    removeLease(runnerLeasePath(this.folder, this.id));
  }

  /** Whole from the first moment where there are hard links, which also take no space. */
  private create(path: string): boolean {
    if (!this.linksWork) return writeNew(path, this.claim);
    try {
      this.source ??= this.createSource();
      linkSync(this.source, path);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") return false;
      // As many links as a file may have.
      if (code === "EMLINK") {
        rmSync(this.source!, { force: true });
        this.source = null;
        return this.create(path);
      }
      if (code === "ENOENT") throw error;
      this.linksWork = false;
      return this.create(path);
    }
  }

  private createSource(): string {
    const path = `${runnerPath(this.folder, this.id)}.${this.sources++}.draft`;
    writeFileSync(path, this.claim, { flag: "wx" });
    return path;
  }
}

function writeNew(path: string, text: string): boolean {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, "wx");
    try {
      writeSync(file, text);
    } finally {
      closeSync(file);
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Null when there is none, or it is not whole yet. */
function readClaim(path: string): Claim | null {
  try {
    const value = JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, unknown>>;
    const { format, runner, lease } = value;
    return format === FORMAT && (runner === null || isRunner(runner)) && typeof lease === "string"
      ? { runner, lease }
      : null;
  } catch {
    return null;
  }
}

function isRunner(value: unknown): value is string {
  return typeof value === "string" && isRunnerId(value);
}

/** The last claim of each trial that has one: what is running, or was. */
export async function readClaims(folder: string): Promise<ReadonlyMap<number, Claim | null>> {
  const last = new Map<number, number>();
  for (const name of await readdir(claimsFolder(folder)).catch(() => [])) {
    const claim = claimOf(name);
    if (claim !== null && claim.generation >= (last.get(claim.index) ?? 0)) last.set(claim.index, claim.generation);
  }
  return new Map([...last].map(([index, generation]) => [index, readClaim(claimPath(folder, index, generation))]));
}
