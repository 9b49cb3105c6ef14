/**
 * Runs a sweep folder to its end on an engine: gives it the trials that have no result and no living runner, follows
 * the results, and gives it again what it has lost. Whoever stops following can go on later, here or elsewhere.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as l10n from "@vscode/l10n";
import { describeError } from "../lib/outsideText";
import type { SweepConfig } from "../config/schema/schema";
import type { TrialResult } from "../shared/wire/sweep";
import { canceledPath, engineFolder, logsFolder } from "../sweepFolder/folderNames";
import type { SweepFolder } from "../sweepFolder/planFile";
import { Decider } from "../sweepFolder/decider";
import { ResultReader } from "../sweepFolder/results";
import { hasDecisions } from "../sweepPlan/decisions";
import { isLearning } from "../sweepPlan/searchEvents";
import { readClaims, RunnerWatch } from "../sweepFolder/runner";
import { createEngine } from "./createEngine";
import type { EngineSetup, EngineState, SweepEngine } from "./engine";
import type { EngineName } from "./engineName";
import { estimateTrialSeconds } from "./estimate";
import { openSource, type SearchOracle, type TrialSource } from "./trialSource";

export interface FolderSweepEvents {
  onResults(results: readonly TrialResult[]): void;
  /** A few times a second at most. */
  onState(state: SweepState): void;
}

export interface SweepState extends EngineState {
  readonly trials: number;
  readonly done: number;
  readonly failed: number;
  /** Seconds until the end, from the trials so far and what must wait; null while nothing is known. */
  readonly secondsLeft: number | null;
}

export type FolderSweepEnd =
  | { readonly kind: "done" | "canceled" | "detached" }
  /** The engine ends without results, time after time. */
  | { readonly kind: "failed"; readonly message: string };

export interface FolderSweepOptions extends Pick<EngineSetup, "options" | "memory" | "pythonFolder"> {
  readonly engine: EngineName;
  /** Who proposes where the search learns. */
  readonly openSearch: (sweep: SweepConfig) => SearchOracle;
  /** Between two looks. Milliseconds. */
  readonly intervalMs?: number;
}

const INTERVAL_MS = 500;
/** Where a search learns and asking the engine costs nothing: its runs wait for decisions. */
const SHORT_INTERVAL_MS = 100;
/** Times that an engine may end without one new result. */
const MOST_IDLE_STARTS = 3;
const HANDLE = "handle.json";

export class FolderSweep {
  private readonly reader: ResultReader;
  private readonly watch: RunnerWatch;
  private readonly startedAt = performance.now();
  private doneAtStart = 0;
  private failed = 0;
  private stopping: "canceled" | "detached" | null = null;
  private readonly ending = new AbortController();
  private engine: SweepEngine | null = null;
  private wake: () => void = () => undefined;

  constructor(
    private readonly folder: SweepFolder,
    private readonly settings: FolderSweepOptions,
    private readonly events: FolderSweepEvents,
  ) {
    this.reader = new ResultReader(folder.path);
    this.watch = new RunnerWatch(folder.path);
  }

  get path(): string {
    return this.folder.path;
  }

  /**
   * @throws EngineError when the engine cannot be used
   * @throws SweepFolderError when another process decides on the runs
   */
  async run(): Promise<FolderSweepEnd> {
    const { sweep } = this.folder.read.job;
    if (!hasDecisions(sweep)) return this.follow(await openSource(this.folder, null));
    const decider = await Decider.take(this.folder, this.ending.signal).catch((error: unknown) => {
      if (this.ending.signal.aborted) return null;
      throw error;
    });
    if (decider === null) return { kind: this.stopping ?? "detached" };
    try {
      const oracle = isLearning(sweep) ? this.settings.openSearch(sweep) : null;
      const source = await openSource(this.folder, oracle);
      try {
        return await this.follow(source);
      } finally {
        source.dispose();
      }
    } finally {
      decider.dispose();
    }
  }

  private async follow(source: TrialSource): Promise<FolderSweepEnd> {
    await this.refresh(source);
    this.doneAtStart = this.reader.results.size;
    await source.fill(0);
    if (source.isOver) return { kind: "done" };
    await mkdir(engineFolder(this.folder.path), { recursive: true });
    this.engine = createEngine(this.settings.engine, await this.setup());
    const { engine } = this;
    let idleStarts = 0;
    /** Given to the engine since it was idle last, also by whoever followed before. */
    let given: Set<number> | null = null;
    for (let doneAtLastStart = -1; ;) {
      await this.refresh(source);
      const state = await engine.poll();
      await source.fill(this.stopping === null ? engine.slots() : 0);
      const left = source.left();
      this.report(state, left.length);
      if (source.isOver) {
        await engine.finish?.();
        return { kind: "done" };
      }
      if (this.stopping !== null) return await this.stop(engine, source, this.stopping);
      const had: Set<number> = state.isIdle ? new Set() : (given ?? new Set(left));
      given = had;
      const free = this.mayStart(state) ? await this.freeOf(left.filter((index) => !had.has(index))) : [];
      if (state.isIdle) {
        idleStarts = this.reader.results.size > doneAtLastStart ? 0 : idleStarts + (free.length > 0 ? 1 : 0);
        if (idleStarts >= MOST_IDLE_STARTS)
          return { kind: "failed", message: this.describeFailure(state, left.length) };
        if (free.length > 0) doneAtLastStart = this.reader.results.size;
      }
      if (free.length > 0) await engine.start(free);
      for (const index of free) had.add(index);
      await this.pause();
    }
  }

  /** Where runs are planned from the start, an engine gets all of them at once. */
  private mayStart({ isIdle }: EngineState): boolean {
    return isIdle || this.isLearning;
  }

  private get isLearning(): boolean {
    return isLearning(this.folder.read.job.sweep);
  }

  /** Ends the trials; they write checkpoints, and the sweep can be gone on with. */
  cancel(): void {
    this.end("canceled");
  }

  /** Leaves the engine to itself. */
  detach(): void {
    this.end("detached");
  }

  private end(kind: "canceled" | "detached"): void {
    this.stopping ??= kind;
    this.ending.abort();
    this.wake();
  }

  private async stop(engine: SweepEngine, source: TrialSource, kind: "canceled" | "detached"): Promise<FolderSweepEnd> {
    if (kind === "canceled") {
      await writeFile(canceledPath(this.folder.path), "");
      await engine.cancel();
      // Until the last one has written its checkpoint.
      for (let state = await engine.poll(); !state.isIdle; state = await engine.poll()) {
        this.report(state, source.left().length);
        await this.pause();
      }
      await this.refresh(source);
      await source.fill(0);
    }
    return { kind };
  }

  private async refresh(source: TrialSource): Promise<void> {
    const results = await this.reader.refresh();
    source.ended(results);
    this.failed += results.filter(({ status }) => status === "failed").length;
    if (results.length > 0) this.events.onResults(results);
  }

  /** Those that no living runner has. */
  private async freeOf(trials: readonly number[]): Promise<number[]> {
    const claims = await readClaims(this.folder.path);
    const free: number[] = [];
    for (const index of trials) {
      const claim = claims.get(index);
      const isHeld = claim !== undefined && claim?.runner !== null;
      if (!isHeld || (await this.watch.look(claim, `${index}`)).state === "gone") free.push(index);
    }
    return free;
  }

  /** @param left trials that the engine may be at */
  private report(state: EngineState, left: number): void {
    const { size: done } = this.reader.results;
    const { trials } = this.folder.read.info;
    const fresh = done - this.doneAtStart;
    const seconds = (performance.now() - this.startedAt) / 1000;
    const secondsLeft = fresh === 0 ? null : ((trials - done) * seconds) / fresh + forcedWait(state);
    const running = Math.min(state.running, left);
    this.events.onState({ ...state, running, trials, done, failed: this.failed, secondsLeft });
  }

  private describeFailure({ problems }: EngineState, left: number): string {
    return [
      l10n.t("{0} of the trials have no result after {1} attempts.", left, MOST_IDLE_STARTS),
      l10n.t("See {0}.", logsFolder(this.folder.path)),
      ...problems,
    ].join(" ");
  }

  private async setup(): Promise<EngineSetup> {
    const { folder, reader } = this;
    const { options, memory, pythonFolder, engine } = this.settings;
    const path = join(engineFolder(folder.path), HANDLE);
    return {
      folder,
      options,
      memory,
      pythonFolder,
      isLearning: this.isLearning,
      trialSeconds: () => estimateTrialSeconds(folder, [...reader.results.values()]),
      handle: await readHandle(path, engine),
      keep: async (handle) => {
        const draft = `${path}.${process.pid}.draft`;
        await writeFile(draft, JSON.stringify({ engine, handle }));
        await rename(draft, path);
      },
    };
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const isCheap = this.settings.engine === "local" || this.settings.engine === "command";
      const usual = this.isLearning && isCheap ? SHORT_INTERVAL_MS : INTERVAL_MS;
      const timer = setTimeout(resolve, this.settings.intervalMs ?? usual);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Where others are running meanwhile, what waits costs no time of its own. */
function forcedWait({ running, waitSeconds = 0 }: EngineState): number {
  return running > 0 ? 0 : waitSeconds;
}

/** What the same engine was left with. What cannot be read counts for nothing: the claims say what is under way. */
async function readHandle(path: string, engine: EngineName): Promise<unknown> {
  try {
    const value = JSON.parse(await readFile(path, "utf8")) as { readonly engine?: unknown; readonly handle?: unknown };
    return value.engine === engine ? value.handle : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new Error(`${path}: ${describeError(error)}`, { cause: error });
  }
}
