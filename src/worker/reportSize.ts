/** How many rows wait for a report at most, and how many of them it brings. */
import type { ColumnSpec } from "../shared/trace/trace";
import { boundedCapacity, runCapacity } from "../shared/trace/traceBuffer";

/** Bound of the outbox. When the host is slow it thins itself; spikes stay. */
const OUTBOX_ROWS = 2048;
const OUTBOX_BYTES = 2 ** 24;
/** Of wide rows the outbox holds about so many bytes, but at least so many rows. */
const WIDE_BYTES = 2 ** 19;
const MIN_WIDE_ROWS = 32;
/** The smallest bound of a report. */
const MIN_ROWS = 64;
const MIN_BYTES = 2 ** 17;

export function outboxRows(columns: readonly ColumnSpec[]): number {
  const wanted = Math.max(MIN_WIDE_ROWS, boundedCapacity(columns, OUTBOX_ROWS, WIDE_BYTES));
  return boundedCapacity(columns, wanted, OUTBOX_BYTES);
}

/**
 * Rows of the next report after so many: as many as the trace of the run, which is bounded, has room for when the run
 * is divided evenly among its reports, this one being the last. More of them would only be dropped there, and meanwhile
 * the host's garbage collector and the window's compression take the processor from the training.
 */
export function reportRows(columns: readonly ColumnSpec[], reports: number): number {
  return Math.max(boundedCapacity(columns, MIN_ROWS, MIN_BYTES), Math.ceil(runCapacity(columns) / (reports + 1)));
}

/** The first report of a run that somebody waits for. It crosses to the window faster the smaller it is. */
const FIRST_BYTES = 2 ** 18;
const FIRST_ROWS = 2;

/** Steps after which that report is large enough, with a row at every `every`-th of them. */
export function firstSteps(columns: readonly ColumnSpec[], every: number): number {
  const rowBytes = columns.reduce((sum, { length }) => sum + length * Float64Array.BYTES_PER_ELEMENT, 0);
  return (Math.max(FIRST_ROWS, Math.floor(FIRST_BYTES / rowBytes)) - 1) * every + 1;
}
