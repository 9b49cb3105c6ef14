/** Event files that PyTorch's SummaryWriter has written, read as TensorBoard itself reads them. */
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "../../../scripts/paths.mjs";
import { readEvents, readTensorboardRun } from "../../../src/externalRuns/tensorboardRun";
import { ScalarPoints, type RestartRule } from "../../../src/externalRuns/scalarPoints";
import { tensorboardEvents } from "../../../src/export/tensorboard";

const FIXTURES = join(ROOT, "test/fixtures/tensorboard");
type Shown = Readonly<Record<string, Readonly<Record<string, readonly [step: number, value: number | string][]>>>>;
const expected = JSON.parse(readFileSync(join(FIXTURES, "expected.json"), "utf8")) as {
  readonly page: Shown;
  readonly accumulator: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
};

function pointsOf(folder: string, rule: RestartRule): ScalarPoints {
  const points = new ScalarPoints(rule);
  for (const name of readdirSync(folder).sort()) {
    const bytes = new Uint8Array(readFileSync(join(folder, name)));
    const problems: string[] = [];
    const source = { size: bytes.length, read: (at: number, length: number) => bytes.subarray(at, at + length) };
    readEvents(source, name, { points, count: 0, startedAt: NaN, endedAt: NaN, problems });
    expect(problems).toEqual([]);
  }
  return points;
}

const pairs = (points: ScalarPoints, tag: string) => {
  const { steps, values } = points.curve(tag);
  return steps.map((step, i) => [step, values[i]]);
};

test.each(Object.entries(expected.page))(
  "the page's rule gives the curves of TensorBoard's page for %s",
  (run, tags) => {
    const points = pointsOf(join(FIXTURES, run), "tensorboard");
    for (const [tag, curve] of Object.entries(tags))
      expect(pairs(points, tag), tag).toEqual(curve.map(([step, value]) => [step, Number(value)]));
    // The page does not list a scalar in double precision; here it is read.
    const others = points.names.filter((tag) => !(tag in tags));
    expect(others).toEqual(run === "newstyle" ? ["double"] : []);
  },
);

test("without it, a step has its last point, and a restart that is stated removes what was before", () => {
  const restart = pointsOf(join(FIXTURES, "restart"), "last-of-each-step");
  expect(pairs(restart, "loss")).toEqual([...[10, 9, 8, 7, 96, 95, 94, 3, 2, 1].map((value, step) => [step, value])]);
  expect([restart.leftOut, restart.hasGoneBack]).toEqual([3, true]);
  const purge = pointsOf(join(FIXTURES, "purge"), "last-of-each-step");
  expect(purge.curve("loss").steps).toEqual(expected.accumulator["purge"]?.["loss"]);
  expect(purge.curve("accuracy").steps).toEqual([]);
  expect(pairs(pointsOf(join(FIXTURES, "equal"), "last-of-each-step"), "loss")).toEqual([
    [0, 0],
    [1, 3],
    [2, 4],
  ]);
  expect(pairs(pointsOf(join(FIXTURES, "newstyle"), "last-of-each-step"), "double")).toEqual(
    [0, 1, 2, 3].map((step) => [step, step / 3]),
  );
});

test("what is no scalar is none: texts, histograms, curves of precision", () => {
  expect(pointsOf(join(FIXTURES, "mixed"), "last-of-each-step").names).toEqual(["loss"]);
});

let scratch = "";
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "rnn-lab-events-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("a run says which scalars are shown, and what was left out by which rule", () => {
  const plain = readTensorboardRun(join(FIXTURES, "plain"), "last-of-each-step", 100);
  expect(plain).toMatchObject({ name: "plain", iterations: 190, loss: Math.fround(1 / 20), part: null });
  expect(plain.notes).toEqual(['Shown are "train/loss", "val/loss".']);
  expect(Object.keys(plain.curves)).toEqual(["iteration", "loss", "validationLoss"]);
  expect([...plain.curves["iteration"]!]).toEqual(Array.from({ length: 20 }, (_, i) => 10 * i));
  const held = [4, 5, 14, 15, 19].map((row) => plain.curves["validationLoss"]![row]);
  expect(held).toEqual([NaN, 0.5, 0.5, 0.25, 0.25]);
  expect(plain.endedAt).toBeGreaterThanOrEqual(plain.startedAt);
  const notes = (rule: RestartRule) => readTensorboardRun(join(FIXTURES, "restart"), rule, 100).notes;
  expect(notes("last-of-each-step")).toEqual([
    'Shown are "loss", "accuracy".',
    "It goes back to earlier steps. Of each step, the last point is shown: 3 are left out.",
  ]);
  expect(notes("tensorboard")[1]).toMatch(/^It goes back .* As on TensorBoard's page, .*: 6 are left out\.$/);
});

test("a file that grows is read up to its last whole record, and one that is damaged says so", () => {
  const folder = join(scratch, "plain");
  cpSync(join(FIXTURES, "plain"), folder, { recursive: true });
  const file = join(folder, readdirSync(folder)[0]!);
  const whole = readFileSync(file);
  truncateSync(file, whole.length - 10);
  expect(readTensorboardRun(folder, "tensorboard", 100)).toMatchObject({
    iterations: 190,
    notes: [expect.any(String)],
  });
  writeFileSync(file, whole);
  appendFileSync(file, "not a record at all");
  expect(readTensorboardRun(folder, "tensorboard", 100).notes[1]).toBe(
    `${readdirSync(folder)[0]} is damaged at byte ${whole.length.toLocaleString("en-US")}. What comes before is shown.`,
  );
  const changed = Uint8Array.from(whole);
  changed[whole.length >> 1]! ^= 1;
  writeFileSync(file, changed);
  const damaged = readTensorboardRun(folder, "tensorboard", 100);
  expect(damaged.notes.at(-1)).toMatch(/is damaged at byte/);
  expect(damaged.iterations).toBeGreaterThan(0);
});

test("what RNN Lab writes for TensorBoard is read back", () => {
  const columns = ["iteration", "loss"].map((name) => ({ name, length: 1, shape: [1] }));
  const rows = { rows: 3, columns: [Float64Array.of(0, 1, 2), Float64Array.of(1, NaN, 0.25)] };
  const folder = mkdtempSync(join(scratch, "own-"));
  writeFileSync(
    join(folder, "events.out.tfevents.1.rnnlab"),
    tensorboardEvents(columns, rows, { startedAt: 0, endedAt: 2000 }),
  );
  expect(readTensorboardRun(folder, "tensorboard", 100)).toEqual({
    part: null,
    name: expect.any(String),
    startedAt: 0,
    endedAt: 2000,
    iterations: 2,
    loss: 0.25,
    notes: [],
    curves: { iteration: Float64Array.of(0, 1, 2), loss: Float64Array.of(1, NaN, 0.25) },
  });
});
