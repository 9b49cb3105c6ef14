import { configHash } from "../config/compare/hash";
import { planLanes } from "../config/edit/planLanes";
import { countData } from "../config/facts/dataCounts";
import { datasetShape } from "../config/facts/datasetShape";
import { estimateTogether, IN_TRIAL } from "../config/facts/memoryEstimate";
import { withTargetKind } from "../config/facts/taskTraits";
import { NO_FILES } from "../config/facts/dataFiles";
import type { Disposable } from "../lib/dispose";
import { MemoryBudget } from "../lib/memoryBudget";
import type { CellKind } from "../shared/trace/cells";
import type { CellRace, ShownRace } from "../shared/wire/race";
import type { RaceReport, RaceRequest } from "../threads/raceMessages";
import { THIS_PROCESS, type ThreadPlace } from "../threads/carriers/threadPlace";
import { JobThread } from "../threads/jobThread";
import { ReservedMemory } from "../threads/reservedMemory";
import type { RunRequest } from "./runState";

/**
 * The cell race of one experiment: its thread while it runs, and its results for as long as the file is one of its
 * lanes.
 */
export class RaceSession implements Disposable {
  private worker: Disposable | null = null;
  private race: CellRace | null = null;
  /** Cell by the hash of the experiment that has it. */
  private cells: ReadonlyMap<string, CellKind> = new Map();
  /** Of the file as it is now; null while its text is no experiment, which may be for a moment. */
  private fileHash: string | null = null;
  private readonly memory: ReservedMemory;

  /** @param scriptPath dist/race.js */
  constructor(
    private readonly scriptPath: string,
    private readonly onDidChange: () => void,
    budget = new MemoryBudget(Infinity),
    private readonly place: ThreadPlace = THIS_PROCESS,
  ) {
    this.memory = new ReservedMemory(budget, () => place.overheadBytes);
  }

  /** Also while it waits for its memory. */
  get isRunning(): boolean {
    return this.worker !== null || this.memory.isWaiting;
  }

  /** Null when there was none, or the file is about something else now. */
  get shown(): ShownRace | null {
    const { race, fileHash, cells } = this;
    return race === null || !this.isAbout(fileHash)
      ? null
      : { ...race, inFile: fileHash === null ? null : (cells.get(fileHash) ?? null) };
  }

  /** Ends the race before it, if one runs. */
  start({ experiment, files, configHash: hash }: Pick<RunRequest, "experiment" | "files" | "configHash">): void {
    this.end();
    this.cells = new Map([[hash, experiment.model.cell]]);
    this.fileHash = hash;
    const request: RaceRequest = { type: "race", experiment, files: files ?? NO_FILES };
    const message = this.memory.begin(raceBytes(request), () => {
      const job = { name: "RNN Lab race", data: request };
      this.worker = new JobThread<RaceReport>(this.place, this.scriptPath, job, (report) => this.onReport(report));
    });
    this.race = { phase: "starting", message, budget: 0, scoredOn: "training", lanes: [] };
    this.onDidChange();
  }

  /** What has been recorded stays. */
  stop(): void {
    if (!this.isRunning) return;
    this.end();
    if (this.race !== null) this.race = { ...this.race, phase: "stopped" };
    this.onDidChange();
  }

  /** The file has changed: a race that is not about it any more ends. */
  follow(fileHash: string | null): void {
    if (fileHash === this.fileHash) return;
    this.fileHash = fileHash;
    if (this.race === null) return;
    if (!this.isAbout(fileHash)) this.stop();
    this.onDidChange();
  }

  dispose(): void {
    this.end();
    this.race = null;
  }

  private onReport(report: RaceReport): void {
    switch (report.type) {
      case "planned":
        this.cells = new Map([
          ...this.cells,
          ...report.experiments.map((experiment) => [configHash(experiment), experiment.model.cell] as const),
        ]);
        return;
      case "race":
        this.race = report.race;
        if (report.race.phase === "done") this.end();
        return this.onDidChange();
      case "failed":
        return this.fail(report.message);
      default:
        report satisfies never;
    }
  }

  private fail(message: string): void {
    this.end();
    this.race = { ...(this.race ?? { budget: 0, scoredOn: "training", lanes: [] }), phase: "failed", message };
    this.onDidChange();
  }

  private isAbout(hash: string | null): boolean {
    return hash === null || this.cells.has(hash);
  }

  private end(): void {
    this.worker?.dispose();
    this.worker = null;
    this.memory.release();
  }
}

/** Of all lanes, which are there at once. */
function raceBytes({ experiment, files }: RaceRequest): number {
  const task = withTargetKind(experiment);
  const shape = datasetShape(task, experiment.training.validation.share, countData(task, files.data));
  if (shape === null) return 0;
  const { lanes } = planLanes(experiment, shape.inputSize, shape.outputSize);
  return estimateTogether(
    lanes.map((lane) => lane.experiment),
    shape,
    IN_TRIAL,
  );
}
