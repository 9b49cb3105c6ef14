import type { Checkpoint } from "../../core/numerics/checkpoint";
import type { Baseline } from "../../shared/wire/baselines";
import type { Finding } from "../../shared/wire/findings";
import type { LossSurface, TraceHeader, TraceRows } from "../../shared/trace/trace";
import { encodeFrame, encodeHead } from "./frames";
import { encodePayload, type NumberArray } from "./payload";
import { collectMetrics } from "./runMetrics";
import type { RunContents, RunEvent, RunMeta, RunProgress } from "./runContents";

/** Kinds of frames. A reader skips those it does not know. */
export const FRAME = {
  meta: "META",
  header: "HEAD",
  /** The scalars of the iterations. */
  metrics: "METR",
  /** Rows of all columns. */
  rows: "ROWS",
  checkpoint: "CKPT",
  event: "EVNT",
  findings: "FIND",
  baselines: "BASE",
  surface: "SURF",
  status: "STAT",
  end: "DONE",
} as const;

type Bytes = Uint8Array<ArrayBuffer>;

export function encodeMeta(meta: RunMeta): Bytes {
  return encodeFrame(FRAME.meta, encodePayload(meta));
}

export function encodeHeader(header: TraceHeader): Bytes {
  return encodeFrame(FRAME.header, encodePayload(header));
}

/** @param kind whether all columns of the header are there, or the scalars alone */
export function encodeRows(kind: "metrics" | "rows", { rows, columns }: TraceRows): Bytes {
  return encodeFrame(
    FRAME[kind],
    encodePayload({ rows }, Object.fromEntries(columns.map((values, index) => [String(index), values]))),
  );
}

export function encodeCheckpoint({
  iteration,
  parameters,
  optimizer,
  batches,
  dropout,
  carried,
  best,
  plateau,
  scores,
}: Checkpoint): Bytes {
  const arrays: Record<string, NumberArray> = { parameters };
  if (optimizer.first !== null) arrays["first"] = optimizer.first;
  if (optimizer.second !== null) arrays["second"] = optimizer.second;
  if (batches.random !== null) arrays["batches"] = batches.random.words;
  if (dropout !== null) arrays["dropout"] = dropout.words;
  if (carried !== null) arrays["carried"] = carried;
  if (best !== null) arrays["best"] = best.parameters;
  const value = {
    iteration,
    steps: optimizer.steps,
    batchPosition: batches.position,
    batchRandom: batches.random?.position ?? null,
    dropoutRandom: dropout?.position ?? null,
    best: best === null ? null : { iteration: best.iteration, validationLoss: best.validationLoss },
    plateau,
    scores,
  };
  return encodeFrame(FRAME.checkpoint, encodePayload(value, arrays));
}

export function encodeEvent(event: RunEvent): Bytes {
  return encodeFrame(FRAME.event, encodePayload(event));
}

export function encodeFindings(findings: readonly Finding[]): Bytes {
  return encodeFrame(FRAME.findings, encodePayload(findings));
}

export function encodeBaselines(baselines: readonly Baseline[]): Bytes {
  return encodeFrame(FRAME.baselines, encodePayload(baselines));
}

export function encodeSurface({ loss, ...value }: LossSurface): Bytes {
  return encodeFrame(FRAME.surface, encodePayload(value, { loss }));
}

/** The latest known of a run, or, once it has ended, the last word of it. */
export function encodeProgress(progress: RunProgress): Bytes {
  return encodeFrame(progress.endedAt === null ? FRAME.status : FRAME.end, encodePayload(progress));
}

/** A whole file, in as few frames as can be. */
export function encodeRun(run: RunContents): Bytes {
  const parts: Bytes[] = [encodeHead(), encodeMeta(run.meta)];
  if (run.header !== null) parts.push(encodeHeader(run.header));
  if (run.metrics.rows.rows > 0) parts.push(encodeRows("metrics", run.metrics.rows));
  if (run.rows.rows > 0) parts.push(encodeRows("rows", run.rows));
  for (const event of run.events) parts.push(encodeEvent(event));
  if (run.findings.length > 0) parts.push(encodeFindings(run.findings));
  if (run.baselines.length > 0) parts.push(encodeBaselines(run.baselines));
  if (run.surface !== null) parts.push(encodeSurface(run.surface));
  const { checkpoint } = run;
  if (checkpoint !== null) parts.push(encodeCheckpoint(checkpoint));
  const { status, endedAt, metrics } = run;
  parts.push(
    encodeProgress({
      status,
      checkpoint: checkpoint?.iteration ?? null,
      endedAt,
      metrics: collectMetrics(metrics.columns, metrics.rows),
    }),
  );
  return join(parts);
}

export function join(parts: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
