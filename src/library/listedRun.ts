import * as vscode from "vscode";
import { dirname } from "node:path";
import type { Experiment } from "../config/schema/schema";
import { isLive, type ExternalRun } from "../externalRuns/externalRun";
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

  async load(): Promise<void> {
    await Promise.all([this.library.store?.load(), this.external.load()]);
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
