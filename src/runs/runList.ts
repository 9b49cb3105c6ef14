interface ListedRun {
  readonly id: string;
  readonly meta: { readonly startedAt: number };
}

/**
 * Runs by id. Their order is kept until one comes, goes, or has started at another time: views ask for it with every
 * change, and a run that goes on changes every second.
 */
export class RunList<T extends ListedRun> {
  private readonly entries = new Map<string, T>();
  private ordered: readonly T[] | null = null;
  /** Whether some entries of {@link ordered} have others in their place. */
  private isStale = false;

  get latestFirst(): readonly T[] {
    if (this.ordered === null)
      this.ordered = [...this.entries.values()].sort(
        (a, b) => b.meta.startedAt - a.meta.startedAt || (a.id < b.id ? 1 : -1),
      );
    else if (this.isStale) this.ordered = this.ordered.map((entry) => this.entries.get(entry.id) ?? entry);
    this.isStale = false;
    return this.ordered;
  }

  get ids(): readonly string[] {
    return [...this.entries.keys()];
  }

  get(id: string): T | undefined {
    return this.entries.get(id);
  }

  has(id: string): boolean {
    return this.entries.has(id);
  }

  set(id: string, entry: T): void {
    const known = this.entries.get(id);
    this.entries.set(id, entry);
    if (known?.meta.startedAt === entry.meta.startedAt) this.isStale = true;
    else this.ordered = null;
  }

  delete(id: string): void {
    if (this.entries.delete(id)) this.ordered = null;
  }
}
