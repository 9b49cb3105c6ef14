import { scalarColumns } from "../shared/trace/scalarColumns";
import type { ScalarSeries, SeriesUpdate } from "../shared/trace/scalarSeries";
import type { FrameRows, TraceHeader, TraceRows } from "../shared/trace/trace";
import { TraceBuffer, UNBOUNDED, boundedCapacity } from "../shared/trace/traceBuffer";
import { packRows } from "./packRows";

/**
 * Bounds of the rows in one frame: what waits for a credit. A window on another machine gets it compressed, which costs
 * processor time by the byte.
 */
const MOST_ROWS = 1024;
const MOST_BYTES = 2 ** 18;
/** Of the scalars. Where more wait, the whole series goes, which is bounded. */
const MOST_SCALARS = 2 ** 15;
const FIRST_SCALARS = 256;

/** What a page has not been sent yet of its run: rows, thinned when there are many, and all scalars. */
export class PendingRows {
  private readonly rows: TraceBuffer;
  private readonly scalars: TraceBuffer;
  private sendsWhole = false;

  constructor(private readonly header: Pick<TraceHeader, "engine" | "columns">) {
    const { columns } = header;
    this.rows = new TraceBuffer(columns, boundedCapacity(columns, MOST_ROWS, MOST_BYTES));
    this.scalars = new TraceBuffer(scalarColumns(columns), UNBOUNDED, FIRST_SCALARS);
  }

  get isEmpty(): boolean {
    return this.rows.rows === 0 && this.scalars.rows === 0 && !this.sendsWhole;
  }

  append(rows: TraceRows, scalars: SeriesUpdate): void {
    this.rows.append(rows);
    if (scalars.kind === "whole" || this.scalars.rows + scalars.rows.rows > MOST_SCALARS) {
      this.sendsWhole = true;
      this.scalars.clear();
    }
    if (scalars.kind === "rows" && !this.sendsWhole) this.scalars.append(scalars.rows);
  }

  /** Empty afterwards. @param series of the run, up to date */
  take(series: ScalarSeries): { readonly rows: FrameRows; readonly scalars: SeriesUpdate } {
    const scalars: SeriesUpdate = this.sendsWhole
      ? { kind: "whole", whole: series.snapshot() }
      : { kind: "rows", rows: this.scalars.adopt() };
    this.sendsWhole = false;
    return { rows: packRows(this.rows.adopt(), this.header), scalars };
  }
}
