/**
 * The results of a sweep folder: one file for each runner, which alone writes it, with one line for each trial. What is
 * not a whole line yet does not count. A trial is done when a line says so, whatever a queue says.
 */
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { isTrialResult } from "../shared/guards/isTrialResult.generated";
import { encodeNonFinite } from "../shared/wire/nonFinite";
import type { TrialResult } from "../shared/wire/sweep";
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
    this.file ??= openSync(resultsPath(this.folder, this.runner), "wx");
    const bytes = Buffer.from(`${JSON.stringify({ result: encodeNonFinite(result) })}\n`);
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

  constructor(private readonly folder: string) {}

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
    const bytes = await readFromByte(resultsPath(this.folder, runner), start);
    const end = bytes.lastIndexOf(LINE_END) + 1;
    if (end === 0) return [];
    this.ends.set(runner, start + end);
    const added: TrialResult[] = [];
    for (const line of new TextDecoder().decode(bytes.subarray(0, end)).split("\n")) {
      const result = readLine(line);
      if (result === null || this.found.has(result.index)) continue;
      this.found.set(result.index, result);
      added.push(result);
    }
    return added;
  }
}

const LINE_END = 10;

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

function readLine(line: string): TrialResult | null {
  try {
    const { result } = JSON.parse(line) as { readonly result?: unknown };
    return isTrialResult(result) ? result : null;
  } catch {
    return null;
  }
}
