// @ts-check
/**
 * Runs each bench for some seconds and checks that what it writes has the documented fields; never a figure. What they
 * need is built before.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BUILT } from "../esbuild.mjs";
import { checkResultFile } from "../test/bench/results.mjs";
import { ROOT } from "./paths.mjs";
import { run } from "./processes.mjs";
import { makeScratch } from "./scratch.mjs";

/** @type {readonly (readonly [bench: import("../test/bench/results.mjs").BenchName, script: string])[]} */
const BENCHES = [
  ["bench", "test/bench/bench.mjs"],
  ["growth", "test/bench/growth.mjs"],
  ["panel", "test/bench/panel.mjs"],
  ["edit", "test/bench/edit.mjs"],
  ["soak", "test/bench/soak.mjs"],
  ["probeSoak", "test/bench/probeSoak.mjs"],
  ["runs", "test/bench/runs.mjs"],
  ["sweepPage", "test/bench/sweepPage.mjs"],
  ["tables", "test/bench/tables.mjs"],
  ["dynamics", "test/bench/dynamics.mjs"],
  ["probe", "test/bench/probe.mjs"],
  ["jobs", "test/bench/jobs.mjs"],
  ["search", "test/bench/search.mjs"],
  ["fixes", "test/bench/fixes.mjs"],
  ["firstCurve", "test/bench/firstCurve.mjs"],
  ["fuzz", "scripts/fuzz.mjs"],
];

/** Against hanging only: each takes some seconds, and less than a minute on a busy machine. */
const LIMIT_MS = 300_000;
/** Against hanging only: it waits for everything to come to rest, which a busy machine is slow at. */
const CHAOS_LIMIT_MS = 900_000;

/** @returns {Promise<import("./host-tests.mjs").Counts>} one test a bench */
export function runBenchSmoke() {
  return runSmoke(BENCHES, LIMIT_MS);
}

/** A short chaos run with a fixed seed, which checks state and no times. */
export function runChaosSmoke() {
  return runSmoke([["chaos", "scripts/chaos.mjs"]], CHAOS_LIMIT_MS);
}

/**
 * @param {typeof BENCHES} benches
 * @param {number} limitMs
 * @returns {Promise<import("./host-tests.mjs").Counts>}
 */
async function runSmoke(benches, limitMs) {
  const counts = { passed: 0, failed: 0, skipped: 0, failures: /** @type {string[]} */ ([]) };
  const folder = await makeScratch("bench-smoke");
  for (const [bench, script] of benches) {
    const startedAt = performance.now();
    const file = join(folder, `${bench}.json`);
    try {
      const args = [join(ROOT, script), "--smoke", "--json", file];
      await run(process.execPath, args, { cwd: ROOT, quiet: true, limitMs, env: { ...process.env, [BUILT]: "1" } });
      checkResultFile(bench, file);
      counts.passed++;
      console.log(` ✓ ${script} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
    } catch (error) {
      counts.failed++;
      counts.failures.push(`${script}: ${error instanceof Error ? error.message : error}`);
      console.log(` ✗ ${counts.failures.at(-1)}`);
    }
  }
  await rm(folder, { recursive: true, force: true });
  return counts;
}
