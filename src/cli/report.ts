/** The report of a run: one JSON object for programs, lines for people. */
import { configHash } from "../config/compare/hash";
import { LEAST_INTERVAL } from "../config/facts/validationInterval";
import { printable } from "../lib/outsideText";
import type { Evaluation } from "../core/training/evaluate";
import type { TableReport } from "../tables/readTable";
import type { Measures } from "../shared/trace/measures";
import type { Baseline } from "../shared/wire/baselines";
import { formatValue } from "../shared/words/numberFormat";
import type { Finding } from "../shared/wire/findings";
import { createFindingsReport, describeFindings } from "./findingsReport";
import { tableFigures } from "./tableReport";
import { describeMeasures, measuresReport } from "./measuresReport";
import { jsonNumber, nestedValues, type Nested } from "./jsonNumbers";
import { vectorBits } from "../worker/wideVectors";
import type { LoadedExperiment } from "./loadExperiment";
import type { TrainingResult } from "./train";

export interface RunResult extends TrainingResult {
  readonly threads: number;
}

/** Results beside those of the training itself. */
export interface Aftermath {
  /** With the fixes to offer. */
  readonly findings: readonly Finding[];
  /** Whether fixes were tried. */
  readonly triedFixes: boolean;
  readonly sample: string | null;
  readonly evaluations: readonly (Evaluation & { readonly length: number })[];
  readonly baselines: readonly Baseline[];
  /** Of the validation set, and of the training set where that costs little beside the training. */
  readonly measures: readonly Measures[];
  /** How the table was read; null for other tasks. */
  readonly table: TableReport | null;
}

const MAX_VALUES = 8;
/** Significant digits for people; --json and files have all. */
const DIGITS = 6;

export function createReport(
  { text, experiment }: LoadedExperiment,
  { status, iterations, finalLoss, engine, arithmetic, trainMs, parameters, scores, ...result }: RunResult,
  { findings, baselines, measures, sample, evaluations, table }: Aftermath,
) {
  const { validation, best, stoppedEarly } = result;
  return {
    status,
    iterations,
    finalLoss: jsonNumber(finalLoss),
    ...Object.fromEntries(Object.entries(scores).map(([name, value]) => [name, jsonNumber(value)])),
    ...(validation === null ? {} : { validation }),
    ...(best === null ? {} : { best }),
    ...(stoppedEarly ? { stoppedAt: iterations, stopReason: "patience" } : {}),
    engine,
    arithmetic,
    ...(result.backend === "reference"
      ? {}
      : { threads: result.threads, vectorBits: vectorBits(result.backend, arithmetic) }),
    trainMs,
    parameters: Object.fromEntries(parameters.map((tensor) => [tensor.name, nestedValues(tensor)])),
    configHash: configHash(experiment),
    ...(table === null ? {} : { table: tableFigures(table) }),
    findings: createFindingsReport(text, findings),
    baselines: baselines.map(({ name, loss, on }) => ({ name, loss, on })),
    ...(measures.length === 0 ? {} : { metrics: measuresReport(measures) }),
    ...(evaluations.length === 0 ? {} : { evaluations: evaluations.map(withoutNulls) }),
    ...(sample === null ? {} : { sample }),
  };
}

export function describeResult(
  { text, experiment: { name, training } }: LoadedExperiment,
  { status, iterations, finalLoss, engine, arithmetic, trainMs, parameters, scores, ...result }: RunResult,
  { findings, triedFixes, baselines, measures, sample, evaluations }: Aftermath,
): string {
  const { validation, best, stoppedEarly } = result;
  const on = describeEngine(engine, arithmetic, result);
  const weights = parameters.map(
    (tensor) =>
      `${tensor.name} = ${tensor.values.length > MAX_VALUES ? `[${tensor.shape.join(" x ")}]` : valuesText(nestedValues(tensor))}`,
  );
  const lines = [
    `${name === "" ? "Experiment" : printable(name)}: ${status} after ${iterations} iterations, ${trainMs.toFixed(1)} ms, ${on}`,
    `loss = ${formatValue(finalLoss, DIGITS)}`,
    ...Object.entries(scores).map(([score, value]) => `${score} = ${formatValue(value, DIGITS)}`),
    ...(validation === null || training.validation.every !== "auto" || validation.every === LEAST_INTERVAL
      ? []
      : [
          `validated every ${validation.every} iterations, to cost at most a tenth of training ` +
            "(training.validation.every changes it)",
        ]),
    ...(best === null
      ? []
      : [`best validationLoss = ${formatValue(best.validationLoss, DIGITS)} at iteration ${best.iteration}`]),
    ...(stoppedEarly
      ? [`stopped early: no new best validationLoss for ${iterations - (best?.iteration ?? 0)} iterations`]
      : []),
    ...measures.flatMap(describeMeasures),
    ...baselines.map(({ label, loss, on }) => `baseline (${on}): ${label} = ${formatValue(loss, DIGITS)}`),
    ...weights,
    ...evaluations.map(
      ({ length, ...figures }) =>
        `length ${length}: ${Object.entries(withoutNulls(figures))
          .map(
            ([figure, value]) => `${figure} ${typeof value === "number" ? formatValue(value, DIGITS) : String(value)}`,
          )
          .join(", ")}`,
    ),
    ...describeFindings(text, findings, triedFixes),
  ];
  return `${lines.join("\n")}\n${sample === null ? "" : `\n${sample}\n`}`;
}

/** "float32 (fast, 256-bit vectors, 2 threads)", as the title bar of the panel says it. */
function describeEngine(
  engine: RunResult["engine"],
  arithmetic: RunResult["arithmetic"],
  { backend, threads }: Pick<RunResult, "backend" | "threads">,
): string {
  if (backend === "reference") return engine;
  const bits = vectorBits(backend, arithmetic);
  return `${engine} (${arithmetic}, ${bits}-bit vectors${threads > 1 ? `, ${threads} threads` : ""})`;
}

function valuesText(values: Nested): string {
  if (Array.isArray(values)) return `[${values.map(valuesText).join(", ")}]`;
  return formatValue(Number(values), DIGITS);
}

function withoutNulls(figures: object): object {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, value]: [string, unknown]) =>
      value === null ? [] : [[name, typeof value === "number" ? jsonNumber(value) : value]],
    ),
  );
}
