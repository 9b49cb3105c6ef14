import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as l10n from "@vscode/l10n";
import { printable } from "../lib/outsideText";
import { engineFolder, logsFolder } from "../sweepFolder/folderNames";
import { IDLE_ENGINE, type EngineSetup, type EngineState, type SweepEngine } from "./engine";
import { EngineError } from "./engineName";
import { listOption, numberOption, textOption } from "./engineOptions";
import { indexText, packSize, packTrials } from "./packs";
import { readRayEvents, type RayProgress } from "./rayEvents";
import { endProcess, isAlive, isStartedProcess, startProcess, type StartedProcess } from "./runnerProcess";

/** A driver in Python, and where it says what happens. */
interface Handle {
  readonly driver: StartedProcess;
  readonly events: string;
  /** Trials of each pack. */
  readonly packs: readonly number[];
}

/** Tasks of Ray, given to it by a driver in Python (python/rnnlab_ray.py) that outlives this process. */
export class RayEngine implements SweepEngine {
  private handle: Handle | null;
  private submissions = 0;
  /** Tasks that run at once. */
  private width = 1;
  private refusal: string | null = null;

  constructor(private readonly setup: EngineSetup) {
    this.handle = isHandle(setup.handle) ? setup.handle : null;
  }

  /** @throws EngineError where another attempt would end as the last one did */
  async start(trials: readonly number[]): Promise<void> {
    if (this.refusal !== null) throw new EngineError(this.refusal);
    const { trialSeconds } = this.setup;
    const packs = packTrials(trials, { pack: this.packSize, trialSeconds: trialSeconds() });
    const lines = packs.map((pack) => `${indexText(pack)}\n`).join("");
    const counts = packs.map((pack) => pack.length);
    const { handle } = this;
    this.handle =
      handle === null || !isAlive(handle.driver)
        ? await this.startDriver(lines, counts)
        : await this.giveMore(handle, lines, counts);
    await this.setup.keep(this.handle);
  }

  slots(): number {
    return this.width * this.packSize;
  }

  /** A task of its own for each trial, unless it is said otherwise: Ray starts one in a few milliseconds. */
  private get packSize(): number {
    return packSize(this.setup) ?? 1;
  }

  /** A driver of a search that learns waits for more. */
  private async giveMore(handle: Handle, lines: string, counts: readonly number[]): Promise<Handle> {
    await appendFile(packsPath(handle.events), lines);
    return { ...handle, packs: [...handle.packs, ...counts] };
  }

  private async startDriver(lines: string, counts: readonly number[]): Promise<Handle> {
    const { folder, options, pythonFolder, isLearning } = this.setup;
    const events = join(engineFolder(folder.path), `ray-${process.pid}-${++this.submissions}.events`);
    await writeFile(packsPath(events), lines);
    await writeFile(events, "");
    const driver = startProcess(
      textOption(options, "python") ?? "python3",
      [
        join(pythonFolder, "rnnlab_ray.py"),
        ...["--folder", folder.path, "--packs", packsPath(events), "--events", events],
        ...(isLearning ? ["--follow"] : []),
        ...this.clusterArguments(),
      ],
      { env: this.environment(), log: logPath(folder.path), onExit: () => {} },
    );
    if (driver === null)
      throw new EngineError(l10n.t("Python cannot be started. Set the option {0} to a Python that has Ray.", "python"));
    return { driver, events, packs: counts };
  }

  async poll(): Promise<EngineState> {
    const { handle } = this;
    if (handle === null) return IDLE_ENGINE;
    const progress = readRayEvents(await readFile(handle.events, "utf8").catch(() => ""));
    this.width = progress.slots ?? 1;
    const waiting = handle.packs.filter((_, pack) => !progress.ended.has(pack));
    const running = progress.slots === null ? [] : waiting.slice(0, progress.slots);
    const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
    const hasEnded = !isAlive(handle.driver);
    // What a driver of an earlier process has said may no longer hold.
    const isOver = hasEnded && this.submissions === 0;
    this.refusal = isOver ? null : describeRefusal(progress);
    // One that follows waits for more.
    const isIdle = hasEnded || (this.setup.isLearning && waiting.length === 0);
    return {
      queued: isIdle ? 0 : sum(waiting) - sum(running),
      running: isIdle ? 0 : sum(running),
      isIdle,
      problems: isOver ? [] : describeProblems(progress, hasEnded ? logPath(this.setup.folder.path) : null),
    };
  }

  async finish(): Promise<void> {
    if (this.handle !== null && this.setup.isLearning) await appendFile(packsPath(this.handle.events), "end\n");
  }

  cancel(): Promise<void> {
    if (this.handle !== null) endProcess(this.handle.driver);
    return Promise.resolve();
  }

  private clusterArguments(): string[] {
    const { options } = this.setup;
    const address = textOption(options, "address");
    const named: Readonly<Record<string, string | null>> = {
      "--address": address,
      "--cpus": numberOption(options, "cpus")?.toString() ?? null,
      "--retries": numberOption(options, "retries")?.toString() ?? null,
      "--node": textOption(options, "node") ?? (address === null ? process.execPath : null),
    };
    const resources = Object.fromEntries(
      listOption(options, "resources").map((text) => {
        const [name = "", amount = "1"] = text.split("=");
        return [name, Number(amount)];
      }),
    );
    return [
      ...Object.entries(named).flatMap(([key, value]) => (value === null ? [] : [key, value])),
      "--resources",
      JSON.stringify(resources),
      ...(options["shared"] === false ? ["--copied"] : []),
    ];
  }

  /** Not as an argument: those of a process are seen by all users of a machine. */
  private environment(): Record<string, string> {
    const token = textOption(this.setup.options, "token");
    return { PYTHONUNBUFFERED: "1", ...(token === null ? {} : { RAY_AUTH_MODE: "token", RAY_AUTH_TOKEN: token }) };
  }
}

/** Beside the events of a driver. */
function packsPath(events: string): string {
  return events.replace(/\.events$/, ".packs");
}

function logPath(folder: string): string {
  return join(logsFolder(folder), "ray.log");
}

/** @param log of a driver that has ended */
function describeProblems(progress: RayProgress, log: string | null): string[] {
  const { isConnecting, isFinished, error, lost } = progress;
  const problems: string[] = [];
  if (log !== null && !isFinished && error === null)
    problems.push(l10n.t("The driver of Ray ended before its runs did. See {0}.", log));
  else if (isConnecting) problems.push(l10n.t("Ray is starting, which takes 7 to 24 seconds."));
  const refusal = describeRefusal(progress);
  if (refusal !== null) problems.push(refusal);
  else if (error?.kind === "unreachable") problems.push(l10n.t("Ray cannot be reached: {0}", printable(error.message)));
  else if (error !== null) problems.push(l10n.t("Ray ended the sweep: {0}", printable(error.message)));
  if (lost !== null) problems.push(l10n.t("Ray lost a task: {0}", printable(lost)));
  return problems;
}

/** What stays as it is until somebody changes an option. */
function describeRefusal({ error }: RayProgress): string | null {
  if (error?.kind === "no-ray")
    return l10n.t(
      "This Python has no Ray. Install it with {0}, or set the option {1}.",
      "pip install ray==2.60.0",
      "python",
    );
  if (error?.kind === "token")
    return [
      l10n.t("401: this Ray cluster wants a token, and got none or a wrong one."),
      l10n.t("Set the option {0}, or the environment variable {1}.", "token", "RAY_AUTH_TOKEN"),
      l10n.t("Ray says: {0}", printable(error.message)),
    ].join(" ");
  return null;
}

function isHandle(value: unknown): value is Handle {
  if (typeof value !== "object" || value === null) return false;
  const { driver, events, packs } = value as Readonly<Record<string, unknown>>;
  return (
    isStartedProcess(driver) &&
    typeof events === "string" &&
    Array.isArray(packs) &&
    packs.every((count) => Number.isSafeInteger(count))
  );
}
