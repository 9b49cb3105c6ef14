import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { ROOT } from "../../scripts/paths.mjs";
import { analyzeCapture, CaptureError } from "../../src/core/recompute/analyzeCapture";
import { findInProbe } from "../../src/diagnosis/probeFindings";
import { readCapture, readProbe } from "../../src/runs/format/probe/readProbe";
import { encodeFrame, encodeHead, HEAD_BYTES, readFrame, readFrames } from "../../src/runs/format/frames";
import { decodePayload, encodePayload } from "../../src/runs/format/payload";
import { RunFileError } from "../../src/runs/format/readRun";
import { assert, fuzz } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 600_000 });

/** Two layers in both directions and a cell, four steps, every second captured; written by the probe itself. */
const small = new Uint8Array(readFileSync(join(ROOT, "test/fixtures/probe/small.rnnrun")));

/** Of the captures that were analyzed. */
function readsOrRefuses(file: Uint8Array): number {
  try {
    const contents = readProbe(file);
    assert(contents.goodBytes <= file.length, "no more is good than there is");
    const sizes = new Set([...contents.scalars.values()].map(({ length }) => length));
    assert(sizes.size <= 1, "scalars are as long as each other");
    let analyzed = 0;
    for (const { start } of contents.captures) {
      const capture = readCapture(readFrame(file, start)!, contents.start)!;
      const layer = contents.start.layers[capture.value.layer]!;
      try {
        const result = analyzeCapture(layer, capture, capture.arrays);
        findInProbe(contents, [{ layer, capture, analyzed: result, weights: capture.arrays }]);
        analyzed++;
      } catch (error) {
        assert(error instanceof CaptureError, `an error in words (${String(error)})`);
      }
    }
    return analyzed;
  } catch (error) {
    assert(error instanceof RunFileError, `an error in words (${String(error)})`);
    return 0;
  }
}

test("the probe's own file is read and analyzed", () => {
  // The weights have not changed, so the second capture of the layers lacks them here.
  expect(readsOrRefuses(small)).toBe(3);
});

test("a probe's file that was damaged is read up to the damage or refused", () => {
  const damage = fc.array(fc.record({ at: fc.nat(small.length - 1), byte: fc.nat(255) }), { maxLength: 5 });
  const files = fc.tuple(damage, fc.nat(small.length)).map(([changes, length]) => {
    const copy = small.slice(0, length);
    for (const { at, byte } of changes) if (copy.length > 0) copy[at % copy.length] = byte;
    return copy;
  });
  fuzz("probe files", { short: 500, full: 20_000 }, files, readsOrRefuses);
});

test("a probe's file that was made up, with checksums that are right, is analyzed or refused in words", () => {
  const frames = [...readFrames(small, HEAD_BYTES)].map(({ kind, payload }) => ({ kind, ...decodePayload(payload)! }));
  const value = fc.oneof(
    fc.integer({ min: -3, max: 2 ** 31 }),
    fc.constantFrom(null, "", "lstm", "gru", [], {}, [1, 2], true, 1e300),
  );
  const changes = fc.array(fc.record({ frame: fc.nat(frames.length - 1), path: fc.array(fc.nat(20)), value }), {
    minLength: 1,
    maxLength: 3,
  });
  const files = changes.map((list) => {
    const parts = frames.map((frame) => ({ ...frame, value: structuredClone(frame.value) }));
    // A copy each time: the same array put into itself would be a circle, which no JSON holds.
    for (const { frame, path, value: next } of list) change(parts[frame]!.value, path, structuredClone(next));
    return Buffer.concat([
      encodeHead(),
      ...parts.map((part) => encodeFrame(part.kind, encodePayload(part.value, Object.fromEntries(part.arrays)))),
    ]);
  });
  fuzz("made-up probe files", { short: 500, full: 20_000 }, files, readsOrRefuses);
});

/** Puts `next` in the place that the numbers lead to, each choosing a key of the object before it. */
function change(root: unknown, path: readonly number[], next: unknown): void {
  let at = root as Record<string, unknown>;
  for (const [depth, number] of path.entries()) {
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    const key = keys[number % keys.length]!;
    const inner = at[key];
    if (depth === path.length - 1 || typeof inner !== "object" || inner === null) {
      at[key] = next;
      return;
    }
    at = inner as Record<string, unknown>;
  }
}
