/**
 * CMA-ES over the numbers of a space, with its default population; choices are left to TPE. A generation is evaluated
 * when as many of its trials have ended as it has members, so that trials may run at the same time in any number. When
 * a distribution has shrunk to a point, a new one begins with twice the population (Auger and Hansen, "A restart CMA
 * evolution strategy with increasing population size", CEC 2005).
 */
import { Evolution, type Solution } from "./evolution";
import { coordinateAt, shareOf, type Draw, type Outcome, type Point, type Search, type Space } from "./space";
import { TpeSearch } from "./tpe";

const FIRST_DEVIATION = 1 / 6;
/** Below it, all trials are the same in the digits that a file has. */
const SMALLEST_SPREAD = 1e-7;
/** Of a level: least deviation of a whole number. */
const LEVEL_SHARE = 0.4;

export class CmaSearch implements Search {
  private evolution: Evolution;
  private readonly numbers: readonly number[];
  private readonly choices: readonly number[];
  private readonly choiceSearch: TpeSearch;
  /** For each trial its place and the generation it belongs to. */
  private readonly trials: { readonly x: readonly number[]; readonly generation: number }[] = [];
  private generation = 0;
  private evaluated: Solution[] = [];

  constructor(private readonly space: Space) {
    const indices = space.map((_, d) => d);
    this.numbers = indices.filter((d) => space[d]!.kind !== "choice");
    this.choices = indices.filter((d) => space[d]!.kind === "choice");
    this.choiceSearch = new TpeSearch(this.choices.map((d) => space[d]!));
    this.evolution = this.begun();
  }

  propose(draw: Draw): Point {
    const point: number[] = this.space.map(() => NaN);
    const shares = drawInside(this.evolution, draw);
    for (const [i, d] of this.numbers.entries()) point[d] = coordinateAt(this.space[d]!, shares[i]!);
    const chosen = this.choiceSearch.propose(draw);
    for (const [i, d] of this.choices.entries()) point[d] = chosen[i]!;
    return point;
  }

  begin(point: Point): number {
    // A number without a value does not pull the mean.
    const x = this.numbers.map((d, i) =>
      Number.isNaN(point[d]) ? this.evolution.mean[i]! : shareOf(this.space[d]!, point[d]!),
    );
    this.trials.push({ x, generation: this.generation });
    return this.choiceSearch.begin(this.choices.map((d) => point[d]!));
  }

  tell(trial: number, outcome: Outcome): void {
    this.choiceSearch.tell(trial, outcome);
    const { x, generation } = this.trials[trial]!;
    if (generation !== this.generation) return;
    const violation = outcome.kind === "done" ? outcome.violation : 0;
    // Any violation is worse than any value, and a larger one worse than a smaller one.
    this.evaluated.push({ x, value: violation > 0 ? 1e300 * (1 + violation / (1 + violation)) : outcome.value });
    if (this.evaluated.length < this.evolution.population || this.numbers.length === 0) return;
    this.evolution.update(this.evaluated);
    this.evaluated = [];
    this.generation++;
    if (this.evolution.spread < SMALLEST_SPREAD) this.evolution = this.begun(2 * this.evolution.population);
    for (const [i, d] of this.numbers.entries()) {
      const dimension = this.space[d]!;
      if (dimension.kind !== "whole") continue;
      const level = dimension.levelAt(Math.min(Math.max(this.evolution.mean[i]!, 0), 1 - 1e-9));
      this.evolution.widen(i, LEVEL_SHARE * (dimension.edge(level + 1) - dimension.edge(level)));
    }
  }

  private begun(population?: number): Evolution {
    return new Evolution(
      this.numbers.map(() => 0.5),
      FIRST_DEVIATION,
      population,
    );
  }
}

/** Again until it lies within the space; after many times, at its edge. */
function drawInside(evolution: Evolution, draw: Draw): number[] {
  const isInside = (share: number): boolean => share >= 0 && share < 1;
  for (let attempt = 0; attempt < 10 * evolution.mean.length; attempt++) {
    const shares = evolution.sample(draw);
    if (shares.every(isInside)) return shares;
  }
  return evolution.sample(draw).map((share) => Math.min(Math.max(share, 0), 1 - 2 ** -30));
}
