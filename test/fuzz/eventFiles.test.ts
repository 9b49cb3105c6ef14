import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { ROOT } from "../../scripts/paths.mjs";
import { readEvents } from "../../src/externalRuns/tensorboardRun";
import { ScalarPoints } from "../../src/externalRuns/scalarPoints";
import { maskedCrc32c } from "../../src/formats/crc32c";
import { readRecords } from "../../src/formats/tfRecords";
import { assert, fuzz } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 600_000 });

/** Written by PyTorch's SummaryWriter: scalars of both styles, texts, histograms. */
const FILES = ["plain", "newstyle", "mixed"].map((run) => {
  const folder = join(ROOT, "test/fixtures/tensorboard", run);
  return new Uint8Array(readFileSync(join(folder, readdirSync(folder)[0]!)));
});

const sourceOf = (bytes: Uint8Array) => ({
  size: bytes.length,
  read: (at: number, length: number) => bytes.subarray(at, at + length),
});

/** @returns how many points there are */
function read(bytes: Uint8Array): number {
  const points = new ScalarPoints("last-of-each-step");
  const problems: string[] = [];
  readEvents(sourceOf(bytes), "events", { points, count: 0, startedAt: NaN, endedAt: NaN, problems });
  assert(problems.length <= 1, "a file ends in one way");
  let count = 0;
  for (const name of points.names) {
    const { steps, values } = points.curve(name);
    assert(steps.length === values.length, "a value for each step");
    assert(
      steps.every((step, i) => i === 0 || step > steps[i - 1]!),
      "steps go up",
    );
    count += steps.length;
  }
  return count;
}

test("the files themselves are read", () => {
  expect(FILES.map(read)).toEqual([26, 8, 3]);
});

const damage = fc.array(fc.record({ at: fc.nat(2 ** 16), byte: fc.nat(255) }), { maxLength: 5 });

test("an event file that was damaged or cut is read up to there", () => {
  const files = fc.tuple(fc.constantFrom(...FILES), damage, fc.nat(2 ** 16)).map(([file, changes, length]) => {
    const copy = file.slice(0, length % (file.length + 1));
    for (const { at, byte } of changes) if (copy.length > 0) copy[at % copy.length] = byte;
    return copy;
  });
  fuzz("event files", { short: 500, full: 50_000 }, files, read);
});

test("a record that was made up, with checksums that are right, is read or refused in words", () => {
  const records = FILES.flatMap((file) => [...readRecords(sourceOf(file), 2 ** 20)].map((record) => record.slice()));
  const changed = fc.tuple(fc.constantFrom(...records), damage, fc.nat(2 ** 10)).map(([record, changes, length]) => {
    const copy = record.slice(0, 1 + (length % record.length));
    for (const { at, byte } of changes) copy[at % copy.length] = byte;
    return copy;
  });
  const files = fc.array(fc.oneof(changed, fc.uint8Array({ maxLength: 64 })), { maxLength: 5 }).map(framed);
  fuzz("records of event files", { short: 500, full: 50_000 }, files, read);
});

function framed(records: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    records.flatMap((data) => {
      const head = new Uint8Array(12);
      const view = new DataView(head.buffer);
      view.setBigUint64(0, BigInt(data.length), true);
      view.setUint32(8, maskedCrc32c(head.subarray(0, 8)), true);
      const tail = new Uint8Array(4);
      new DataView(tail.buffer).setUint32(0, maskedCrc32c(data), true);
      return [head, data, tail];
    }),
  );
}
