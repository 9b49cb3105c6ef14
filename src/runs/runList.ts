interface ListedRun {
  readonly id: string;
  readonly meta: { readonly startedAt: number };
}

/** Runs by id. Their order is kept until one changes: views ask for it once per row. */
export class RunList<T extends ListedRun> {
  private readonly entries = new Map<string, T>();
  private ordered: readonly T[] | null = null;

  get latestFirst(): readonly T[] {
    this.ordered ??= [...this.entries.values()].sort(
      (a, b) => b.meta.startedAt - a.meta.startedAt || (a.id < b.id ? 1 : -1),
    );
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
    this.entries.set(id, entry);
    this.ordered = null;
  }

  delete(id: string): void {
    this.entries.delete(id);
    this.ordered = null;
  }
}
