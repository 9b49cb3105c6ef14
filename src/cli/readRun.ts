/** `--read RUN.rnnrun`: what a saved run says, one of RNN Lab or of a probe in Python, also while it is written. */
import { parseArgs } from "node:util";
import { isBackwardLayer } from "../shared/trace/networkSpec";
import { l2Norm } from "../core/numerics/l2Norm";
import { describeError, printable } from "../lib/outsideText";
import { cellNameOf } from "../shared/trace/cells";
import type { ProbeContents } from "../shared/trace/probeContents";
import { RunFileError } from "../runs/format/readRun";
import type { RunContents } from "../runs/format/runContents";
import { LeaseWatch } from "../runs/leaseWatch";
import { isProbeFile, readProbeFile } from "../runs/probeFile";
import { readRunFile } from "../runs/readRunFile";
import { FileTooLargeError, IrregularFileError } from "../disk/regularFile";
import { stateUnits, vectorColumn, type TraceRows } from "../shared/trace/trace";
import { formatValue } from "../shared/words/numberFormat";
import { summarizeProbe, type LayerSummary } from "../worker/probe/summarizeProbe";
import { UsageError } from "./args";
import { EXIT } from "./exitCodes";
import { jsonNumber } from "./jsonNumbers";
import { describeJournal, isJournalFile } from "./studyReport";
import { printError, printOut } from "./terminal";

/** Whether the arguments are those of this command. */
export function isReadCommand(args: readonly string[]): boolean {
  return args.some((argument) => argument === "--read" || argument.startsWith("--read="));
}

interface FindingReport {
  readonly rule: string;
  readonly layer: string | null;
  readonly iteration: number;
  readonly text: string;
  readonly fix: string | null;
}

interface RunReport {
  readonly name: string;
  readonly status: string;
  readonly iterations: number;
  readonly scalars: Readonly<Record<string, readonly number[]>>;
  readonly findings: readonly FindingReport[];
  readonly layers: readonly LayerSummary[];
}

/** @returns the exit code: 0, also for a run that goes on; 2 when the file is none of ours */
export async function readRunCommand(args: readonly string[]): Promise<number> {
  const { path, iteration, json } = readOptions(args);
  try {
    if (isJournalFile(path)) {
      printOut(describeJournal(path, json));
      return EXIT.done;
    }
    const report = await readReport(path, iteration);
    printOut(json ? `${JSON.stringify(inJson(report))}\n` : describe(report));
    return EXIT.done;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (!isAboutFile(error)) throw error;
    printError(`error: ${printable(path)}: ${describeError(error)}\n`);
    return EXIT.badInput;
  }
}

function isAboutFile(error: unknown): boolean {
  return (
    error instanceof RunFileError ||
    error instanceof SyntaxError ||
    error instanceof IrregularFileError ||
    error instanceof FileTooLargeError ||
    (error instanceof Error && "code" in error)
  );
}

function readOptions(args: readonly string[]): { path: string; iteration: number | null; json: boolean } {
  const options = {
    read: { type: "string" },
    iteration: { type: "string" },
    json: { type: "boolean" },
  } as const;
  const { values } = parsed(() => parseArgs({ args: [...args], options }));
  if (values.read === undefined || values.read === "") throw new UsageError("--read requires a file, RUN.rnnrun");
  if (values.iteration !== undefined && !/^\d{1,9}$/.test(values.iteration))
    throw new UsageError(`--iteration ${values.iteration}: the iteration must be a non-negative integer`);
  return {
    path: values.read,
    iteration: values.iteration === undefined ? null : Number(values.iteration),
    json: values.json === true,
  };
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(`--read can be combined with --iteration and --json only: ${describeError(error)}`);
  }
}

async function readReport(path: string, iteration: number | null): Promise<RunReport> {
  const isWritten = async () => {
    const writer = await new LeaseWatch().look(path);
    return writer !== null && writer.state !== "gone";
  };
  if (isProbeFile(path)) {
    const contents = readProbeFile(path);
    return probeReport(path, contents, iteration, contents.end === null && (await isWritten()));
  }
  const contents = readRunFile(path);
  return ownReport(contents, iteration, contents.endedAt === null && (await isWritten()));
}

// ------------------------------------------------------------------------------------------------ a probe's run

function probeReport(path: string, contents: ProbeContents, wanted: number | null, isWritten: boolean): RunReport {
  const { status, findings, layers } = summarizeProbe(path, contents, wanted, isWritten);
  if (wanted !== null && layers.length === 0) throw new UsageError(missingCapture(contents, wanted));
  return {
    name: contents.start.name,
    status,
    iterations: contents.iterations,
    scalars: Object.fromEntries([...contents.scalars].map(([name, values]) => [name, Array.from(values)])),
    findings: findings.map(({ rule, layer, iteration, message, fix }) => ({
      rule,
      layer,
      iteration,
      text: message,
      fix,
    })),
    layers,
  };
}

function missingCapture({ captures }: ProbeContents, wanted: number): string {
  const iterations = [...new Set(captures.map(({ value }) => value.iteration))];
  if (iterations.length === 0) return `--iteration ${wanted}: nothing was captured`;
  const near = iterations.toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted)).slice(0, 2);
  return `--iteration ${wanted} was not captured; the nearest captured ones are ${near.join(" and ")}`;
}

// ------------------------------------------------------------------------------------------------ a run of the lab

function ownReport(contents: RunContents, wanted: number | null, isWritten: boolean): RunReport {
  const { meta, header, metrics, rows, status, endedAt, findings } = contents;
  const iterations = metrics.rows.columns[0] ?? new Float64Array(0);
  return {
    name: meta.name,
    status: endedAt !== null ? status.phase : isWritten ? "running" : "interrupted",
    iterations: Math.max(0, (iterations.at(-1) ?? -1) + 1),
    scalars: Object.fromEntries(
      metrics.columns.map(({ name }, i) => [name, Array.from(metrics.rows.columns[i]!)] as const),
    ),
    findings: findings.map(({ rule, iteration, message, fixes }) => ({
      rule,
      layer: null,
      iteration,
      text: message,
      fix: fixes[0]?.title ?? null,
    })),
    layers: header === null ? [] : ownLayers(header, rows, wanted),
  };
}

function ownLayers(header: NonNullable<RunContents["header"]>, rows: TraceRows, wanted: number | null): LayerSummary[] {
  const column = (name: string) => header.columns.findIndex((one) => one.name === name);
  const iterations = Array.from(rows.columns[column("iteration")] ?? []);
  const row = wanted === null ? rows.rows - 1 : iterations.indexOf(wanted);
  if (wanted !== null && row < 0) {
    const near = iterations.toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted)).slice(0, 2);
    throw new UsageError(`--iteration ${wanted} has no saved row; the nearest ones are ${near.join(" and ")}`);
  }
  if (row < 0) return [];
  const T = header.timeSteps;
  const series = (name: string) => {
    const index = column(name);
    const length = header.columns[index]?.length ?? 0;
    return index < 0 ? null : rows.columns[index]!.subarray(row * length, (row + 1) * length);
  };
  return Array.from({ length: header.numLayers }, (_, l) => ({
    name: "model",
    layer: Math.floor(l / (header.directions ?? 1)),
    cell: cellNameOf(header.cell),
    direction: isBackwardLayer(header, l) ? ("backward" as const) : ("forward" as const),
    iteration: iterations[row]!,
    gradientNorms: Array.from(series(vectorColumn.stateGradNorm(l))?.subarray(1) ?? []),
    directGradientNorms: null,
    stateNorms: stateNorms(series(vectorColumn.state(l)), T, stateUnits(header)),
  }));
}

/** Of the inspected sequence, [T]; null where not all units were saved. */
function stateNorms(states: Float64Array | null, T: number, units: number): number[] | null {
  if (states?.length !== (T + 1) * units) return null;
  return Array.from({ length: T }, (_, t) => l2Norm(states, (t + 1) * units, (t + 2) * units));
}

// ------------------------------------------------------------------------------------------------ words

function inJson({ status, iterations, scalars, findings, layers }: RunReport): object {
  const numbers = (values: readonly number[] | null) => values?.map(jsonNumber) ?? null;
  return {
    status,
    iterations,
    findings,
    scalars: Object.fromEntries(Object.entries(scalars).map(([name, values]) => [name, numbers(values)])),
    layers: layers.map((layer) => ({
      ...layer,
      gradientNorms: numbers(layer.gradientNorms),
      directGradientNorms: numbers(layer.directGradientNorms),
      stateNorms: numbers(layer.stateNorms),
    })),
  };
}

function describe({ name, status, iterations, scalars, findings, layers }: RunReport): string {
  const last = Object.entries(scalars)
    .filter(([scalar]) => scalar !== "iteration")
    .map(([scalar, values]) => `${printable(scalar)} ${formatValue(values.at(-1) ?? NaN)}`);
  return [
    `${printable(name)}: ${status}, ${iterations} iterations`,
    ...(last.length === 0 ? [] : [`last: ${last.join(", ")}`]),
    ...layers.map(({ name: module, layer, direction, iteration, gradientNorms }) => {
      const T = gradientNorms.length;
      const where = `${printable(module)}, layer ${layer + 1}${direction === "backward" ? ", backward" : ""}`;
      const [first, end] = [formatValue(gradientNorms[0] ?? NaN), formatValue(gradientNorms.at(-1) ?? NaN)];
      return `iteration ${iteration}, ${where}: |dL/dh| is ${first} at step 1 and ${end} at step ${T}`;
    }),
    ...findings.flatMap(({ rule, iteration, text, fix }) => [
      "",
      `iteration ${iteration}: ${text} [${rule}]`,
      ...(fix === null ? [] : [`  fix: ${fix}`]),
    ]),
    "",
  ].join("\n");
}
