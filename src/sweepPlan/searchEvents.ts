/** A search that learns, as what has happened in it: whoever has seen the same proposes the same. */
import type { SweepConfig } from "../config/schema/schema";
import { sweepAxes } from "../config/schema/sweepAxes";
import { createSearch, type LearningSearch } from "../search/createSearch";
import { seededDraw } from "../search/draws";
import type { Outcome, Search } from "../search/space";
import { searchSpace, type SearchSpace } from "./searchSpace";

/** In the order in which it happened. */
export type SearchEvent =
  | { readonly kind: "begun"; readonly combination: number; readonly values: readonly unknown[] }
  /** All runs of a combination have ended. */
  | { readonly kind: "ended"; readonly combination: number; readonly outcome: Outcome };

export function isLearning({ search }: Pick<SweepConfig, "search">): boolean {
  return search.kind === "tpe" || search.kind === "cma-es";
}

/** Proposes combinations from the events that it has been told. */
export class Proposer {
  private readonly search: Search;
  private readonly space: SearchSpace;
  private readonly seed: number;
  /** From combinations to the trials of the search. */
  private readonly trials = new Map<number, number>();

  constructor(sweep: SweepConfig) {
    const { search } = sweep;
    if (search.kind === "grid") throw new RangeError("A grid proposes nothing.");
    this.space = searchSpace(sweepAxes(sweep));
    this.search = createSearch(search.kind as LearningSearch, this.space.space);
    this.seed = search.seed;
  }

  apply(events: readonly SearchEvent[]): void {
    for (const event of events) {
      if (event.kind === "begun") {
        this.trials.set(event.combination, this.search.begin(this.space.pointOf(event.values)));
      } else {
        const trial = this.trials.get(event.combination);
        if (trial === undefined) throw new RangeError(`Combination ${event.combination} ended before it began.`);
        this.search.tell(trial, event.outcome);
      }
    }
  }

  /** The values of a combination. */
  propose(combination: number): readonly unknown[] {
    return this.space.valuesAt(this.search.propose(seededDraw(this.seed, combination)));
  }
}
