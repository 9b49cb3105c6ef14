/**
 * Journals of Optuna (JournalFileBackend of 4.9 and 5.0): a JSON object a line, replayed from the start. Studies and
 * trials have no numbers in the file: they are counted as they are created.
 */
import { describeError } from "../lib/outsideText";

export const TRIAL_STATE = { running: 0, complete: 1, pruned: 2, failed: 3, waiting: 4 } as const;
export const DIRECTION = { unset: 0, minimize: 1, maximize: 2 } as const;

/** Operations, in the order of their codes. 10, "discard trials", is passed over, as Optuna does. */
export const OPERATION = {
  createStudy: 0,
  deleteStudy: 1,
  studyUserAttribute: 2,
  studySystemAttribute: 3,
  createTrial: 4,
  parameter: 5,
  stateAndValues: 6,
  intermediateValue: 7,
  trialUserAttribute: 8,
  trialSystemAttribute: 9,
} as const;

export type Json = Readonly<Record<string, unknown>>;

export interface JournalDistribution {
  readonly name: string;
  readonly attributes: Json;
}

export interface JournalTrial {
  /** Over all studies of the file. */
  readonly id: number;
  /** In its study. */
  readonly number: number;
  state: number;
  values: readonly number[] | null;
  /** As Optuna keeps them: numbers, and indices of choices. */
  readonly parameters: Map<string, number>;
  readonly distributions: Map<string, JournalDistribution>;
  readonly intermediateValues: Map<number, number>;
  readonly userAttributes: Map<string, unknown>;
  readonly systemAttributes: Map<string, unknown>;
  start: string | null;
  complete: string | null;
}

export interface JournalStudy {
  readonly id: number;
  readonly name: string;
  readonly directions: readonly number[];
  readonly trials: JournalTrial[];
  /** Those of them that have ended, in the order in which they did. */
  readonly ended: JournalTrial[];
  readonly userAttributes: Map<string, unknown>;
  readonly systemAttributes: Map<string, unknown>;
}

export interface Journal {
  /** Those that were not deleted. */
  readonly studies: readonly JournalStudy[];
  /** How many were created in all: the number of the next one. */
  readonly created: number;
  /** A last line that is not whole: its writer was interrupted. Empty: there is none. */
  readonly torn: string;
}

/** @throws SyntaxError with the number of a line that is none of a journal */
export function readJournal(text: string): Journal {
  const end = text.lastIndexOf("\n") + 1;
  const replay = new JournalReplay();
  for (const line of text.slice(0, end).split("\n").slice(0, -1)) replay.add(line);
  const { studies, created } = replay;
  return { studies, created, torn: text.slice(end) };
}

/** Takes up the lines of a journal one by one, so that one that grows is gone on with. */
export class JournalReplay {
  /** How many studies were created in all. */
  created = 0;
  private lines = 0;
  private readonly known = new Map<number, JournalStudy>();
  /** By their number over all studies, with the study of each. */
  private readonly trials: { readonly trial: JournalTrial; readonly study: JournalStudy }[] = [];
  /** By their text: the trials of a study have the same ones. */
  private readonly distributions = new Map<string, JournalDistribution>();

  /** Those that were not deleted. */
  get studies(): readonly JournalStudy[] {
    return [...this.known.values()];
  }

  /**
   * @param line without its end
   * @throws SyntaxError with its number when it is none of a journal
   */
  add(line: string): void {
    this.lines++;
    try {
      const record = parseLine(line);
      if (!isObject(record) || typeof record["op_code"] !== "number") throw new SyntaxError("there is no op_code");
      this.apply(record);
    } catch (error) {
      throw new SyntaxError(`line ${this.lines}: ${describeError(error)}`);
    }
  }

  private apply(record: Json): void {
    const study = this.known.get(Number(record["study_id"]));
    switch (record["op_code"]) {
      case OPERATION.createStudy:
        return this.createStudy(record);
      case OPERATION.deleteStudy:
        this.known.delete(study?.id ?? -1);
        return;
      case OPERATION.studyUserAttribute:
        return study === undefined ? undefined : setAll(study.userAttributes, record["user_attr"]);
      case OPERATION.studySystemAttribute:
        return study === undefined ? undefined : setAll(study.systemAttributes, record["system_attr"]);
      case OPERATION.createTrial:
        return study === undefined ? undefined : this.createTrial(study, record);
    }
    const changed = this.trials[Number(record["trial_id"])];
    // What is written to a trial that has ended does not count.
    if (changed === undefined || hasEnded(changed.trial)) return;
    this.changeTrial(changed.trial, record);
    if (hasEnded(changed.trial)) changed.study.ended.push(changed.trial);
  }

  private createStudy({ study_name: name, directions }: Json): void {
    const isKnown = [...this.known.values()].some((study) => study.name === name);
    if (isKnown) return;
    const id = this.created++;
    this.known.set(id, {
      id,
      name: String(name),
      directions: Array.isArray(directions) ? directions.map(Number) : [],
      trials: [],
      ended: [],
      userAttributes: new Map(),
      systemAttributes: new Map(),
    });
  }

  private createTrial(study: JournalStudy, record: Json): void {
    const { value, values } = record;
    const trial: JournalTrial = {
      id: this.trials.length,
      number: study.trials.length,
      state: typeof record["state"] === "number" ? record["state"] : TRIAL_STATE.running,
      values: Array.isArray(values) ? values.map(Number) : typeof value === "number" ? [value] : null,
      parameters: new Map(),
      distributions: new Map(),
      intermediateValues: new Map(),
      userAttributes: new Map(),
      systemAttributes: new Map(),
      start: textOrNull(record["datetime_start"]),
      complete: textOrNull(record["datetime_complete"]),
    };
    for (const [name, internal] of entriesOf(record["params"])) trial.parameters.set(name, Number(internal));
    for (const [name, text] of entriesOf(record["distributions"]))
      trial.distributions.set(name, this.distribution(text));
    for (const [step, reported] of entriesOf(record["intermediate_values"]))
      trial.intermediateValues.set(Number(step), Number(reported));
    setAll(trial.userAttributes, record["user_attrs"]);
    setAll(trial.systemAttributes, record["system_attrs"]);
    this.trials.push({ trial, study });
    study.trials.push(trial);
    if (hasEnded(trial)) study.ended.push(trial);
  }

  private changeTrial(trial: JournalTrial, record: Json): void {
    switch (record["op_code"]) {
      case OPERATION.parameter: {
        const name = String(record["param_name"]);
        trial.parameters.set(name, Number(record["param_value_internal"]));
        trial.distributions.set(name, this.distribution(record["distribution"]));
        return;
      }
      case OPERATION.stateAndValues: {
        const { state, values } = record;
        if (state === TRIAL_STATE.running && trial.state === TRIAL_STATE.running) return;
        trial.state = Number(state);
        if (Array.isArray(values)) trial.values = values.map(Number);
        trial.start = textOrNull(record["datetime_start"]) ?? trial.start;
        trial.complete = textOrNull(record["datetime_complete"]);
        return;
      }
      case OPERATION.intermediateValue:
        trial.intermediateValues.set(Number(record["step"]), Number(record["intermediate_value"]));
        return;
      case OPERATION.trialUserAttribute:
        return setAll(trial.userAttributes, record["user_attr"]);
      case OPERATION.trialSystemAttribute:
        return setAll(trial.systemAttributes, record["system_attr"]);
    }
  }

  private distribution(text: unknown): JournalDistribution {
    const key = String(text);
    const known = this.distributions.get(key) ?? readDistribution(key);
    this.distributions.set(key, known);
    return known;
  }
}

function hasEnded({ state }: Pick<JournalTrial, "state">): boolean {
  return state === TRIAL_STATE.complete || state === TRIAL_STATE.pruned || state === TRIAL_STATE.failed;
}

/** The value of a parameter as a program of the user sees it. */
export function externalValue({ name, attributes }: JournalDistribution, internal: number): unknown {
  const choices = attributes["choices"];
  return name === "CategoricalDistribution" && Array.isArray(choices) ? choices[internal] : internal;
}

function readDistribution(text: string): JournalDistribution {
  const read = parseLine(text);
  if (!isObject(read) || typeof read["name"] !== "string") throw new SyntaxError("a distribution has no name");
  return { name: read["name"], attributes: isObject(read["attributes"]) ? read["attributes"] : {} };
}

/** Python writes NaN and the infinities as bare words, which JSON has not. */
const NON_FINITE: Readonly<Record<string, number>> = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };
/** Begins a text that stands for one of these words; no text of a journal has this character. */
const MARK = "\u{F8FF}";

/** Most lines have none of these words. */
const MAY_BE_NON_FINITE = /NaN|Infinity/;

function parseLine(line: string): unknown {
  if (!MAY_BE_NON_FINITE.test(line)) return JSON.parse(line);
  const marked = line.replaceAll(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (found) =>
    found.startsWith('"') ? found : `"${MARK}${found}"`,
  );
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === "string" && value.startsWith(MARK) ? NON_FINITE[value.slice(1)] : value,
  );
}

/** A record as a line, with the bare words that Python reads. */
export function journalLine(record: Json): string {
  const text = JSON.stringify(record, (_, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? `${MARK}${value}` : value,
  );
  return `${text.replaceAll(new RegExp(`"${MARK}(NaN|-?Infinity)"`, "g"), "$1")}\n`;
}

function setAll(target: Map<string, unknown>, source: unknown): void {
  for (const [key, value] of entriesOf(source)) target.set(key, value);
}

function entriesOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
