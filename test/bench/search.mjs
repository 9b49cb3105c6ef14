// @ts-check
/**
 * npm run bench:search -- [--seeds 10] [--python PATH] [--smoke] [--json FILE]
 *
 * f(best) - f* after 100 trials of our searches on Branin, Hartmann-6 and Rosenbrock in 5 dimensions, one trial and
 * eight at a time, beside Optuna with its defaults and with its CMA-ES; and how long a proposal takes when 10,000
 * trials came before it.
 *
 * --python: a Python with optuna; without it that of the tests, where it has it. --smoke: two seeds, without Optuna,
 * and 1,000 trials. results.mjs says what the JSON holds.
 */
import { execFileSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { readCommandLine } from "../../scripts/command-line.mjs";
import { bundleForNode } from "../../scripts/node-bundle.mjs";
import { findPythonPackage, runPython } from "../../scripts/python.mjs";
import { writeResult } from "./results.mjs";

const { values } = readCommandLine(import.meta.url, {
  options: {
    seeds: { type: "string", default: "10" },
    python: { type: "string" },
    smoke: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const seeds = values.smoke ? 2 : Number(values.seeds);
const askTrials = values.smoke ? 1000 : 10_000;
const folder = await bundleForNode("bench-search", { searchRegret: "test/bench/searchRegret.ts" });
const ours = await import(`file://${join(folder, "searchRegret.js")}`);
const load = loadavg()[0] ?? 0;

/** @typedef {{ function: string, search: string, parallel: number, regrets: number[] }} Regrets */
/** @type {Regrets[]} */
const measured = [];
for (const test of ours.FUNCTIONS)
  for (const search of ours.OUR_SEARCHES)
    for (const parallel of [1, 8])
      measured.push({
        function: test.name,
        search,
        parallel,
        regrets: Array.from({ length: seeds }, (_, seed) => ours.regretOf(test, search, seed, parallel)),
      });
const askMs = ours.askMilliseconds(askTrials, 6);
const optuna = values.smoke ? { missing: "not asked for", version: null, rows: [], askMs: null } : measureOptuna();
const rows = [...measured, ...optuna.rows].map(({ regrets, ...row }) => ({ ...row, seeds, ...quartiles(regrets) }));
for (const row of rows) {
  const figures = [row.median, row.q1, row.q3].map((figure) => figure.toPrecision(3));
  console.log(
    `${row.function}, ${row.search}, ${row.parallel} at a time: ${figures[0]} (${figures[1]}, ${figures[2]})`,
  );
}
console.log(`A proposal after ${askTrials} trials: ${askMs.toFixed(1)} ms`);
if (optuna.askMs !== null) console.log(`  of Optuna ${optuna.version}: ${optuna.askMs.toFixed(1)} ms`);
if (optuna.missing !== null) console.log(`Not compared with Optuna: ${optuna.missing}`);
writeResult(
  "search",
  {
    cpu: cpus()[0]?.model,
    loadBefore: load,
    missing: optuna.missing,
    optuna: optuna.version,
    askTrials,
    askMs,
    optunaAskMs: optuna.askMs,
    rows,
  },
  values.json,
);

/** @returns {{ missing: string | null, version: string | null, rows: Regrets[], askMs: number | null }} */
function measureOptuna() {
  const { python, missing } =
    values.python === undefined ? findPythonPackage("optuna") : { python: values.python, missing: null };
  if (missing !== null) return { missing, version: null, rows: [], askMs: null };
  const { failure: noCma } = runPython(python, "import cmaes");
  const samplers = noCma === null ? "optuna,optuna-cma-es" : "optuna";
  const script = join(import.meta.dirname, "optuna_search.py");
  return {
    missing: null,
    ...JSON.parse(execFileSync(python, [script, String(seeds), samplers, String(askTrials)], { encoding: "utf8" })),
  };
}

/** As numpy.quantile has them. @param {number[]} values */
function quartiles(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
    return low + (high - low) * (place - Math.floor(place));
  };
  return { median: at(0.5), q1: at(0.25), q3: at(0.75) };
}
