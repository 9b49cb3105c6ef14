import {
  isLimited,
  planRetention,
  untilLimited,
  type RetainedRun,
  type RetentionLimits,
  type RetentionPlan,
  type RetentionScope,
} from "./retention";

interface Planned {
  readonly limits: RetentionLimits;
  readonly scope: RetentionScope;
  /** Milliseconds since 1970: then another run counts. */
  readonly validUntil: number;
  readonly plan: RetentionPlan;
}

/**
 * The retention plan of a list of runs, for views that ask for it with every change. It is made again only after a run
 * that counts has changed; the runs that are under way, which change every second, do not count.
 */
export class CachedPlan {
  private planned: Planned | null = null;

  /** One run of the list is another now, or came, or went. */
  noteChange(before: RetainedRun | undefined, after: RetainedRun | undefined): void {
    if (this.planned === null) return;
    const { scope } = this.planned;
    // At the end of time, also the interrupted runs that do not count yet.
    const mayCount = (run: RetainedRun | undefined): boolean => run !== undefined && isLimited(run, scope, Infinity);
    if (mayCount(before) || mayCount(after)) this.planned = null;
  }

  /** @param now milliseconds since 1970 */
  get(runs: readonly RetainedRun[], limits: RetentionLimits, scope: RetentionScope, now: number): RetentionPlan {
    const { planned } = this;
    if (planned !== null && now < planned.validUntil && isSame(planned.limits, limits) && isSame(planned.scope, scope))
      return planned.plan;
    const plan = planRetention(runs, limits, scope, now);
    this.planned = { limits, scope, validUntil: untilLimited(runs, now), plan };
    return plan;
  }
}

function isSame<T extends object>(a: T, b: T): boolean {
  return (Object.keys(a) as (keyof T)[]).every((key) => a[key] === b[key]);
}
