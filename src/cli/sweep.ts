/**
 * `--sweep`: the runs of an experiment's sweep block on all cores, a table of their figures, and what they say in a few
 * lines.
 */
import { writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { countFiles } from "../files/openTable";
import { readExperimentFiles } from "../files/readExperimentFiles";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import { memoryLimit } from "../config/facts/memoryLimit";
import { ExperimentError } from "../config/facts/experimentError";
import { MemoryBudget } from "../lib/memoryBudget";
import { finishWork } from "../lib/slicedTask";
import type { SweepInfo, TrialResult } from "../shared/wire/sweep";
import { TrialColumns } from "../shared/wire/trialColumns";
import { NO_SWEEP, readSweep, type ReadSweep } from "../sweepPlan/readSweep";
import { sweepCsv } from "../sweepPlan/sweepCsv";
import type { EngineName } from "../engines/engineName";
import { Confirmation, type Verdict } from "../sweepPlan/confirmation";
import { confirmBest } from "../threads/confirmBest";
import { SweepPool, type SweepPoolEvents } from "../threads/sweepPool";
import { UsageError, type Arguments } from "./args";
import { EXIT } from "./exitCodes";
import { endingAtOnce, watchInterruption } from "./interruption";
import {
  describeWarnings,
  describeProblem,
  ExperimentFileError,
  loadExperiment,
  locateError,
  type LoadedExperiment,
} from "./loadExperiment";
import { createProgressBar } from "./progressBar";
import { watchTable } from "./watchTable";
import { reportUnwritten, writeRest } from "./lateOutput";
import { makeFolder } from "./makeFolder";
import { WholeFiles } from "./wholeFiles";
import { createSweepReport, describeSweep } from "./sweepReport";
import { describeError, printable } from "../lib/outsideText";
import type { Journal } from "../formats/optunaJournal";
import { studyLines } from "../sweepPlan/optunaStudy";
import { appendToJournal } from "./journalFile";
import { runOnEngine } from "./sweepOn";
import { printError, printOut } from "./terminal";

/** @param scriptPath dist/sweep.js */
export async function sweepExperiment(options: Arguments, scriptPath: string): Promise<number> {
  const loaded = loadExperiment(options.file, options.set);
  const read = readSweep(loaded.text);
  if ("problems" in read) {
    if (read.problems.length === 0) throw new UsageError(`--sweep: ${NO_SWEEP}`);
    throw new ExperimentFileError(
      read.problems
        .map((problem) => describeProblem(loaded.file, loaded.text, { ...problem, severity: "error" }))
        .join("\n"),
    );
  }
  for (const line of describeWarnings(loaded)) printError(`${printable(line)}\n`);
  const interruption = watchInterruption();
  const csv = openCsv(options);
  // Looked at before the sweep, too.
  if (options.journal !== null) await addToJournal(options.journal, () => []);
  const files = await readFiles(loaded);
  const startedAt = performance.now();
  const engine = options.on ?? fileEngine(read);
  const { results, interrupted, threads, endedAt } =
    engine === null
      ? await runTrials(read, files, scriptPath, interruption)
      : { ...(await runOnEngine(engine, options, loaded, files, interruption)), threads: null, endedAt: new Map() };
  const wallMs = performance.now() - startedAt;
  const confirmation = options.confirmBest && !interrupted ? new Confirmation(read.job, results) : null;
  const verdict = confirmation === null ? null : await confirm(confirmation, files, scriptPath, interruption);
  const wholes = new WholeFiles();
  if (csv !== null) wholes.write(csv, finishWork(sweepCsv(read.info, TrialColumns.of(read.info.parameters, results))));

  const stopped = interrupted || (confirmation !== null && interruption.aborted && verdict === null);
  const outcome = { info: read.info, results, wallMs, threads, engine, csv, interrupted: stopped, verdict };
  printOut(options.json ? `${JSON.stringify(createSweepReport(outcome))}\n` : describeSweep(read.experiment, outcome));
  if (options.journal !== null) await addToJournal(options.journal, newStudy(read, results, endedAt));
  const unwritten = await writeRest([wholes]);
  if (unwritten.size > 0) return reportUnwritten(unwritten);
  if (stopped) return EXIT.interrupted;
  return results.some(({ status }) => status === "failed") ? EXIT.failed : EXIT.done;
}

/** A new study, under the name of the experiment or the first number after it that is free. */
function newStudy(
  { experiment: { name }, job }: ReadSweep,
  results: readonly TrialResult[],
  endedAt: ReadonlyMap<number, number>,
) {
  return ({ studies, created }: Journal): readonly string[] => {
    const taken = new Set(studies.map((study) => study.name));
    const base = name === "" ? "sweep" : name;
    let free = base;
    for (let n = 2; taken.has(free); n++) free = `${base} ${n}`;
    return studyLines(job, results, { name: free, id: created, endedAt });
  };
}

async function addToJournal(path: string, linesFor: (journal: Journal) => readonly string[]): Promise<void> {
  try {
    const { tornPath } = await appendToJournal(path, linesFor);
    if (tornPath !== null)
      printError(`warning: the last line of ${printable(path)} was not whole; it is now in ${printable(tornPath)}\n`);
  } catch (error) {
    throw new UsageError(`--journal ${path}: ${describeError(error)}`);
  }
}

/** Without a word in the file or the terminal, the sweep runs here and leaves no folder. */
function fileEngine({ experiment }: ReadSweep): EngineName | null {
  const runOn = experiment.sweep?.runOn ?? "local";
  return runOn === "local" ? null : runOn;
}

async function readFiles(loaded: LoadedExperiment): Promise<Awaited<ReturnType<typeof readExperimentFiles>>> {
  try {
    const files = await readExperimentFiles(dirname(resolve(loaded.file)), loaded.experiment);
    const progress = createProgressBar(process.stderr);
    const watch = watchTable(files.data, progress);
    const counted = await endingAtOnce(files.data, () => countFiles(files, loaded.experiment, watch));
    progress.clear();
    return counted;
  } catch (error) {
    if (error instanceof ExperimentError) throw locateError(loaded, error);
    throw error;
  }
}

/** Looked at before the sweep, so that a long one does not end in an error. Null without --out. */
function openCsv({ out }: Arguments): string | null {
  if (out === null) return null;
  const path = join(out, "sweep.csv");
  try {
    makeFolder(resolve(out));
    writeFileSync(path, "", { flag: "a" });
  } catch (error) {
    throw new UsageError(
      `--out ${out}: cannot write to this folder (${describeError(error)}). Choose another folder with --out DIR.`,
    );
  }
  return path;
}

interface Trials {
  readonly results: readonly TrialResult[];
  readonly interrupted: boolean;
  readonly threads: number;
  /** By their index, in milliseconds since 1970. */
  readonly endedAt: ReadonlyMap<number, number>;
}

function runTrials(
  { job, info }: ReadSweep,
  files: Awaited<ReturnType<typeof readFiles>>,
  scriptPath: string,
  interruption: AbortSignal,
): Promise<Trials> {
  const budget = new MemoryBudget(memoryLimit().bytes);
  const results: TrialResult[] = [];
  const endedAt = new Map<number, number>();
  const progress = createProgressBar(process.stderr);
  return new Promise((done, fail) => {
    const finish = (interrupted: boolean): void => {
      progress.clear();
      done({ results: results.sort((a, b) => a.index - b.index), interrupted, threads: pool.started, endedAt });
    };
    const events: SweepPoolEvents = {
      onResult(result) {
        results.push(result);
        endedAt.set(result.index, Date.now());
        progress.show(results.length, info.trials, () => progressText(info, results));
      },
      onEnd: () => finish(false),
      onFailure(error) {
        progress.clear();
        fail(error);
      },
    };
    const pool = new SweepPool(scriptPath, job, files, info.trials, events, { budget });
    const interrupt = (): void => void pool.cancel().then(() => finish(true));
    if (interruption.aborted) interrupt();
    else interruption.addEventListener("abort", interrupt);
  });
}

/** Of a sweep whose runs all diverged there is nothing to confirm. */
function confirm(
  confirmation: Confirmation,
  files: ExperimentFiles,
  scriptPath: string,
  signal: AbortSignal,
): Promise<Verdict | null> {
  const { combinations, runs } = confirmation;
  const progress = createProgressBar(process.stderr);
  return confirmBest(scriptPath, confirmation, files, {
    signal,
    budget: new MemoryBudget(memoryLimit().bytes),
    onProgress: (done) =>
      progress.show(done, runs, () => `${done} of ${runs} runs with new seeds, of ${combinations} combinations`),
  }).finally(() => progress.clear());
}

function progressText({ trials, goal }: SweepInfo, results: readonly TrialResult[]): string {
  const reached =
    goal === null ? "" : `, ${results.filter(({ reachedAt }) => reachedAt !== null).length} reached the goal`;
  return `${results.length} of ${trials} runs${reached}`;
}
