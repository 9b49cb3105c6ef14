import fc from "fast-check";
import { beforeAll, test, vi } from "vitest";
import { encodeHeader, encodeMeta, encodeRows, encodeRun, FRAME, join } from "../../src/runs/format/encodeRun";
import { encodeFrame, encodeHead } from "../../src/runs/format/frames";
import { encodePayload } from "../../src/runs/format/payload";
import { readRun, RunFileError } from "../../src/runs/format/readRun";
import { metaOf, trainedRun } from "../unit/runs/support";
import { assert, fuzz } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 600_000 });

let whole = new Uint8Array(0);
let start = new Uint8Array(0);
let oneRow = new Uint8Array(0);
beforeAll(() => {
  const run = trainedRun();
  const { header } = run;
  if (header === null) throw new Error("a trained run has a header");
  const row = { rows: 1, columns: header.columns.map(({ length }) => new Float64Array(length)) };
  whole = encodeRun({ ...run, rows: row });
  start = join([encodeHead(), encodeMeta(metaOf()), encodeHeader(header)]);
  oneRow = encodeRows("rows", row);
});

/** Whatever the bytes: a run that is in itself consistent, or an error in words. */
function holds(bytes: Uint8Array): void {
  try {
    const { header, rows, metrics, goodBytes } = readRun(bytes);
    assert(goodBytes <= bytes.length, "no more than the file is good");
    assert(header !== null || rows.rows === 0, "rows come with a header");
    const fits = (specs: readonly { length: number }[], held: typeof rows) => specs.every(({ length }, i) => held.columns[i]?.length === held.rows * length);
    assert(fits(header?.columns ?? [], rows) && fits(metrics.columns, metrics.rows), "columns hold the rows they say");
  } catch (error) {
    assert(error instanceof RunFileError && error.message.length < 500, `an error says what is wrong with the file (${String(error)})`);
  }
}

const damage = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { minLength: 1, maxLength: 8 });

// In sum 50,000 run files in the whole run.
test("a run file with any bytes changed or cut off is read up to there, or refused", () => {
  fuzz("run files, damaged", { short: 300, full: 15_000 }, fc.tuple(damage, fc.nat()), ([changes, cut]) => {
    const copy = whole.slice(0, cut % 3 === 0 ? cut % (whole.length + 1) : whole.length);
    for (const { at, byte } of changes) if (copy.length > 0) copy[at % copy.length] = byte;
    holds(copy);
  });
});

test("bytes that somebody made up are refused", () => {
  fuzz("run files, made up", { short: 300, full: 5000 }, fc.uint8Array({ maxLength: 300 }), (bytes) => holds(join([encodeHead(), bytes])));
});

test("frames whose checksum is right and whose content is hostile break nothing", () => {
  const kind = fc.constantFrom(...Object.values(FRAME), "EVIL");
  const odd = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom<unknown>({ rows: 2 ** 40 }, { rows: -1 }, { rows: 1 }, { __proto__: null, rows: 0 }, { iteration: 1e308 }, { columns: [] }, []));
  const arrays = fc.dictionary(fc.constantFrom("0", "1", "2", "parameters", "loss", "__proto__"), fc.array(fc.double(), { maxLength: 6 }).map((values) => Float64Array.from(values)), { maxKeys: 3 });
  const frame = fc.oneof({ weight: 4, arbitrary: fc.tuple(kind, odd, arrays).map(([name, value, numbers]) => encodeFrame(name, encodePayload(value, numbers))) }, { weight: 1, arbitrary: fc.tuple(kind, fc.uint8Array({ maxLength: 40 })).map(([name, bytes]) => encodeFrame(name, bytes)) });
  fuzz("run files, hostile frames", { short: 500, full: 30_000 }, fc.array(frame, { maxLength: 4 }), (frames) => holds(join([start, oneRow, ...frames, oneRow])));
});
