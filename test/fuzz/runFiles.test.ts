import fc from "fast-check";
import { test, vi } from "vitest";
import {
  encodeCheckpoint,
  encodeEvent,
  encodeHeader,
  encodeMeta,
  encodeRows,
  encodeRun,
  join,
} from "../../src/runs/format/encodeRun";
import { encodeFrame, encodeHead, readLastFrame } from "../../src/runs/format/frames";
import { encodePayload } from "../../src/runs/format/payload";
import { readRun, RunFileError } from "../../src/runs/format/readRun";
import { trainedRun } from "../unit/runs/support";
import { assert, fuzz } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 600_000 });

const run = trainedRun();
const small = encodeRun({
  ...run,
  rows: { rows: 2, columns: run.rows.columns.map((column, i) => column.slice(0, 2 * run.header!.columns[i]!.length)) },
  metrics: { ...run.metrics, rows: { rows: 0, columns: run.metrics.columns.map(() => new Float64Array()) } },
});

function readsOrRefuses(file: Uint8Array): void {
  readLastFrame(file);
  try {
    const { rows, goodBytes, header } = readRun(file);
    assert(goodBytes <= file.length, "no more is good than there is");
    assert(rows.columns.length === (header?.columns.length ?? 0), "a row has all columns");
    assert(
      rows.columns.every((column, i) => column.length === rows.rows * header!.columns[i]!.length),
      "rows are whole",
    );
    assert(
      rows.columns.reduce((sum, column) => sum + column.length, 0) <= 2 * file.length,
      "no more numbers than bytes can say",
    );
  } catch (error) {
    assert(error instanceof RunFileError, `an error in words (${String(error)})`);
  }
}

test("a run file that was damaged is read up to the damage or refused", () => {
  const damage = fc.array(fc.record({ at: fc.nat(small.length - 1), byte: fc.nat(255) }), { maxLength: 5 });
  const files = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(damage, fc.nat(small.length)).map(([changes, length]) => {
      const copy = small.slice(0, length);
      for (const { at, byte } of changes) if (copy.length > 0) copy[at % copy.length] = byte;
      return copy;
    }),
  );
  fuzz("run files", { short: 1000, full: 40_000 }, files, readsOrRefuses);
});

test("a run file that was made up, with checksums that are right, is read up to what makes no sense", () => {
  const json = fc.jsonValue({ maxDepth: 3 });
  const kinds = fc.constantFrom("META", "HEAD", "METR", "ROWS", "CKPT", "EVNT", "FIND", "SURF", "STAT", "DONE", "NONE");
  const madeUp = fc
    .record({
      kind: kinds,
      value: json,
      name: fc.constantFrom("0", "loss", "parameters", "batches"),
      numbers: fc.array(fc.double(), { maxLength: 4 }),
      words: fc.boolean(),
    })
    .map(({ kind, value, name, numbers, words }) =>
      encodeFrame(
        kind,
        encodePayload(value, { [name]: words ? Uint32Array.from(numbers) : Float64Array.from(numbers) }),
      ),
    );
  const parameters = Float64Array.of(1, 2);
  const right = [
    encodeMeta(run.meta),
    encodeHeader(run.header!),
    encodeRows("rows", { rows: 0, columns: run.header!.columns.map(() => new Float64Array()) }),
    encodeEvent({ kind: "updates", iteration: 1, detail: null }),
    encodeCheckpoint({
      iteration: 1,
      parameters,
      optimizer: { steps: 1, first: null, second: parameters },
      batches: { position: 0, random: null },
      dropout: null,
      carried: null,
      best: { iteration: 0, validationLoss: 0.5, parameters },
      plateau: { learningRate: 0.1, best: Infinity, withoutImprovement: 1, cooldown: 0, lossSum: 0, losses: 0 },
      scores: { loss: NaN, validationLoss: NaN, accuracy: NaN, exactAccuracy: NaN },
    }),
  ];
  const frames = fc.array(
    fc.oneof(
      madeUp,
      fc.constantFrom(...right),
      fc.uint8Array({ maxLength: 40 }).map((bytes) => encodeFrame("ROWS", bytes)),
    ),
    { maxLength: 8 },
  );
  fuzz("run frames", { short: 500, full: 10_000 }, fc.tuple(fc.boolean(), frames), ([started, parts]) =>
    readsOrRefuses(join([encodeHead(), ...(started ? right.slice(0, 2) : []), ...parts])),
  );
});
