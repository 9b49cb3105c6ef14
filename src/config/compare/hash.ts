import { datasetShape } from "../facts/datasetShape";
import { validationInterval } from "../facts/validationInterval";
import { isPlainObject } from "../schema/jsonSchema";
import { LATER_INIT_KEYS, LATER_KEYS, LATER_MODEL_KEYS, LATER_TRAINING_KEYS } from "../schema/laterKeys";
import type { Experiment } from "../schema/schema";
import { filesKeys, seriesKeys, targetKeys } from "../schema/seriesSchema";
import { tableKeys } from "../schema/tableSchema";

const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

/**
 * 64-bit FNV-1a, as 16 hexadecimal digits, over the canonical JSON of everything that shapes the trace: all but `name`
 * and `sweep`. Two experiments with the same hash give the same trace on the same engine. The resolved experiment is
 * hashed, so comments, order and written-out defaults make no difference.
 */
export function configHash(experiment: Experiment): string {
  const { name: _name, sweep: _sweep, ...shaping } = experiment;
  const rest = {
    ...withoutLaterKeys(shaping, LATER_KEYS),
    task: withoutUnsetKeys(shaping.task),
    model: withoutLaterKeys(
      { ...shaping.model, init: withoutLaterKeys(shaping.model.init, LATER_INIT_KEYS) },
      LATER_MODEL_KEYS,
    ),
    training: withoutLaterKeys(
      { ...shaping.training, validation: resolvedValidation(experiment) },
      LATER_TRAINING_KEYS,
    ),
  };
  let hash = OFFSET_BASIS;
  for (const byte of new TextEncoder().encode(canonicalJson(rest)))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  return hash.toString(16).padStart(16, "0");
}

/** Without them where they change nothing, so that experiments keep the hash that they had before the keys existed. */
function withoutLaterKeys(values: object, later: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([key, value]) => !(key in later && later[key] === value)));
}

/** Keys that came after the first tables were read: left out where they say nothing. */
const LATER_TABLE_KEYS: Readonly<Record<string, unknown>> = {
  ...tableKeys,
  ...filesKeys,
  ...seriesKeys,
  targetKind: targetKeys.targetKind,
};

/** The same without them. */
function withoutUnsetKeys(task: Experiment["task"]): object {
  if (task.kind !== "csv") return task;
  return Object.fromEntries(Object.entries(task).filter(([key, value]) => !isUnset(key, value)));
}

function isUnset(key: string, value: unknown): boolean {
  const schema = LATER_TABLE_KEYS[key];
  return isPlainObject(schema) && (value === undefined || value === schema["default"]);
}

/**
 * With the interval that "auto" stands for, which is that of the time before it existed wherever evaluations cost
 * little. Of a data file the interval depends on how long it is.
 */
function resolvedValidation({ task, training }: Experiment): Experiment["training"]["validation"] {
  const { validation } = training;
  const data = datasetShape(task, validation.share);
  if (data === null && validation.share > 0) return validation;
  return { ...validation, every: validationInterval(training, data) };
}

/**
 * JSON without blanks, keys in code unit order. Numbers as JavaScript prints them: the shortest that reads back the
 * same.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(",")}}`;
}
