// @ts-check
/**
 * npm run predictions -- [--only TEXT]
 *
 * Trains the networks of test/predictions on all cores and prints how far the predicted decay of the gradient is from
 * the measured one, at their start and after training: the table of docs/gradient-through-time.md.
 *
 * --only: networks whose set and name have the text in them, e.g. "first: gru".
 */
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { readCommandLine } from "./command-line.mjs";
import { prepare } from "./prepare.mjs";

const { values: options } = readCommandLine(import.meta.url, { options: { only: { type: "string", default: "" } } });
await prepare();
const { bundleForNode } = await import("./node-bundle.mjs");
const { generate } = await import("./generate.mjs");

await generate();
const folder = await bundleForNode("predictions", { main: "test/predictions/main.ts" });
const bundle = join(folder, "main.js");
/** @type {typeof import("../test/predictions/main")} */
const { describePredictions, listNetworks } = createRequire(import.meta.url)(bundle);
const queue = listNetworks(options.only);
const started = Date.now();
/** @type {Map<number, import("../test/predictions/predictNetwork").PredictionCase[]>} */
const results = new Map();
await Promise.all(cpus().map(() => runQueue()));
console.log(describePredictions(results));
console.log(`\n${results.size} networks in ${((Date.now() - started) / 60_000).toFixed(1)} min`);

/** One thread that takes networks until none is left. */
function runQueue() {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("predictionsThread.mjs", import.meta.url), { workerData: { bundle } });
    const next = () => {
      const i = queue.shift();
      if (i === undefined) {
        resolve(worker.terminate());
        return;
      }
      worker.once("message", (cases) => {
        results.set(i, cases);
        next();
      });
      worker.postMessage(i);
    };
    worker.on("error", reject);
    next();
  });
}
