import { computeLossSurface, chooseSurfaceRanges } from "../core/lossSurface";
import type { Range } from "../core/lossSurface";
import type { Trainer } from "../core/trainer";
import type { LossSurface } from "../shared/trace";

const FINEST_GRID = 64;
const COARSEST_GRID = 12;
/** What one surface may cost; the grid is made coarser until it fits. */
const BUDGET_MS = 40;
const SHORTEST_INTERVAL_MS = 500;

interface Window {
  readonly x: Range;
  readonly y: Range;
}

/** Decides when the loss surface of a model with two parameters is due: at first, and when the path leaves the picture. */
export class SurfaceWatcher {
  private wanted: Window | null;
  private shown: Window | null = null;
  private computedAt = -Infinity;

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
    const window = this.wanted;
    if (window === null || (!final && this.now() - this.computedAt < SHORTEST_INTERVAL_MS)) {
      return null;
    }
    this.shown = window;
    this.wanted = null;
    const size = this.affordableGrid();
    const surface = computeLossSurface(this.trainer, this.runId, window.x, window.y, size, size);
    this.computedAt = this.now();
    return surface;
  }

  private affordableGrid(): number {
    const start = this.now();
    this.trainer.lossAt(this.trainer.parameters());
    const pointMs = Math.max(this.now() - start, 1e-4);
    return Math.max(COARSEST_GRID, Math.min(FINEST_GRID, Math.floor(Math.sqrt(BUDGET_MS / pointMs))));
  }
}

function contains(outer: Range, inner: Range): boolean {
  return outer[0] <= inner[0] && inner[1] <= outer[1];
}

function union(a: Range, b: Range): Range {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}
