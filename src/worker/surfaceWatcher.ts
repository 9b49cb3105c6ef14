import { computeLossSurface, chooseSurfaceRanges, type Range } from "../core/analysis/lossSurface";
import type { Trainer } from "../core/training/trainer";
import type { LossSurface } from "../shared/trace/trace";

const FINEST_GRID = 64;
const COARSEST_GRID = 12;
/** What one surface may cost; the grid is made coarser until it fits. */
const BUDGET_MS = 40;
const MIN_INTERVAL_MS = 500;

interface Window {
  readonly x: Range;
  readonly y: Range;
}

/**
 * Calls that are timed: the first ones run before the code is compiled, and would make the grid coarser than it need
 * be.
 */
const TIMED_CALLS = 8;
/** A surface that can be so much finer by now is computed again. */
const FINER = 1.5;

/**
 * Decides when the loss surface of a model with two parameters is due: at first, when the path leaves the picture, and
 * when there is time for a finer one.
 */
export class SurfaceWatcher {
  private wanted: Window | null;
  private shown: Window | null = null;
  private computedAt = -Infinity;
  private grid = 0;
  /** No finer grid is to be had: it is not looked for again until the window changes. */
  private settled = false;

  constructor(
    private readonly trainer: Trainer,
    private readonly runId: string,
    private readonly now: () => number,
  ) {
    this.wanted = trainer.parameterCount === 2 ? chooseSurfaceRanges(trainer.parameters()) : null;
  }

  /** @param path pairs of parameters that the run went through; undefined when the trace keeps none */
  follow(path: Float64Array | undefined): void {
    if (path === undefined || this.trainer.parameterCount !== 2) {
      return;
    }
    const range = chooseSurfaceRanges(path);
    const current = this.wanted ?? this.shown;
    if (current === null || !contains(current.x, range.x) || !contains(current.y, range.y)) {
      this.wanted = current === null ? range : { x: union(current.x, range.x), y: union(current.y, range.y) };
    }
  }

  /** The surface if one is due. `final`: whatever the time since the last. */
  collect(final: boolean): LossSurface | null {
    const window = this.wanted ?? (this.grid < FINEST_GRID && !this.settled ? this.shown : null);
    if (window === null || (!final && this.now() - this.computedAt < MIN_INTERVAL_MS)) {
      return null;
    }
    const size = this.affordableGrid();
    if (this.wanted === null && size < this.grid * FINER) {
      this.settled = true;
      return null;
    }
    this.settled = false;
    this.shown = window;
    this.wanted = null;
    this.grid = size;
    const surface = computeLossSurface(this.trainer, this.runId, window.x, window.y, size, size);
    this.computedAt = this.now();
    return surface;
  }

  private affordableGrid(): number {
    const parameters = this.trainer.parameters();
    let pointMs = Infinity;
    for (let call = 0; call < TIMED_CALLS; call++) {
      const start = this.now();
      this.trainer.lossAt(parameters);
      pointMs = Math.min(pointMs, Math.max(this.now() - start, 1e-4));
    }
    return Math.max(COARSEST_GRID, Math.min(FINEST_GRID, Math.floor(Math.sqrt(BUDGET_MS / pointMs))));
  }
}

function contains(outer: Range, inner: Range): boolean {
  return outer[0] <= inner[0] && inner[1] <= outer[1];
}

function union(a: Range, b: Range): Range {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}
