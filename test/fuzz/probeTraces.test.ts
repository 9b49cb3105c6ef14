/** A probe's file of anybody becomes rows, scalars and answers, or is refused in words. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ROOT } from "../../scripts/paths.mjs";
import { encodeFrame, encodeHead, HEAD_BYTES, readFrames } from "../../src/runs/format/frames";
import { decodePayload, encodePayload } from "../../src/runs/format/payload";
import { isHostMessage } from "../../src/shared/guards/isHostMessage.generated";
import { columnsFit, rowsFit } from "../../src/shared/trace/columnRules";
import { seriesFits, seriesUpdateFits } from "../../src/shared/trace/scalarSeries";
import { IDLE, type TraceHeader } from "../../src/shared/trace/trace";
import { encodeNonFinite } from "../../src/shared/wire/nonFinite";
import type { ProbeReport } from "../../src/threads/probeMessages";
import { ProbeFollower } from "../../src/worker/probe/probeFollower";
import { assert, fuzz } from "./support";

// A guard against hanging only: a busy machine may be slow.
vi.setConfig({ testTimeout: 600_000 });

const small = new Uint8Array(readFileSync(join(ROOT, "test/fixtures/probe/small.rnnrun")));
let path = "";
beforeAll(() => {
  path = join(mkdtempSync(join(tmpdir(), "rnn-lab-fuzz-")), "made.rnnrun");
});
afterAll(() => rmSync(join(path, ".."), { recursive: true, force: true }));

/** @returns the rows that it came to */
function followsOrRefuses(file: Uint8Array): number {
  writeFileSync(path, file);
  let now = 0;
  let rows = 0;
  let header: TraceHeader | null = null;
  let untaken = 0;
  const post = (report: ProbeReport): void => {
    if (report.type === "whole") {
      ({ header } = report);
      assert(columnsFit(header.columns), "the columns are those of a trace");
      assert(rowsFit(report.rows, header.columns), "the rows fit the header");
      assert(seriesFits(report.scalars, header.columns), "the scalars fit the header");
      const view = { ...EMPTY, status: IDLE };
      const rest = { rows: null, scalars: null, ghosts: [], surface: null };
      const message = { type: "snapshot", sequence: 0, view, header, ...rest };
      assert(isHostMessage(structuredClone(encodeNonFinite(message))), "the page takes the header");
      rows = report.rows.rows;
    } else if (report.type === "more") {
      assert(rowsFit(report.rows, header!.columns), "later rows fit the header");
      assert(seriesUpdateFits(report.scalars, header!.columns), "later scalars fit the header");
      rows += report.rows.rows;
    }
    if ("rows" in report) untaken++;
  };
  try {
    const follower = new ProbeFollower(path, { post, now: () => now });
    const work = (): void => {
      for (let wait: number | null = 0; wait !== null || untaken > 0; wait = follower.work()) {
        now += Math.max(1, wait ?? 0);
        for (; untaken > 0; untaken--) follower.credit();
      }
    };
    for (let look = 0; look < 2; look++) {
      now += 2000;
      follower.look(null);
      work();
    }
    for (const kind of ["inspect", "tensors", "spectrum", "decay"] as const)
      follower.ask(1, { kind, iteration: 1, layer: 1, sequence: 0 });
    work();
  } catch (error) {
    assert(error instanceof Error && error.message.length > 0, `an error in words (${String(error)})`);
    assert(!(error instanceof TypeError || error instanceof RangeError), `no error of ours (${String(error)})`);
  }
  return rows;
}

const EMPTY = {
  experiment: null,
  run: null,
  pace: 0,
  gradientCheck: null,
  findings: [],
  fixProgress: null,
  baselines: [],
  text: { form: [], change: "", error: null, applies: false, heldBack: false },
  change: null,
  recorded: null,
  notSaved: null,
  events: [],
  canRun: true,
};

test("the probe's own file becomes its rows", () => {
  expect(followsOrRefuses(small)).toBe(2);
});

test("a damaged file becomes the rows before the damage, or is refused in words", () => {
  const damage = fc.array(fc.record({ at: fc.nat(small.length - 1), byte: fc.nat(255) }), { maxLength: 3 });
  const files = fc.tuple(damage, fc.nat(small.length)).map(([changes, length]) => {
    const copy = small.slice(0, length);
    for (const { at, byte } of changes) if (copy.length > 0) copy[at % copy.length] = byte;
    return copy;
  });
  fuzz("probe traces", { short: 100, full: 5000 }, files, followsOrRefuses);
});

test("a file that was made up, with checksums that are right, becomes rows or is refused in words", () => {
  const frames = [...readFrames(small, HEAD_BYTES)].map(({ kind, payload }) => ({ kind, ...decodePayload(payload)! }));
  const numbers = { iteration: fc.nat(9), layer: fc.nat(2), weightsFrom: fc.option(fc.nat(9)), first: fc.nat(9) };
  const sizes = { hiddenSize: fc.nat(9), projSize: fc.nat(3), numLayers: fc.nat(1001), directions: fc.nat(3) };
  const choices = fc.record({
    value: fc.record(numbers, { requiredKeys: [] }),
    layer: fc.record({ ...sizes, single: fc.boolean() }, { requiredKeys: [] }),
    order: fc.array(fc.nat(frames.length - 1), { minLength: 1, maxLength: 2 * frames.length }),
  });
  const files = choices.map(({ value, layer, order }) =>
    Buffer.concat([
      encodeHead(),
      ...[0, ...order].map((index) => {
        const { kind, arrays, value: own } = frames[index]!;
        const changed = kind === "PROB" ? withLayer(own, layer) : { ...(own as object), ...value };
        return encodeFrame(kind, encodePayload(changed, Object.fromEntries(arrays)));
      }),
    ]),
  );
  fuzz("made-up probe traces", { short: 100, full: 5000 }, files, followsOrRefuses);
});

function withLayer(start: unknown, change: object): unknown {
  const { layers, ...rest } = start as { readonly layers: readonly object[] };
  return { ...rest, layers: layers.map((layer) => ({ ...layer, ...change })) };
}
