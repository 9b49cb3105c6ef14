/**
 * Trains without end and records on the real clock, in a process of its own that is killed. Says after each chunk which
 * iteration it is at, and when.
 */
import { writeSync } from "node:fs";
import { COUNT_ONES } from "../session/support";
import { RecordedBench } from "./recordedBench";

const [, , path, resumeFrom] = process.argv;
if (path === undefined) throw new Error("Where to?");
const adam = { kind: "adam", learningRate: 0.003, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } as const;
const experiment = {
  ...COUNT_ONES,
  training: { ...COUNT_ONES.training, optimizer: adam, batchSize: 5, iterations: 10_000_000 },
};
const now = (): number => performance.now();
const bench = new RecordedBench(experiment, path, resumeFrom === undefined ? { now } : { now, resumeFrom });
for (;;) {
  writeSync(1, `${bench.run.trainer.iteration} ${now()}\n`);
  bench.run.advance();
  bench.run.credit();
  bench.reports.length = 0;
}
