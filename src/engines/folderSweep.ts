/**
 * Runs a sweep folder to its end on an engine: gives it the trials that have no result and no living runner, follows
 * the results, and gives it again what it has lost. Whoever stops following can go on later, here or elsewhere.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as l10n from "@vscode/l10n";
import { describeError } from "../lib/outsideText";
import type { TrialResult } from "../shared/wire/sweep";
import { canceledPath, engineFolder, logsFolder } from "../sweepFolder/folderNames";
import type { SweepFolder } from "../sweepFolder/planFile";
import { ResultReader } from "../sweepFolder/results";
import { readClaims, RunnerWatch } from "../sweepFolder/runner";
import { createEngine } from "./createEngine";
import type { EngineSetup, EngineState, SweepEngine } from "./engine";
import type { EngineName } from "./engineName";
import { estimateTrialSeconds } from "./estimate";

export interface FolderSweepEvents {
  onResults(results: readonly TrialResult[]): void;
  /** A few times a second at most. */
  onState(state: SweepState): void;
}

export interface SweepState extends EngineState {
  readonly trials: number;
  readonly done: number;
  readonly failed: number;
  /** Seconds until the end, from the trials of the last minutes; null while nothing is known. */
  readonly secondsLeft: number | null;
}

export type FolderSweepEnd =
  | { readonly kind: "done" | "canceled" | "detached" }
  /** The engine ends without results, time after time. */
  | { readonly kind: "failed"; readonly message: string };

export interface FolderSweepOptions extends Pick<EngineSetup, "options" | "memory" | "pythonFolder"> {
  readonly engine: EngineName;
  /** Between two looks. Milliseconds. */
  readonly intervalMs?: number;
}

const INTERVAL_MS = 500;
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

  /** @throws EngineError when the engine cannot be used */
  async run(): Promise<FolderSweepEnd> {
    await this.refresh();
    this.doneAtStart = this.reader.results.size;
    if (this.left().length === 0) return { kind: "done" };
    await mkdir(engineFolder(this.folder.path), { recursive: true });
    this.engine = createEngine(this.settings.engine, await this.setup());
    let idleStarts = 0;
    for (let doneAtLastStart = -1; ;) {
      await this.refresh();
      const state = await this.engine.poll();
      this.report(state);
      const left = this.left();
      if (left.length === 0) return { kind: "done" };
      if (this.stopping !== null) return await this.stop(this.engine, this.stopping);
      if (state.isIdle) {
        const free = await this.freeOf(left);
        idleStarts = this.reader.results.size > doneAtLastStart ? 0 : idleStarts + (free.length > 0 ? 1 : 0);
        if (idleStarts >= MOST_IDLE_STARTS)
          return { kind: "failed", message: this.describeFailure(state, left.length) };
        if (free.length > 0) {
          doneAtLastStart = this.reader.results.size;
          await this.engine.start(free);
        }
      }
      await this.pause();
    }
  }

  /** Ends the trials; they write checkpoints, and the sweep can be gone on with. */
  cancel(): void {
    this.stopping ??= "canceled";
    this.wake();
  }

  /** Leaves the engine to itself. */
  detach(): void {
    this.stopping ??= "detached";
    this.wake();
  }

  private async stop(engine: SweepEngine, kind: "canceled" | "detached"): Promise<FolderSweepEnd> {
    if (kind === "canceled") {
      await writeFile(canceledPath(this.folder.path), "");
      await engine.cancel();
      // Until the last one has written its checkpoint.
      for (let state = await engine.poll(); !state.isIdle; state = await engine.poll()) {
        this.report(state);
        await this.pause();
      }
      await this.refresh();
    }
    return { kind };
  }

  private async refresh(): Promise<void> {
    const results = await this.reader.refresh();
    this.failed += results.filter(({ status }) => status === "failed").length;
    if (results.length > 0) this.events.onResults(results);
  }

  private left(): number[] {
    const { trials } = this.folder.read.info;
    return Array.from({ length: trials }, (_, index) => index).filter((index) => !this.reader.results.has(index));
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

  private report(state: EngineState): void {
    const { size: done } = this.reader.results;
    const { trials } = this.folder.read.info;
    const fresh = done - this.doneAtStart;
    const seconds = (performance.now() - this.startedAt) / 1000;
    const secondsLeft = fresh === 0 ? null : ((trials - done) * seconds) / fresh;
    this.events.onState({ ...state, trials, done, failed: this.failed, secondsLeft });
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
      const timer = setTimeout(resolve, this.settings.intervalMs ?? INTERVAL_MS);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
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
