/**
 * The results of a sweep on the disk: lines of JSON, of which the first says what was swept and who writes, and each of
 * the others has some runs that ended, in columns. A line that is not whole ends the file.
 */
import { TRIAL_FIGURES, TRIAL_STATUSES, type SweepParameter } from "../shared/wire/sweep";
import { TrialColumns, type TrialBlock } from "../shared/wire/trialColumns";
import { isPlainObject } from "../config/schema/jsonSchema";
import type { SlicedTask } from "../lib/slicedTask";
import { readRung, readTrialResult } from "../sweepFolder/results";
import type { JudgedRung } from "../sweepPlan/stopping";
import { encodeNonFinite } from "../shared/wire/nonFinite";

/** Of 1 each line is one run, as an object; it is still read. */
const FORMATS = ["rnnsweep 1", "rnnsweep 2"];
const FORMAT = FORMATS[1];

/** Runs of one line: what is read or written without a pause. */
const LINE_RUNS = 2000;

export interface SweepFileHead {
  /** Of the experiment file. */
  readonly uri: string;
  /** Of that file when the sweep was started. */
  readonly text: string;
  /** Who writes the file, as {@link encodeLease} has it. */
  readonly lease: string;
}

/** What a sweep has given so far. */
export interface SavedTrials {
  readonly trials: TrialColumns;
  /** Only ever added to, as the trials are. */
  readonly rungs: readonly JudgedRung[];
  /** That were at work at the end. */
  readonly threads: number;
}

/** How much of a sweep is on the disk. */
export interface SavedCounts {
  readonly trials: number;
  readonly rungs: number;
}

export interface SweepFileContents extends SweepFileHead {
  /** The lines with the runs, still as text. */
  readonly lines: readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

export function encodeHead({ uri, text, lease }: SweepFileHead): string {
  return `${JSON.stringify({ format: FORMAT, uri, text, lease })}\n`;
}

export function countsOf({ trials, rungs }: SavedTrials): SavedCounts {
  return { trials: trials.length, rungs: rungs.length };
}

/** What was added from the first counts to the second ones, as lines. */
export function* encodeTrials(
  { trials, rungs, threads }: SavedTrials,
  first: SavedCounts,
  end: SavedCounts,
): SlicedTask<string> {
  const lines: string[] = [];
  let [from, fromRung] = [first.trials, first.rungs];
  while (from < end.trials || fromRung < end.rungs) {
    const [to, toRung] = [Math.min(end.trials, from + LINE_RUNS), Math.min(end.rungs, fromRung + LINE_RUNS)];
    const judged = toRung === fromRung ? {} : { rungs: encodeNonFinite(rungs.slice(fromRung, toRung)) };
    lines.push(`${JSON.stringify({ ...encodeBlock(trials.block(from, to), threads), ...judged })}\n`);
    [from, fromRung] = [to, toRung];
    yield;
  }
  return lines.join("");
}

/** Null for what is no file of a sweep. */
export function readSweepFile(file: string): SweepFileContents | null {
  const [first = "", ...lines] = file.split("\n").slice(0, -1);
  const { format, uri, text, lease } = parseLine(first);
  return FORMATS.some((known) => known === format) &&
    typeof uri === "string" &&
    typeof text === "string" &&
    typeof lease === "string"
    ? { uri, text, lease, lines }
    : null;
}

/** A run that is there twice counts once. */
export function* readTrials(
  { lines }: SweepFileContents,
  parameters: readonly SweepParameter[],
): SlicedTask<SavedTrials> {
  const trials = new TrialColumns(parameters);
  const rungs: JudgedRung[] = [];
  const seen = new Set<number>();
  let threads = 0;
  for (const [at, text] of lines.entries()) {
    const line = parseLine(text);
    const part = "result" in line ? readResult(line, parameters) : readBlock(line, parameters);
    if (part === null) break;
    threads = Number(line["threads"]);
    if (isList(line["rungs"])) rungs.push(...line["rungs"].flatMap((rung) => readRung(rung) ?? []));
    const isNew = part.column("index").every((index) => !seen.has(index));
    for (let row = 0; row < part.length && !isNew; row++)
      if (!seen.has(part.column("index")[row]!)) trials.append(part.block(row, row + 1));
    if (isNew) trials.append(part.block(0, part.length));
    for (const index of part.column("index")) seen.add(index);
    // A line of format 1 is a single run.
    if (part.length > 1 || at % LINE_RUNS === 0) yield;
  }
  return { trials, rungs, threads };
}

function encodeBlock({ index, status, figures, values, ...block }: TrialBlock, threads: number): object {
  return {
    threads,
    index: [...index],
    seed: encodeNumbers(block.seed),
    status: [...status].map((place) => TRIAL_STATUSES[place]),
    iterations: encodeNumbers(block.iterations),
    reachedAt: encodeNumbers(block.reachedAt),
    trainMs: encodeNumbers(block.trainMs),
    endedMs: encodeNumbers(block.endedMs),
    figures: Object.fromEntries(TRIAL_FIGURES.map((figure, f) => [figure, encodeNumbers(figures[f]!)])),
    values: values.map(({ places, choices }) => ({ places: encodeNumbers(places), choices })),
    messages: block.messages,
  };
}

/** JSON has no NaN, which is null, and no infinities, which are words. Null for a column that is all NaN. */
function encodeNumbers(numbers: Float64Array): readonly (number | string | null)[] | null {
  if (numbers.every(Number.isNaN)) return null;
  return Array.from(numbers, (value) => (Number.isFinite(value) ? value : Number.isNaN(value) ? null : String(value)));
}

function parseLine(line: string): Json {
  try {
    const value: unknown = JSON.parse(line);
    return isPlainObject(value) ? value : {};
  } catch {
    return {};
  }
}

function readResult({ result, elapsedMs, threads }: Json, parameters: readonly SweepParameter[]): TrialColumns | null {
  const read = readTrialResult(result);
  if (read === null || typeof elapsedMs !== "number" || typeof threads !== "number") return null;
  const trials = new TrialColumns(parameters);
  trials.add(read, elapsedMs);
  return trials;
}

function readBlock(line: Json, parameters: readonly SweepParameter[]): TrialColumns | null {
  const { threads, index, status, figures, values, messages } = line;
  if (typeof threads !== "number" || !isList(index) || !isList(status) || !isPlainObject(figures) || !isList(values))
    return null;
  const read = (numbers: unknown): Float64Array<ArrayBuffer> => readNumbers(numbers, index.length);
  try {
    const trials = new TrialColumns(parameters);
    trials.append({
      index: Int32Array.from(index, Number),
      seed: read(line["seed"]),
      status: Uint8Array.from(status, (word) => TRIAL_STATUSES.findIndex((known) => known === word)),
      iterations: read(line["iterations"]),
      reachedAt: read(line["reachedAt"]),
      trainMs: read(line["trainMs"]),
      endedMs: read(line["endedMs"]),
      figures: TRIAL_FIGURES.map((figure) => read(figures[figure] ?? null)),
      values: values.map((column) => ({
        places: read((column as Json)["places"]),
        choices: isList((column as Json)["choices"]) ? ((column as Json)["choices"] as unknown[]) : null,
      })),
      messages: isList(messages) ? messages.map((entry) => readMessage(entry as Json)) : [],
    });
    return trials;
  } catch (error) {
    // Columns that do not belong together.
    if (error instanceof RangeError || error instanceof TypeError) return null;
    throw error;
  }
}

function readMessage({ row, text }: Json): { readonly row: number; readonly text: string } {
  if (typeof row !== "number" || typeof text !== "string") throw new TypeError("A message has no row or no text.");
  return { row, text };
}

/** @throws TypeError for what are no numbers */
function readNumbers(numbers: unknown, length: number): Float64Array<ArrayBuffer> {
  if (numbers === null) return new Float64Array(length).fill(NaN);
  if (!isList(numbers)) throw new TypeError("A column is no list.");
  return Float64Array.from(numbers, (value) => (value === null ? NaN : Number(value)));
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}
