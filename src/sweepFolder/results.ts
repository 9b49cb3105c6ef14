/**
 * The results of a sweep folder: one file for each runner, which alone writes it, with one line for each trial. What is
 * not a whole line yet does not count. A trial is done when a line says so, whatever a queue says.
 */
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { isTrialResult } from "../shared/guards/isTrialResult.generated";
import { encodeNonFinite } from "../shared/wire/nonFinite";
import { TRIAL_FIGURES, type TrialResult } from "../shared/wire/sweep";
import type { JudgedRung } from "../sweepPlan/stopping";
import { resultsFolder, resultsPath, runnerOfResults } from "./folderNames";

/** Writes the results of one runner. The file is made with the first one. */
export class ResultWriter {
  private file: number | null = null;
  /** Bytes of whole lines; what a full disk has left behind them is written over. */
  private length = 0;

  constructor(
    private readonly folder: string,
    private readonly runner: string,
  ) {}

  /** What a process that is killed has added stays. @throws the system's error */
  add(result: TrialResult): void {
    this.write({ result });
  }

  /** A run has come to a rung. */
  addRung(rung: JudgedRung): void {
    this.write({ rung });
  }

  private write(line: object): void {
    this.file ??= openSync(resultsPath(this.folder, this.runner), "wx");
    const bytes = Buffer.from(`${JSON.stringify(encodeNonFinite(line))}\n`);
    for (let written = 0; written < bytes.length;)
      written += writeSync(this.file, bytes, written, bytes.length - written, this.length + written);
    this.length += bytes.length;
  }

  /** What was added survives a machine that fails. */
  close(): void {
    if (this.file === null) return;
    fsyncSync(this.file);
    closeSync(this.file);
    this.file = null;
  }
}

/** Follows the results of all runners; each byte is read once. */
export class ResultReader {
  private readonly found = new Map<number, TrialResult>();
  private readonly ends = new Map<string, number>();

  /** @param onRung gets the rungs of all runners, also one's own */
  constructor(
    private readonly folder: string,
    private readonly onRung: (rung: JudgedRung) => void = () => undefined,
  ) {}

  /** By the index of the trial. Of a trial that was trained twice, the result that was found first. */
  get results(): ReadonlyMap<number, TrialResult> {
    return this.found;
  }

  /** @returns those that are new */
  async refresh(): Promise<readonly TrialResult[]> {
    const added: TrialResult[] = [];
    const names = await readdir(resultsFolder(this.folder)).catch(() => []);
    for (const name of names.toSorted()) {
      const runner = runnerOfResults(name);
      if (runner !== null) added.push(...(await this.refreshRunner(runner)));
    }
    return added;
  }

  /** What one runner has added. The file is opened anew: then a network folder shows all of one that was closed. */
  async refreshRunner(runner: string): Promise<readonly TrialResult[]> {
    const start = this.ends.get(runner) ?? 0;
    const { lines, end } = await readWholeLines(resultsPath(this.folder, runner), start);
    this.ends.set(runner, end);
    const added: TrialResult[] = [];
    for (const line of lines) {
      const read = readLine(line);
      if (read === null) continue;
      if ("rung" in read) this.onRung(read.rung);
      else if (!this.found.has(read.result.index)) {
        this.found.set(read.result.index, read.result);
        added.push(read.result);
      }
    }
    return added;
  }
}

const LINE_END = 10;

/** What has been added to a file of lines since it had `start` bytes, as far as it is whole. */
export async function readWholeLines(
  path: string,
  start: number,
): Promise<{ readonly lines: readonly string[]; readonly end: number }> {
  const bytes = await readFromByte(path, start);
  const end = bytes.lastIndexOf(LINE_END) + 1;
  const text = new TextDecoder().decode(bytes.subarray(0, end));
  return { lines: text === "" ? [] : text.trimEnd().split("\n"), end: start + end };
}

async function readFromByte(path: string, start: number): Promise<Buffer> {
  const file = await open(path).catch(() => null);
  if (file === null) return Buffer.alloc(0);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, size - start));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function readLine(line: string): { readonly result: TrialResult } | { readonly rung: JudgedRung } | null {
  try {
    const { result, rung } = JSON.parse(line) as { readonly result?: unknown; readonly rung?: unknown };
    const read = readTrialResult(result);
    if (read !== null) return { result: read };
    const judged = readRung(rung);
    return judged === null ? null : { rung: judged };
  } catch {
    return null;
  }
}

/** Earlier versions wrote no gradientReach. Null for what is no result. */
export function readTrialResult(value: unknown): TrialResult | null {
  const result: unknown = typeof value === "object" && value !== null ? { gradientReach: NaN, ...value } : null;
  return isTrialResult(result) ? result : null;
}

/** Null for what is none. */
export function readRung(value: unknown): JudgedRung | null {
  if (typeof value !== "object" || value === null) return null;
  const { index, iteration, figure, value: reported, stopped } = value as Readonly<Record<string, unknown>>;
  const known = TRIAL_FIGURES.find((name) => name === figure);
  return typeof index === "number" &&
    typeof iteration === "number" &&
    known !== undefined &&
    (stopped === null || typeof stopped === "string")
    ? { index, iteration, figure: known, value: Number(reported), stopped }
    : null;
}
