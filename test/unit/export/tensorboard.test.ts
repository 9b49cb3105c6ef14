/**
 * Event files, read back by a decoder that shares nothing with the writer, and by TensorBoard itself where it is there.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { findPythonPackage } from "../../../scripts/python.mjs";
import { tensorboardEvents, tensorboardFiles } from "../../../src/export/tensorboard";
import { crc32c, maskedCrc32c } from "../../../src/formats/crc32c";
import { versionOf } from "../python";

// Starting Python takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const scalar = (name: string) => ({ name, length: 1, shape: [1] });
const COLUMNS = ["iteration", "loss", "gradientNorm", "validationLoss"].map(scalar);
const ROWS = {
  rows: 4,
  columns: [
    Float64Array.of(0, 1, 300, 5_000_000_000),
    Float64Array.of(615_690, 0.1, Infinity, NaN),
    Float64Array.of(5e6, 1e-45, -0, 3),
    Float64Array.of(NaN, NaN, 0.25, 0.5),
  ],
};
const TIMES = { startedAt: 1_700_000_000_000, endedAt: 1_700_000_010_000 };

interface Decoded {
  readonly wallTime: number;
  readonly step: number;
  readonly version: string | null;
  readonly scalars: Readonly<Record<string, number>>;
}

/** Reads the wire format field by field: https://protobuf.dev/programming-guides/encoding */
function* fieldsOf(bytes: Uint8Array): Generator<{ field: number; value: number | bigint | Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const field = key >> 3;
    switch (key & 7) {
      case 0:
        yield { field, value: varint() };
        break;
      case 1:
        yield { field, value: view.getFloat64(at, true) };
        at += 8;
        break;
      case 2: {
        const length = Number(varint());
        yield { field, value: bytes.subarray(at, (at += length)) };
        break;
      }
      case 5:
        yield { field, value: view.getFloat32(at, true) };
        at += 4;
        break;
      default:
        throw new Error(`wire type ${key & 7}`);
    }
  }
}

function decodeEvent(bytes: Uint8Array): Decoded {
  let [wallTime, step] = [NaN, 0];
  let version: string | null = null;
  const scalars: Record<string, number> = {};
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === 1) wallTime = value as number;
    else if (field === 2) step = Number(value);
    else if (field === 3) version = new TextDecoder().decode(value as Uint8Array);
    else if (field === 5) {
      for (const entry of fieldsOf(value as Uint8Array)) {
        const parts = new Map([...fieldsOf(entry.value as Uint8Array)].map((part) => [part.field, part.value]));
        scalars[new TextDecoder().decode(parts.get(1) as Uint8Array)] = parts.get(2) as number;
      }
    }
  }
  return { wallTime, step, version, scalars };
}

/** Bit by bit, from the definition: not the table of the writer. */
function slowCrc32c(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function decodeRecords(file: Uint8Array): Decoded[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const unmask = (masked: number) => {
    const rotated = (masked - 0xa282ead8) >>> 0;
    return ((rotated >>> 17) | (rotated << 15)) >>> 0;
  };
  const events: Decoded[] = [];
  let at = 0;
  while (at < file.length) {
    const length = Number(view.getBigUint64(at, true));
    expect(unmask(view.getUint32(at + 8, true))).toBe(slowCrc32c(file.subarray(at, at + 8)));
    const data = file.subarray(at + 12, at + 12 + length);
    expect(unmask(view.getUint32(at + 12 + length, true))).toBe(slowCrc32c(data));
    events.push(decodeEvent(data));
    at += 16 + length;
  }
  expect(at).toBe(file.length);
  return events;
}

const tensorboard = findPythonPackage("tensorboard");
/** The curve of each run, with and without what TensorBoard drops of a run that goes back. */
const ACCUMULATE = `
import glob, json, os, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
curves = {}
for purge in (True, False):
    curves[str(purge).lower()] = []
    for folder in sorted({os.path.dirname(path) for path in glob.glob(sys.argv[1] + "/**/events.*", recursive=True)}):
        events = EventAccumulator(folder, purge_orphaned_data=purge)
        events.Reload()
        curves[str(purge).lower()].append([[e.step, e.value] for e in events.Scalars("loss")])
print(json.dumps(curves))
`;

describe("an event file", () => {
  test("begins with its version, and has the figures of every row at its step", () => {
    const [head, ...events] = decodeRecords(tensorboardEvents(COLUMNS, ROWS, TIMES));
    expect(head).toEqual({ wallTime: 1_700_000_000, step: 0, version: "brain.Event:2", scalars: {} });
    expect(events.map(({ step }) => step)).toEqual([0, 1, 300, 5_000_000_000]);
    expect(events.map(({ wallTime }) => wallTime).at(-1)).toBe(1_700_000_010);
    expect(events.map(({ scalars }) => scalars)).toEqual([
      { loss: 615_690, gradientNorm: 5e6 },
      { loss: Math.fround(0.1), gradientNorm: Math.fround(1e-45) },
      { loss: Infinity, gradientNorm: -0, validationLoss: 0.25 },
      { loss: NaN, gradientNorm: 3, validationLoss: 0.5 },
    ]);
  });

  test("of a run without rows is its head", () => {
    expect(
      decodeRecords(tensorboardEvents(COLUMNS, { rows: 0, columns: COLUMNS.map(() => new Float64Array(0)) }, TIMES))
        .length,
    ).toBe(1);
  });
});

describe("the event files of a run", () => {
  const rowsOf = (steps: readonly number[]) => ({
    rows: steps.length,
    columns: [Float64Array.from(steps), Float64Array.from(steps, (_, i) => i)],
  });
  const filesOf = (steps: readonly number[]) => [...tensorboardFiles(COLUMNS.slice(0, 2), rowsOf(steps), TIMES)];
  const told = (steps: readonly number[]) =>
    filesOf(steps).map(([name, bytes]) => [
      name,
      decodeRecords(bytes)
        .slice(1)
        .map(({ step, scalars }) => [step, scalars["loss"]]),
    ]);

  test("have one point a step, and a folder of its own for each time that the run goes back", () => {
    const name = "events.out.tfevents.1700000000.rnnlab";
    expect(told([0, 1, 2]).map(([path]) => path)).toEqual([name]);
    expect(told([0, 1, 1, 2, 1, 2, 3, 0])).toEqual([
      [
        name,
        [
          [0, 0],
          [1, 2],
          [2, 3],
        ],
      ],
      [
        `restart-2/${name}`,
        [
          [1, 4],
          [2, 5],
          [3, 6],
        ],
      ],
      [`restart-3/${name}`, [[0, 7]]],
    ]);
  });

  test.skipIf(tensorboard.missing !== null)(
    `are the same curves by each rule of TensorBoard ${versionOf(tensorboard)}, with every point`,
    () => {
      const folder = mkdtempSync(join(tmpdir(), "rnn-lab-tensorboard-"));
      for (const [name, bytes] of filesOf([0, 1, 1, 2, 1, 2, 3])) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), bytes);
      }
      const { stdout, stderr, status } = spawnSync(tensorboard.python, ["-c", ACCUMULATE, folder], {
        encoding: "utf8",
      });
      rmSync(folder, { recursive: true, force: true });
      if (status !== 0) throw new Error(stderr);
      const keepingAll = [
        [
          [0, 0],
          [1, 2],
          [2, 3],
        ],
        [
          [1, 4],
          [2, 5],
          [3, 6],
        ],
      ];
      expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toEqual({ true: keepingAll, false: keepingAll });
    },
  );
});

test("the checksum is CRC-32C (RFC 3720, B.4), masked", () => {
  const bytes = (length: number, of: (i: number) => number) => Uint8Array.from({ length }, (_, i) => of(i));
  expect([bytes(32, () => 0), bytes(32, () => 255), bytes(32, (i) => i), bytes(32, (i) => 31 - i)].map(crc32c)).toEqual(
    [0x8a9136aa, 0x62a8ab43, 0x46dd794e, 0x113fdb5c],
  );
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
  expect(maskedCrc32c(new Uint8Array(0))).toBe(0xa282ead8);
});

const READ = `
import json, sys
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
events = []
for event in EventFileLoader(sys.argv[1]).Load():
    events.append([event.step, event.wall_time, event.file_version, {v.tag: repr(v.tensor.float_val[0]) if v.HasField("tensor") else repr(v.simple_value) for v in event.summary.value}])
print(json.dumps(events))
`;
test.skipIf(tensorboard.missing !== null)(
  `reads the same in the reader of TensorBoard ${versionOf(tensorboard)}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "rnn-lab-tensorboard-"));
    const file = join(folder, "events.out.tfevents.1.rnnlab");
    writeFileSync(file, tensorboardEvents(COLUMNS, ROWS, TIMES));
    const { stdout, stderr, status } = spawnSync(tensorboard.python, ["-c", READ, file], { encoding: "utf8" });
    rmSync(folder, { recursive: true, force: true });
    if (status !== 0) throw new Error(stderr);
    const events = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as [
      number,
      number,
      string,
      Record<string, string>,
    ][];
    expect(events.map(([step]) => step)).toEqual([0, 0, 1, 300, 5_000_000_000]);
    expect(events[0]?.[2]).toBe("brain.Event:2");
    const number = (text: string | undefined) => ({ inf: Infinity, nan: NaN })[text ?? ""] ?? Number(text);
    expect(number(events[1]?.[3]["loss"])).toBe(615_690);
    expect(number(events[2]?.[3]["loss"])).toBeCloseTo(0.1, 6);
    expect([
      number(events[3]?.[3]["loss"]),
      number(events[4]?.[3]["loss"]),
      number(events[4]?.[3]["validationLoss"]),
    ]).toEqual([Infinity, NaN, 0.5]);
    expect(Object.keys(events[1]?.[3] ?? {})).toEqual(["loss", "gradientNorm"]);
  },
);
