/** Sweep folders for tests, and the program that trains their trials. */
import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { parseExperiment } from "../../../../src/config/read/parse";
import { finishWork } from "../../../../src/lib/slicedTask";
import type { TrialResult } from "../../../../src/shared/wire/sweep";
import { TrialColumns } from "../../../../src/shared/wire/trialColumns";
import { sweepCsv } from "../../../../src/sweepPlan/sweepCsv";
import { createSweepFolder, type RunFilesChoice, type SweepFolder } from "../../../../src/sweepFolder/planFile";
import { ResultReader } from "../../../../src/sweepFolder/results";

/** dist/sweep.js in a new folder, which the caller removes. @param minify as in the packed extension */
export async function bundleTrial({ minify = false } = {}): Promise<{
  readonly folder: string;
  readonly program: string;
}> {
  const folder = mkdtempSync(join(tmpdir(), "rnn-lab-trial-"));
  const program = join(folder, "sweep.js");
  await build({
    entryPoints: [join(import.meta.dirname, "../../../../src/sweep.ts")],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    mainFields: ["module", "main"],
    outfile: program,
    logLevel: "error",
    minify,
  });
  return { folder, program };
}

export function sweepOf(experiment: object, path: string, program: string, runFiles: RunFilesChoice = "long") {
  const text = JSON.stringify(experiment);
  const parsed = parseExperiment(text).experiment;
  if (parsed === null) throw new Error("The experiment of the test is invalid.");
  const file = { fileName: "x.rnn.json", uri: "file:///x.rnn.json", text, version: "0" };
  return createSweepFolder(path, { ...file, experiment: parsed, runFiles, folder: null, program });
}

/** Starts the program of a sweep folder on its trials. */
export function startTrial({ path }: SweepFolder, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [join(path, "rnn-lab.cjs"), "--sweep", path, ...args], { stdio: "pipe" });
}

export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

export function endOf(child: ChildProcess): Promise<Ending> {
  let output = "";
  child.stdout?.on("data", (text) => (output += String(text)));
  child.stderr?.on("data", (text) => (output += String(text)));
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, output })));
}

export async function resultsOf({ path }: SweepFolder): Promise<readonly TrialResult[]> {
  const reader = new ResultReader(path);
  await reader.refresh();
  return [...reader.results.values()];
}

/** The table without the one column that is never twice the same. */
export async function tableOf(folder: SweepFolder): Promise<string> {
  const results = (await resultsOf(folder)).map((result) => ({ ...result, trainMs: 0 }));
  const { parameters } = folder.read.info;
  return finishWork(sweepCsv({ parameters }, TrialColumns.of(parameters, results)));
}

/** Indices of all lines of results: one that is there twice was trained twice to its end. */
export function endedTrials({ path }: SweepFolder): number[] {
  return readdirSync(join(path, "results"))
    .flatMap((name) =>
      readFileSync(join(path, "results", name), "utf8")
        .trimEnd()
        .split("\n"),
    )
    .flatMap((line) => (JSON.parse(line) as { result?: TrialResult }).result?.index ?? [])
    .toSorted((a, b) => a - b);
}
