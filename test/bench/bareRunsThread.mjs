// @ts-check
/** A thread of bench:jobs that only trains: at each message as many of its runs as that says. */
import { parentPort, workerData } from "node:worker_threads";

/** @type {{ bundle: string, text: string, thread: number, threads: number }} */
const { bundle, text, thread, threads } = workerData;
/** @type {typeof import("./inside/sweepThroughput")} */
const { prepareBareRuns } = await import(`file://${bundle}`);
const train = prepareBareRuns(text, thread, threads);

parentPort?.on("message", (/** @type {number | null} */ runs) => {
  if (runs === null) return parentPort?.close();
  train(runs);
  parentPort?.postMessage("trained");
});
