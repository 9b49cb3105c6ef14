import { collectChanges, describeChanges, listChanges } from "../config/compare/changes";
import { collectVaried } from "../config/compare/variedValues";
import type { Experiment } from "../config/schema/schema";
import { runName } from "../runs/runName";
import type { RunChange } from "../shared/wire/liveEdit";
import { isTransient } from "../shared/handover/policy";
import type { Ghost } from "../shared/wire/protocol";
import type { RunIdentity } from "../shared/wire/runIdentity";
import { MAX_GHOSTS, collectGhost } from "./ghosts";
import type { NumberedRun, RecordedRuns } from "./runFileTarget";
import type { RunState, RunRequest } from "./runState";

interface KeptRun {
  readonly ghost: Ghost;
  readonly experiment: Experiment;
  readonly text: string | null;
}

/** A run before the present one, to compare with. */
export interface FormerRun {
  /** Its name. */
  readonly label: string;
  readonly experiment: Experiment;
  /** The file as it was; null when it is not known. */
  readonly text: string | null;
  /** The last it had; null when it had none. */
  readonly loss: number | null;
}

/** What is needed of a run for its curve. */
type KnownRun = Pick<RunState, "runId" | "number" | "scalars" | "trace">;

/** The run that goes on, or was the last to. */
type PresentRun = Pick<NumberedRun, "number" | "varied"> & { readonly request: RunRequest; readonly startedAt: number };

/** What is known outside of the session of the runs before. */
export interface EarlierRuns {
  readonly recorded: RecordedRuns;
  /** Number of the recorded run that is shown or goes on; null when the run is a new one. */
  readonly number: number | null;
}

const NONE: EarlierRuns = { recorded: { nextNumber: 1, latest: null }, number: null };

/**
 * The numbers of runs, and the runs before the present one as curves, bounded. While a value is typed or scrubbed, the
 * runs in between are not kept: the curve to compare with stays the one from before.
 */
export class RunHistory {
  private previous: readonly KeptRun[] = [];
  private largest = 0;
  private started: PresentRun | null = null;
  /** The curve of a run whose others left the memory; it may be read again meanwhile, and be the same. */
  private unloaded: { readonly runId: string; readonly ghost: Ghost | null } | null = null;
  /** What the run before the present one was started with. */
  private before: Experiment | null = null;

  /** @param nameOf a run that is recorded; null where it is not */
  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly nameOf: (runId: string) => string | null = () => null,
  ) {}

  /** Keeps the curve of the run that gives way to `next`, and numbers the next one. */
  replace(
    run: RunState | null,
    next: RunRequest,
    { recorded, number: known }: EarlierRuns = NONE,
  ): Omit<NumberedRun, "runId"> {
    const goesOn = run !== null && next.from?.runId === run.runId;
    const passedThrough = run !== null && !goesOn && this.isPassedThrough(run, next);
    if (run === null) this.before = recorded.latest;
    else if (!goesOn && !passedThrough) {
      this.keep(run);
      this.before = run.request.experiment;
    }
    const number = known ?? (passedThrough || goesOn ? run.number : Math.max(this.largest + 1, recorded.nextNumber));
    this.largest = Math.max(this.largest, number);
    const varied = this.before === null ? [] : collectVaried(this.before, next.experiment);
    this.started = {
      number,
      varied,
      request: next,
      startedAt: (goesOn ? this.started?.startedAt : null) ?? Date.now(),
    };
    return { number, varied, passedThrough: passedThrough ? run.runId : null };
  }

  /** The run that goes on, or was the last to; null before the first. */
  get present(): PresentRun | null {
    return this.started;
  }

  /** Of the present run, where it is not recorded; null before the first. */
  get identity(): RunIdentity | null {
    if (this.started === null) return null;
    const { number, varied, startedAt } = this.started;
    const meta = { number, varied, startedAt, uri: "", name: "", resumedFrom: null };
    return { number, name: runName({ meta, notes: { name: null } }) };
  }

  /**
   * Whether the run was only on the way to `next`: typed over within a moment, or it had not begun. It leaves neither a
   * curve nor a file, and the next run has its number.
   */
  isPassedThrough(run: RunState, next: RunRequest): boolean {
    if (run.request.from !== undefined) return false;
    return run.header === null || isTransient({ ...run.request, startedAt: run.startedAt }, next, this.now());
  }

  /** The curves of the run, which has ended, leave the memory, but for the one that later runs are compared with. */
  unload(run: KnownRun & Pick<RunState, "unload">): void {
    this.unloaded = { runId: run.runId, ghost: this.ghostOf(run) };
    run.unload();
  }

  private ghostOf(run: KnownRun): Ghost | null {
    const { runId, scalars, trace } = run;
    if (this.unloaded?.runId === runId) return this.unloaded.ghost;
    const name = this.nameOf(runId) ?? this.identity?.name ?? "";
    return scalars === null || trace === null ? null : collectGhost(scalars, trace, run, name);
  }

  private keep(run: RunState): void {
    const ghost = this.ghostOf(run);
    if (ghost !== null)
      this.previous = [...this.previous, { ghost, experiment: run.experiment, text: run.request.text ?? null }].slice(
        -MAX_GHOSTS,
      );
  }

  /** The oldest first. */
  get ghosts(): readonly Ghost[] {
    return this.previous.map(({ ghost }) => ({ ...ghost, label: this.nameOf(ghost.runId) ?? ghost.label }));
  }

  /** The latest that was kept. */
  get former(): FormerRun | null {
    const last = this.previous.at(-1);
    const label = this.ghosts.at(-1)?.label;
    return last === undefined || label === undefined
      ? null
      : { label, experiment: last.experiment, text: last.text, loss: last.ghost.loss.at(-1) ?? null };
  }

  /** What sets `present` apart from the latest run that was kept; null when there is none, or nothing does. */
  changeOf(present: Experiment | null): RunChange | null {
    const { former } = this;
    if (former === null || present === null) return null;
    const changes = collectChanges(former.experiment, present);
    return changes.length === 0
      ? null
      : { since: former.label, values: listChanges(changes), details: describeChanges(changes) };
  }
}
