/**
 * What is on the disk of recorded runs, followed from outside: that nothing once written is gone, and that each file is
 * whole.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { COLUMN } from "../../src/shared/trace/trace";
import { readRun, RunFileError } from "../../src/runs/format/readRun";
import { readSummary } from "../../src/runs/runSummary";

const EXTENSION = ".rnnrun";
/** A typed run that another one replaces sooner leaves no file (docs/run-files.md); more for a host that is slow. */
const PASSED_THROUGH_MS = 1000 + 4000;
/** A file that was just begun may be without its first frame. */
const BEGUN_MS = 10_000;

/** In which folder of the runs a file is. */
type Place = "runs" | "trash" | "damaged";
const PLACES: readonly Place[] = ["runs", "trash", "damaged"];

interface KnownRun {
  readonly id: string;
  readonly uri: string;
  readonly resumedFrom: string | null;
  place: Place | "gone";
  /** The largest iteration that its file was seen with. */
  iteration: number;
  /** Of its end; null before. */
  endedAs: string | null;
  size: number;
  writtenAt: number;
  /** Its file was deleted by the chaos run: what was in it may be lost. */
  isDestroyed: boolean;
}

export class Ledger {
  private readonly runs = new Map<string, KnownRun>();
  private readonly passed = new Map<string, number>();
  private readonly problems: string[] = [];

  constructor(readonly folder: string) {}

  /** Those in the folder, the earliest known first. */
  get present(): readonly KnownRun[] {
    return [...this.runs.values()].filter(({ place }) => place === "runs");
  }

  /** IDs of those in the trash. */
  get inTrash(): readonly string[] {
    return [...this.runs.values()].flatMap(({ id, place }) => (place === "trash" ? [id] : []));
  }

  find(id: string): KnownRun | undefined {
    return this.runs.get(id);
  }

  pathOf(id: string): string {
    return join(this.folder, `${id}${EXTENSION}`);
  }

  /** The chaos run deletes the file. */
  noteDestroyed(id: string): void {
    const run = this.runs.get(id);
    if (run !== undefined) Object.assign(run, { isDestroyed: true, iteration: 0, endedAs: null });
  }

  noteAllDestroyed(): void {
    for (const { id } of this.runs.values()) this.noteDestroyed(id);
  }

  notePassed(runId: string, lifetimeMs: number): void {
    this.passed.set(runId, lifetimeMs);
  }

  /** What was wrong in any look since the last call, in words. */
  takeProblems(): readonly string[] {
    return this.problems.splice(0);
  }

  /** Looks at the folder. */
  async scan(): Promise<void> {
    const seen = new Set<string>();
    for (const place of PLACES) {
      const folder = place === "runs" ? this.folder : join(this.folder, place);
      for (const name of await readdir(folder).catch(() => [])) {
        if (!name.endsWith(EXTENSION)) continue;
        const id = basename(name, EXTENSION);
        const problem = await this.look(id, join(folder, name), place);
        if (problem === "none") continue;
        seen.add(id);
        if (problem !== null) this.problems.push(problem);
      }
    }
    for (const run of this.runs.values())
      if (!seen.has(run.id) && run.place !== "gone") this.problems.push(...this.miss(run));
  }

  /** "none" when the file is none of ours, or has gone meanwhile. */
  private async look(id: string, path: string, place: Place): Promise<string | null | "none"> {
    const info = await stat(path).catch(() => null);
    if (info === null || !info.isFile()) return "none";
    const known = this.runs.get(id);
    if (known?.place === place && known.size === info.size && known.writtenAt === info.mtimeMs) return null;
    const summary = await readSummary(path).catch((error: unknown) => {
      if (error instanceof RunFileError) return error;
      return null;
    });
    // Moved while it was looked at.
    if (summary === null) return known === undefined ? "none" : null;
    if (summary instanceof RunFileError)
      return Date.now() - info.mtimeMs < BEGUN_MS || known === undefined ? "none" : `${path}: ${summary.message}`;
    const iteration = summary.progress?.status.iteration ?? 0;
    const endedAs = summary.progress?.endedAt == null ? null : summary.progress.status.phase;
    const problem =
      known !== undefined && iteration < known.iteration
        ? `${path} had iteration ${known.iteration} and has ${iteration} now`
        : place === "damaged" && known?.place !== "damaged"
          ? `${path} was set aside as damaged`
          : null;
    const run = known ?? {
      id,
      uri: summary.meta.uri,
      resumedFrom: summary.meta.resumedFrom,
      isDestroyed: false,
    };
    this.runs.set(
      id,
      Object.assign(run, { place, iteration, endedAs, size: info.size, writtenAt: info.mtimeMs }) as KnownRun,
    );
    return problem;
  }

  /** A file that is nowhere any more. */
  private miss(run: KnownRun): string[] {
    run.place = "gone";
    const lifetime = this.passed.get(run.id) ?? Infinity;
    if (run.isDestroyed || run.iteration === 0 || lifetime <= PASSED_THROUGH_MS) return [];
    return [`${run.id}${EXTENSION} with ${run.iteration} iterations is gone, and not in the trash`];
  }

  /**
   * Whether the file of a run that nobody writes any more is complete.
   * @returns what is wrong, in words
   */
  async check(id: string): Promise<string[]> {
    const path = this.pathOf(id);
    const bytes = await readFile(path).catch(() => null);
    if (bytes === null) return [];
    const { metrics, status, endedAt, goodBytes } = readRun(bytes);
    const problems: string[] = [];
    const index = metrics.columns.findIndex(({ name }) => name === COLUMN.iteration);
    const iterations = [...(metrics.rows.columns[index] ?? [])];
    const gap = iterations.findIndex((iteration, row) => iteration !== row);
    if (gap >= 0) problems.push(`${path}: row ${gap} is of iteration ${iterations[gap]}`);
    const last = iterations.at(-1) ?? -1;
    if (last < status.iteration - (status.phase === "done" ? 0 : 1) && status.iteration > 0)
      problems.push(`${path} says iteration ${status.iteration} and has rows up to ${last}`);
    if (endedAt !== null && goodBytes !== bytes.length)
      problems.push(`${path} has ${bytes.length - goodBytes} bytes behind its last whole frame`);
    return problems;
  }

  /** Iterations that are on the disk of a run; -1: no file, or none in it. */
  async lastIteration(id: string): Promise<number> {
    const bytes = await readFile(this.pathOf(id)).catch(() => null);
    if (bytes === null) return -1;
    try {
      const { metrics } = readRun(bytes);
      const index = metrics.columns.findIndex(({ name }) => name === COLUMN.iteration);
      return metrics.rows.columns[index]?.at(-1) ?? -1;
    } catch (error) {
      if (error instanceof RunFileError) return -1;
      throw error;
    }
  }
}
