import { findInProbe, type ProbeFinding } from "../../diagnosis/probeFindings";
import { finishWork } from "../../lib/slicedTask";
import type { ProbeContents } from "../../shared/trace/probeContents";
import { CaptureIndex, viewsInPieces } from "./captureIndex";

/** Of one direction of one layer; norms are [T], t = 1 … T. */
export interface LayerSummary {
  /** Of the module. */
  readonly name: string;
  readonly layer: number;
  readonly cell: string;
  readonly direction: "forward" | "backward";
  readonly iteration: number;
  readonly gradientNorms: readonly number[];
  /** Null where it is not known. */
  readonly directGradientNorms: readonly number[] | null;
  readonly stateNorms: readonly number[] | null;
}

export interface ProbedSummary {
  readonly status: "running" | "interrupted" | "done" | "failed";
  readonly findings: readonly ProbeFinding[];
  /** None where nothing was captured. */
  readonly layers: readonly LayerSummary[];
}

/**
 * What follows from the captures of one step.
 * @param iteration null: the last one that was captured
 * @param isWritten whether a process may still write the file
 * @throws CaptureError
 */
export function summarizeProbe(
  path: string,
  contents: ProbeContents,
  iteration: number | null,
  isWritten: boolean,
): ProbedSummary {
  const { start, end, captures } = contents;
  const at = iteration ?? captures.at(-1)?.value.iteration ?? null;
  const index = new CaptureIndex();
  for (const { value, start: place } of captures) index.add(value, place);
  const views = at === null ? [] : finishWork(viewsInPieces({ path, start, index }, at));
  return {
    status: end === null ? (isWritten ? "running" : "interrupted") : end.failure === null ? "done" : "failed",
    findings: findInProbe(contents, views),
    layers: views.flatMap((view) =>
      view.analyzed.directions.map((direction) => ({
        name: view.layer.name,
        layer: direction.layer,
        cell: view.layer.cell,
        direction: direction.direction,
        iteration: view.capture.value.iteration,
        ...direction.norms,
      })),
    ),
  };
}
