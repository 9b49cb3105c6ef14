/** Goes over the rows of a run as they came, for rules that look at each. */
import { COLUMN, OPTIONAL_COLUMN, type ColumnSpec } from "../shared/trace/trace";
import type { Scalars } from "./row";

/** Rows of some columns; arrays may be longer than the rows. */
export interface Rows {
  readonly rows: number;
  readonly columns: readonly Float64Array[];
}

export interface RowObserver {
  /** @param scalars one object that every iteration overwrites */
  onScalars(iteration: number, scalars: Scalars): void;
  onRow(columns: readonly Float64Array[], row: number): void;
}

/** Reads by fixed names and into one object, as it does so for each iteration of a run. */
export class RowReader {
  private readonly scalars = {
    loss: NaN,
    gradientNorm: NaN,
    clippedNorm: NaN,
    updateRatio: NaN,
    validationLoss: NaN,
    accuracy: NaN,
  };
  private readonly at: Readonly<Record<keyof Scalars | "iteration", number>>;
  private readonly tracedIteration: number;

  /**
   * @param scalars columns of the scalars of each iteration
   * @param traced columns of the traced rows
   */
  constructor(scalars: readonly ColumnSpec[], traced: readonly ColumnSpec[]) {
    const indexOf = (name: string): number => scalars.findIndex((spec) => spec.name === name);
    this.at = {
      iteration: indexOf(COLUMN.iteration),
      loss: indexOf(COLUMN.loss),
      gradientNorm: indexOf(COLUMN.gradientNorm),
      clippedNorm: indexOf(COLUMN.clippedNorm),
      updateRatio: indexOf(COLUMN.updateRatio),
      validationLoss: indexOf(OPTIONAL_COLUMN.validationLoss),
      accuracy: indexOf(OPTIONAL_COLUMN.accuracy),
    };
    this.tracedIteration = traced.findIndex(({ name }) => name === COLUMN.iteration);
  }

  /** Each traced row after the scalars of its iteration, as they came. */
  read(
    {
      metrics,
      firstMetrics = 0,
      traced,
      firstTraced = 0,
    }: {
      readonly metrics: Rows;
      readonly firstMetrics?: number;
      readonly traced: Rows;
      readonly firstTraced?: number;
    },
    observer: RowObserver,
  ): void {
    const iterations = traced.columns[this.tracedIteration]!;
    let next = firstTraced;
    for (let row = firstMetrics; row < metrics.rows; row++) {
      const iteration = this.readScalars(metrics.columns, row);
      observer.onScalars(iteration, this.scalars);
      while (next < traced.rows && iterations[next]! <= iteration) observer.onRow(traced.columns, next++);
    }
    while (next < traced.rows) observer.onRow(traced.columns, next++);
  }

  /** @returns the iteration */
  private readScalars(columns: readonly Float64Array[], row: number): number {
    const { at, scalars } = this;
    scalars.loss = columns[at.loss]![row]!;
    scalars.gradientNorm = columns[at.gradientNorm]![row]!;
    scalars.clippedNorm = columns[at.clippedNorm]![row]!;
    scalars.updateRatio = columns[at.updateRatio]![row]!;
    if (at.validationLoss >= 0) scalars.validationLoss = columns[at.validationLoss]![row]!;
    if (at.accuracy >= 0) scalars.accuracy = columns[at.accuracy]![row]!;
    return columns[at.iteration]![row]!;
  }
}
