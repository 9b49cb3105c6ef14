// @ts-check
/**
 * npm run corpus -- [--kinds a,b] [--half tuning|held-out] [--share 1] [--fixes] [--verbose] [--json FILE]
 *
 * Trains every experiment of test/corpus on all cores, checks its label without any rule, and prints precision and
 * recall of each rule of the diagnosis, and whether the first finding named the cause, with 95 % intervals.
 *
 * --share: part of the cases, for a quick look.
 * --fixes: also trains the first fix that the product offers for each sick case, at five seeds.
 * --verbose: also prints the messages of the cases that were judged wrongly.
 */
import { cpus } from "node:os";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { readCommandLine } from "./command-line.mjs";
import { prepare } from "./prepare.mjs";

const { values: options } = readCommandLine(import.meta.url, {
  options: {
    kinds: { type: "string" },
    half: { type: "string" },
    share: { type: "string", default: "1" },
    fixes: { type: "boolean", default: false },
    json: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});
await prepare();
const { bundleForNode } = await import("./node-bundle.mjs");
const { generate } = await import("./generate.mjs");

await generate();
const folder = await bundleForNode("corpus", { main: "test/corpus/main.ts", score: "test/corpus/score.ts" });
const { createRequire } = await import("node:module");
/** @type {typeof import("../test/corpus/score")} */
const { listKinds, scoreCases } = createRequire(import.meta.url)(join(folder, "score.js"));

const jobs = listKinds()
  .filter(({ kind }) => options.kinds === undefined || options.kinds.split(",").includes(kind))
  .filter(({ half }) => options.half === undefined || options.half === half)
  .map((job) => ({
    ...job,
    fixes: options.fixes,
    wanted: Math.max(1, Math.round(job.wanted * Number(options.share))),
  }));
const started = Date.now();
/** @type {import("../test/corpus/main").Judged[]} */
const judged = [];
const queue = [...jobs];
await Promise.all(
  cpus().map(async () => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await runJob(job);
  }),
);
console.log(scoreCases(judged, options.verbose));
console.log(`${judged.length} experiments in ${((Date.now() - started) / 60_000).toFixed(1)} min`);
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(judged, null, 2)}\n`);

/** @param {object} job */
function runJob(job) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("corpusThread.mjs", import.meta.url), {
      workerData: { bundle: join(folder, "main.js"), job },
    });
    worker.on("message", (one) => judged.push(one));
    worker.on("error", reject);
    worker.on("exit", () => resolve(undefined));
  });
}
