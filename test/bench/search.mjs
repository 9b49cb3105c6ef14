// @ts-check
/**
 * npm run bench:search -- [--functions NAME,…] [--seeds 10] [--python PATH] [--smoke] [--json FILE]
 *
 * f(best) - f* after 100 trials of our searches on Branin, Hartmann-6 and Rosenbrock in 5 dimensions, one trial and
 * eight at a time, beside Optuna with its defaults and with its CMA-ES; and how long a proposal takes when 10,000
 * trials came before it. Then the same of TPE on the twenty trainings of searchTasks.ts, one trial at a time: the value
 * is what a sweep judges a run by, and f* the lowest one that any search of this bench found. That takes some ten
 * minutes on two cores.
 *
 * --functions: only these functions and trainings. --python: a Python with optuna; without it that of the tests, where
 * it has it. --smoke: two seeds, without Optuna, 1,000 trials before a proposal, and three of each training.
 * results.mjs says what the JSON holds.
 */
import { execFileSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { readCommandLine, refuse } from "../../scripts/command-line.mjs";
import { bundleForNode } from "../../scripts/node-bundle.mjs";
import { findPythonPackage, runPython } from "../../scripts/python.mjs";
import { writeResult } from "./results.mjs";
import { measureTasks } from "./taskRegrets.mjs";

const { values } = readCommandLine(import.meta.url, {
  options: {
    functions: { type: "string" },
    seeds: { type: "string", default: "10" },
    python: { type: "string" },
    smoke: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const seeds = values.smoke ? 2 : Number(values.seeds);
const askTrials = values.smoke ? 1000 : 10_000;
const folder = await bundleForNode("bench-search", {
  searchRegret: "test/bench/searchRegret.ts",
  taskSearch: "test/bench/taskSearch.ts",
});
/** @type {typeof import("./searchRegret")} */
const ours = await import(`file://${join(folder, "searchRegret.js")}`);
/** @type {typeof import("./taskSearch")} */
const trainings = await import(`file://${join(folder, "taskSearch.js")}`);
const names = [...ours.FUNCTIONS.map(({ name }) => name), ...trainings.TASK_NAMES];
const chosen = values.functions?.split(",") ?? names;
const unknown = chosen.find((name) => !names.includes(name));
if (unknown !== undefined) refuse(`--functions: there is no ${unknown}. There are ${names.join(", ")}.`);
const load = loadavg()[0] ?? 0;
const peer = findOptuna();

/** @typedef {{ function: string, search: string, parallel: number, regrets: number[] }} Regrets */
/** @type {Regrets[]} */
const measured = [];
for (const test of ours.FUNCTIONS.filter(({ name }) => chosen.includes(name)))
  for (const search of ours.OUR_SEARCHES)
    for (const parallel of [1, 8])
      measured.push({
        function: test.name,
        search,
        parallel,
        regrets: Array.from({ length: seeds }, (_, seed) => ours.regretOf(test, search, seed, parallel)),
      });
const askMs = ours.askMilliseconds(askTrials, 6);
const optuna = measureOptuna();
const onTrainings = await measureTasks({
  bundle: join(folder, "taskSearch.js"),
  tasks: trainings.TASK_NAMES.filter((name) => chosen.includes(name)),
  seeds,
  trials: values.smoke ? 3 : ours.TRIALS,
  python: peer.python,
});
const rows = [...measured, ...optuna.rows, ...onTrainings].map(({ regrets, ...row }) => ({
  ...row,
  seeds,
  ...quartiles(regrets),
}));
for (const row of rows) {
  const figures = [row.median, row.q1, row.q3].map((figure) => figure.toPrecision(3));
  console.log(
    `${row.function}, ${row.search}, ${row.parallel} at a time: ${figures[0]} (${figures[1]}, ${figures[2]})`,
  );
}
console.log(`A proposal after ${askTrials} trials: ${askMs.toFixed(1)} ms`);
if (optuna.askMs !== null) console.log(`  of Optuna ${optuna.version}: ${optuna.askMs.toFixed(1)} ms`);
if (peer.missing === null) compare();
else console.log(`Not compared with Optuna: ${peer.missing}`);
writeResult(
  "search",
  {
    cpu: cpus()[0]?.model,
    loadBefore: load,
    missing: peer.missing,
    optuna: optuna.version,
    askTrials,
    askMs,
    optunaAskMs: optuna.askMs,
    rows,
  },
  values.json,
);

/** Where the median of TPE is above Optuna's upper quartile. */
function compare() {
  const pairs = rows
    .filter(({ search }) => search === "tpe")
    .flatMap((mine) => {
      const same = (/** @type {typeof mine} */ row) => row.function === mine.function && row.parallel === mine.parallel;
      const theirs = rows.find((row) => row.search === "optuna" && same(row));
      return theirs === undefined ? [] : [{ mine, theirs }];
    });
  const worse = pairs.filter(({ mine, theirs }) => mine.median > theirs.q3);
  const lower = pairs.filter(({ mine, theirs }) => mine.median < theirs.median);
  console.log(`The median of TPE is below that of Optuna in ${lower.length} of ${pairs.length} rows,`);
  const named = worse.map(({ mine }) => `${mine.function}, ${mine.parallel} at a time`).join("; ");
  console.log(`  and above its upper quartile in ${worse.length}${named === "" ? "" : `: ${named}`}`);
}

/** @returns {{ python: string, missing: null } | { python: null, missing: string }} */
function findOptuna() {
  if (values.smoke) return { python: null, missing: "not asked for" };
  if (values.python !== undefined) return { python: values.python, missing: null };
  const { python, missing } = findPythonPackage("optuna");
  return missing === null ? { python, missing } : { python: null, missing };
}

/** @returns {{ version: string | null, rows: Regrets[], askMs: number | null }} */
function measureOptuna() {
  if (peer.python === null) return { version: null, rows: [], askMs: null };
  const { failure: noCma } = runPython(peer.python, "import cmaes");
  const samplers = noCma === null ? "optuna,optuna-cma-es" : "optuna";
  const script = join(import.meta.dirname, "optuna_search.py");
  const args = [script, String(seeds), samplers, String(askTrials), chosen.join(",")];
  return JSON.parse(execFileSync(peer.python, args, { encoding: "utf8" }));
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
