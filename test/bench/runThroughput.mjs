// @ts-check
/** What a run costs in the threads of a sweep, and in as many threads that only train. */
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { bundleForNode } from "../../scripts/node-bundle.mjs";
import { DIST } from "../../scripts/paths.mjs";

const bundle = join(
  await bundleForNode("bench-jobs-runs", { sweepThroughput: "test/bench/inside/sweepThroughput.ts" }),
  "sweepThroughput.js",
);
/** @type {typeof import("./inside/sweepThroughput")} */
const { startClock, timeSweep } = await import(`file://${bundle}`);

/**
 * In turns.
 * @param {string} text of a file with a sweep
 * @param {number} runs of this sweep
 * @param {number} rounds
 * @returns medians over the rounds, as results.mjs says
 */
export async function measureRuns(text, runs, rounds) {
  /** @type {Record<"sweep" | "bare", import("./inside/sweepThroughput").RunTimes>[]} */
  const measured = [];
  for (let round = 0; round < rounds; round++)
    measured.push({ sweep: await timeSweep(text, join(DIST, "sweep.js")), bare: await timeBare(text, runs) });
  const medianOf = (/** @type {(round: (typeof measured)[0]) => number} */ figure) =>
    measured.map(figure).toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? NaN;
  return {
    sweepMs: medianOf(({ sweep }) => sweep.wallMs),
    bareMs: medianOf(({ bare }) => bare.wallMs),
    sweepCpuMs: medianOf(({ sweep }) => sweep.cpuMs),
    bareCpuMs: medianOf(({ bare }) => bare.cpuMs),
    throughputRatio: medianOf(({ sweep, bare }) => bare.wallMs / sweep.wallMs),
    cpuRatio: medianOf(({ sweep, bare }) => bare.cpuMs / sweep.cpuMs),
  };
}

/** @param {string} text @param {number} runs */
async function timeBare(text, runs) {
  const threads = Math.min(availableParallelism(), runs);
  const half = Math.ceil(runs / threads / 2);
  const workers = Array.from(
    { length: threads },
    (_, thread) =>
      new Worker(join(import.meta.dirname, "bareRunsThread.mjs"), { workerData: { bundle, text, thread, threads } }),
  );
  const train = (/** @type {number} */ each) =>
    Promise.all(
      workers.map((worker) => {
        worker.postMessage(each);
        return once(worker, "message");
      }),
    );
  await train(half);
  const stop = startClock();
  await train(runs);
  const times = stop(runs - threads * half);
  for (const worker of workers) worker.postMessage(null);
  return times;
}
