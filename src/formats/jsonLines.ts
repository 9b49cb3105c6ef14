/**
 * Sequences as JSON Lines: one object a line, with an array of steps under a name, and targets and a mask under others.
 * A step is a number or an array of numbers. https://jsonlines.org
 */
import * as l10n from "@vscode/l10n";
import { findNodeAtLocation, parse, parseTree, printParseErrorCode, type ParseError } from "jsonc-parser";
import { describeNames, describeValue } from "../lib/outsideText";
import { forEachLine } from "./byteLines";
import { StepList, textProblem, type StepValues } from "./sequenceFile";

/** The keys of the objects; null where there are none to read. */
export interface JsonLinesKeys {
  readonly inputs: string;
  readonly targets: string | null;
  readonly mask: string | null;
}

export interface JsonLinesFile {
  readonly inputs: StepValues;
  /** A sequence has one row of targets or one for each of its steps. Null where they are texts, or not asked for. */
  readonly targets: StepValues | null;
  /** A text for each sequence, where the targets are texts. */
  readonly labels: readonly string[] | null;
  /** 0 or 1 for each step. */
  readonly mask: StepValues | null;
}

type Path = readonly (string | number)[];

/** @throws Error with line and column where the file cannot be read */
export function readJsonLines(bytes: Uint8Array, keys: JsonLinesKeys): JsonLinesFile {
  const inputs = new StepReader();
  const targets = new StepReader();
  const mask = new StepReader();
  const labels: string[] = [];
  let sequences = 0;
  forEachLine(bytes, (line, number) => {
    if (line.trim() === "") return;
    const fail = failureIn(line, number);
    const record = readRecord(line, number);
    inputs.read(field(record, keys.inputs, fail), [keys.inputs], fail);
    if (keys.targets !== null) {
      const value = field(record, keys.targets, fail);
      if ((typeof value === "string") !== labels.length > 0 && sequences > 0)
        fail([keys.targets], l10n.t("this target is text, but others are not"));
      if (typeof value === "string") labels.push(value);
      else targets.read(typeof value === "number" ? [value] : value, [keys.targets], fail);
    }
    if (keys.mask !== null) {
      const steps = mask.read(field(record, keys.mask, fail), [keys.mask], fail);
      if (steps !== inputs.lastSteps)
        fail([keys.mask], l10n.t("the mask has {0} steps; the sequence has {1}", steps, inputs.lastSteps));
    }
    sequences++;
  });
  if (sequences === 0) throw new Error(l10n.t("the file has no sequences: all lines are empty"));
  return {
    inputs: inputs.finish(),
    targets: keys.targets === null || labels.length > 0 ? null : targets.finish(),
    labels: labels.length > 0 ? labels : null,
    mask: keys.mask === null ? null : mask.finish(),
  };
}

type Fail = (path: Path, text: string) => never;

/** Rows of numbers of one width, of sequence after sequence. */
class StepReader {
  lastSteps = 0;
  private list: StepList | null = null;

  /** @returns the steps of the sequence */
  read(value: unknown, path: Path, fail: Fail): number {
    if (!Array.isArray(value) || value.length === 0) fail(path, l10n.t("expected an array of numbers or of steps"));
    for (const [t, step] of value.entries()) this.readStep(step, [...path, t], fail);
    this.list!.endSequence(value.length);
    this.lastSteps = value.length;
    return value.length;
  }

  finish(): StepValues {
    return this.list!.finish();
  }

  private readStep(step: unknown, path: Path, fail: Fail): void {
    const row: readonly unknown[] = Array.isArray(step) ? step : [step];
    this.list ??= new StepList(row.length);
    const { values, width } = this.list;
    if (row.length !== width || row.length === 0)
      fail(path, l10n.t("this step has {0} numbers; expected {1}", row.length, Math.max(1, width)));
    for (const [index, item] of row.entries()) {
      const number = typeof item === "boolean" ? Number(item) : item;
      // Programs that know no NaN write null for a missing value.
      if (number === null) values.push(NaN);
      else if (typeof number === "number" && Number.isFinite(number)) values.push(number);
      else
        fail(Array.isArray(step) ? [...path, index] : path, l10n.t("{0} is not a finite number", describeValue(item)));
    }
  }
}

function field(record: Readonly<Record<string, unknown>>, key: string, fail: Fail): unknown {
  if (!Object.hasOwn(record, key))
    fail([], l10n.t("there is no key {0}; the keys are {1}", describeValue(key), describeNames(Object.keys(record))));
  return record[key];
}

function readRecord(line: string, number: number): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    const errors: ParseError[] = [];
    parse(line, errors, { disallowComments: true, allowTrailingComma: false });
    const { offset = 0, error = 16 } = errors[0] ?? {};
    throw textProblem(
      number,
      offset + 1,
      // Python's json module writes NaN, which is not JSON.
      line.startsWith("NaN", offset)
        ? l10n.t("not JSON: write {0} for a missing value in place of {1}", "null", "NaN")
        : l10n.t("not JSON ({0})", printParseErrorCode(error)),
    );
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw textProblem(number, 1, l10n.t("expected an object such as {0}", '{ "inputs": [[0.5], [0.7]], "targets": 1 }'));
}

/** The column of a value is looked up where it is needed: in the line that is wrong. */
function failureIn(line: string, number: number): Fail {
  return (path, text) => {
    const root = parseTree(line);
    const node = root === undefined ? undefined : findNodeAtLocation(root, [...path]);
    throw textProblem(number, (node?.offset ?? 0) + 1, text);
  };
}
