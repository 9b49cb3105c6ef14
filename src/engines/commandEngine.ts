import { availableParallelism } from "node:os";
import { join } from "node:path";
import * as l10n from "@vscode/l10n";
import { logsFolder, programPath } from "../sweepFolder/folderNames";
import { TAKE_UP_AGAIN } from "../sweepFolder/trialExit";
import type { EngineSetup, EngineState, SweepEngine } from "./engine";
import { EngineError } from "./engineName";
import { numberOption, textOption } from "./engineOptions";
import { indexText, packSize, packTrials } from "./packs";
import { endProcess, isAlive, startProcess, type StartedProcess } from "./runnerProcess";
import { quoted } from "./shell";

interface RunningCommand {
  readonly process: StartedProcess;
  readonly trials: number;
}

/** A command of the user for each pack of trials, or one that gets all packs. */
export class CommandEngine implements SweepEngine {
  private readonly template: string;
  private readonly waiting: number[][] = [];
  private readonly running = new Set<RunningCommand>();
  private problem: string | null = null;
  private started = 0;

  /** @throws EngineError without a command */
  constructor(private readonly setup: EngineSetup) {
    const template = textOption(setup.options, "command");
    if (template === null || !/\{(indices|packs)\}/.test(template))
      throw new EngineError(
        l10n.t(
          "The engine “command” needs the option {0} with {1}, for example {2}.",
          "command",
          "{indices}",
          '"ssh node7 node {program} --sweep {folder} --index {indices}"',
        ),
      );
    this.template = template;
  }

  start(trials: readonly number[]): Promise<void> {
    const packs = packTrials(trials, { pack: packSize(this.setup), trialSeconds: this.setup.trialSeconds() });
    this.problem = null;
    if (this.template.includes("{packs}")) this.run(packs);
    else this.waiting.push(...packs);
    this.runNext();
    return Promise.resolve();
  }

  slots(): number {
    return this.processes * (packSize(this.setup) ?? 1);
  }

  poll(): Promise<EngineState> {
    const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
    return Promise.resolve({
      queued: sum(this.waiting.map((pack) => pack.length)),
      running: sum([...this.running].map(({ trials }) => trials)),
      isIdle: this.waiting.length === 0 && this.running.size === 0,
      problems: this.problem === null ? [] : [this.problem],
    });
  }

  async cancel(): Promise<void> {
    this.waiting.length = 0;
    for (const { process: started } of this.running) endProcess(started);
    await Promise.resolve();
  }

  private get processes(): number {
    return numberOption(this.setup.options, "processes") ?? availableParallelism();
  }

  private runNext(): void {
    while (this.running.size < this.processes) {
      const pack = this.waiting.shift();
      if (pack === undefined) return;
      this.run([pack]);
    }
  }

  private run(packs: readonly (readonly number[])[]): void {
    const { path } = this.setup.folder;
    const values: Readonly<Record<string, string>> = {
      folder: quoted(path),
      program: quoted(programPath(path)),
      indices: packs.map(indexText).join(","),
      packs: packs.map(indexText).join(" "),
    };
    const command = this.template.replaceAll(/\{(folder|program|indices|packs)\}/g, (_, key: string) => values[key]!);
    const log = join(logsFolder(path), `command-${++this.started}.log`);
    const started = startProcess(command, [], {
      log,
      shell: true,
      onExit: (code) => {
        this.running.delete(running);
        if (code !== 0 && code !== TAKE_UP_AGAIN)
          this.problem = l10n.t("The command ended with code {0}; see {1}.", code ?? "?", log);
        if (started !== null) this.runNext();
      },
    });
    const running = { process: started ?? { pid: 0, start: null }, trials: packs.flat().length };
    if (started === null) this.problem = l10n.t("The command could not be started: {0}", command);
    else if (isAlive(started)) this.running.add(running);
  }
}
