import { realpathSync } from "node:fs";
import { collectVaried } from "../config/compare/variedValues";
import { textWithField } from "../config/edit/editField";
import { fieldKeys } from "../config/schema/fieldKeys";
import { findField } from "../config/edit/fields";
import { lintExperiment } from "../config/read/lint";
import { parseExperiment } from "../config/read/parse";
import { positionAt } from "../config/read/position";
import type { Problem } from "../config/schema/problem";
import { problemAt } from "../config/read/problemAt";
import type { Experiment } from "../config/schema/schema";
import { MAX_TEXT_LENGTH } from "../config/read/syntax";
import { suggest } from "../lib/suggest";
import type { ExperimentError } from "../config/facts/experimentError";
import type { VariedValue } from "../shared/wire/runIdentity";
import { FileTooLargeError, IrregularFileError, readRegularFileSync } from "../disk/regularFile";
import { UsageError, type Arguments } from "./args";
import { describeError } from "../lib/outsideText";

/** The experiment file is invalid; `message` has one line per problem. */
export class ExperimentFileError extends Error {}

export interface LoadedExperiment {
  readonly file: string;
  /** With the values of `--set` in it. */
  readonly text: string;
  readonly experiment: Experiment;
  /** What `--set` changed. */
  readonly varied: readonly VariedValue[];
}

/** The experiment of a file with the values of `--set` in it. @throws ExperimentFileError, UsageError */
export function loadExperiment(file: string, set: Arguments["set"]): LoadedExperiment {
  let text = readText(file);
  const original = parseOrThrow(file, text);
  let experiment = original;
  for (const { key, value, argument } of set) {
    const field = findField(text, key);
    if (field === undefined) throw new UsageError(`--set ${argument}: ${unknownKey(key)}`);
    const checked = field.check(value);
    if ("error" in checked) throw new UsageError(`--set ${argument}: ${checked.error}`);
    text = textWithField(text, field.path, checked.value) ?? text;
    experiment = parseOrThrow(file, text);
  }
  return { file, text, experiment, varied: collectVaried(original, experiment) };
}

function parseOrThrow(file: string, text: string): Experiment {
  const { experiment, problems } = parseExperiment(text);
  if (experiment !== null) return experiment;
  throw new ExperimentFileError(problems.map((problem) => describeProblem(file, text, problem)).join("\n"));
}

/** What was found outside the text, at the value that causes it. */
export function locateError(
  { file, text }: LoadedExperiment,
  { code, path, message }: ExperimentError,
): ExperimentFileError {
  return new ExperimentFileError(describeProblem(file, text, problemAt(text, code, path, message)));
}

/** What the editor marks in a valid file, a line each: its warnings, and values without effect. */
export function describeWarnings({ file, text, experiment }: LoadedExperiment): string[] {
  return (
    lintExperiment(text, experiment)
      // What is only of interest is about a run that VS Code records.
      .filter(({ severity }) => severity !== "information")
      .map((problem) => describeProblem(file, text, problem))
  );
}

export function describeProblem(file: string, text: string, { range, severity, message, code }: Problem): string {
  const { line, column } = positionAt(text, range.offset);
  return `${file}:${line}:${column}: ${severity}: ${message} [${code}]`;
}

function readText(file: string): string {
  try {
    // A character has at most 4 bytes in UTF-8; whatever is larger need not be read to be refused.
    const bytes = readRegularFileSync(realpathSync(file), 4 * MAX_TEXT_LENGTH);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof IrregularFileError)
      throw new ExperimentFileError(`${file}: error: this is not a file. Pass an experiment file (*.rnn.json).`);
    if (error instanceof FileTooLargeError)
      throw new ExperimentFileError(
        `${file}:1:1: error: The file has ${error.bytes} bytes, which is too large for an experiment. [file-too-large]`,
      );
    if (error instanceof TypeError)
      throw new ExperimentFileError(`${file}:1:1: error: The file is not UTF-8 text. Save it as UTF-8.`);
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: "the file does not exist",
      EACCES: "permission denied",
      EPERM: "permission denied",
      ENOTDIR: "the folder does not exist",
    };
    const code = error instanceof Error && "code" in error ? String(error.code) : describeError(error);
    throw new ExperimentFileError(`${file}: error: cannot read the file: ${reasons[code] ?? code}.`);
  }
}

function unknownKey(key: string): string {
  const keys = fieldKeys();
  const nearest = suggest(key, keys) ?? keys.find((candidate) => candidate.split(".").at(-1) === key.split(".").at(-1));
  return nearest === undefined
    ? `unknown hyperparameter. Known hyperparameters: ${keys.join(", ")}.`
    : `unknown hyperparameter. Did you mean ${nearest}?`;
}
