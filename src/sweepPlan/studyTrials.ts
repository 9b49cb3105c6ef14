/** A study in a journal of Optuna as the results of a sweep, which grow with it. */
import * as l10n from "@vscode/l10n";
import {
  DIRECTION,
  externalValue,
  TRIAL_STATE,
  type JournalDistribution,
  type JournalStudy,
  type JournalTrial,
} from "../formats/optunaJournal";
import type { StudyObjective, SweepInfo, SweepParameter, TrialFigure, TrialStatus } from "../shared/wire/sweep";
import type { SweepProgress, TrialUnderWay } from "../shared/wire/sweepProtocol";
import { TRIAL_FIGURES } from "../shared/wire/sweep";
import { encodeNonFinite } from "../shared/wire/nonFinite";
import { TrialColumns } from "../shared/wire/trialColumns";

/** Under which figures the values of objectives go, so that small is good where it should be. */
const MINIMIZED: readonly TrialFigure[] = ["loss", "validationLoss", "bestValidationLoss"];
const MAXIMIZED: readonly TrialFigure[] = ["accuracy", "exactAccuracy"];
/** Trials of dead workers run for ever, and may be many. */
const MOST_UNDER_WAY = 100;
const METRIC_NAMES = "study:metric_names";

interface PlacedObjective extends StudyObjective {
  /** Of the values of a trial. */
  readonly place: number;
}

/** The trials that have ended, in the order in which they did. */
export class StudyTrials {
  private columns = new TrialColumns([]);
  private parameters: readonly SweepParameter[] = [];
  private objectives: readonly PlacedObjective[];
  private firstStart = Infinity;

  constructor(readonly study: JournalStudy) {
    this.objectives = placeObjectives(study);
    this.update();
  }

  /** Only ever added to, until a parameter comes that no trial before had. */
  get results(): TrialColumns {
    return this.columns;
  }

  get info(): SweepInfo {
    const { study, parameters, objectives } = this;
    return {
      parameters,
      seeds: 1,
      trials: study.trials.length,
      goal: null,
      objectives: objectives.map(({ figure, name }) => ({ figure, name })),
    };
  }

  get progress(): SweepProgress {
    const { trials } = this.study;
    const count = (state: number): number => trials.filter((trial) => trial.state === state).length;
    return { place: "", queued: count(TRIAL_STATE.waiting), running: count(TRIAL_STATE.running) };
  }

  /** Those that are running, the first of them; parameters that no ended trial has are not among their values. */
  get underWay(): readonly TrialUnderWay[] {
    return this.study.trials
      .filter(({ state }) => state === TRIAL_STATE.running)
      .slice(0, MOST_UNDER_WAY)
      .map((trial) => {
        const step = lastStep(trial);
        return {
          index: trial.number,
          values: this.parameters.map(({ key }) => valueOf(trial, key) ?? null),
          step,
          value: trial.intermediateValues.get(step) ?? NaN,
          startedAt: timeOf(trial.start),
        };
      });
  }

  /** Objectives that the page has no place for. */
  get unshown(): number {
    return this.study.directions.length - this.objectives.length;
  }

  /** From the start of the first trial to the last end. */
  get elapsedMs(): number {
    const last = this.columns.column("endedMs").reduce((most, at) => (at > most ? at : most), 0);
    return last;
  }

  /** When a trial was begun or ended last, in milliseconds since 1970; NaN where the journal does not say. */
  get lastEntry(): number {
    return this.study.trials.reduce((last, trial) => latest(latest(last, trial.start), trial.complete), NaN);
  }

  /** Takes up what the study has by now. @returns whether the results are other ones, and not only more */
  update(): boolean {
    const { ended } = this.study;
    // The names may be written after the first trials.
    this.objectives = placeObjectives(this.study);
    const fresh = ended.slice(this.columns.length);
    const known = new Set(this.parameters.map(({ key }) => key));
    const added = new Map<string, JournalDistribution>();
    for (const { distributions } of fresh)
      for (const [name, distribution] of distributions)
        if (!known.has(name) && !added.has(name)) added.set(name, distribution);
    if (added.size > 0) {
      this.parameters = [...this.parameters, ...[...added].map(([key, of]) => describeParameter(key, of))];
      this.columns = new TrialColumns(this.parameters);
    }
    for (const trial of ended.slice(this.columns.length)) this.add(trial);
    return added.size > 0;
  }

  private add(trial: JournalTrial): void {
    const start = timeOf(trial.start);
    const end = timeOf(trial.complete);
    if (start < this.firstStart) this.firstStart = start;
    const { userAttributes } = trial;
    const [seed, message] = [userAttributes.get("seed"), userAttributes.get("message")];
    this.columns.add(
      {
        index: trial.number,
        seed: typeof seed === "number" ? seed : NaN,
        values: this.parameters.map(({ key }) => valueOf(trial, key)),
        status: statusOf(trial),
        iterations: lastStep(trial),
        ...figuresOf(trial, this.objectives),
        reachedAt: null,
        trainMs: end - start,
        message: typeof message === "string" ? message : null,
      },
      end - this.firstStart,
    );
  }
}

/** All that the journal has of a trial, as JSON. */
export function trialJson(trial: JournalTrial): string {
  const { number, state, values, start, complete, intermediateValues, userAttributes, systemAttributes } = trial;
  const word = Object.entries(TRIAL_STATE).find(([, code]) => code === state)?.[0] ?? state;
  const shown = {
    trial: number,
    state: word,
    values,
    start,
    complete,
    parameters: Object.fromEntries([...trial.parameters.keys()].map((name) => [name, valueOf(trial, name)])),
    distributions: Object.fromEntries(trial.distributions),
    intermediateValues: Object.fromEntries(intermediateValues),
    userAttributes: Object.fromEntries(userAttributes),
    systemAttributes: Object.fromEntries(systemAttributes),
  };
  return `${JSON.stringify(encodeNonFinite(shown), null, 2)}\n`;
}

function placeObjectives({ directions, systemAttributes }: JournalStudy): readonly PlacedObjective[] {
  const given = systemAttributes.get(METRIC_NAMES);
  const names: readonly unknown[] = Array.isArray(given) ? given : [];
  const free = { small: [...MINIMIZED], large: [...MAXIMIZED] };
  return directions.flatMap((direction, place) => {
    const figure = (direction === DIRECTION.maximize ? free.large : free.small).shift();
    const name = names[place];
    const usual = directions.length === 1 ? l10n.t("objective") : l10n.t("objective {0}", place);
    return figure === undefined ? [] : [{ figure, place, name: typeof name === "string" ? name : usual }];
  });
}

function describeParameter(key: string, { attributes }: JournalDistribution): SweepParameter {
  const { choices, low, high, log, step } = attributes;
  if (Array.isArray(choices))
    return { key, kind: "choice", choices, scale: "linear", range: { low: 0, high: choices.length - 1, step: 1 } };
  const range = { low: Number(low), high: Number(high), step: typeof step === "number" ? step : null };
  return { key, kind: "number", scale: log === true ? "log" : "linear", range };
}

/** As a program of the user sees it; undefined where the trial has no such parameter. */
function valueOf({ parameters, distributions }: JournalTrial, name: string): unknown {
  const [internal, distribution] = [parameters.get(name), distributions.get(name)];
  return internal === undefined || distribution === undefined ? undefined : externalValue(distribution, internal);
}

function statusOf({ state }: JournalTrial): TrialStatus {
  return state === TRIAL_STATE.complete ? "done" : state === TRIAL_STATE.pruned ? "stopped" : "failed";
}

/** Of a pruned trial without a value it is what it reported last. */
function figuresOf(trial: JournalTrial, objectives: readonly PlacedObjective[]): Record<TrialFigure, number> {
  const reported = trial.intermediateValues.get(lastStep(trial));
  const values = trial.values ?? (trial.state === TRIAL_STATE.pruned && reported !== undefined ? [reported] : []);
  const figures = Object.fromEntries(TRIAL_FIGURES.map((figure) => [figure, NaN])) as Record<TrialFigure, number>;
  for (const { figure, place } of objectives) figures[figure] = values[place] ?? NaN;
  return figures;
}

/** NaN where nothing was reported. */
function lastStep({ intermediateValues }: JournalTrial): number {
  let last = NaN;
  for (const step of intermediateValues.keys()) if (!(step <= last)) last = step;
  return last;
}

/** Without an offset it is local time, as Optuna 4.9 writes it. */
function timeOf(text: string | null): number {
  return text === null ? NaN : new Date(text).getTime();
}

function latest(known: number, text: string | null): number {
  const time = timeOf(text);
  return Number.isNaN(known) || time > known ? time : known;
}
