import { Keyframes, nearestIndexOf, type Keyframe } from "../core/analysis/keyframes";
import { NormHistory } from "../core/analysis/normHistory";
import type { Trainer } from "../core/training/trainer";
import { COLUMN, vectorColumn, type TraceRows } from "../shared/trace/trace";
import { TraceBuffer } from "../shared/trace/traceBuffer";

/** Bound of what is kept of one run. */
const BYTES = 2 ** 26;
/** More are of no use, and looking for the one that goes takes longer with each. */
const MAX_FRAMES = 2000;
/** As many rows as the session keeps. */
const MAX_ROWS = 20_000;
/** Between two copies training takes this many times as long as a copy does. */
const REST = 100;

/**
 * What a run remembers of its parameters. Small models have them in their rows, which are kept as the session thins its
 * own. Of larger ones copies are made at traced iterations. The norms of the tensors and of their updates are taken on
 * that occasion. At most one percent of the training time is spent on all of it.
 */
export class ParameterHistory {
  private readonly rows: TraceBuffer | null;
  private readonly rowIndices: readonly number[];
  private readonly frames: Keyframes;
  readonly norms: NormHistory;
  /** The parameters before the update that is under way, when its norms are to be taken. */
  private before: { readonly iteration: number; readonly parameters: Float64Array; readonly tookMs: number } | null =
    null;
  private due = true;
  private dueAt = -Infinity;

  constructor(
    private readonly trainer: Trainer,
    private readonly every: number,
    private readonly now: () => number,
  ) {
    const { columns } = trainer;
    const names = [COLUMN.iteration, COLUMN.loss, COLUMN.gradientNorm, vectorColumn.parameters];
    this.rowIndices = names.map((name) => columns.findIndex((column) => column.name === name));
    const traced = this.rowIndices.every((index) => index >= 0);
    this.rows = traced
      ? new TraceBuffer(
          this.rowIndices.map((index) => columns[index]!),
          Math.max(8, Math.min(MAX_ROWS, trainer.iterations + 1)),
        )
      : null;
    this.frames = new Keyframes(trainer.parameterCount, trainer.engine === "float32", BYTES, MAX_FRAMES);
    this.norms = new NormHistory(trainer.layout);
    this.observe();
  }

  /** Call it after each step. It mostly costs a comparison. */
  observe(): void {
    if (this.before !== null) this.recordNorms(this.before);
    if (!this.due || this.trainer.iteration % this.every !== 0) return;
    const start = this.now();
    const { iteration } = this.trainer;
    const parameters = this.trainer.parameters();
    if (this.rows === null) this.frames.add(iteration, parameters);
    this.due = false;
    this.dueAt = Infinity;
    this.before = { iteration, parameters, tookMs: this.now() - start };
  }

  private recordNorms({ iteration, parameters, tookMs }: NonNullable<typeof this.before>): void {
    // The last row of a run has no update.
    if (this.trainer.iteration === iteration) return;
    const start = this.now();
    const { loss, gradientNorm } = this.trainer.metrics;
    this.norms.add(iteration, loss, gradientNorm, parameters, this.trainer.parameters());
    const end = this.now();
    this.before = null;
    this.dueAt = end + (tookMs + end - start) * REST;
    this.inspect(end);
  }

  /** Call it when the clock has been looked at. */
  inspect(now: number): void {
    if (now >= this.dueAt) this.due = true;
  }

  /** Call it with the rows that go to the session. */
  follow({ rows, columns }: TraceRows): void {
    this.rows?.append({ rows, columns: this.rowIndices.map((index) => columns[index]!) });
  }

  /**
   * These iterations are of interest: what is nearest to them stays. Rows of small models hold on to what is out of
   * line by themselves.
   */
  store(iterations: readonly number[]): void {
    this.frames.keep(iterations);
  }

  /** The parameters at the known iteration nearest to this one; the present ones are always known. */
  nearest(iteration: number): Keyframe {
    const { trainer } = this;
    const known = this.rows === null ? this.frames.nearest(iteration) : this.nearestRow(this.rows, iteration);
    if (known !== null && Math.abs(known.iteration - iteration) <= Math.abs(trainer.iteration - iteration))
      return known;
    return { iteration: trainer.iteration, parameters: trainer.parameters() };
  }

  private nearestRow(rows: TraceBuffer, iteration: number): Keyframe | null {
    const iterations = rows.column(COLUMN.iteration)!;
    if (rows.rows === 0) return null;
    const row = nearestIndexOf(iterations, rows.rows, iteration);
    const length = this.trainer.parameterCount;
    return {
      iteration: iterations[row]!,
      parameters: rows.column(vectorColumn.parameters)!.slice(row * length, (row + 1) * length),
    };
  }
}
