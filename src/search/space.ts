/**
 * What a search chooses from. A point has one number for each dimension: a share of [0, 1) for a real one, a level
 * counted from 0 for a whole one, the index of a choice. NaN: the dimension has no value at this point, because another
 * one rules it out.
 */
export type Dimension =
  | { readonly kind: "real" }
  | {
      readonly kind: "whole";
      readonly levels: number;
      /** Where a level begins, as a share of [0, 1]: 0 for level 0, 1 for the level after the last. */
      readonly edge: (level: number) => number;
      /** The level that a share of [0, 1) lies in. */
      readonly levelAt: (share: number) => number;
    }
  | { readonly kind: "choice"; readonly count: number };

export type Space = readonly Dimension[];
export type Point = readonly number[];

/** Uniform of [0, 1). */
export type Draw = () => number;

/** What became of a trial. Lower values are better; a trial that diverged or failed has Infinity. */
export type Outcome =
  | {
      readonly kind: "done";
      readonly value: number;
      /** By how much constraints are violated in all; 0: none is. */
      readonly violation: number;
    }
  /** It was ended early: its value so far, and how far it was. */
  | { readonly kind: "stopped"; readonly value: number; readonly step: number };

/**
 * A search that learns: where to look next, given all trials so far. It draws no numbers of its own: the same calls
 * with the same draws give the same points.
 */
export interface Search {
  /**
   * Where the next trial should look. Changes nothing.
   * @param allows preferred where there is a choice; what is proposed may still be another point
   */
  propose(draw: Draw, allows?: (point: Point) => boolean): Point;
  /** A trial has begun. @returns its number: how many began before */
  begin(point: Point): number;
  /** A trial has ended. */
  tell(trial: number, outcome: Outcome): void;
}

/** A point of the space for a number of [0, 1) for each dimension. */
export function pointAt(space: Space, shares: readonly number[]): Point {
  return space.map((dimension, d) => coordinateAt(dimension, shares[d]!));
}

export function coordinateAt(dimension: Dimension, share: number): number {
  switch (dimension.kind) {
    case "real":
      return share;
    case "whole":
      return Math.min(dimension.levels - 1, dimension.levelAt(share));
    case "choice":
      return Math.min(dimension.count - 1, Math.floor(share * dimension.count));
  }
}

/** The middle of what a coordinate stands for, as a share of [0, 1]. */
export function shareOf(dimension: Dimension, coordinate: number): number {
  switch (dimension.kind) {
    case "real":
      return coordinate;
    case "whole":
      return (dimension.edge(coordinate) + dimension.edge(coordinate + 1)) / 2;
    case "choice":
      return (coordinate + 0.5) / dimension.count;
  }
}
