import * as vscode from "vscode";
import { dirname } from "node:path";
import type { Experiment } from "../config/schema/schema";
import { isLive, type ExternalRun } from "../externalRuns/externalRun";
import type { ForeignSource } from "../externalRuns/foreignRun";
import type { RunReader } from "../threads/runReader";
import type { RunCurves, UnreadRun } from "../runs/readCurves";
import type { RunProgress } from "../runs/format/runContents";
import { NO_NOTES, type RunNotes } from "../runs/runNotes";
import type { RunState } from "../runs/liveness";
import { IDLE } from "../shared/trace/trace";
import type { RunIdentity } from "../shared/wire/runIdentity";
import type { ExternalRuns } from "./externalRuns";
import type { RunLibrary } from "./runLibrary";

/** A run as tables and comparisons show it, whoever recorded it. A `RunEntry` is one. */
export interface ListedRun {
  readonly id: string;
  readonly path: string;
  readonly state: RunState;
  readonly notes: RunNotes;
  readonly progress: RunProgress | null;
  readonly meta: {
    /** Of the experiment; of another's run, its folder. */
    readonly name: string;
    readonly uri: string;
    readonly startedAt: number;
    /** Null where the run has none. */
    readonly seed: number | null;
    readonly config: Experiment | null;
  };
}

/** The saved runs, and after them those of others. */
export class ListedRuns {
  /** An entry stays the same object as long as its run does. */
  private readonly listed = new WeakMap<ExternalRun, ListedRun | null>();

  constructor(
    readonly library: RunLibrary,
    readonly external: ExternalRuns,
  ) {}

  get all(): readonly ListedRun[] {
    const others = this.external.groups.flatMap(({ runs }) => runs.flatMap((run) => this.listedRun(run) ?? []));
    return [...(this.library.store?.all ?? []), ...others];
  }

  find(id: string): ListedRun | null {
    const external = this.external.find(id);
    return external === null ? (this.library.store?.find(id) ?? null) : this.listedRun(external);
  }

  identity(run: ListedRun): RunIdentity {
    const external = this.external.find(run.id);
    if (external !== null) return { number: this.external.numberOf(external), name: external.name };
    const entry = this.library.store?.find(run.id) ?? null;
    return entry === null ? { number: 0, name: run.meta.name } : this.library.identity(entry);
  }

  /** What is shown of a run that another program has recorded, and by which rule. */
  notesOn({ id }: ListedRun): readonly string[] {
    return this.external.find(id)?.notes ?? [];
  }

  async load(): Promise<void> {
    await Promise.all([this.library.store?.load(), this.external.load()]);
  }

  /** In the order of the runs; of each at most so many points. */
  async readCurves(
    reader: RunReader,
    runs: readonly ListedRun[],
    points: number,
  ): Promise<readonly (RunCurves | UnreadRun)[]> {
    const foreign = runs.map(({ id }) => this.foreignSource(id));
    const own = runs.filter((_, index) => foreign[index] === null);
    const sources = new Map(foreign.flatMap((source) => (source === null ? [] : [[source.path, source] as const])));
    const [ownCurves, read] = await Promise.all([
      own.length === 0
        ? []
        : reader.readCurves(
            own.map(({ path }) => path),
            points,
          ),
      sources.size === 0 ? [] : reader.readForeign([...sources.values()], points),
    ]);
    const byPath = new Map([...sources.keys()].map((path, index) => [path, read[index]]));
    return runs.map((run) => {
      if (!byPath.has(run.path)) return ownCurves[own.indexOf(run)] ?? gone();
      const found = byPath.get(run.path) ?? [];
      const part = this.external.find(run.id)?.part ?? null;
      return "problem" in found ? found : (found.find((other) => other.part === part) ?? gone());
    });
  }

  private foreignSource(id: string): ForeignSource | null {
    const run = this.external.find(id);
    if (run?.kind === "trackio") return { kind: "trackio", path: run.path };
    return run?.kind === "tensorboard"
      ? { kind: "tensorboard", path: run.path, rule: this.external.restartRule }
      : null;
  }

  /** Null where its file was not read. */
  private listedRun(run: ExternalRun): ListedRun | null {
    const known = this.listed.get(run);
    if (known !== undefined) return known;
    const listed = describe(run);
    this.listed.set(run, listed);
    return listed;
  }
}

function gone(): UnreadRun {
  return { problem: vscode.l10n.t("It no longer exists.") };
}

function describe(run: ExternalRun): ListedRun | null {
  const { id, path, state, summary, startedAt, iterations, loss, trainMs } = run;
  if (state === "unopened" || state === "unreadable") return null;
  const folder = vscode.Uri.file(dirname(path));
  const meta = {
    name: vscode.workspace.asRelativePath(folder),
    uri: folder.toString(),
    startedAt,
    seed: null,
    config: null,
  };
  if (summary !== null)
    return {
      id,
      path,
      state,
      notes: NO_NOTES,
      progress: summary.progress,
      meta: { ...meta, ...ofExperiment(summary.meta) },
    };
  const status = {
    ...IDLE,
    phase: state === "interrupted" ? IDLE.phase : state,
    iteration: iterations ?? 0,
    iterations: iterations ?? 0,
    loss,
    trainMs: trainMs ?? 0,
  };
  const endedAt = isLive(run) ? null : startedAt + (trainMs ?? 0);
  return { id, path, state, notes: NO_NOTES, progress: { status, checkpoint: null, endedAt, metrics: null }, meta };
}

function ofExperiment({ seed, config }: { readonly seed: number; readonly config: Experiment }) {
  return { seed, config };
}
