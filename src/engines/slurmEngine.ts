import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as l10n from "@vscode/l10n";
import { printable } from "../lib/outsideText";
import { engineFolder } from "../sweepFolder/folderNames";
import { ResultReader } from "../sweepFolder/results";
import { IDLE_ENGINE, type EngineSetup, type EngineState, type SweepEngine } from "./engine";
import { EngineError } from "./engineName";
import { numberOption, textOption, type EngineOptions } from "./engineOptions";
import { indexText, packSize, packTrials } from "./packs";
import { ask } from "./shell";
import { parseSlurmTime } from "./slurmTime";
import { describeTime } from "./timeText";
import { SIGNAL_SECONDS, slurmScript } from "./slurmScript";
import { isHeld, readQueue, REQUEUE_SECONDS, requeueWait, type QueuedElement } from "./slurmQueue";

/** Slurm's default for MaxArraySize is 1001: indices from 0 to 1000. */
const MOST_ELEMENTS = 1000;

/** Elements at once that a search decides on ahead where no limit is set. */
const USUAL_ELEMENTS = 8;

interface Job {
  readonly job: string;
  /** Trials of each element of the array. */
  readonly packs: readonly (readonly number[])[];
}

/**
 * Job arrays of Slurm. What runs is asked of `squeue`, what is done of the folder: accounting is not needed, and after
 * a failure of the controller the queue contradicts the results.
 */
export class SlurmEngine implements SweepEngine {
  /** Those that have elements in the queue, as far as is known. */
  private jobs: readonly Job[];
  private readonly reader: ResultReader;
  private submissions = 0;
  /** What the time limit will cost. */
  private forecast: string | null = null;

  constructor(private readonly setup: EngineSetup) {
    // Of an earlier version, it is one job.
    this.jobs = [setup.handle].flat().filter(isJob);
    this.reader = new ResultReader(setup.folder.path);
  }

  async start(trials: readonly number[]): Promise<void> {
    const { folder, options, trialSeconds, keep } = this.setup;
    const packs = packTrials(trials, {
      pack: packSize(this.setup),
      trialSeconds: trialSeconds(),
      most: MOST_ELEMENTS,
    });
    const name = join(engineFolder(folder.path), `slurm-${process.pid}-${++this.submissions}`);
    this.forecast = describeRequeues(Math.max(...packs.map((pack) => pack.length)) * trialSeconds(), options);
    await writeFile(`${name}.packs`, packs.map((pack) => `${indexText(pack)}\n`).join(""));
    await writeFile(`${name}.sh`, slurmScript(folder, options, { packsFile: `${name}.packs`, elements: packs.length }));
    const { code, out, error } = await ask("sbatch", ["--parsable", `${name}.sh`]);
    if (code !== 0) throw new EngineError(l10n.t("sbatch refuses the sweep: {0}", printable(error)));
    this.jobs = [...this.jobs, { job: out.trim().split(";")[0]!, packs }];
    await keep(this.jobs);
  }

  slots(): number {
    return (numberOption(this.setup.options, "limit") ?? USUAL_ELEMENTS) * (packSize(this.setup) ?? 1);
  }

  async poll(): Promise<EngineState> {
    const states: EngineState[] = [];
    const ended = new Set<Job>();
    const pending: QueuedElement[] = [];
    await this.reader.refresh();
    for (const job of this.jobs) {
      const queue = await readQueue(job.job);
      if (typeof queue === "string")
        return { ...IDLE_ENGINE, isIdle: false, problems: [l10n.t("Slurm does not answer: {0}", printable(queue))] };
      if (queue.length === 0) ended.add(job);
      states.push(await this.stateOf(job, queue));
      pending.push(...queue.filter((element) => isPending(element)));
    }
    this.jobs = this.jobs.filter((job) => !ended.has(job));
    return {
      queued: states.reduce((sum, { queued }) => sum + queued, 0),
      running: states.reduce((sum, { running }) => sum + running, 0),
      isIdle: this.jobs.length === 0,
      waitSeconds: requeueWait(pending, Date.now()),
      problems: [
        ...states.flatMap(({ problems }) => problems),
        ...(this.forecast === null ? [] : [this.forecast]),
        ...(pending.length === 0 ? [] : await describeNodes(pending)),
      ],
    };
  }

  private async stateOf(job: Job, queue: readonly QueuedElement[]): Promise<EngineState> {
    const held = queue.filter((element) => isHeld(element));
    for (const { index } of held) await ask("scancel", [`${job.job}_${index}`]);
    const others = queue.filter((element) => !held.includes(element));
    const count = (elements: readonly QueuedElement[]): number =>
      elements.reduce((sum, { index }) => sum + this.left(job.packs[index] ?? []), 0);
    return {
      queued: count(others.filter((element) => isPending(element))),
      running: count(others.filter((element) => !isPending(element))),
      isIdle: queue.length === 0,
      problems: this.describeHeld(job, held),
    };
  }

  /** What still waits has nothing to do: it was requeued after its last result. */
  async finish(): Promise<void> {
    for (const { job } of this.jobs) await ask("scancel", ["--state=PENDING", job]);
  }

  async cancel(): Promise<void> {
    for (const { job } of this.jobs) {
      const { code, error } = await ask("scancel", [job]);
      if (code !== 0 && !error.includes("Invalid job id"))
        throw new EngineError(l10n.t("scancel could not cancel job {0}: {1}", job, printable(error)));
    }
  }

  private left(trials: readonly number[]): number {
    return trials.filter((index) => !this.reader.results.has(index)).length;
  }

  /** Those with a result are canceled without a word: the folder has what they are about. */
  private describeHeld({ packs }: Job, held: readonly QueuedElement[]): string[] {
    return held
      .filter(({ index }) => this.left(packs[index] ?? []) > 0)
      .map(({ index, reason }) =>
        l10n.t("Slurm holds element {0} ({1}). It was canceled, and its trials are submitted again.", index, reason),
      );
  }
}

/** Null where the limit suffices, or there is none. */
function describeRequeues(seconds: number, options: EngineOptions): string | null {
  const limit = parseSlurmTime(textOption(options, "time") ?? "");
  if (limit === null) return null;
  // The signal may come a minute early.
  const usable = Math.max(1, limit - SIGNAL_SECONDS);
  const requeues = Math.ceil(seconds / usable) - 1;
  if (requeues < 1) return null;
  return l10n.t(
    "An element takes about {0}, and its time limit is {1}. Slurm requeues it: expect about {2} × {3} of waiting.",
    describeTime(seconds),
    describeTime(limit),
    requeues,
    describeTime(REQUEUE_SECONDS),
  );
}

function isPending(element: QueuedElement): boolean {
  return element.state === "PENDING" && !isHeld(element);
}

/** Nodes that take no jobs, in words, while elements wait. */
async function describeNodes(pending: readonly QueuedElement[]): Promise<string[]> {
  const problems: string[] = [];
  if (pending.some(({ reason }) => reason === "BeginTime"))
    problems.push(l10n.t("Slurm waits 2 minutes before it starts an element that was requeued."));
  const { code, out } = await ask("sinfo", ["--noheader", "--Node", "--states=drain,down", "--format=%N|%T|%E"]);
  if (code !== 0) return problems;
  for (const line of new Set(out.split("\n"))) {
    const [node = "", state = "", reason = ""] = line.trim().split("|");
    if (node === "") continue;
    problems.push(
      l10n.t(
        "Slurm gives no jobs to node {0}: it is {1} ({2}). An administrator can resume it: {3}",
        printable(node),
        printable(state),
        printable(reason),
        `scontrol update nodename=${printable(node)} state=resume`,
      ),
    );
  }
  return problems;
}

function isJob(value: unknown): value is Job {
  if (typeof value !== "object" || value === null) return false;
  const { job, packs } = value as Readonly<Record<string, unknown>>;
  return (
    typeof job === "string" &&
    /^\d+$/.test(job) &&
    Array.isArray(packs) &&
    packs.every((pack) => Array.isArray(pack) && pack.every(Number.isSafeInteger))
  );
}
