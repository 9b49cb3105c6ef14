/** What the programs in test/fixtures/probe print, and how far the files that they wrote are from it. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../scripts/paths.mjs";
import { analyzeCapture, type AnalyzedCapture } from "../../../src/core/recompute/analyzeCapture";
import type { Capture, ProbeContents } from "../../../src/shared/trace/probeContents";
import { readCapture, readProbe } from "../../../src/runs/format/probe/readProbe";
import { findInProbe, type ProbeFinding } from "../../../src/diagnosis/probeFindings";
import { readFrame } from "../../../src/runs/format/frames";

/** By step, sequence, unit. */
type Series = readonly (readonly (readonly number[])[])[];

export interface TrueCase {
  readonly name: string;
  readonly file: string;
  /** dL/dh_t by call, layer, direction, step, sequence, unit. */
  readonly calls?: readonly (readonly (readonly Series[])[])[];
  /** The same of a cell. */
  readonly cells?: Series;
  readonly limit?: number;
  /** Of the package that it is from. */
  readonly version?: string;
  /** What the program itself has compared. */
  readonly same?: boolean;
  readonly missing?: string;
  readonly event?: string;
  readonly captures?: number;
  readonly graphs?: number;
  readonly losses?: readonly number[];
  readonly none?: string | null;
  /** A file of the same without its fault. */
  readonly healthy?: string;
  readonly rules?: readonly string[];
}

export function runProgram(python: string, program: string, folder: string): TrueCase[] {
  const { stdout, stderr, status } = spawnSync(python, [join(ROOT, "test/fixtures/probe", program), folder], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout
    .trim()
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as TrueCase);
}

export interface ReadFile {
  readonly contents: ProbeContents;
  readonly captures: readonly Capture[];
}

export function readProbeFile(file: string): ReadFile {
  const bytes = readFileSync(file);
  const contents = readProbe(bytes);
  return {
    contents,
    captures: contents.captures.map(({ start }) => readCapture(readFrame(bytes, start)!, contents.start)!),
  };
}

/** What is found at the last capture of each layer. */
export function findingsOf(file: string): ProbeFinding[] {
  const { contents, captures } = readProbeFile(file);
  const views = contents.start.layers.flatMap((layer, index) => {
    const capture = captures.findLast(({ value }) => value.layer === index);
    if (capture === undefined) return [];
    const { arrays: weights } = captures.find(
      ({ value }) => value.layer === index && value.iteration === capture.value.weightsFrom,
    )!;
    return [{ layer, capture, weights, analyzed: analyzeCapture(layer, capture, weights) }];
  });
  return findInProbe(contents, views);
}

/** The largest difference over the largest true value; NaN where the file lacks a call. */
export function worstOf({ file, calls, cells }: TrueCase): number {
  const { contents, captures } = readProbeFile(file);
  const weights = new Map<string, Capture>();
  const segments = captures.flatMap((capture) => {
    const { layer, iteration, weightsFrom } = capture.value;
    if (weightsFrom === iteration && [...capture.arrays.keys()].some((name) => name.startsWith("weight.")))
      weights.set(`${layer} ${iteration}`, capture);
    const found = analyzeCapture(
      contents.start.layers[layer]!,
      capture,
      weights.get(`${layer} ${weightsFrom}`)?.arrays ?? null,
    );
    let start = 0;
    return capture.value.segments.map((steps) => {
      const part = { capture, found, start };
      start += steps;
      return part;
    });
  });
  const worst = new Worst();
  if (cells !== undefined) worst.compare(segments[0]!, 0, 0, 0, cells);
  if (cells !== undefined && segments.length !== cells.length) return NaN;
  if (calls !== undefined && segments.length !== calls.length) return NaN;
  calls?.forEach((call, at) =>
    call.forEach((layer, l) =>
      layer.forEach((truth, d) => worst.compare(segments[at]!, segments[at]!.start, l, d, truth)),
    ),
  );
  return worst.difference / worst.largest;
}

class Worst {
  difference = 0;
  largest = 0;

  compare(
    { capture, found }: { readonly capture: Capture; readonly found: AnalyzedCapture },
    start: number,
    layer: number,
    direction: number,
    truth: Series,
  ): void {
    const { gradient, units } = found.directions.find(
      (part) => part.layer === layer && part.direction === (direction === 0 ? "forward" : "backward"),
    )!;
    const { lengths, timeSteps } = capture.value;
    truth.forEach((step, t) =>
      step.forEach((values, i) => {
        if (lengths !== null && t >= lengths[i]!) return;
        values.forEach((value, j) => {
          const off = Math.abs(gradient[(i * timeSteps + start + t) * units + j]! - value);
          this.difference = Number.isNaN(off) ? NaN : Math.max(this.difference, off);
          this.largest = Math.max(this.largest, Math.abs(value));
        });
      }),
    );
  }
}
