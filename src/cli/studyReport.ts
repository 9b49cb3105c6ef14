/** `--read JOURNAL`: what the studies of an Optuna journal say, as the summary of a sweep does. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { externalValue, readJournal, TRIAL_STATE, DIRECTION } from "../formats/optunaJournal";
import type { Journal, JournalDistribution, JournalStudy, JournalTrial } from "../formats/optunaJournal";
import { printable } from "../lib/outsideText";
import { importances, type MeasuredParameter } from "../shared/statistics/importance";
import { valueLabel } from "../shared/wire/sweep";
import { formatPercent, formatValue } from "../shared/words/numberFormat";
import { jsonNumber } from "./jsonNumbers";

const BEST_SHOWN = 5;
/** How a journal begins, whoever wrote it. */
const START = /^\s*\{[^\n]{0,400}"op_code"/;

export function isJournalFile(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(512);
    return START.test(bytes.toString("utf8", 0, readSync(file, bytes)));
  } finally {
    closeSync(file);
  }
}

/** @throws SyntaxError naming the line that is none of a journal */
export function describeJournal(path: string, json: boolean): string {
  const journal = readJournal(readFileSync(path, "utf8"));
  return json ? `${JSON.stringify(journalReport(journal))}\n` : journalText(journal);
}

function journalReport({ studies, torn }: Journal) {
  return {
    studies: studies.map((study) => ({
      name: study.name,
      importances: Object.fromEntries(importanceOf(study).map(({ name, share }) => [name, share])),
      trials: study.trials.map((trial) => ({
        number: trial.number,
        state: stateName(trial),
        values: trial.values?.map(jsonNumber) ?? null,
        parameters: externalValues(trial),
      })),
    })),
    isTorn: torn !== "",
  };
}

function journalText({ studies, torn }: Journal): string {
  const lines = studies.flatMap((study, i) => [...(i === 0 ? [] : [""]), ...studyLines(study)]);
  const last = torn === "" ? [] : ["", "The last line is not whole: whoever wrote it was interrupted."];
  return `${[...(lines.length === 0 ? ["No studies."] : lines), ...last].join("\n")}\n`;
}

function studyLines(study: JournalStudy): string[] {
  const { trials } = study;
  const counts = Object.keys(TRIAL_STATE).flatMap((state) => {
    const count = trials.filter((trial) => stateName(trial) === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  const shares = importanceOf(study).toSorted((a, b) => b.share - a.share);
  return [
    `${printable(study.name)}: ${trials.length} trials${counts.length === 0 ? "" : ` (${counts.join(", ")})`}`,
    ...(shares.length === 0 ? [] : ["importance"]),
    ...shares.map(({ name, share }) => `  ${formatPercent(share)}  ${printable(name)}`),
    ...(study.directions.length === 1 ? ["best", ...bestLines(study)] : []),
  ];
}

function bestLines(study: JournalStudy): string[] {
  return completed(study)
    .toSorted((a, b) => a.loss - b.loss)
    .slice(0, BEST_SHOWN)
    .map(({ trial }) => {
      const values = Object.entries(externalValues(trial)).map(
        ([name, value]) => `${printable(name)} = ${printable(valueLabel(value))}`,
      );
      return `  ${formatValue(trial.values?.[0] ?? NaN, 3)}  ${values.join(", ")}`;
    });
}

/** By PED-ANOVA; of a study with one objective. */
function importanceOf(study: JournalStudy): { readonly name: string; readonly share: number }[] {
  if (study.directions.length !== 1) return [];
  const ended = completed(study);
  const distributions = new Map<string, JournalDistribution>();
  for (const { trial } of ended)
    for (const [name, distribution] of trial.distributions)
      if (!distributions.has(name)) distributions.set(name, distribution);
  const names = [...distributions.keys()];
  const parameters = names.map((name) =>
    measured(
      distributions.get(name)!,
      ended.map(({ trial }) => trial.parameters.get(name) ?? NaN),
    ),
  );
  const shares = importances(
    ended.map(({ loss }) => loss),
    parameters,
  );
  return names.map((name, i) => ({ name, share: shares[i]! }));
}

function measured({ attributes }: JournalDistribution, values: readonly number[]): MeasuredParameter {
  const { choices, low, high, log, step } = attributes;
  if (Array.isArray(choices)) return { kind: "choice", count: choices.length, values };
  return {
    kind: "number",
    low: Number(low),
    high: Number(high),
    log: log === true,
    step: typeof step === "number" ? step : null,
    values,
  };
}

/** Trials that went to their end, with the value that is to be low. */
function completed({ trials, directions }: JournalStudy): { readonly trial: JournalTrial; readonly loss: number }[] {
  const sign = directions[0] === DIRECTION.maximize ? -1 : 1;
  return trials
    .filter(({ state }) => state === TRIAL_STATE.complete)
    .map((trial) => ({ trial, loss: sign * (trial.values?.[0] ?? NaN) }));
}

function externalValues({ parameters, distributions }: JournalTrial): Record<string, unknown> {
  return Object.fromEntries(
    [...parameters].map(([name, internal]) => [name, externalValue(distributions.get(name)!, internal)]),
  );
}

function stateName({ state }: JournalTrial): string {
  return Object.entries(TRIAL_STATE).find(([, code]) => code === state)?.[0] ?? String(state);
}
