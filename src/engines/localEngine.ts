import { availableParallelism } from "node:os";
import { join } from "node:path";
import { logsFolder, programPath } from "../sweepFolder/folderNames";
import { IDLE_ENGINE, type EngineSetup, type EngineState, type SweepEngine } from "./engine";
import { numberOption } from "./engineOptions";
import { endProcess, isAlive, isStartedProcess, startProcess, type StartedProcess } from "./runnerProcess";

/** Processes of this machine, each of which takes the next free trial until none is left. */
export class LocalEngine implements SweepEngine {
  private processes: readonly StartedProcess[];

  constructor(private readonly setup: EngineSetup) {
    const { handle } = setup;
    this.processes = Array.isArray(handle) ? handle.filter(isStartedProcess) : [];
  }

  /** Those that wait for a search to decide take what it decides on by themselves. */
  async start(trials: readonly number[]): Promise<void> {
    const { folder, memory, keep } = this.setup;
    const alive = this.processes.filter(isAlive);
    const count = Math.max(1, Math.min(this.slots(), trials.length));
    const gibibytes = memory.limit / (this.setup.isLearning ? this.slots() : count) / 2 ** 30;
    const started = Array.from({ length: Math.max(0, count - alive.length) }, (_, i) =>
      startProcess(
        process.execPath,
        [programPath(folder.path), "--sweep", folder.path, "--memory", gibibytes.toFixed(3)],
        // The executable of VS Code is Node only when it is told so.
        {
          env: { ELECTRON_RUN_AS_NODE: "1" },
          log: join(logsFolder(folder.path), `local-${alive.length + i}.log`),
          onExit: () => {},
        },
      ),
    ).filter((process) => process !== null);
    this.processes = [...alive, ...started];
    await keep(this.processes);
  }

  slots(): number {
    const { options, memory } = this.setup;
    const wanted = numberOption(options, "processes") ?? availableParallelism();
    return Math.max(1, Math.min(wanted, Math.floor(memory.limit / Math.max(1, memory.trial))));
  }

  poll(): Promise<EngineState> {
    const running = this.processes.filter(isAlive).length;
    return Promise.resolve(running === 0 ? IDLE_ENGINE : { ...IDLE_ENGINE, running, isIdle: false });
  }

  cancel(): Promise<void> {
    for (const started of this.processes) endProcess(started);
    return Promise.resolve();
  }
}
