/**
 * The results of a sweep on the disk: lines of JSON, of which the first says what was swept and who writes, and each of
 * the others has a run that ended. A line that is not whole ends the file.
 */
import { isTrialResult } from "../shared/guards/isTrialResult.generated";
import { encodeNonFinite } from "../shared/wire/nonFinite";
import type { TrialResult } from "../shared/wire/sweep";

const FORMAT = "rnnsweep 1";

export interface SweepFileHead {
  /** Of the experiment file. */
  readonly uri: string;
  /** Of that file when the sweep was started. */
  readonly text: string;
  /** Who writes the file, as {@link encodeLease} has it. */
  readonly lease: string;
}

/** A run that ended, and how far the sweep was by then. */
export interface SweepFileResult {
  readonly result: TrialResult;
  readonly elapsedMs: number;
  readonly threads: number;
}

export interface SweepFileContents extends SweepFileHead {
  readonly results: readonly SweepFileResult[];
}

export function encodeHead({ uri, text, lease }: SweepFileHead): string {
  return `${JSON.stringify({ format: FORMAT, uri, text, lease })}\n`;
}

export function encodeResult({ result, elapsedMs, threads }: SweepFileResult): string {
  return `${JSON.stringify({ elapsedMs, threads, result: encodeNonFinite(result) })}\n`;
}

/** Null for what is no file of a sweep. A run that is there twice counts once. */
export function readSweepFile(file: string): SweepFileContents | null {
  const [first, ...lines] = file.split("\n").slice(0, -1).map(parseLine);
  const head = readHead(first);
  if (head === null) return null;
  const results = new Map<number, SweepFileResult>();
  for (const line of lines) {
    const result = readResult(line);
    if (result === null) break;
    results.set(result.result.index, result);
  }
  return { ...head, results: [...results.values()] };
}

function parseLine(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function readHead(line: Readonly<Record<string, unknown>> = {}): SweepFileHead | null {
  const { format, uri, text, lease } = line;
  return format === FORMAT && typeof uri === "string" && typeof text === "string" && typeof lease === "string"
    ? { uri, text, lease }
    : null;
}

function readResult({ result, elapsedMs, threads }: Readonly<Record<string, unknown>>): SweepFileResult | null {
  return isTrialResult(result) && typeof elapsedMs === "number" && typeof threads === "number"
    ? { result, elapsedMs, threads }
    : null;
}
