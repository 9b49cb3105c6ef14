import { findInProbe, type LayerView } from "../../diagnosis/probeFindings";
import type { SlicedTask } from "../../lib/slicedTask";
import { describeError } from "../../lib/outsideText";
import type { ProbeEvent } from "../../shared/trace/probeContents";
import type { ShownFinding } from "../../shared/wire/findings";
import { viewsInPieces, type IndexedFile } from "./captureIndex";
import { FindingsLog } from "./findingsLog";
import { ProbeNorms } from "./probeNorms";
import type { ProbeTrace } from "./probeTrace";

/** Captured steps of a whole file that become rows, and those that may wait of a growing one. */
const MAX_WAITING = 128;
/** Work at once, before messages are looked at. */
const SLICE_MS = 10;
/** While the run trains on this machine, what is computed rests so many times as long as it took. */
const REST = 3;

/** Turns captured steps into rows and findings, a slice at a time. */
export class CaptureRows {
  /** Ascending. */
  private queue: number[] = [];
  /** The last one that was begun. */
  private begun = -1;
  private converting: { readonly iteration: number; readonly work: SlicedTask<LayerView[]> } | null = null;
  /** Of captured steps. */
  private readonly losses = new Map<number, number>();
  private latestLosses: { readonly first: number; readonly values: ArrayLike<number> } = { first: 0, values: [] };
  private readonly log = new FindingsLog();
  readonly norms = new ProbeNorms();
  private restUntil = -Infinity;
  /** Why a layer could not be computed, the first time; null: all could. */
  problem: string | null = null;

  constructor(
    private readonly file: IndexedFile,
    private readonly trace: ProbeTrace,
    private readonly events: readonly ProbeEvent[],
    private readonly now: () => number,
  ) {}

  get isIdle(): boolean {
    return this.queue.length === 0 && this.converting === null;
  }

  get findings(): readonly ShownFinding[] {
    return this.log.shown;
  }

  /** The scalars of a step come soon before its captures, or after them. */
  noteLosses(first: number, values: ArrayLike<number>): void {
    this.latestLosses = { first, values };
    for (let i = 0; i < values.length; i++) if (this.file.index.has(first + i)) this.losses.set(first + i, values[i]!);
  }

  noteCapture(iteration: number): void {
    const loss = this.latestLosses.values[iteration - this.latestLosses.first];
    if (loss !== undefined) this.losses.set(iteration, loss);
  }

  /** Those since the last ones. @param isComplete whether all captures of this step are there */
  plan(isComplete: (iteration: number) => boolean): void {
    const { index } = this.file;
    const after = Math.max(this.begun, this.queue.at(-1) ?? -1);
    const ready = index.iterations.filter((one) => one > after && isComplete(one));
    this.queue = evenly([...this.queue, ...ready], MAX_WAITING);
    for (const iteration of this.losses.keys()) if (!index.has(iteration)) this.losses.delete(iteration);
  }

  /**
   * @param rests whether to leave the processor to the training
   * @returns the time until there is more to do in ms; null: nothing waits
   */
  work(rests: boolean): number | null {
    const begun = this.now();
    if (this.isIdle) return null;
    if (begun < this.restUntil) return this.restUntil - begun;
    while (!this.isIdle && this.now() - begun < SLICE_MS) this.advance();
    const end = this.now();
    if (rests) this.restUntil = end + REST * (end - begun);
    return this.isIdle ? null : Math.max(0, this.restUntil - end);
  }

  private advance(): void {
    if (this.converting === null) {
      const iteration = this.queue.shift()!;
      this.begun = iteration;
      const work = viewsInPieces(this.file, iteration, (error) => void (this.problem ??= error.message));
      this.converting = { iteration, work };
    }
    const { iteration, work } = this.converting;
    try {
      const { done, value } = work.next();
      if (done !== true) return;
      this.trace.addRow(iteration, this.losses.get(iteration) ?? NaN, value);
      this.norms.add(iteration, value);
      this.log.add(iteration, findInProbe({ start: this.file.start, events: this.events }, value));
    } catch (error) {
      // The file may be gone, or another one, which the next look says.
      this.problem ??= describeError(error);
    }
    this.converting = null;
  }
}

/** At most so many, evenly spread, with the first and the last. */
function evenly(values: readonly number[], most: number): number[] {
  if (values.length <= most) return [...values];
  return Array.from({ length: most }, (_, i) => values[Math.round((i * (values.length - 1)) / (most - 1))]!);
}
