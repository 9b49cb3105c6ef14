/** The report of a run in Python: its numbers are those that `--read` prints. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../../scripts/paths.mjs";
import { probeFiles, type ReportedProbe } from "../../../src/export/probeReport";
import { readEvents } from "../../../src/externalRuns/tensorboardRun";
import { ScalarPoints } from "../../../src/externalRuns/scalarPoints";
import { readProbeFile } from "../../../src/runs/probeFile";
import { summarizeProbe } from "../../../src/worker/probe/summarizeProbe";

/** Two layers in both directions and a cell, four steps, every second captured; written by the probe itself. */
const SMALL = join(ROOT, "test/fixtures/probe/small.rnnrun");
const contents = readProbeFile(SMALL);

function reported(changed: Partial<ReportedProbe> = {}): ReportedProbe {
  const summary = summarizeProbe(SMALL, contents, null, false);
  return { contents, writtenAt: contents.start.startedAt + 65_000, fileName: "small.rnnrun", ...summary, ...changed };
}

const asText = (file: Uint8Array | string | undefined): string =>
  typeof file === "string" ? file : new TextDecoder().decode(file);

test("a report has the scalars, the gradient of each layer at each time step, and the findings", () => {
  const run = reported({ findings: [{ iteration: 2, message: "It <vanishes>.", fix: "state.detach()" }] });
  const files = probeFiles("report", run);
  expect([...files.keys()]).toEqual(["README.md", "loss.svg", "metrics.csv", "gradients.csv"]);
  const losses = [...contents.scalars.get("loss")!];
  const metrics = asText(files.get("metrics.csv")).trimEnd().split("\n");
  expect(metrics[0]!.split(",")).toEqual([...contents.scalars.keys()]);
  const column = metrics[0]!.split(",").indexOf("loss");
  expect(metrics.slice(1).map((line) => Number(line.split(",")[column]))).toEqual(losses);
  const gradients = asText(files.get("gradients.csv")).trimEnd().split("\n").slice(1);
  expect(gradients.map((line) => Number(line.split(",")[5]))).toEqual(
    run.layers.flatMap(({ gradientNorms }) => gradientNorms),
  );
  const report = asText(files.get("README.md"));
  expect(report).toContain("Done after 4 iterations, 1 min 05 s.");
  expect(report).toContain("| rnn, layer 1, backward | 4 |");
  expect(report).toContain("| cell | 3 |");
  expect(report).toContain("- iteration 2: It \\<vanishes\\>\\. Fix: state\\.detach\\(\\)");
});

test("without a loss and without captures, a report leaves out the picture and the gradients", () => {
  const iteration = contents.scalars.get("iteration")!;
  const scalars = new Map([
    ["iteration", iteration],
    ["temperature", iteration.map(() => 0.5)],
  ]);
  const files = probeFiles("report", reported({ contents: { ...contents, scalars }, layers: [], status: "running" }));
  expect([...files.keys()]).toEqual(["README.md", "metrics.csv"]);
  const report = asText(files.get("README.md"));
  expect(report).toMatch(/^Running after 4 iterations/m);
  expect(report).toContain("| temperature | 0.5 | 0.5 | 0.5 |");
  expect(report).not.toContain("loss.svg");
});

test("events for TensorBoard have a point for each number, and for a loss that is NaN", () => {
  const scalars = new Map([
    ["iteration", Float64Array.of(0, 1, 2)],
    ["train/loss", Float64Array.of(1, NaN, 0.5)],
    ["val_acc", Float64Array.of(NaN, NaN, 0.75)],
  ]);
  const files = probeFiles("tensorboard", reported({ contents: { ...contents, scalars } }));
  const [name] = files.keys();
  const bytes = files.get(name!) as Uint8Array;
  const points = new ScalarPoints("tensorboard");
  const source = { size: bytes.length, read: (at: number, length: number) => bytes.subarray(at, at + length) };
  readEvents(source, name!, { points, count: 0, startedAt: NaN, endedAt: NaN, problems: [] });
  expect(points.names.map((tag) => [tag, [...points.curve(tag).steps], [...points.curve(tag).values]])).toEqual([
    ["train/loss", [0, 1, 2], [1, NaN, 0.5]],
    ["val_acc", [2], [0.75]],
  ]);
});
