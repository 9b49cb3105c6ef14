// @ts-check
/**
 * npm run fuzz [-- FILTER...] [--smoke] [--json FILE]: the whole volume of test/fuzz, of which npm test runs a short
 * part. Each property prints its count and the seed; RNNLAB_SEED=N npm run fuzz runs the same inputs again.
 *
 * --smoke: a few inputs each, to see that all of it runs. test/bench/results.mjs says what the JSON holds.
 */
import { randomInt } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readCommandLine } from "./command-line.mjs";
import { prepare } from "./prepare.mjs";

const { values: options, positionals: filters } = readCommandLine(import.meta.url, {
  options: { smoke: { type: "boolean", default: false }, json: { type: "string" } },
  allowPositionals: true,
});
await prepare();
const { generate } = await import("./generate.mjs");
const { run } = await import("./processes.mjs");
const { ROOT } = await import("./paths.mjs");
const { makeScratch } = await import("./scratch.mjs");
const { writeResult } = await import("../test/bench/results.mjs");

const volume = options.smoke ? "smoke" : "full";
const seed = Number(process.env["RNNLAB_SEED"] ?? randomInt(2 ** 31));
const folder = await makeScratch("fuzz");
const results = join(folder, "results.jsonl");

await generate();
const args = ["run", "--no-file-parallelism", `--reporter=${options.smoke ? "dot" : "verbose"}`];
const files = filters.length > 0 ? filters.map((filter) => `test/fuzz/${filter}`) : ["test/fuzz/"];
const env = { ...process.env, RNNLAB_FUZZ: volume, RNNLAB_SEED: String(seed), RNNLAB_FUZZ_RESULTS: results };
const passed = await run(process.execPath, [join(ROOT, "node_modules/vitest/vitest.mjs"), ...args, ...files], {
  cwd: ROOT,
  env,
}).then(
  () => true,
  () => false,
);
const lines = existsSync(results) ? readFileSync(results, "utf8").trim().split("\n") : [];
await rm(folder, { recursive: true, force: true });
if (!passed) process.exitCode = 1;
writeResult("fuzz", { volume, seed, passed, properties: lines.map((line) => JSON.parse(line)) }, options.json);
