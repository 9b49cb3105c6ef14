/** How much of the gradient reaches the first step, over a parameter that is a number: what is drawn of it. */
import { quantile } from "../../src/shared/wire/seedSummary";
import type { SweepInfo } from "../../src/shared/wire/sweep";
import type { SweepModel } from "./model";
import { placedGroups, rowsByGroup } from "./parameterPlaces";

/** Runs at one place of the axis. */
interface ReachPoint {
  readonly x: number;
  readonly label: string;
  /** That have a value. */
  readonly runs: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** Runs with one value of the parameter that the lines tell apart. */
export interface ReachLine {
  /** Empty where nothing is told apart. */
  readonly label: string;
  readonly rows: Int32Array<ArrayBuffer>;
  /** By x. */
  readonly points: readonly ReachPoint[];
}

/** More have no colors of their own. */
const MOST_LINES = 8;
/** Of keys that say how long the sequences are, the last parts. */
const LENGTHS: readonly string[] = ["length", "bits", "delay"];

/** The one that makes the sequences longer, where there is one. @param numbers the parameters that are numbers */
export function lengthAmong({ parameters }: SweepInfo, numbers: readonly number[]): number | undefined {
  return numbers.find((p) => LENGTHS.includes(parameters[p]!.key.split(".").at(-1)!)) ?? numbers[0];
}

/** Parameters that few lines tell apart; the choices first, of which the cell is the first. */
export function lineParameters(model: SweepModel, across: number): number[] {
  const { parameters } = model.info;
  const rank = (p: number): number =>
    parameters[p]!.key === "model.cell" ? 0 : parameters[p]!.kind === "choice" ? 1 : 2;
  return parameters
    .flatMap((_, p) => {
      const { distinct, named } = model.places(p, true);
      return p !== across && named && distinct !== null && distinct.length > 1 && distinct.length <= MOST_LINES
        ? [p]
        : [];
    })
    .sort((a, b) => rank(a) - rank(b) || a - b);
}

/** @param by what the lines tell apart; null: nothing */
export function reachLines(model: SweepModel, across: number, by: number | null): ReachLine[] {
  const { values } = model;
  const known = model.rows.filter((row) => Number.isFinite(values[row]!));
  return groupsOf(model, by, known).map(({ label, rows }) => ({
    label,
    rows,
    points: placedGroups(model.places(across), rows)
      .map((group) => {
        const sorted = Array.from(group.rows, (row) => values[row]!).sort((a, b) => a - b);
        const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share)) as [
          number,
          number,
          number,
        ];
        return { x: group.x, label: group.label, runs: sorted.length, low, median, high };
      })
      .sort((a, b) => a.x - b.x),
  }));
}

function groupsOf(
  model: SweepModel,
  by: number | null,
  rows: Int32Array<ArrayBuffer>,
): { readonly label: string; readonly rows: Int32Array<ArrayBuffer> }[] {
  if (by === null) return rows.length === 0 ? [] : [{ label: "", rows }];
  const { at, distinct } = model.places(by, true);
  const places = distinct ?? [];
  return rowsByGroup(rows, places.length, (row) => (Number.isNaN(at[row]!) ? -1 : at[row]!)).flatMap((of, place) =>
    of.length === 0 ? [] : [{ label: places[place]!.label, rows: of }],
  );
}
