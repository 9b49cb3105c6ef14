/**
 * The results of a sweep in columns: about 100 bytes a run, whose objects would take five times that and slow down
 * every garbage collection. Rows are only ever added, in the order in which the runs ended.
 */
import {
  isLoss,
  TRIAL_FIGURES,
  TRIAL_STATUSES,
  type SweepParameter,
  type TrialFigure,
  type TrialResult,
} from "./sweep";

/** Of a parameter: its numbers, or places in `choices`. NaN where a run has none. */
export interface TrialValues {
  readonly places: Float64Array<ArrayBuffer>;
  readonly choices: readonly unknown[] | null;
}

/** Some rows, as they are sent and saved. The columns are equally long. */
export interface TrialBlock {
  readonly index: Int32Array<ArrayBuffer>;
  readonly seed: Float64Array<ArrayBuffer>;
  /** Places in TRIAL_STATUSES. */
  readonly status: Uint8Array<ArrayBuffer>;
  readonly iterations: Float64Array<ArrayBuffer>;
  /** NaN where the goal was not reached. */
  readonly reachedAt: Float64Array<ArrayBuffer>;
  readonly trainMs: Float64Array<ArrayBuffer>;
  /** Milliseconds of the sweep when the run ended. */
  readonly endedMs: Float64Array<ArrayBuffer>;
  /** In the order of TRIAL_FIGURES. */
  readonly figures: readonly Float64Array<ArrayBuffer>[];
  /** In the order of the parameters. */
  readonly values: readonly TrialValues[];
  /** Only of rows that have one. */
  readonly messages: readonly { readonly row: number; readonly text: string }[];
}

type Numbers = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;
type ColumnName = "index" | "seed" | "status" | "iterations" | "reachedAt" | "trainMs" | "endedMs" | TrialFigure;
type Parameters = readonly Pick<SweepParameter, "kind" | "choices">[];

const FIRST_CAPACITY = 64;

export class TrialColumns implements Iterable<TrialResult> {
  private rows = 0;
  private capacity = 0;
  private readonly columns = new Map<ColumnName, Numbers>();
  private places: Float64Array<ArrayBuffer>[] = [];
  private readonly choices: readonly (unknown[] | null)[];
  /** Places of the choices, by their JSON. */
  private readonly known: readonly Map<string, number>[];
  private readonly messages = new Map<number, string>();

  constructor(parameters: Parameters) {
    this.choices = parameters.map(({ kind, choices = [] }) => (kind === "number" ? null : [...choices]));
    this.known = this.choices.map(
      (choices) => new Map(choices?.map((choice, place) => [JSON.stringify(choice), place])),
    );
    this.grow(0);
  }

  static of(parameters: Parameters, results: readonly TrialResult[]): TrialColumns {
    const columns = new TrialColumns(parameters);
    for (const result of results) columns.add(result, 0);
    return columns;
  }

  get length(): number {
    return this.rows;
  }

  get parameters(): number {
    return this.choices.length;
  }

  /** A view of one column; rows that are added later are not in it. */
  column(name: "index"): Int32Array<ArrayBuffer>;
  column(name: "status"): Uint8Array<ArrayBuffer>;
  column(name: Exclude<ColumnName, "index" | "status">): Float64Array<ArrayBuffer>;
  column(name: ColumnName): Numbers {
    return this.columns.get(name)!.subarray(0, this.rows);
  }

  /** Of one parameter. */
  values(parameter: number): TrialValues {
    return {
      places: this.places[parameter]!.subarray(0, this.rows),
      choices: this.choices[parameter] ?? null,
    };
  }

  /** @param endedMs of the sweep when the run ended */
  add(result: TrialResult, endedMs: number): void {
    const row = this.rows;
    this.grow(row + 1);
    this.rows = row + 1;
    this.set("index", row, result.index);
    this.set("seed", row, result.seed);
    this.set("status", row, TRIAL_STATUSES.indexOf(result.status));
    this.set("iterations", row, result.iterations);
    this.set("reachedAt", row, result.reachedAt ?? NaN);
    this.set("trainMs", row, result.trainMs);
    this.set("endedMs", row, endedMs);
    for (const figure of TRIAL_FIGURES) this.set(figure, row, result[figure]);
    for (const [p, places] of this.places.entries()) places[row] = this.placeOf(p, result.values[p]);
    if (result.message !== null) this.messages.set(row, result.message);
  }

  /** @throws RangeError for a block whose columns do not belong together; nothing is added then */
  append(block: TrialBlock): void {
    const from = this.rows;
    const count = checkedLength(block, this.choices.length);
    this.grow(from + count);
    this.rows = from + count;
    const { figures, values, messages, ...columns } = block;
    for (const [name, column] of Object.entries(columns)) this.columns.get(name as ColumnName)!.set(column, from);
    for (const [f, figure] of TRIAL_FIGURES.entries()) this.columns.get(figure)!.set(figures[f]!, from);
    for (const [p, column] of values.entries()) this.appendValues(p, column, from);
    for (const { row, text } of messages) this.messages.set(from + row, text);
  }

  /** Copies rows [first, end). */
  block(first: number, end: number): TrialBlock {
    const part = <T extends Numbers>(column: T): T => column.slice(first, end) as T;
    return {
      index: part(this.column("index")),
      seed: part(this.column("seed")),
      status: part(this.column("status")),
      iterations: part(this.column("iterations")),
      reachedAt: part(this.column("reachedAt")),
      trainMs: part(this.column("trainMs")),
      endedMs: part(this.column("endedMs")),
      figures: TRIAL_FIGURES.map((figure) => part(this.column(figure))),
      values: this.choices.map((choices, p) => ({
        places: part(this.values(p).places),
        choices: choices === null ? null : [...choices],
      })),
      messages: [...this.messages]
        .filter(([row]) => row >= first && row < end)
        .map(([row, text]) => ({ row: row - first, text })),
    };
  }

  at(row: number): TrialResult {
    const read = (name: ColumnName): number => this.columns.get(name)![row] ?? NaN;
    const reachedAt = read("reachedAt");
    return {
      index: read("index"),
      seed: read("seed"),
      values: this.places.map((_, p) => this.valueAt(p, row)),
      status: TRIAL_STATUSES[read("status")] ?? "failed",
      iterations: read("iterations"),
      ...(Object.fromEntries(TRIAL_FIGURES.map((figure) => [figure, read(figure)])) as Record<TrialFigure, number>),
      reachedAt: Number.isNaN(reachedAt) ? null : reachedAt,
      trainMs: read("trainMs"),
      message: this.messages.get(row) ?? null,
    };
  }

  valueAt(parameter: number, row: number): unknown {
    const place = this.places[parameter]?.[row] ?? NaN;
    if (Number.isNaN(place)) return null;
    const choices = this.choices[parameter];
    return choices === null || choices === undefined ? place : choices[place];
  }

  messageAt(row: number): string | null {
    return this.messages.get(row) ?? null;
  }

  /** Of the run with this index; -1: it has not ended. */
  rowOf(index: number): number {
    return this.column("index").indexOf(index);
  }

  *[Symbol.iterator](): Generator<TrialResult> {
    for (let row = 0; row < this.rows; row++) yield this.at(row);
  }

  private set(name: ColumnName, row: number, value: number): void {
    this.columns.get(name)![row] = value;
  }

  private placeOf(parameter: number, value: unknown): number {
    const choices = this.choices[parameter];
    if (choices === null || choices === undefined) return typeof value === "number" ? value : NaN;
    if (value === undefined) return NaN;
    const known = this.known[parameter]!;
    const key = JSON.stringify(value);
    const place = known.get(key);
    if (place !== undefined) return place;
    known.set(key, choices.length);
    return choices.push(value) - 1;
  }

  private appendValues(parameter: number, { places, choices }: TrialValues, from: number): void {
    const own = this.places[parameter]!;
    if (choices === null) return own.set(places, from);
    const moved = choices.map((choice) => this.placeOf(parameter, choice));
    for (const [row, place] of places.entries()) own[from + row] = Number.isNaN(place) ? NaN : (moved[place] ?? NaN);
  }

  private grow(rows: number): void {
    if (rows <= this.capacity && this.columns.size > 0) return;
    this.capacity = Math.max(FIRST_CAPACITY, rows, 2 * this.capacity);
    const grown = <T extends Numbers>(old: T | undefined, fresh: T): T => {
      if (old !== undefined) fresh.set(old);
      return fresh;
    };
    const { columns, capacity } = this;
    columns.set("index", grown(columns.get("index"), new Int32Array(capacity)));
    columns.set("status", grown(columns.get("status"), new Uint8Array(capacity)));
    for (const name of ["seed", "iterations", "reachedAt", "trainMs", "endedMs", ...TRIAL_FIGURES] as const)
      columns.set(name, grown(columns.get(name), new Float64Array(capacity)));
    this.places = this.choices.map((_, p) => grown(this.places[p], new Float64Array(capacity)));
  }
}

function checkedLength({ figures, values, messages, ...columns }: TrialBlock, parameters: number): number {
  const { length } = columns.index;
  const all = [...Object.values(columns), ...figures, ...values.map(({ places }) => places)];
  if (
    all.some((column) => column.length !== length) ||
    figures.length !== TRIAL_FIGURES.length ||
    values.length !== parameters
  )
    throw new RangeError("The columns of the runs do not belong together.");
  if (
    columns.status.some((status) => status >= TRIAL_STATUSES.length) ||
    messages.some(({ row }) => !isPlace(row, length)) ||
    values.some(
      ({ places, choices }) =>
        choices !== null && places.some((place) => !Number.isNaN(place) && !isPlace(place, choices.length)),
    )
  )
    throw new RangeError("A run has a status, a message or a value that there is not.");
  return length;
}

function isPlace(place: number, count: number): boolean {
  return Number.isInteger(place) && place >= 0 && place < count;
}

/** The row of the best run by a metric; -1 while none has ended well. */
export function bestRow(trials: TrialColumns, figure: TrialFigure): number {
  const values = trials.column(figure);
  const status = trials.column("status");
  const reachedAt = trials.column("reachedAt");
  const index = trials.column("index");
  const done = TRIAL_STATUSES.indexOf("done");
  const sign = isLoss(figure) ? 1 : -1;
  const reached = (row: number): number => (Number.isNaN(reachedAt[row]!) ? Infinity : reachedAt[row]!);
  let best = -1;
  for (let row = 0; row < values.length; row++) {
    if (status[row] !== done || !Number.isFinite(values[row]!)) continue;
    const difference = best < 0 ? -1 : sign * (values[row]! - values[best]!);
    if (difference > 0) continue;
    const ties = difference === 0;
    if (ties && reached(row) > reached(best)) continue;
    if (ties && reached(row) === reached(best) && index[row]! > index[best]!) continue;
    best = row;
  }
  return best;
}

/** Whether a run has this metric. */
export function hasFigure(trials: TrialColumns, figure: TrialFigure): boolean {
  return trials.column(figure).some(Number.isFinite);
}

/** As `leadingFigure` of sweepSummary.ts. */
export function leadingOf(trials: TrialColumns, goal: TrialFigure | null): TrialFigure {
  return goal ?? (hasFigure(trials, "bestValidationLoss") ? "bestValidationLoss" : "loss");
}
