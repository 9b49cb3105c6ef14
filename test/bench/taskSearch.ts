/** Searches on small trainings: ours as a sweep has them, or any other one that is asked and told. */
import { NO_FILES } from "../../src/config/facts/dataFiles";
import { sweepAxes, type SweepAxis } from "../../src/config/schema/sweepAxes";
import { sweepConditions } from "../../src/config/schema/sweepConditions";
import { runTrial } from "../../src/core/training/runTrial";
import { createWasmNetwork } from "../../src/kernel/wasmNetwork";
import { readSweep } from "../../src/sweepPlan/readSweep";
import { Proposer } from "../../src/sweepPlan/searchEvents";
import { judgedValue } from "../../src/sweepPlan/stopping";
import { createTrialReader, type SweepJob } from "../../src/sweepPlan/trials";
import { trialsOf } from "../../src/worker/trialsOf";
import { SEARCH_TASKS } from "./searchTasks";

/** A search to be made. */
export interface TaskJob {
  readonly task: string;
  readonly search: "tpe" | "optuna" | "random";
  readonly seed: number;
}

/** A search from outside, which draws and learns by itself. */
export interface OtherSearch {
  /** For each parameter a number, the place of a choice, or null where the run has no value of it. */
  ask(): Promise<readonly (number | null)[]>;
  tell(value: number): void;
}

/** A parameter of a task, as a program in another language needs it. */
export interface TaskParameter {
  readonly kind: "real" | "whole" | "choice";
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Of a choice. */
  readonly count: number;
  /** Parameters before it, and the places of their choices that it belongs to. */
  readonly when: readonly { readonly parameter: number; readonly choices: readonly number[] }[];
}

export const TASK_NAMES = SEARCH_TASKS.map(({ name }) => name);

export class TaskSearch {
  readonly parameters: readonly TaskParameter[];
  private readonly axes: readonly SweepAxis[];
  private readonly job: SweepJob;
  /** By the values of a run. */
  private readonly known = new Map<string, number>();

  constructor(
    name: string,
    private readonly trials: number,
  ) {
    const found = SEARCH_TASKS.find((task) => task.name === name);
    if (found === undefined) throw new RangeError(`There is no task ${name}.`);
    const { task, model, training, parameters } = found;
    const sweep = { parameters, search: { kind: "tpe", budget: trials } };
    const read = readSweep(JSON.stringify({ task, model, training, engine: "float32", arithmetic: "portable", sweep }));
    if ("problems" in read) throw new Error(`${name}: ${JSON.stringify(read.problems)}`);
    this.job = read.job;
    this.axes = sweepAxes(read.job.sweep);
    const conditions = sweepConditions(this.axes);
    this.parameters = this.axes.map((axis, a) => ({
      ...describe(axis),
      when: conditions[a]!.map(({ axis: parameter, holds }) => ({
        parameter,
        choices: [...this.axes[parameter]!.values.keys()].filter((i) => holds(this.axes[parameter]!.values[i])),
      })),
    }));
  }

  /** @returns the lowest value of all trials, as of the other searches */
  tpe(seed: number): number {
    const { trials, job } = this;
    const proposer = new Proposer({ ...job.sweep, search: { kind: "tpe", budget: trials, seed } });
    let lowest = Infinity;
    for (let combination = 0; combination < trials; combination++) {
      const values = proposer.propose(combination);
      const value = this.valueAt(values);
      lowest = Math.min(lowest, value);
      proposer.apply([
        { kind: "begun", combination, values },
        { kind: "ended", combination, outcome: { kind: "done", value, violation: 0 } },
      ]);
    }
    return lowest;
  }

  random(seed: number): number {
    const { trials, job } = this;
    const planned = trialsOf({ ...job, sweep: { ...job.sweep, search: { kind: "random", budget: trials, seed } } });
    return Math.min(...planned.map(({ values }) => this.valueAt(values)));
  }

  async other(search: OtherSearch): Promise<number> {
    let lowest = Infinity;
    for (let trial = 0; trial < this.trials; trial++) {
      const coordinates = await search.ask();
      const value = this.valueAt(
        this.axes.map(({ range, values }, a) => {
          const coordinate = coordinates[a] ?? null;
          return coordinate === null || range !== null ? coordinate : values[coordinate];
        }),
      );
      lowest = Math.min(lowest, value);
      search.tell(value);
    }
    return lowest;
  }

  /** What a sweep judges a run by; infinite for one that diverges. */
  private valueAt(values: readonly unknown[]): number {
    const key = JSON.stringify(values);
    const before = this.known.get(key);
    if (before !== undefined) return before;
    const experiment = createTrialReader(this.job)({ index: 0, seed: this.job.seed, values });
    const figures = runTrial(experiment, null, { files: NO_FILES, kernel: createWasmNetwork }, () => 0);
    const { value } = judgedValue(figures, null);
    const judged = figures.status === "done" && Number.isFinite(value) ? value : Infinity;
    this.known.set(key, judged);
    return judged;
  }
}

function describe({ range, values, whole }: SweepAxis): Omit<TaskParameter, "when"> {
  if (range === null) return { kind: "choice", low: 0, high: 0, log: false, count: values.length };
  const { from: low, to: high, scale } = range;
  return { kind: whole ? "whole" : "real", low, high, log: scale === "log", count: 0 };
}
