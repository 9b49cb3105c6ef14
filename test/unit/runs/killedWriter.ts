/**
 * Trains without end and records, in a process of its own that is killed. Says after each write which iteration is on
 * the disk.
 */
import { statSync, writeSync } from "node:fs";
import { COLUMN } from "../../../src/shared/trace/trace";
import type { WorkerReport } from "../../../src/threads/trainingMessages";
import { COUNT_ONES } from "../session/support";
import { RecordedBench } from "./recordedBench";

const path = process.argv[2];
if (path === undefined) throw new Error("Where to?");
const adam = { kind: "adam", learningRate: 0.003, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } as const;
const experiment = {
  ...COUNT_ONES,
  training: { ...COUNT_ONES.training, optimizer: adam, batchSize: 5, iterations: 10_000_000 },
};
// On a clock that runs fast, so that it writes all the time and writes its file anew every few writes.
const bench = new RecordedBench(experiment, path, {
  tick: 60,
  limits: { bytes: 100_000, rows: 128, rowBytes: 2 ** 20 },
});
const iterationIndex = bench.run.trainer.columns.findIndex(({ name }) => name === COLUMN.iteration);

let refused = 0;
for (let size = 0; ;) {
  bench.run.advance();
  bench.run.credit();
  const rows = bench.reports
    .filter((report): report is Extract<WorkerReport, { type: "rows" }> => report.type === "rows")
    .at(-1)?.rows;
  const problem = bench.problems.at(-1);
  bench.reports.length = 0;
  if (typeof problem === "string") writeSync(1, `problem: ${problem}\n`);
  if (typeof problem === "string" || refused > 0)
    writeSync(1, refused++ < 4 ? `trains on at ${bench.run.trainer.iteration}\n` : "");
  const now = statSync(path).size;
  if (now !== size && rows !== undefined && refused === 0)
    writeSync(1, `${rows.columns[iterationIndex]![rows.rows - 1]}\n`);
  size = now;
}
