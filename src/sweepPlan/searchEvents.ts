/** A search that learns, as what has happened in it: whoever has seen the same proposes the same. */
import type { SweepConfig } from "../config/schema/schema";
import { constraintTest, drawFulfilling } from "../config/schema/sweepConstraints";
import { sweepAxes } from "../config/schema/sweepAxes";
import { createSearch, type LearningSearch } from "../search/createSearch";
import { seededDraw } from "../search/draws";
import { pointAt, type Outcome, type Point, type Search } from "../search/space";
import { searchSpace, type SearchSpace } from "./searchSpace";

/** Of a search for one combination, until one fulfills the constraints. */
const MOST_PROPOSALS = 20;

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
  private readonly fulfills: (values: readonly unknown[]) => boolean;
  /** From combinations to the trials of the search. */
  private readonly trials = new Map<number, number>();

  constructor(sweep: SweepConfig) {
    const { search } = sweep;
    if (search.kind === "grid") throw new RangeError("A grid proposes nothing.");
    const axes = sweepAxes(sweep);
    this.space = searchSpace(axes);
    this.fulfills = constraintTest(sweep, axes);
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

  /** The values of a combination; a proposal that does not fulfill the constraints is followed by another one. */
  propose(combination: number): readonly unknown[] {
    const draw = seededDraw(this.seed, combination);
    const allows = (point: Point): boolean => this.fulfills(this.space.valuesAt(point));
    for (let attempt = 0; attempt < MOST_PROPOSALS; attempt++) {
      const point = this.search.propose(draw, allows);
      if (allows(point)) return this.space.valuesAt(point);
    }
    // What it has learned lies beyond the constraints: anywhere within them.
    const { space } = this.space;
    const anywhere = (): readonly unknown[] =>
      this.space.valuesAt(
        pointAt(
          space,
          space.map(() => draw()),
        ),
      );
    return drawFulfilling(anywhere, this.fulfills);
  }
}
