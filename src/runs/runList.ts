import { CachedPlan } from "./cachedPlan";
import type { RetainedRun, RetentionLimits, RetentionPlan, RetentionScope } from "./retention";

/** From so many new runs on, all of them are sorted again. */
const MAX_INSERTED = 32;

/**
 * Runs by id. Their order is kept, and the plan of what goes to the trash: views ask for both with every change, a run
 * that goes on changes every second, and one that comes finds its place among thousands.
 */
export class RunList<T extends RetainedRun> {
  private readonly entries = new Map<string, T>();
  private ordered: readonly T[] | null = null;
  /** Whether some entries of {@link ordered} have others in their place, or are gone. */
  private isStale = false;
  /** Those that are not in {@link ordered} yet, or have another place there. */
  private readonly moved = new Set<string>();
  private readonly planned = new CachedPlan();

  get latestFirst(): readonly T[] {
    this.ordered =
      this.ordered === null || this.moved.size > MAX_INSERTED
        ? [...this.entries.values()].sort(byStart)
        : this.isStale || this.moved.size > 0
          ? this.reordered(this.ordered)
          : this.ordered;
    this.isStale = false;
    this.moved.clear();
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
    else this.moved.add(id);
    this.planned.noteChange(known, entry);
  }

  delete(id: string): void {
    const known = this.entries.get(id);
    if (known === undefined) return;
    this.entries.delete(id);
    this.moved.delete(id);
    this.isStale = true;
    this.planned.noteChange(known, undefined);
  }

  /** @param now milliseconds since 1970 */
  plan(limits: RetentionLimits, scope: RetentionScope, now: number): RetentionPlan {
    return this.planned.get(this.latestFirst, limits, scope, now);
  }

  /** In linear time. */
  private reordered(before: readonly T[]): readonly T[] {
    const ordered: T[] = [];
    for (const { id } of before) {
      const entry = this.moved.has(id) ? undefined : this.entries.get(id);
      if (entry !== undefined) ordered.push(entry);
    }
    for (const id of this.moved) {
      const entry = this.entries.get(id);
      if (entry !== undefined) ordered.splice(placeOf(entry, ordered), 0, entry);
    }
    return ordered;
  }
}

function byStart(a: RetainedRun, b: RetainedRun): number {
  return b.meta.startedAt - a.meta.startedAt || (a.id < b.id ? 1 : -1);
}

/** By halves. */
function placeOf(run: RetainedRun, ordered: readonly RetainedRun[]): number {
  let [low, high] = [0, ordered.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byStart(ordered[middle]!, run) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
