/** What the owner of a search and its thread say to each other: a question is answered with the values. */
import type { SweepConfig } from "../config/schema/schema";
import type { SearchEvent } from "../sweepPlan/searchEvents";

/** What the thread is started with. */
export interface SearchTarget {
  readonly role: typeof SEARCH;
  readonly sweep: SweepConfig;
}

export const SEARCH = "search";

export interface SearchQuestion {
  readonly combination: number;
  readonly events: readonly SearchEvent[];
}

export function isSearchTarget(data: unknown): data is SearchTarget {
  return typeof data === "object" && data !== null && "role" in data && data.role === SEARCH;
}
