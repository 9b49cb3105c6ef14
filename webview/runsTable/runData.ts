import type { RunsTableHostMessage, SharedValue, TableRun } from "../../src/shared/wire/runsTable";
import { collectColumns, collectSharedColumns, type Column } from "./columns";

type RunsMessage = Extract<RunsTableHostMessage, { readonly type: "runs" }>;

/** The runs as far as the host has sent them, and the columns that follow from them. */
export class RunData {
  private readonly byId = new Map<string, TableRun>();
  private paths: readonly string[] = [];
  private shared: readonly SharedValue[] = [];
  private latestFirst: readonly TableRun[] = [];
  private shownColumns: readonly Column[] = [];
  private filterColumns: readonly Column[] = [];
  private waits = 0;

  constructor(private readonly language: string) {}

  get runs(): readonly TableRun[] {
    return this.latestFirst;
  }

  /** From left to right, whether they show or not. */
  get columns(): readonly Column[] {
    return this.shownColumns;
  }

  /** With those that have one value in all runs. */
  get searchable(): readonly Column[] {
    return this.filterColumns;
  }

  /** Runs that are still to come. */
  get pending(): number {
    return this.waits;
  }

  has(id: string): boolean {
    return this.byId.has(id);
  }

  receive({ reset, paths, shared, changed, removed, pending }: RunsMessage): void {
    if (reset) this.byId.clear();
    for (const id of removed) this.byId.delete(id);
    for (const run of changed) this.byId.set(run.id, run);
    this.paths = paths;
    this.shared = shared;
    this.waits = pending;
    // The first part fills the table; those on their way would only be sorted again.
    if (pending > 0 && this.latestFirst.length > 0 && !reset) return;
    this.latestFirst = [...this.byId.values()].sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1));
    this.shownColumns = collectColumns(this.paths, this.shared, this.latestFirst, this.language);
    this.filterColumns = [...this.shownColumns, ...collectSharedColumns(this.paths, this.shared)];
  }
}
