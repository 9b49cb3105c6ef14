import type { SlicedTask } from "../lib/slicedTask";
import type { RunIdentity } from "../shared/wire/runIdentity";
import { RUNS_PER_MESSAGE, type RunsTableHostMessage, type TableRun } from "../shared/wire/runsTable";
import type { ListedRun } from "./listedRun";
import { flattenConfig, HyperparameterIndex, type FlatConfig } from "./hyperparameterIndex";

/** Runs between two looks at the clock: about a millisecond. */
const RUNS_PER_SLICE = 50;

interface KnownRun {
  entry: ListedRun;
  /** Null where the run has no experiment. */
  readonly config: FlatConfig | null;
  /** It may change when another run comes or goes. */
  identity: RunIdentity;
  /** What the page has; empty while it has nothing of the run. */
  sent: string;
}

/** What the page with the table of runs does not know yet, as messages. */
export class RunsTableFeed {
  private readonly known = new Map<string, KnownRun>();
  private readonly index = new HyperparameterIndex();
  private paths: readonly string[] = [];
  private isNewPage = true;

  constructor(private readonly identityOf: (entry: ListedRun) => RunIdentity) {}

  /** A page has loaded that knows no run. */
  startOver(): void {
    this.isNewPage = true;
  }

  /** None when nothing that the table shows has changed. @param entries all runs */
  *collect(entries: readonly ListedRun[]): SlicedTask<readonly RunsTableHostMessage[]> {
    const removed = this.forgetMissing(new Set(entries.map(({ id }) => id)));
    const changed = new Set<string>();
    for (const [index, entry] of entries.entries()) {
      if (index % RUNS_PER_SLICE === 0) yield;
      if (this.note(entry)) changed.add(entry.id);
    }
    const paths = this.index.differing;
    const reset = this.isNewPage || paths.join("\n") !== this.paths.join("\n");
    this.paths = paths;
    this.isNewPage = false;
    const runs: TableRun[] = [];
    for (const [index, entry] of entries.entries()) {
      if (index % RUNS_PER_SLICE === 0) yield;
      if (reset || changed.has(entry.id)) runs.push(...this.rowIfNew(entry, reset));
    }
    return reset || runs.length > 0 || removed.length > 0 ? this.messages(runs, removed, reset) : [];
  }

  private messages(runs: readonly TableRun[], removed: readonly string[], reset: boolean): RunsTableHostMessage[] {
    const { paths } = this;
    const { shared } = this.index;
    const messages: RunsTableHostMessage[] = [];
    for (let first = 0; first === 0 || first < runs.length; first += RUNS_PER_MESSAGE) {
      const changed = runs.slice(first, first + RUNS_PER_MESSAGE);
      messages.push({
        type: "runs",
        reset: reset && first === 0,
        paths,
        shared,
        changed,
        removed: reset || first > 0 ? [] : removed,
        pending: runs.length - first - changed.length,
      });
    }
    return messages;
  }

  private forgetMissing(ids: ReadonlySet<string>): readonly string[] {
    const removed = [...this.known.keys()].filter((id) => !ids.has(id));
    for (const id of removed) {
      const config = this.known.get(id)?.config;
      if (config != null) this.index.remove(config);
      this.known.delete(id);
    }
    return removed;
  }

  /** @returns whether the run is new, has another name, or is another object, which may say the same */
  private note(entry: ListedRun): boolean {
    const known = this.known.get(entry.id);
    const identity = this.identityOf(entry);
    const isSameName = known?.identity.name === identity.name && known.identity.number === identity.number;
    if (known?.entry === entry && isSameName) return false;
    if (known !== undefined && known.entry.meta === entry.meta) Object.assign(known, { entry, identity });
    else {
      if (known !== undefined && known.config !== null) this.index.remove(known.config);
      const config = entry.meta.config === null ? null : flattenConfig(entry.meta.config);
      if (config !== null) this.index.add(config);
      this.known.set(entry.id, { entry, config, identity, sent: "" });
    }
    return true;
  }

  private rowIfNew(entry: ListedRun, always: boolean): TableRun[] {
    const known = this.known.get(entry.id);
    if (known === undefined) return [];
    const run = this.row(known);
    const sent = JSON.stringify(run);
    if (!always && sent === known.sent) return [];
    known.sent = sent;
    return [run];
  }

  private row({ entry, config, identity }: KnownRun): TableRun {
    const { id, meta, notes, state, progress } = entry;
    const { status, metrics } = progress ?? { status: null, metrics: null };
    return {
      id,
      number: identity.number,
      name: identity.name,
      experiment: meta.name,
      uri: meta.uri,
      state,
      pinned: notes.pinned,
      note: notes.note,
      seed: meta.seed,
      startedAt: meta.startedAt,
      trainMs: status?.trainMs ?? 0,
      iterations: status?.iteration ?? 0,
      loss: status?.loss ?? null,
      bestLoss: metrics?.bestLoss ?? null,
      accuracy: metrics?.accuracy ?? null,
      validationLoss: metrics?.validationLoss ?? null,
      bestValidationLoss: status?.best?.validationLoss ?? null,
      values: this.paths.map((path) => config?.get(path) ?? null),
    };
  }
}
