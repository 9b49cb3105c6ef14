// @ts-check
/**
 * npm run bench -- [--cells lstm,gru,rnn,linear] [--rounds 12] [--vectors 128] [--tfjs] [--smoke] [--json FILE]
 *
 * Times whole training steps (forward, squared error on the last state, backpropagation through time, clipping by norm,
 * Adam) of our engines and, in turns with them, of PyTorch on one thread where Python has it (see scripts/python.mjs),
 * and with --tfjs of TensorFlow.js. Only such interleaved ratios mean something: single timings move by a third on a
 * busy machine.
 *
 * --vectors 128: without V8's re-vectorizer, which holds for a whole process; else our engines use it where it helps.
 * --smoke: two small networks for some seconds, to see that the bench works. results.mjs says what the JSON holds.
 */
import { cpus, loadavg } from "node:os";
import { readCommandLine } from "../../scripts/command-line.mjs";
import { loadEngines } from "./engines.mjs";
import { findPythonPackage } from "../../scripts/python.mjs";
import { measurePeaks } from "./peak.mjs";
import { writeResult } from "./results.mjs";
import { startTensorflow } from "./tensorflow.mjs";
import { startTorch } from "./torch.mjs";

/** @typedef {[number, number, number, number]} Shape [input, hidden, batch, steps] */
/**
 * @typedef {{ name: string, threads: number, run: (steps: number) => Promise<number[]> }} Contestant runs that many
 * steps, returns the milliseconds of each
 */

/** @type {Shape[]} */
const GRID = [
  [2, 32, 32, 50],
  [2, 128, 32, 100],
  [64, 256, 32, 50],
];
/** The tutorial's network. @type {Shape} */
const SCALAR = [1, 1, 20, 10];
/** Each turn of a contestant lasts about this long. */
const TURN_MS = 60;
/** Until V8's optimizing compiler has done its work as well. */
const WARM_UP_MS = 500;

const { values: options } = readCommandLine(import.meta.url, {
  options: {
    cells: { type: "string" },
    rounds: { type: "string" },
    vectors: { type: "string", default: "auto" },
    tfjs: { type: "boolean", default: false },
    smoke: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const { smoke } = options;
const rounds = Number(options.rounds ?? (smoke ? 1 : 12));
const cells = (options.cells ?? (smoke ? "lstm,linear" : "lstm,gru,rnn,linear")).split(",");
const grid = smoke ? GRID.slice(0, 1) : GRID;
const unknown = cells.filter((cell) => !["lstm", "gru", "rnn", "linear"].includes(cell));
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.error(
    `--cells takes some of lstm,gru,rnn,linear and --rounds a number from 1; got --cells ${cells} --rounds ${rounds}`,
  );
  process.exit(2);
}

if (!["128", "auto"].includes(options.vectors)) {
  console.error(`--vectors takes 128 or auto; got ${options.vectors}`);
  process.exit(2);
}

const engines = await loadEngines(options.vectors === "auto");
const python = findPythonPackage("torch");
const torch = python.missing === null ? await startTorch(python.python) : null;
const tensorflow = options.tfjs ? await startTensorflow() : null;
const peaks = await measurePeaks();
console.log(
  `${cpus()[0]?.model}, Node ${process.version}; 128-bit peak ${peaks.fused.toFixed(0)} GFLOP/s fused, ${peaks.separate.toFixed(0)} with separate multiplications`,
);
console.log(`Our float32 engine uses vectors of ${engines.vectorBits} bits`);
console.log(
  torch === null
    ? `No ratios to PyTorch: ${python.missing ?? "its process ended"}`
    : `PyTorch ${torch.version} on ${torch.blas}, one thread`,
);
if (torch?.blas === "generic")
  console.log("Its BLAS is the generic one, 7 to 13 times slower than MKL or OpenBLAS. The ratios below flatter us.");

const load = loadavg()[0] ?? 0;
if (load > cpus().length / 4)
  console.log(
    `Other programs keep ${load.toFixed(1)} of ${cpus().length} cores busy: two threads cannot show what they can do, and medians say little.`,
  );

const rows = [];
const traces = [];
for (const cell of cells) {
  for (const shape of cell === "linear" ? [SCALAR] : grid) {
    const contestants = [...engines.contestants(cell, shape)];
    if (torch !== null) contestants.push(await torch.contestant(cell, shape));
    if (tensorflow !== null && cell !== "linear") contestants.push(tensorflow.contestant(cell, shape));
    const times = await takeTurns(contestants);
    const reference = times.get("pytorch");
    console.log(`\n${cell} ${JSON.stringify(shape)}`);
    for (const { name, threads } of contestants) {
      if (name === "traced") continue;
      const row = summarize(cell, shape, name, threads, times.get(key(name, threads)) ?? [], reference);
      rows.push(row);
      print(row);
    }
    const traced = times.get("traced");
    const plain = times.get("wasm-relaxed");
    if (traced !== undefined && plain !== undefined) {
      const share = median(traced) / median(plain) - 1;
      traces.push({ cell, shape, share });
      console.log(`  the trace of states, gradients and their norms costs ${(100 * share).toFixed(1)} %`);
    }
    engines.release();
  }
}
torch?.stop();
engines.stop();

const machine = {
  cpu: cpus()[0]?.model,
  node: process.version,
  v8: process.versions.v8,
  peakGflops: peaks,
  pytorch: torch?.version ?? null,
  blas: torch?.blas ?? null,
  loadBefore: load,
};
writeResult("bench", { machine, rows, trace: traces }, options.json);

/**
 * @param {Contestant[]} contestants
 * @returns {Promise<Map<string, number[]>>} milliseconds of every step, by contestant
 */
async function takeTurns(contestants) {
  /** @type {Map<string, number[]>} */
  const times = new Map();
  /** @type {Map<Contestant, number>} */
  const stepsPerTurn = new Map();
  for (const contestant of contestants) {
    let last = await contestant.run(1);
    for (const end = performance.now() + (smoke ? 0 : WARM_UP_MS); performance.now() < end;)
      last = await contestant.run(3);
    stepsPerTurn.set(contestant, Math.max(1, Math.min(1000, Math.round(TURN_MS / median(last)))));
    times.set(key(contestant.name, contestant.threads), []);
  }
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants)
      times
        .get(key(contestant.name, contestant.threads))
        ?.push(...(await contestant.run(stepsPerTurn.get(contestant) ?? 1)));
  }
  return times;
}

/**
 * @param {string} cell @param {Shape} shape @param {string} engine @param {number} threads
 * @param {number[]} times @param {number[] | undefined} reference
 */
function summarize(cell, shape, engine, threads, times, reference) {
  const medianMs = median(times);
  const bestMs = Math.min(...times);
  return {
    cell,
    shape,
    engine,
    threads,
    medianMs,
    bestMs,
    ratioMedian: reference === undefined ? null : medianMs / median(reference),
    ratioBest: reference === undefined ? null : bestMs / Math.min(...reference),
    gflops: countFlops(cell, shape) / bestMs / 1e6,
    vectorBits: engine.startsWith("wasm-") ? engines.vectorBits : null,
  };
}

/**
 * Multiplications and additions of the matrix products: forward, gradient of the state, gradient of the weights.
 * @param {string} cell
 * @param {Shape} shape
 */
function countFlops(cell, [input, hidden, batch, steps]) {
  const gates = { lstm: 4, gru: 3, rnn: 1, linear: 1 }[cell] ?? 1;
  return 2 * batch * steps * gates * hidden * (2 * (input + hidden) + hidden);
}

/** @param {ReturnType<typeof summarize>} row */
function print({ engine, threads, medianMs, bestMs, ratioMedian, ratioBest, gflops }) {
  const ratios =
    ratioMedian === null || ratioBest === null
      ? ""
      : `  ratio ${ratioMedian.toFixed(4)} median ${ratioBest.toFixed(4)} best`;
  console.log(
    `  ${engine.padEnd(13)} ${threads} thread${threads > 1 ? "s" : " "} ${medianMs.toFixed(4).padStart(10)} ms median ${bestMs.toFixed(4).padStart(10)} ms best${ratios}  ${gflops.toFixed(1).padStart(6)} GFLOP/s`,
  );
}

/** @param {string} name @param {number} threads */
function key(name, threads) {
  return threads === 1 ? name : `${name}/${threads}`;
}

/** @param {number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
