import { indexAt } from "../../shared/trace/decimate";

/** The parameters of a run at some of its iterations, so that questions can be answered about its past. */
export interface Keyframe {
  readonly iteration: number;
  readonly parameters: Float64Array<ArrayBuffer>;
}

/** Numbers are kept as the engine has them, so that nothing is lost. */
type Values = Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer>;

/**
 * Keyframes in bounded memory. When there is no room, the one goes whose neighbors stand nearest to each other, so that the
 * whole run stays covered evenly however long it is. The first, the newest, and those near to `keep` stay.
 */
export class Keyframes {
  /** Ascending. */
  private readonly frames: { readonly iteration: number; readonly values: Values }[] = [];
  private kept = new Set<number>();
  readonly capacity: number;

  constructor(
    private readonly parameterCount: number,
    private readonly single: boolean,
    bytes: number,
    mostFrames: number,
  ) {
    this.capacity = Math.min(mostFrames, Math.floor(bytes / (parameterCount * (single ? 4 : 8))));
  }

  get iterations(): readonly number[] {
    return this.frames.map(({ iteration }) => iteration);
  }

  /** @param iteration larger than all before. A model too large for two frames keeps none. */
  add(iteration: number, parameters: Float64Array): void {
    if (this.capacity < 2) return;
    const values = this.frames.length === this.capacity ? this.removeOne() : null;
    const into =
      values ?? (this.single ? new Float32Array(this.parameterCount) : new Float64Array(this.parameterCount));
    into.set(parameters);
    this.frames.push({ iteration, values: into });
  }

  /** The frames nearest to these iterations stay from now on; those of earlier calls may go. */
  keep(iterations: readonly number[]): void {
    this.kept = new Set(iterations.flatMap((iteration) => this.frames[this.nearestIndex(iteration)]?.iteration ?? []));
  }

  /** Null when there is none. The earlier of two that are equally near. */
  nearest(iteration: number): Keyframe | null {
    const frame = this.frames[this.nearestIndex(iteration)];
    return frame === undefined ? null : { iteration: frame.iteration, parameters: Float64Array.from(frame.values) };
  }

  private nearestIndex(iteration: number): number {
    return nearestIndexOf(this.iterations, this.frames.length, iteration);
  }

  /** Returns its memory. */
  private removeOne(): Values | null {
    const { frames } = this;
    let least = -1;
    for (let i = 1; i < frames.length - 1; i++) {
      if (this.kept.has(frames[i]!.iteration)) continue;
      if (least < 0 || this.gapAround(i) < this.gapAround(least)) least = i;
    }
    // With two frames, or when all are kept, the newest makes room.
    return frames.splice(least < 0 ? frames.length - 1 : least, 1)[0]!.values;
  }

  private gapAround(i: number): number {
    return this.frames[i + 1]!.iteration - this.frames[i - 1]!.iteration;
  }
}

/** The index in [0, count) whose iteration is nearest, the earlier of two equally near; 0 when there is none. `iterations` ascend. */
export function nearestIndexOf(iterations: ArrayLike<number>, count: number, iteration: number): number {
  const before = indexAt(iterations, count, iteration);
  const after = Math.min(count - 1, before + 1);
  return after > before && (iterations[after] ?? NaN) - iteration < Math.abs(iteration - (iterations[before] ?? NaN))
    ? after
    : before;
}
