import * as l10n from "@vscode/l10n";
import { collectChanges, describeChanges, summarizeChanges, summarizeFormer } from "../config/compare/changes";
import type { Experiment } from "../config/schema/schema";
import type { RunChange } from "../shared/wire/liveEdit";
import { isTransient } from "../shared/handover/policy";
import type { Ghost } from "../shared/wire/protocol";
import { MAX_GHOSTS, collectGhost } from "./ghosts";
import type { RunState, RunRequest } from "./runState";

interface KeptRun {
  readonly ghost: Ghost;
  readonly experiment: Experiment;
  readonly text: string | null;
}

/** A run before the present one, to compare with. */
export interface FormerRun {
  /** "run 3" */
  readonly label: string;
  readonly experiment: Experiment;
  /** The file as it was; null when it is not known. */
  readonly text: string | null;
  /** The last it had; null when it had none. */
  readonly loss: number | null;
}

/**
 * The runs before the present one, as curves, bounded. While a value is typed or scrubbed, the runs in between are not
 * kept: the curve to compare with stays the one from before.
 */
export class RunHistory {
  private previous: readonly KeptRun[] = [];
  private latestNumber = 0;
  private started: Pick<RunState, "number" | "request"> | null = null;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Keeps the curve of the run that gives way to `next`, and numbers the next one. */
  replace(run: RunState | null, next: RunRequest): number {
    const number = this.numberAfter(run, next);
    this.started = { number, request: next };
    return number;
  }

  /** The run that goes on, or was the last to; null before the first. */
  get present(): Pick<RunState, "number" | "request"> | null {
    return this.started;
  }

  private numberAfter(run: RunState | null, next: RunRequest): number {
    if (run === null) return ++this.latestNumber;
    // It goes on, or is shown again.
    if (next.from?.runId === run.runId) return run.number;
    if (isTransient({ ...run.request, startedAt: run.startedAt }, next, this.now())) return run.number;
    const { scalars, trace } = run;
    const label = l10n.t("run {0}", run.number);
    const ghost = scalars === null || trace === null ? null : collectGhost(scalars, trace, run, label);
    if (ghost !== null)
      this.previous = [...this.previous, { ghost, experiment: run.experiment, text: run.request.text ?? null }].slice(
        -MAX_GHOSTS,
      );
    return ++this.latestNumber;
  }

  /** The oldest first, each with what it had that `present` has not. */
  ghosts(present: Experiment | null): readonly Ghost[] {
    return this.previous.map(({ ghost, experiment }) => {
      const previousRun = present === null ? "" : summarizeFormer(collectChanges(experiment, present));
      return previousRun === "" ? ghost : { ...ghost, label: `${ghost.label} · ${previousRun}` };
    });
  }

  /** The latest that was kept. */
  get former(): FormerRun | null {
    const last = this.previous.at(-1);
    return last === undefined
      ? null
      : { label: last.ghost.label, experiment: last.experiment, text: last.text, loss: last.ghost.loss.at(-1) ?? null };
  }

  /** What sets `present` apart from the latest run that was kept. */
  changeOf(present: Experiment | null): RunChange | null {
    const last = this.previous.at(-1);
    if (last === undefined || present === null) return null;
    const changes = collectChanges(last.experiment, present);
    return { since: last.ghost.label, summary: summarizeChanges(changes), details: describeChanges(changes) };
  }
}
