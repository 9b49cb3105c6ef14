import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  LATER_INIT_KEYS,
  LATER_KEYS,
  LATER_MODEL_KEYS,
  LATER_TRAINING_KEYS,
} from "../../../src/config/schema/laterKeys";
import type { Experiment } from "../../../src/config/schema/schema";
import type { Checkpoint } from "../../../src/core/numerics/checkpoint";
import { createTrainer } from "../../../src/core/training/trainer";
import { crc32 } from "../../../src/formats/crc32";
import {
  encodeCheckpoint,
  encodeFindings,
  encodeHeader,
  encodeMeta,
  encodeRows,
  encodeRun,
  encodeProgress,
  join,
} from "../../../src/runs/format/encodeRun";
import { encodeFrame, encodeHead, readFrame, readLastFrame } from "../../../src/runs/format/frames";
import { readProgress } from "../../../src/runs/format/checks";
import { collectMetrics, RunMetricsTracker } from "../../../src/runs/format/runMetrics";
import { decodePayload, encodePayload } from "../../../src/runs/format/payload";
import { readRun, RunFileError } from "../../../src/runs/format/readRun";
import { IDLE, type RunStatus } from "../../../src/shared/trace/trace";
import { COUNT_ONES } from "../session/support";
import { metaOf, trainedRun } from "./support";

/** As it was written before there was a best checkpoint. */
function oldCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  const frame = readFrame(encodeCheckpoint(checkpoint), 0)!;
  const { value, arrays } = decodePayload(frame.payload)!;
  const { best: _unknown, ...old } = value as { readonly best: unknown };
  return encodeFrame(frame.kind, encodePayload(old, Object.fromEntries(arrays)));
}

const SEED = 20261125;
const number = fc.oneof(fc.double(), fc.float(), fc.constantFrom(NaN, Infinity, -Infinity, -0));

describe("the metrics of a run", () => {
  const columns = ["iteration", "loss", "validationLoss"].map((name) => ({ name, length: 1, shape: [1] }));
  const rowsOf = (...values: number[][]) => ({
    rows: values[0]?.length ?? 0,
    columns: values.map((column) => Float64Array.from(column)),
  });

  it("are the lowest finite loss and the latest validation, in however many parts the scalars come", () => {
    const tracker = new RunMetricsTracker(columns);
    expect(tracker.metrics).toBeNull();
    tracker.add(rowsOf([0, 1], [2, NaN], [NaN, 5]));
    tracker.add(rowsOf([], [], []));
    tracker.add(rowsOf([2, 3], [0.5, Infinity], [5, 4]));
    expect(tracker.metrics).toEqual({ bestLoss: 0.5, validationLoss: 4, accuracy: null });
    expect(collectMetrics(columns.slice(0, 2), rowsOf([0], [NaN]))).toEqual({
      bestLoss: null,
      validationLoss: null,
      accuracy: null,
    });
  });

  it("are null in a file that has none", () => {
    const { metrics: _unknown, ...old } = { status: IDLE, checkpoint: null, endedAt: 5, metrics: null };
    expect(readProgress(JSON.parse(JSON.stringify(old)))).toEqual({ ...old, metrics: null });
  });
});

describe("crc32", () => {
  it("is the checksum of zip and PNG, in one piece or in several", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.nat(500), (bytes, cut) => {
        const first = bytes.subarray(0, cut);
        expect(crc32(bytes)).toBe(zlibCrc32(bytes));
        expect(crc32(bytes.subarray(cut), crc32(first))).toBe(zlibCrc32(bytes));
      }),
      { seed: SEED },
    );
  });
});

describe("a payload", () => {
  it("gives back every number, also those that JSON cannot say, and as float32 only what float32 can say", () => {
    fc.assert(
      fc.property(fc.array(number), number, (values, alone) => {
        const payload = decodePayload(
          encodePayload({ alone }, { values: Float64Array.from(values), words: Uint32Array.of(1, 2 ** 32 - 1) }),
        );
        const read = (payload?.value as { alone: number } | undefined)?.alone;
        expect(Object.is(read, alone) || read === alone).toBe(true);
        expect([...(payload?.arrays.get("values") ?? [])]).toEqual(values);
        expect([...(payload?.arrays.get("words") ?? [])]).toEqual([1, 2 ** 32 - 1]);
      }),
      { seed: SEED },
    );
  });

  it("takes half the room for numbers of the float32 engine", () => {
    const bytesOf = (value: number): number => encodePayload({}, { values: new Float64Array(1000).fill(value) }).length;
    expect(bytesOf(Math.fround(0.1))).toBeLessThan(0.55 * bytesOf(0.1));
  });
});

describe("frames", () => {
  it("are read from both ends, and not at all when a single bit is wrong", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(), (payload, flip) => {
        const bytes = encodeFrame("TEST", payload);
        expect(bytes.length % 8).toBe(0);
        expect([...(readFrame(bytes, 0)?.payload ?? [])]).toEqual([...payload]);
        expect([...(readLastFrame(join([encodeHead(), bytes]))?.payload ?? [])]).toEqual([...payload]);
        const bit = flip % (bytes.length * 8);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(readFrame(bytes, 0)).toBeNull();
      }),
      { seed: SEED },
    );
  });
});

describe("a run file", () => {
  it("gives back the whole run, number for number", () => {
    const run = trainedRun();
    const bytes = encodeRun(run);
    expect(readRun(bytes)).toEqual({ ...run, goodBytes: bytes.length });
  });

  it("cut anywhere gives back what was written whole before", () => {
    const run = trainedRun();
    const { header, rows, metrics } = run;
    if (header === null) throw new Error("a trained run has a header");
    const frames = [
      encodeHead(),
      encodeMeta(run.meta),
      encodeHeader(header),
      encodeRows("metrics", metrics.rows),
      encodeRows("rows", rows),
      encodeProgress({ status: run.status, checkpoint: null, endedAt: null, metrics: null }),
    ];
    const bytes = join(frames);
    const ends = frames.map((_, index) => join(frames.slice(0, index + 1)).length);
    fc.assert(
      fc.property(fc.integer({ min: ends[1]!, max: bytes.length - 1 }), (cut) => {
        const read = readRun(bytes.subarray(0, cut));
        expect(read.goodBytes).toBe(Math.max(...ends.filter((end) => end <= cut)));
        expect(read.rows.rows).toBe(cut >= ends[4]! ? rows.rows : 0);
        expect(read.endedAt).toBeNull();
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it("that is no run file, or does not say which run it is, is refused with the reason", () => {
    expect(() => readRun(new Uint8Array(4))).toThrow(/not an RNN Lab run file/);
    expect(() =>
      readRun(join([encodeHead(), encodeProgress({ status: IDLE, checkpoint: null, endedAt: null, metrics: null })])),
    ).toThrow(/header is corrupted/);
    const newer = encodeHead();
    newer[8] = 9;
    expect(() => readRun(newer)).toThrow(/version is 9, .* supports version 1/);
  });

  it("with a frame of an unknown kind is read as without it", () => {
    const run = trainedRun();
    const bytes = encodeRun(run);
    expect(readRun(join([bytes, encodeFrame("LATE", encodePayload({ anything: true }))])).rows).toEqual(run.rows);
  });

  it("from before there was advice, early stopping and a best checkpoint has none", () => {
    const { advice: _left, best: _none, ...status } = { ...IDLE, message: "Training diverged." };
    const training = omit(COUNT_ONES.training, LATER_TRAINING_KEYS);
    const init = omit(COUNT_ONES.model.init, LATER_INIT_KEYS);
    const model = { ...omit(COUNT_ONES.model, LATER_MODEL_KEYS), init };
    expect(Object.keys({ ...training, ...model })).not.toContain("variant");
    const meta = metaOf({ config: { ...omit(COUNT_ONES, LATER_KEYS), model, training } as Experiment });
    const trainer = createTrainer(COUNT_ONES);
    const { best: _unknown, ...checkpoint } = trainer.checkpoint();
    const bytes = join([
      encodeHead(),
      encodeMeta(meta),
      encodeHeader(trainer.header("run-1", "hash")),
      oldCheckpoint({ ...checkpoint, best: null }),
      encodeProgress({ status: status as RunStatus, checkpoint: null, endedAt: null, metrics: null }),
    ]);
    const read = readRun(bytes);
    expect(read.status).toEqual({ ...status, advice: null, best: null });
    expect(read.meta.config).toEqual(COUNT_ONES);
    expect(read.checkpoint).toEqual({ ...checkpoint, best: null });
    trainer.restore(read.checkpoint!);
  });

  it("whose content makes no sense is good only up to there", () => {
    const start = [encodeHead(), encodeMeta(metaOf()), encodeHeader(trainedRun().header!)];
    const rows = { rows: 3, columns: [Float64Array.of(1)] };
    const read = readRun(join([...start, encodeRows("rows", rows), encodeFindings([])]));
    expect([read.rows.rows, read.goodBytes]).toEqual([0, join(start).length]);
  });

  it("never makes the reader break, whatever bytes are changed, and costs no more memory than it has bytes", () => {
    const bytes = encodeRun(trainedRun());
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 20 }), (changes) => {
        const damaged = bytes.slice();
        for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
        try {
          expect(readRun(damaged).goodBytes).toBeLessThanOrEqual(damaged.length);
        } catch (error) {
          expect(error).toBeInstanceOf(RunFileError);
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});

function omit(values: object, keys: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !Object.hasOwn(keys, key)));
}
