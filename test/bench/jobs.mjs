// @ts-check
/**
 * npm run bench:jobs -- [--python PATH] [--smoke] [--json FILE]
 *
 * A user's whole job on all cores, from the command to its last result: random searches over the learning rate of 1,000
 * trials of the tutorial's network and of 100 trials of an LSTM of 32 units. With `npm run experiment`, which takes one
 * trial a core at a time, and with PyTorch under Optuna, in a process a core that share a journal file. Then what a
 * trial costs in the threads of a sweep, beside loops in as many threads that only train the same trials: in turns, the
 * later half of the trials each time, medians.
 *
 * --python: a Python with torch and optuna; without it the Python of the tests, where it has both.
 * --smoke: four trials of the first, to see that the bench works. results.mjs says what the JSON holds.
 */
import { spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import { readCommandLine } from "../../scripts/command-line.mjs";
import { ROOT } from "../../scripts/paths.mjs";
import { findPythonPackage, runPython } from "../../scripts/python.mjs";
import { makeScratch } from "../../scripts/scratch.mjs";
import { writeResult } from "./results.mjs";
import { measureRuns } from "./runThroughput.mjs";

/** @typedef {"tutorial" | "adding"} Job */

const { values } = readCommandLine(import.meta.url, {
  options: {
    python: { type: "string" },
    smoke: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
/** @type {readonly (readonly [Job, number])[]} */
const JOBS = values.smoke
  ? [["tutorial", 4]]
  : [
      ["tutorial", 1000],
      ["adding", 100],
    ];
const EXPERIMENTS = {
  tutorial: {
    task: { kind: "count-ones", sequences: 20, length: 10 },
    model: { cell: "linear", init: { weight_ih_l0: -1.5, weight_hh_l0: 2 } },
    training: { optimizer: { kind: "rprop", etaPlus: 1.2, etaMinus: 0.5, initialStep: 0.001 }, iterations: 500 },
  },
  adding: {
    task: { kind: "adding", sequences: 1024, length: 50 },
    model: { cell: "lstm", hiddenSize: 32 },
    training: {
      optimizer: { kind: "adam", learningRate: 0.001 },
      batchSize: 32,
      iterations: 200,
      clip: { norm: 1 },
    },
  },
};
const VARIED = {
  tutorial: { "training.optimizer.initialStep": { from: 1e-4, to: 1e-2, count: 1000, scale: "log" } },
  adding: { "training.optimizer.learningRate": { from: 1e-4, to: 1e-1, count: 1000, scale: "log" } },
};

const ROUNDS = 5;

const folder = await makeScratch("bench-jobs");
const processes = availableParallelism();
const { python, missing } = findPeer();
const load = loadavg()[0] ?? 0;
console.log(`${cpus()[0]?.model}, ${processes} cores with a load of ${load.toFixed(1)}, Node ${process.version}`);
if (missing !== null) console.log(`Not compared with Optuna: ${missing}`);
// Built before anything is timed.
await runLab("tutorial", 1);

const rows = [];
let versions = /** @type {{ optuna: string, torch: string } | null} */ (null);
for (const [job, trials] of JOBS) {
  const labSeconds = await timed(() => runLab(job, trials));
  let optunaSeconds = null;
  if (missing === null) {
    const journal = join(folder, `${job}.log`);
    const args = [join(import.meta.dirname, "optuna_jobs.py"), job, String(trials), journal];
    optunaSeconds = await timed(async () => {
      const printed = await Promise.all(Array.from({ length: processes }, () => outputOf(python, args)));
      versions = JSON.parse(printed[0] ?? "null");
    });
  }
  rows.push({ job, trials, labSeconds, optunaSeconds });
  console.log(`${job}, ${trials} trials: ${labSeconds.toFixed(2)} s`);
  if (optunaSeconds !== null)
    console.log(
      `  with Optuna and PyTorch ${optunaSeconds.toFixed(1)} s, ${(optunaSeconds / labSeconds).toFixed(0)} times as long`,
    );
}
const trials = await measureTrials();
await rm(folder, { recursive: true, force: true });
writeResult(
  "jobs",
  { cpu: cpus()[0]?.model, processes, loadBefore: load, missing, versions, rows, trials },
  values.json,
);

/** What `Jobs` of results.mjs says of `trials`. */
async function measureTrials() {
  const measured = [];
  for (const [job, count] of JOBS) {
    const text = JSON.stringify({ ...EXPERIMENTS[job], sweep: sweepOf(job, count) });
    const row = { job, ...(await measureRuns(text, count, values.smoke ? 1 : ROUNDS)) };
    measured.push(row);
    console.log(
      `${job}, a trial in a sweep ${row.sweepMs.toFixed(2)} ms, in a bare loop ${row.bareMs.toFixed(2)} ms:` +
        ` ${row.throughputRatio.toFixed(2)} of its throughput, ${row.cpuRatio.toFixed(2)} by processor time`,
    );
  }
  return measured;
}

/** @returns {{ python: string, missing: string | null }} */
function findPeer() {
  if (values.python === undefined) {
    const found = findPythonPackage("optuna");
    return found.missing === null ? findPythonPackage("torch") : found;
  }
  const { failure } = runPython(values.python, "import torch, optuna");
  return { python: values.python, missing: failure === null ? null : `${values.python}: ${failure}` };
}

/** @param {Job} job @param {number} budget */
function sweepOf(job, budget) {
  return { parameters: VARIED[job], seeds: 1, search: { kind: "random", budget } };
}

/** @param {Job} job @param {number} trials @returns {Promise<void>} rejects when not all trials ended */
async function runLab(job, trials) {
  const file = join(folder, `${job}.rnn.json`);
  await writeFile(file, JSON.stringify({ ...EXPERIMENTS[job], sweep: sweepOf(job, trials) }));
  const printed = await outputOf(process.execPath, [
    join(ROOT, "scripts", "experiment.mjs"),
    file,
    "--sweep",
    "--json",
  ]);
  const told = JSON.parse(printed.trim().split("\n").at(-1) ?? "");
  if (told.finished !== trials) throw new Error(`${job}: ${told.finished} of ${trials} trials ended`);
}

/** @param {string} command @param {string[]} args @returns {Promise<string>} */
function outputOf(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(output) : reject(new Error(`${command} ended with ${code}`))));
  });
}

/** @param {() => Promise<void>} act @returns {Promise<number>} seconds */
async function timed(act) {
  const begin = performance.now();
  await act();
  return (performance.now() - begin) / 1000;
}
