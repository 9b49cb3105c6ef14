import { analyzeInPieces, CaptureError } from "../../core/recompute/analyzeCapture";
import type { LayerView } from "../../diagnosis/probeFindings";
import type { SlicedTask } from "../../lib/slicedTask";
import { hasWeights } from "../../runs/format/probe/readProbe";
import { readCaptureAt } from "../../runs/probeFile";
import type { CaptureValue, ProbeStart } from "../../shared/trace/probeContents";

/** Where a capture is, and what has to be known to choose it. */
interface IndexedCapture {
  readonly layer: number;
  /** Of the first byte of its frame in the file. */
  readonly start: number;
  readonly timeSteps: number;
  readonly weightsFrom: number | null;
  readonly hasWeights: boolean;
}

/**
 * The captures of a file by their iterations. Where there are more iterations than the limit, every second one is left
 * out, but for the first and the last; weights that others refer to stay.
 */
export class CaptureIndex {
  private readonly captures = new Map<number, IndexedCapture[]>();

  constructor(private readonly limit = Infinity) {}

  add(value: CaptureValue, start: number): void {
    const { iteration, layer, timeSteps, weightsFrom } = value;
    const entry = { layer, start, timeSteps, weightsFrom, hasWeights: hasWeights(value) };
    const known = this.captures.get(iteration);
    if (known !== undefined) return void known.push(entry);
    this.captures.set(iteration, [entry]);
    if (this.captures.size > this.limit) this.thin();
  }

  /** In the order of the file. */
  get iterations(): readonly number[] {
    return [...this.captures.keys()];
  }

  has(iteration: number): boolean {
    return this.captures.has(iteration);
  }

  /** The captured iteration next to this one; null when there is none. */
  nearest(iteration: number): number | null {
    let best: number | null = null;
    for (const one of this.captures.keys())
      if (best === null || Math.abs(one - iteration) < Math.abs(best - iteration)) best = one;
    return best;
  }

  /** Of a layer the capture with the most steps: where it is called several times, its main call. */
  find(iteration: number, layer: number): IndexedCapture | null {
    return this.at(iteration, layer).reduce<IndexedCapture | null>(
      (longest, one) => (longest === null || one.timeSteps > longest.timeSteps ? one : longest),
      null,
    );
  }

  weightsOf(capture: IndexedCapture): IndexedCapture | null {
    const { layer, weightsFrom } = capture;
    if (weightsFrom === null) return null;
    return this.at(weightsFrom, layer).find((one) => one.hasWeights) ?? null;
  }

  private at(iteration: number, layer: number): readonly IndexedCapture[] {
    return (this.captures.get(iteration) ?? []).filter((one) => one.layer === layer);
  }

  private thin(): void {
    const all = this.iterations;
    const kept = new Set(all.filter((_, i) => i % 2 === 0 || i === all.length - 1));
    const needed = new Set([...kept].flatMap((one) => this.captures.get(one)!.map(({ weightsFrom }) => weightsFrom)));
    for (const iteration of all) if (!kept.has(iteration) && !needed.has(iteration)) this.captures.delete(iteration);
  }
}

/** A file that is read: how it begins, and where its captures are. */
export interface IndexedFile {
  readonly path: string;
  readonly start: ProbeStart;
  readonly index: CaptureIndex;
}

/**
 * What was captured of a layer in one iteration, with what follows from it. Null where nothing was captured, its
 * weights are not seen, or the file is no longer what it was.
 * @throws CaptureError
 */
export function* viewInPieces(
  { path, start, index }: IndexedFile,
  iteration: number,
  layer: number,
): SlicedTask<LayerView | null> {
  const description = start.layers[layer];
  const entry = index.find(iteration, layer);
  const capture = entry === null ? null : readCaptureAt(path, { start }, entry);
  if (description === undefined || entry === null || capture === null) return null;
  yield;
  const source = index.weightsOf(entry);
  const weights =
    source === null
      ? null
      : source === entry
        ? capture.arrays
        : (readCaptureAt(path, { start }, source)?.arrays ?? null);
  if (weights === null && !description.single) return null;
  yield;
  return { layer: description, capture, weights, analyzed: yield* analyzeInPieces(description, capture, weights) };
}

/**
 * Of each layer that was captured.
 * @param onProblem called with why a layer cannot be computed; left out: it is thrown
 */
export function* viewsInPieces(
  file: IndexedFile,
  iteration: number,
  onProblem?: (error: CaptureError) => void,
): SlicedTask<LayerView[]> {
  const views: LayerView[] = [];
  for (const layer of file.start.layers.keys()) {
    try {
      const view = yield* viewInPieces(file, iteration, layer);
      if (view !== null) views.push(view);
    } catch (error) {
      if (!(error instanceof CaptureError) || onProblem === undefined) throw error;
      onProblem(error);
    }
  }
  return views;
}
