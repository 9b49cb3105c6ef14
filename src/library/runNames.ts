import { DisposableStore, type Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import type { RunMeta } from "../runs/format/runContents";
import { runIdentities, type NamedRun } from "../runs/runName";
import type { RunIdentity } from "../shared/wire/runIdentity";

/** Runs that never came to a file are forgotten beyond so many. */
const MAX_UNLISTED = 50;
/** When a day has ended, times of its runs are dates. */
const FRESH_MS = 60_000;

/** The numbers and names of all runs of a window, also of those that have begun and are not on the disk yet. */
export class RunNames implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly renames = this.owned.add(new Emitter<ReadonlySet<string>>());
  /** The runs with these ids have other names. */
  readonly onDidRename = this.renames.event;
  private readonly unlisted = new Map<string, NamedRun>();
  private identities: ReadonlyMap<string, RunIdentity> = new Map();
  private collectedAt = -Infinity;

  /** @param listed the runs on the disk */
  constructor(
    private readonly listed: () => readonly NamedRun[],
    private readonly language: string,
    private readonly now: () => number = Date.now,
  ) {}

  /** A run begins. One of the same number that is not on the disk was only passed through. */
  add(meta: NamedRun["meta"] & Pick<RunMeta, "runId">): void {
    for (const [id, other] of this.unlisted)
      if (other.meta.uri === meta.uri && other.meta.number === meta.number) this.unlisted.delete(id);
    this.unlisted.set(meta.runId, { id: meta.runId, meta, notes: { name: null } });
    for (const oldest of [...this.unlisted.keys()].slice(0, -MAX_UNLISTED)) this.unlisted.delete(oldest);
    this.update();
  }

  /** Runs were listed, renamed, or deleted. */
  update(): void {
    const before = this.identities;
    this.collect();
    const renamed = [...this.identities].filter(([id, { name }]) => (before.get(id)?.name ?? name) !== name);
    if (renamed.length > 0) this.renames.fire(new Set(renamed.map(([id]) => id)));
  }

  /** Null where there is no such run. */
  identityOf(runId: string): RunIdentity | null {
    if (this.now() - this.collectedAt > FRESH_MS) this.collect();
    return this.identities.get(runId) ?? null;
  }

  dispose(): void {
    this.owned.dispose();
  }

  private collect(): void {
    const listed = this.listed();
    for (const { id } of listed) this.unlisted.delete(id);
    this.collectedAt = this.now();
    this.identities = runIdentities([...listed, ...this.unlisted.values()], {
      language: this.language,
      now: this.collectedAt,
    });
  }
}
