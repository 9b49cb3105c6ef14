/** `--sweep --on ENGINE`: the trials of a sweep folder on an engine, followed until they have ended. */
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ExperimentFiles } from "../config/facts/dataFiles";
import { memoryLimit } from "../config/facts/memoryLimit";
import { EngineError, type EngineName } from "../engines/engineName";
import { parseOptions } from "../engines/engineOptions";
import { FolderSweep, type FolderSweepEnd, type SweepState } from "../engines/folderSweep";
import { describeSweepState } from "../engines/stateText";
import { createSweepFolder, SweepFolderError, type SweepFolder } from "../sweepFolder/planFile";
import { trialBytes } from "../sweepPlan/trialBytes";
import type { TrialResult } from "../shared/wire/sweep";
import { SearchThread } from "../threads/searchThread";
import { UsageError, type Arguments } from "./args";
import type { LoadedExperiment } from "./loadExperiment";
import { createProgressBar, type ProgressBar } from "./progressBar";
import { ownVersion } from "./runMeta";
import { printError } from "./terminal";

export interface EngineTrials {
  readonly results: readonly TrialResult[];
  readonly interrupted: boolean;
}

/** @throws UsageError, Error in words for a person */
export async function runOnEngine(
  engine: EngineName,
  options: Arguments,
  loaded: LoadedExperiment,
  files: ExperimentFiles,
  interruption: AbortSignal,
): Promise<EngineTrials> {
  const { out, engineOptions, detach } = options;
  if (out === null) throw new UsageError(`--on ${engine} requires --out DIR, the folder of the sweep`);
  try {
    const settings = parseOptions(engine, engineOptions);
    const folder = await openFolder(out, options, loaded);
    const results: TrialResult[] = [];
    const display = new StateDisplay(createProgressBar(process.stderr));
    const sweep: FolderSweep = new FolderSweep(
      folder,
      {
        engine,
        options: settings,
        memory: { trial: trialBytes(folder.read.job, files), limit: memoryLimit().bytes },
        pythonFolder: join(__dirname, "..", "python"),
        openSearch: (sweep) => new SearchThread(join(__dirname, "sweep.js"), sweep),
      },
      {
        onResults: (added) => results.push(...added),
        onState(state) {
          display.show(state);
          if (detach && state.queued + state.running > 0) sweep.detach();
        },
      },
    );
    interruption.addEventListener("abort", () => sweep.cancel());
    if (interruption.aborted) sweep.cancel();
    const end = await sweep.run();
    display.clear();
    reportEnd(end, out, results.length, folder);
    return { results: results.sort((a, b) => a.index - b.index), interrupted: end.kind !== "done" };
  } catch (error) {
    if (error instanceof EngineError || error instanceof SweepFolderError) throw new UsageError(error.message);
    throw error;
  }
}

function openFolder(out: string, { runFiles }: Arguments, { file, text, experiment }: LoadedExperiment) {
  return createSweepFolder(resolve(out), {
    fileName: basename(file),
    uri: pathToFileURL(resolve(file)).href,
    text,
    experiment,
    runFiles,
    folder: dirname(resolve(file)),
    program: join(__dirname, "sweep.js"),
    version: ownVersion(),
  });
}

function reportEnd(end: FolderSweepEnd, out: string, done: number, { read }: SweepFolder): void {
  const left = `${done} of ${read.info.trials} runs are done`;
  if (end.kind === "failed") throw new Error(`${end.message} ${left}.`);
  if (end.kind === "canceled") printError(`${left}; continue with the same command and --out ${out}\n`);
  if (end.kind === "detached") printError(`The sweep goes on; follow it with the same command without --detach\n`);
}

/** Each problem once, above the bar. */
class StateDisplay {
  private readonly said = new Set<string>();

  constructor(private readonly progress: ProgressBar) {}

  show(state: SweepState): void {
    for (const problem of state.problems) {
      if (this.said.has(problem)) continue;
      this.said.add(problem);
      this.progress.clear();
      printError(`${problem}\n`);
    }
    this.progress.show(state.done, state.trials, () => describeSweepState(state));
  }

  clear(): void {
    this.progress.clear();
  }
}
