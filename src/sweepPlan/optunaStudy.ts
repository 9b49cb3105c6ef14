/** A sweep as a study in a journal of Optuna, which Optuna and its dashboard open and go on with. */
import { sweepAxes, type SweepAxis } from "../config/schema/sweepAxes";
import { isActive, sweepConditions } from "../config/schema/sweepConditions";
import { DIRECTION, journalLine, OPERATION, TRIAL_STATE, type Json } from "../formats/optunaJournal";
import { isLoss, type TrialResult } from "../shared/wire/sweep";
import { leadingFigure } from "../shared/wire/sweepSummary";
import type { SweepJob } from "./trials";

/** Whose lines these are. */
const WORKER = "rnn-lab";

export interface StudyHead {
  readonly name: string;
  /** How many studies the journal has had: the number of this one. */
  readonly id: number;
  /** When runs ended, by their index, in milliseconds since 1970; of the others that is not known. */
  readonly endedAt: ReadonlyMap<number, number>;
}

/**
 * The lines of a new study with a trial for each run. A run that was stopped early is a pruned trial, one that diverged
 * or failed a failed one.
 */
export function studyLines(
  { sweep }: SweepJob,
  results: readonly TrialResult[],
  { name, id, endedAt }: StudyHead,
): string[] {
  const figure = leadingFigure(results, sweep.goal?.metric ?? null);
  const axes = sweepAxes(sweep);
  const conditions = sweepConditions(axes);
  const line = (op: number, rest: Json): string => journalLine({ op_code: op, worker_id: WORKER, ...rest });
  return [
    line(OPERATION.createStudy, {
      study_name: name,
      directions: [isLoss(figure) ? DIRECTION.minimize : DIRECTION.maximize],
    }),
    line(OPERATION.studySystemAttribute, { study_id: id, system_attr: { "study:metric_names": [figure] } }),
    ...results.map((result) => {
      const own = axes.filter((_, a) => isActive(conditions, result.values, a));
      const hasValue = !Number.isNaN(result[figure]);
      const isDone = result.status === "done" && hasValue;
      const isPruned = result.status === "stopped" && hasValue;
      return line(OPERATION.createTrial, {
        study_id: id,
        ...timesOf(result, endedAt.get(result.index)),
        state: isDone ? TRIAL_STATE.complete : isPruned ? TRIAL_STATE.pruned : TRIAL_STATE.failed,
        value: isDone || isPruned ? result[figure] : null,
        values: null,
        distributions: Object.fromEntries(own.map((axis) => [axis.key, JSON.stringify(distributionOf(axis))])),
        params: Object.fromEntries(
          own.map((axis) => [axis.key, internalValue(axis, result.values[axes.indexOf(axis)])]),
        ),
        user_attrs: {
          run: result.index + 1,
          seed: result.seed,
          iterations: result.iterations,
          status: result.status,
          ...(Number.isFinite(result.gradientReach) ? { gradientReach: result.gradientReach } : {}),
          ...(result.message === null ? {} : { message: result.message }),
        },
        system_attrs: {},
        intermediate_values: isPruned ? { [result.iterations]: result[figure] } : {},
      });
    }),
  ];
}

/** As Optuna 5 writes them; the time that was spent in training, up to the end. */
function timesOf({ trainMs }: TrialResult, endedAt: number | undefined): Json {
  const write = (time: number): string => new Date(time).toISOString().replace("Z", "000+00:00");
  return endedAt === undefined
    ? { datetime_start: null }
    : { datetime_start: write(endedAt - trainMs), datetime_complete: write(endedAt) };
}

function distributionOf({ range, values, whole }: SweepAxis): Json {
  if (range === null) return { name: "CategoricalDistribution", attributes: { choices: values.map(choiceOf) } };
  const ends = [range.from, range.to].map((end) => (whole ? Math.round(end) : end));
  const attributes = { low: Math.min(...ends), high: Math.max(...ends), log: range.scale === "log" };
  return whole
    ? { name: "IntDistribution", attributes: { step: 1, ...attributes } }
    : { name: "FloatDistribution", attributes: { step: null, ...attributes } };
}

/** Optuna's choices are numbers, texts, booleans and null. */
function choiceOf(value: unknown): unknown {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

function internalValue({ range, values }: SweepAxis, value: unknown): number {
  if (range === null) {
    const wanted = JSON.stringify(value);
    return values.findIndex((known) => JSON.stringify(known) === wanted);
  }
  // Six digits may round a value beyond an end.
  return Math.min(Math.max(Number(value), Math.min(range.from, range.to)), Math.max(range.from, range.to));
}
