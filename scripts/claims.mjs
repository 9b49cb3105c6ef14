// @ts-check
/**
 * npm run claims -- [--only TEXT] [--short] [--json FILE] [--cache FOLDER]
 *
 * Runs the experiment behind every claim about training that the texts make (test/claims) on all cores, and prints each
 * claim, what was measured, and whether it holds. Ends with exit code 1 if one does not.
 *
 * --only: claims whose ID has the text in it; may be repeated.
 * --short: only those that `npm test` runs as well.
 * --cache: keeps the runs in a folder and trains none twice until the code that trains them changes.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { deserialize, serialize } from "node:v8";
import { Worker } from "node:worker_threads";
import { readCommandLine } from "./command-line.mjs";
import { prepare } from "./prepare.mjs";

const { values: options } = readCommandLine(import.meta.url, {
  options: {
    only: { type: "string", multiple: true },
    short: { type: "boolean", default: false },
    json: { type: "string" },
    cache: { type: "string" },
  },
});
await prepare();
const { bundleForNode } = await import("./node-bundle.mjs");
const { generate } = await import("./generate.mjs");
const { ROOT } = await import("./paths.mjs");

const cache = options.cache === undefined ? null : resolve(options.cache);
if (cache !== null) mkdirSync(cache, { recursive: true });
const jsonFile = options.json === undefined ? null : resolve(options.json);
process.chdir(ROOT);
await generate();
const folder = await bundleForNode("claims", { runJob: "test/claims/runJob.ts", report: "test/claims/report.ts" });
const { createRequire } = await import("node:module");
/** @type {typeof import("../test/claims/report")} */
const { CLAIMS, describeClaims, jobsOf, judgeClaims, keyOf } = createRequire(import.meta.url)(
  join(folder, "report.js"),
);
const code = readFileSync(join(folder, "runJob.js"));

const claims = CLAIMS.filter(
  ({ id }) => options.only === undefined || options.only.some((part) => id.includes(part)),
).filter(({ isShort }) => !options.short || isShort);
const started = Date.now();
/** @type {Map<string, import("../test/claims/runJob").Run>} */
const runs = new Map();
const queue = jobsOf(claims).filter((job) => !readCached(job));
const count = queue.length;
await Promise.all(cpus().map(() => (queue.length === 0 ? null : runQueue())));
const judged = judgeClaims(claims, runs);
console.log(describeClaims(judged));
console.log(`${count} trainings in ${((Date.now() - started) / 60_000).toFixed(1)} min`);
if (jsonFile !== null) writeFileSync(jsonFile, `${JSON.stringify(judged, null, 2)}\n`);
process.exitCode = judged.every(({ holds }) => holds) ? 0 : 1;

/** One thread that takes jobs until none is left. */
function runQueue() {
  return new Promise((done, reject) => {
    const worker = new Worker(new URL("claimsThread.mjs", import.meta.url), {
      workerData: { bundle: join(folder, "runJob.js") },
    });
    const next = () => {
      const job = queue.shift();
      if (job === undefined) {
        void worker.terminate();
        done(undefined);
        return;
      }
      worker.postMessage(job);
      worker.once("message", (run) => {
        runs.set(keyOf(job), run);
        if (cache !== null) writeFileSync(cachedFile(job), serialize(run));
        next();
      });
    };
    worker.on("error", reject);
    next();
  });
}

/** @param {import("../test/claims/runJob").RunJob} job */
function readCached(job) {
  if (cache === null || !existsSync(cachedFile(job))) return false;
  runs.set(keyOf(job), deserialize(readFileSync(cachedFile(job))));
  return true;
}

/** @param {import("../test/claims/runJob").RunJob} job */
function cachedFile(job) {
  const hash = createHash("sha256").update(code).update(keyOf(job)).digest("hex");
  return join(/** @type {string} */ (cache), hash.slice(0, 24));
}
