import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spawnSync } from "node:child_process";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { ROOT } from "../../../scripts/paths.mjs";
import { analyzeCapture, type AnalyzedDirection } from "../../../src/probe/analyzeCapture";
import type { Capture } from "../../../src/probe/probeContents";
import { readCapture, readProbe } from "../../../src/probe/readProbe";
import { readFrame } from "../../../src/runs/format/frames";
import { versionOf } from "../python";

/** What test/fixtures/probe/cases.py prints of a case. */
interface TrueCase {
  readonly name: string;
  readonly file: string;
  readonly dtype: "float32" | "float64";
  /** dL/dh_t by call, layer, direction, step, sequence, unit. */
  readonly calls: readonly (readonly (readonly (readonly (readonly (readonly number[])[])[])[])[])[];
}

const torch = findPythonPackage("torch");

describe.skipIf(torch.missing !== null)(`dL/dh_t of a PyTorch module ${versionOf(torch)}`, () => {
  let folder = "";
  let cases: readonly TrueCase[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "rnn-lab-probe-"));
    const { stdout, stderr, status } = spawnSync(torch.python, [join(ROOT, "test/fixtures/probe/cases.py"), folder], {
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(stderr);
    cases = stdout.trim().split("\n").map((line) => JSON.parse(line) as TrueCase);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is that of the same network step by step, for every kind of model", () => {
    const off = cases.map((one) => [one.name, worst(one)] as const);
    console.log(off.map(([n, w]) => `${n}: ${w}`).join("\n"));
    expect(cases.length).toBeGreaterThan(70);
    expect(off.filter(([name, worst]) => !(worst <= limit(name)))).toEqual([]);
  });
});

function limit(name: string): number {
  return /float32/.test(name) ? 2e-5 : 1e-10;
}

/** The largest difference over the largest true value. */
function worst({ file, calls }: TrueCase): number {
  const bytes = readFileSync(file);
  const contents = readProbe(bytes);
  const captures = contents.captures.map(({ start }) => readCapture(readFrame(bytes, start)!, contents.start)!);
  const layer = contents.start.layers[0]!;
  const parts = captures.map((capture) => ({ capture, found: analyzeCapture(layer, capture, weightsOf(capture)) }));
  let difference = 0;
  let largest = 0;
  const segments = parts.flatMap(({ capture, found }) => {
    let start = 0;
    return capture.value.segments.map((steps) => {
      const part = { capture, found, start };
      start += steps;
      return part;
    });
  });
  if (segments.length !== calls.length) return NaN;
  segments.forEach(({ capture, found, start }, call) => {
    calls[call]!.forEach((layerTruth, l) =>
      layerTruth.forEach((truth, d) => {
        const part = found.directions.find(
          ({ layer: at, direction }) => at === l && direction === (d === 0 ? "forward" : "backward"),
        )!;
        truth.forEach((step, t) =>
          step.forEach((units, i) => {
            if ((capture.value.lengths?.[i] ?? Infinity) <= t) return;
            units.forEach((value, j) => {
              difference = worse(difference, Math.abs(gradientAt(part, capture, i, start + t, j) - value));
              largest = Math.max(largest, Math.abs(value));
            });
          }),
        );
      }),
    );
  });
  return difference / largest;
}

function gradientAt({ gradient, units }: AnalyzedDirection, { value }: Capture, i: number, t: number, j: number): number {
  return gradient[(i * value.timeSteps + t) * units + j]!;
}

function weightsOf({ arrays }: Capture): ReadonlyMap<string, Float64Array> {
  return arrays;
}

function worse(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? NaN : Math.max(a, b);
}
