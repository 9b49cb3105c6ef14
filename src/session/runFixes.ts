import { IN_TRIAL } from "../config/facts/memoryEstimate";
import { trainingBytes } from "../config/facts/trainingBytes";
import type { Disposable } from "../lib/dispose";
import { MemoryBudget } from "../lib/memoryBudget";
import type { TrialRecord } from "../fixes/fixSearch";
import type { Finding, FixProgress } from "../shared/wire/findings";
import type { Arithmetic } from "../shared/wire/protocol";
import { FIX_CONTROL, type FixReport, type FixRequest, type RunFigures } from "../threads/fixMessages";
import { THIS_PROCESS, type ThreadPlace } from "../threads/carriers/threadPlace";
import { JobThread } from "../threads/jobThread";
import { ReservedMemory } from "../threads/reservedMemory";

/** What a search needs beside what is known here. */
export type FixSetup = Omit<FixRequest, "findings" | "known" | "control" | keyof RunFigures>;

/** The findings of one run, and the search for fixes that help. */
export class RunFixes implements Disposable {
  /** The run's file; null where it is not recorded. */
  savedAs: string | null = null;
  /** Of the run; null before it is known. */
  arithmetic: Arithmetic | null = null;
  private found: readonly Finding[] = [];
  /** What the search has left of the fixes; null before a search. */
  private offered: readonly Finding[] | null = null;
  private figures: RunFigures | null = null;
  private readonly known: TrialRecord[] = [];
  private worker: JobThread<FixReport> | null = null;
  private searched = "";
  private shown: FixProgress | null = null;
  private readonly control = new Int32Array(new SharedArrayBuffer(FIX_CONTROL.length * Int32Array.BYTES_PER_ELEMENT));

  private readonly memory: ReservedMemory;

  /** @param scriptPath dist/fixes.js */
  constructor(
    private readonly scriptPath: string,
    private readonly onDidChange: () => void,
    budget = new MemoryBudget(Infinity),
    private readonly place: ThreadPlace = THIS_PROCESS,
  ) {
    this.memory = new ReservedMemory(budget, () => place.overheadBytes);
  }

  /** The cause first; with the fixes to offer as far as they have been tried. */
  get findings(): readonly Finding[] {
    return this.offered ?? this.found;
  }

  /** Of the search that goes on; null: none does. */
  get progress(): FixProgress | null {
    return this.shown;
  }

  get isSearching(): boolean {
    return this.worker !== null;
  }

  get isHeld(): boolean {
    return Atomics.load(this.control, FIX_CONTROL.held) !== 0;
  }

  /** The latest; a run that is only shown has none, and its fixes cannot be tried. */
  setFigures(figures: RunFigures): void {
    this.figures = figures;
  }

  /** Findings of the run as it is now. */
  receive(findings: readonly Finding[]): void {
    // The fixes that helped stay with their findings until the search has looked at the new ones.
    this.offered = this.offered === null ? null : withFixes(findings, this.offered);
    this.found = findings;
  }

  /** @param isFinal whether the run makes no more iterations: then its final loss is what fixes are compared with */
  needsSearch(isFinal: boolean): boolean {
    return this.figures !== null && this.found.length > 0 && this.searched !== this.searchKey(isFinal);
  }

  /**
   * Ends the search before it, if one goes on; its trials are not repeated. Where there is no memory for a copy of the
   * run, the search begins at a later call.
   */
  start(isFinal: boolean, setup: FixSetup): void {
    const { figures, found: findings, known, control } = this;
    if (figures === null) return;
    this.end();
    this.memory.tryBegin(trainingBytes(setup.experiment, setup.files, IN_TRIAL), () => {
      this.searched = this.searchKey(isFinal);
      this.hold(false);
      const request = { ...setup, ...figures, findings, known, control };
      const job = { name: "RNN Lab fixes", data: request };
      this.worker = new JobThread<FixReport>(this.place, this.scriptPath, job, (report) => this.onReport(report));
    });
  }

  /** While it is held the search uses no processor. */
  hold(held: boolean): void {
    if (this.isHeld === held) return;
    Atomics.store(this.control, FIX_CONTROL.held, held ? 1 : 0);
    Atomics.notify(this.control, FIX_CONTROL.held);
    this.worker?.flush();
  }

  /** The fixes as the rules name them, none of them tried, are offered for findings without a complete search. */
  cancel(): void {
    if (this.worker === null) return;
    this.end();
    this.searched = "";
    this.offered = null;
    this.onDidChange();
  }

  dispose(): void {
    this.end();
  }

  private onReport(report: FixReport): void {
    switch (report.type) {
      case "progress":
        if (report.record !== null) this.known.push(report.record);
        this.shown = report.progress;
        this.offered = report.findings;
        break;
      case "done":
        this.end();
        this.offered = report.findings;
        break;
      case "failed":
        this.end();
        this.offered = null;
        break;
      default:
        report satisfies never;
    }
    this.onDidChange();
  }

  private end(): void {
    this.worker?.dispose();
    this.worker = null;
    this.memory.release();
    this.shown = null;
  }

  private searchKey(isFinal: boolean): string {
    return [isFinal, ...this.found.map(({ rule, message }) => (isFinal ? message : rule))].join("\n");
  }
}

/** Each with the fixes that the finding of its rule has in `offered`. */
function withFixes(findings: readonly Finding[], offered: readonly Finding[]): readonly Finding[] {
  const fixes = new Map(offered.map((finding) => [finding.rule, finding.fixes]));
  return findings.map((finding) => ({ ...finding, fixes: fixes.get(finding.rule) ?? finding.fixes }));
}
