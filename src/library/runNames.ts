import { DisposableStore, type Disposable } from "../lib/dispose";
import { Emitter } from "../lib/emitter";
import type { RunMeta } from "../runs/format/runContents";
import { runIdentities, runName, type NamedRun } from "../runs/runName";
import type { RunIdentity } from "../shared/wire/runIdentity";

/** Runs that never came to a file are forgotten beyond so many. */
const MAX_UNLISTED = 50;
/** The numbers and names of all runs of a window, also of those that have begun and are not on the disk yet. */
export class RunNames implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly renames = this.owned.add(new Emitter<ReadonlySet<string>>());
  /** The runs with these ids have other names. */
  readonly onDidRename = this.renames.event;
  private readonly unlisted = new Map<string, NamedRun>();
  private readonly identities = new Map<string, RunIdentity>();
  /** The runs as they were named, by id and by experiment. */
  private readonly named = new Map<string, NamedRun>();
  private readonly groups = new Map<string, Map<string, NamedRun>>();
  /** The experiments of the runs that go on from another one, by the id of that one, whose name they have. */
  private readonly followers = new Map<string, Set<string>>();
  /** What each run alone would be called today. */
  private readonly ownNames = new Map<string, OwnName>();
  private day = "";

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

  /** Runs were listed, renamed, or deleted. One look at each; those of an experiment that changed are named anew. */
  update(): void {
    const renamed = this.collect();
    if (renamed.size > 0) this.renames.fire(renamed);
  }

  /** Null where there is no such run. */
  identityOf(runId: string): RunIdentity | null {
    // When a day has ended, times of its runs are dates.
    if (new Date(this.now()).toDateString() !== this.day) this.collect();
    return this.identities.get(runId) ?? null;
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** @returns ids of the runs that have other names now */
  private collect(): ReadonlySet<string> {
    const outdated = this.noteRuns();
    const day = new Date(this.now()).toDateString();
    const experiments = day === this.day ? outdated : [...this.groups.keys()];
    if (day !== this.day) this.ownNames.clear();
    this.day = day;
    const renamed = new Set<string>();
    for (const uri of experiments) for (const id of this.nameRuns(uri)) renamed.add(id);
    return renamed;
  }

  /** @returns the experiments with a run that came, went, or has something else in its name */
  private noteRuns(): ReadonlySet<string> {
    const outdated = new Set<string>();
    let seen = 0;
    const note = (run: NamedRun): void => {
      seen++;
      const known = this.named.get(run.id);
      if (known === run) return;
      if (known === undefined || !hasSameName(known, run)) this.outdate(run, outdated);
      if (known !== undefined && known.meta.uri !== run.meta.uri) this.forget(known, outdated);
      this.remember(run);
    };
    for (const run of this.listed()) {
      this.unlisted.delete(run.id);
      note(run);
    }
    for (const run of this.unlisted.values()) note(run);
    // Each was seen once: with as many names as runs, none is gone.
    if (seen < this.named.size) this.forgetGone(outdated);
    return outdated;
  }

  private forgetGone(outdated: Set<string>): void {
    const listed = new Set(this.listed().map(({ id }) => id));
    for (const [id, run] of this.named) {
      if (listed.has(id) || this.unlisted.has(id)) continue;
      this.forget(run, outdated);
      this.identities.delete(id);
      this.ownNames.delete(id);
    }
  }

  private remember(run: NamedRun): void {
    const { uri, resumedFrom } = run.meta;
    this.named.set(run.id, run);
    const group = this.groups.get(uri) ?? new Map<string, NamedRun>();
    this.groups.set(uri, group.set(run.id, run));
    if (resumedFrom === null) return;
    this.followers.set(resumedFrom, (this.followers.get(resumedFrom) ?? new Set<string>()).add(uri));
  }

  private forget(run: NamedRun, outdated: Set<string>): void {
    this.outdate(run, outdated);
    this.named.delete(run.id);
    const group = this.groups.get(run.meta.uri);
    group?.delete(run.id);
    if (group?.size === 0) this.groups.delete(run.meta.uri);
  }

  private outdate({ id, meta }: NamedRun, outdated: Set<string>): void {
    outdated.add(meta.uri);
    for (const follower of this.followers.get(id) ?? []) outdated.add(follower);
  }

  /** @returns ids of the runs of an experiment that have other names now */
  private nameRuns(uri: string): readonly string[] {
    const group = [...(this.groups.get(uri)?.values() ?? [])];
    const formers = group.flatMap(({ meta }) => this.named.get(meta.resumedFrom ?? "") ?? []);
    const others = formers.filter(({ meta }) => meta.uri !== uri);
    const nameOf = (run: NamedRun, notes: NamedRun["notes"], number: number): string =>
      this.ownName(run, notes.name, number);
    const identities = runIdentities([...group, ...others], { nameOf });
    const renamed: string[] = [];
    for (const { id } of group) {
      const identity = identities.get(id);
      if (identity === undefined) continue;
      if ((this.identities.get(id)?.name ?? identity.name) !== identity.name) renamed.push(id);
      this.identities.set(id, identity);
    }
    return renamed;
  }

  private ownName({ id, meta }: NamedRun, given: string | null, number: number): string {
    const known = this.ownNames.get(id);
    if (known?.meta === meta && known.given === given && known.number === number) return known.name;
    const name = runName({ meta, notes: { name: given } }, { language: this.language, now: this.now() }, number);
    this.ownNames.set(id, { meta, given, number, name });
    return name;
  }
}

interface OwnName {
  readonly meta: NamedRun["meta"];
  readonly given: string | null;
  readonly number: number;
  readonly name: string;
}

function hasSameName(a: NamedRun, b: NamedRun): boolean {
  return (
    a.notes.name === b.notes.name &&
    (a.meta === b.meta ||
      (a.meta.number === b.meta.number &&
        a.meta.uri === b.meta.uri &&
        a.meta.name === b.meta.name &&
        a.meta.startedAt === b.meta.startedAt &&
        a.meta.resumedFrom === b.meta.resumedFrom &&
        JSON.stringify(a.meta.varied) === JSON.stringify(b.meta.varied)))
  );
}
