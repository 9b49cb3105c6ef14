import { closeSync, openSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { encodeHeader, encodeMeta, encodeRows, FRAME } from "../../../src/runs/format/encodeRun";
import { encodeHead } from "../../../src/runs/format/frames";
import { readCurves } from "../../../src/runs/readCurves";
import { probeFile } from "../externalRuns/support";
import { temporaryFolder, trainedRun } from "./support";

/** Longer than an array of bytes may be. The file has a hole in its place. */
const PAYLOAD_BYTES = 3 * 2 ** 30;

it("reads nothing of a run but its curves, however large the rest is", () => {
  const run = trainedRun();
  const path = join(temporaryFolder(), "run.rnnrun");
  const file = openSync(path, "w");
  let at = 0;
  const write = (bytes: Uint8Array, position = at): void => {
    writeSync(file, bytes, 0, bytes.length, position);
    at = position + bytes.length;
  };
  for (const bytes of [encodeHead(), encodeMeta(run.meta), encodeHeader(run.header!)]) write(bytes);
  const start = at;
  write(Uint8Array.of(...littleEndian(PAYLOAD_BYTES), ...new TextEncoder().encode(FRAME.checkpoint)));
  write(Uint8Array.of(...littleEndian(PAYLOAD_BYTES + 16)), start + 8 + PAYLOAD_BYTES + 4);
  write(encodeRows("metrics", run.metrics.rows));
  closeSync(file);
  expect(statSync(path).size).toBeGreaterThan(PAYLOAD_BYTES);
  const [curves] = readCurves([path], 2000);
  expect(curves).toHaveProperty("curves");
  const { loss } = (curves as Extract<typeof curves, { readonly curves: unknown }>).curves;
  const column = run.metrics.columns.findIndex(({ name }) => name === "loss");
  expect([...loss!]).toEqual([...run.metrics.rows.columns[column]!]);
});

it("reads the scalars of a probe under the names of the lab's own", () => {
  const path = join(temporaryFolder(), "probe.rnnrun");
  writeFileSync(path, probeFile("probed", [3, NaN, 1], 0));
  expect(readCurves([path], 2000)).toEqual([
    { curves: { iteration: Float64Array.of(0, 1, 2), loss: Float64Array.of(3, NaN, 1) } },
  ]);
  writeFileSync(path, probeFile("not begun", [], 0, false));
  expect(readCurves([path], 2000)).toEqual([{ problem: "Nothing was recorded yet." }]);
});

function littleEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
