// @ts-check
/**
 * npm run bench -- [--cells lstm,gru,rnn,bilstm,lnlstm,ctrnn,mingru,minlstm,lru,rglru,slstm,linear]
 *   [--dtypes float32,float64] [--threads 1,2] [--rounds 12] [--python PATH]... [--tfjs] [--vectors 128] [--smoke]
 *   [--json FILE]
 *
 * Times whole training steps (forward, squared error on the last state, backpropagation through time, clipping by norm,
 * Adam) of our engines and, in turns with them, of their peers on the same numbers of threads. Only such interleaved
 * ratios mean something: single timings move by a third on a busy machine.
 *
 * --python: PyTorch and JAX of these Pythons, whichever they have; without it PyTorch of the Python of the tests (see
 * scripts/python.mjs). --tfjs: TensorFlow.js too.
 * --vectors 128: without V8's re-vectorizer, which holds for a whole process; else our engines use it where it helps.
 * bilstm is an LSTM in both directions, lnlstm one with peepholes and layer normalization.
 * ctrnn is the form rate with tanh and alpha = 0.2, without noise; slstm has one head and a sigmoid forget gate.
 * PyTorch, which has no modules for them, computes the input's products of all steps at once and then a loop over time.
 * minGRU and minLSTM are the log-space variants. PyTorch, which has no module for them, computes the gates of all steps
 * at once and then a loop over time: on a CPU, the scan over logarithms of minGRU-pytorch takes 4 to 11 times as long.
 * lru (in complex numbers) and rglru (one head) likewise.
 * --smoke: two small networks for some seconds, to see that the bench works. results.mjs says what the JSON holds.
 */
import { cpus, loadavg } from "node:os";
import { readCommandLine, refuse } from "../../scripts/command-line.mjs";
import { loadEngines } from "./engines.mjs";
import { measurePeaks } from "./peak.mjs";
import { startPeers } from "./peers.mjs";
import { writeResult } from "./results.mjs";

/** @typedef {[number, number, number, number]} Shape [input, hidden, batch, steps] */
/** @typedef {"float32" | "float64"} Dtype */
/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {number} threads
 * @property {Dtype} dtype
 * @property {boolean} [traced] records a trace at every step
 * @property {(steps: number) => Promise<number[]>} run runs that many steps, returns the milliseconds of each
 */

/** @type {Shape[]} */
const GRID = [
  [2, 32, 32, 50],
  [2, 128, 32, 100],
  [64, 256, 32, 50],
];
/** The tutorial's network. @type {Shape} */
const SCALAR = [1, 1, 20, 10];
/** That of the adding problem with 100 steps, where the gradient of a tanh network vanishes. @type {Shape} */
const VANISHING = [2, 32, 32, 100];
/** Each turn of a contestant lasts about this long. */
const TURN_MS = 60;
/** Until V8's optimizing compiler has done its work as well. */
const WARM_UP_MS = 500;

const CELLS = [
  ...["lstm", "gru", "rnn", "bilstm", "lnlstm"],
  ...["ctrnn", "mingru", "minlstm", "lru", "rglru", "slstm", "linear"],
];
/** As many as our engines use for one network. */
const THREADS = ["1", "2"];
const DTYPES = /** @type {const} */ (["float32", "float64"]);

const { values: options } = readCommandLine(import.meta.url, {
  options: {
    cells: { type: "string" },
    dtypes: { type: "string" },
    threads: { type: "string" },
    rounds: { type: "string" },
    python: { type: "string", multiple: true, default: [] },
    vectors: { type: "string", default: "auto" },
    tfjs: { type: "boolean", default: false },
    smoke: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const { smoke } = options;
const rounds = Number(options.rounds ?? (smoke ? 1 : 12));
if (!Number.isInteger(rounds) || rounds < 1) refuse(`--rounds takes a number from 1; got ${options.rounds}`);
const cells = choose("cells", options.cells, CELLS, smoke ? ["lstm", "linear"] : CELLS);
const dtypes = choose("dtypes", options.dtypes, DTYPES, DTYPES);
const threads = choose("threads", options.threads, THREADS, THREADS).map(Number);
choose("vectors", options.vectors, ["128", "auto"], []);
const grid = smoke ? GRID.slice(0, 1) : GRID;

const engines = await loadEngines(options.vectors === "auto");
const { peers, missing } = await startPeers(options.python, threads, options.tfjs);
const peaks = await measurePeaks(dtypes.some((dtype) => engines.vectorBits(dtype) === 256));
const { fused, separate, fused256 } = peaks;
console.log(`${cpus()[0]?.model}, Node ${process.version}`);
console.log(
  `Peak of one core at 128 bits: ${fused.toFixed(0)} GFLOP/s fused, ${separate.toFixed(0)} with separate multiplications`,
);
if (fused256 !== null) console.log(`At 256 bits: ${fused256.toFixed(0)} fused`);
for (const dtype of dtypes) console.log(`Our ${dtype} kernel uses vectors of ${engines.vectorBits(dtype)} bits`);
for (const text of missing) console.log(`Not compared with: ${text}`);
for (const { name, version, library, threads: count } of peers) {
  console.log(`${name} ${version} on ${library}, threads: ${count}`);
  if (library === "generic")
    console.log("Its BLAS is the generic one, 7 to 13 times slower than MKL or OpenBLAS. The ratios below flatter us.");
}

const load = loadavg()[0] ?? 0;
if (load > cpus().length / 4)
  console.log(
    `Other programs keep ${load.toFixed(1)} of ${cpus().length} cores busy:` +
      " two threads cannot show what they can do, and medians say little.",
  );

const rows = /** @type {ReturnType<typeof summarize>[]} */ ([]);
const traces = [];
for (const cell of cells) {
  for (const shape of cell === "linear" ? [SCALAR] : grid) {
    for (const dtype of dtypes) {
      const ours = engines.contestants(cell, shape, dtype).filter((one) => threads.includes(one.threads));
      const theirs = await contestantsOf(cell, shape, dtype);
      console.log(`\n${cell} ${JSON.stringify(shape)} ${dtype}`);
      const times = await takeTurns([...ours, ...theirs.map(({ contestant }) => contestant)]);
      for (const one of ours) if (one.traced !== true) addRows(cell, shape, one, times, theirs);
      for (const { peer, contestant } of theirs) addRows(cell, shape, contestant, times, [{ peer, contestant }]);
      const traced = ours.find((one) => one.traced === true);
      const plain = ours.find((one) => one.name === traced?.name && one.threads === 1 && one.traced !== true);
      if (traced !== undefined && plain !== undefined) {
        const share = median(times.get(traced) ?? []) / median(times.get(plain) ?? []) - 1;
        traces.push({ cell, shape, share });
        console.log(`  the trace of states, gradients and their norms costs ${(100 * share).toFixed(1)} %`);
      }
      engines.release();
    }
  }
}
const vanished = cells.includes("rnn") && dtypes.includes("float32") ? await measureVanishing() : [];
for (const peer of peers) peer.stop();
engines.stop();

const machine = {
  cpu: cpus()[0]?.model,
  node: process.version,
  v8: process.versions.v8,
  peakGflops: peaks,
  peers: peers.map(({ name, version, library, threads: count }) => ({ name, version, library, threads: count })),
  missing,
  loadBefore: load,
};
writeResult("bench", { machine, rows, trace: traces, vanished }, options.json);

/**
 * @template {string} T
 * @param {string} name of the option
 * @param {string | undefined} text values with commas between them
 * @param {readonly T[]} known
 * @param {readonly T[]} otherwise
 * @returns {readonly T[]}
 */
function choose(name, text, known, otherwise) {
  if (text === undefined) return otherwise;
  const values = /** @type {T[]} */ (text.split(","));
  if (values.some((value) => !known.includes(value))) refuse(`--${name} takes some of ${known.join(",")}; got ${text}`);
  return values;
}

/** A step with a gradient that vanishes beside one with a gradient that does not. */
async function measureVanishing() {
  const found = [];
  console.log(`\nrnn ${JSON.stringify(VANISHING)} float32, a gradient that vanishes beside one that does not`);
  for (const { healthy, gone } of engines.vanishing(VANISHING)) {
    const times = await takeTurns([healthy.contestant, gone.contestant]);
    const [own, other] = [gone, healthy].map(({ contestant }) => times.get(contestant) ?? []);
    const [vanishedMs, healthyMs] = [median(own ?? []), median(other ?? [])];
    const ratioMedian = vanishedMs / healthyMs;
    const ratioBest = Math.min(...(own ?? [])) / Math.min(...(other ?? []));
    const small = gone.small();
    found.push({
      shape: VANISHING,
      engine: gone.contestant.name,
      ...{ healthyMs, vanishedMs, ratioMedian, ratioBest },
      ...small,
    });
    console.log(
      `  ${gone.contestant.name} ${vanishedMs.toFixed(3)} beside ${healthyMs.toFixed(3)} ms,` +
        ` ratio ${ratioMedian.toFixed(3)} median ${ratioBest.toFixed(3)} best;` +
        ` of dL/dh ${(100 * small.subnormal).toFixed(1)} % subnormal, ${(100 * small.zero).toFixed(1)} % zero`,
    );
  }
  engines.release();
  return found;
}

/** @param {string} cell @param {Shape} shape @param {Dtype} dtype */
async function contestantsOf(cell, shape, dtype) {
  const found = [];
  for (const peer of peers) {
    const contestant = await peer.contestant(cell, shape, dtype);
    if (contestant !== null) found.push({ peer, contestant });
  }
  return found;
}

/**
 * @param {readonly Contestant[]} contestants
 * @returns {Promise<Map<Contestant, number[]>>} milliseconds of every step
 */
async function takeTurns(contestants) {
  /** @type {Map<Contestant, number[]>} */
  const times = new Map();
  /** @type {Map<Contestant, number>} */
  const stepsPerTurn = new Map();
  for (const contestant of contestants) {
    let last = await contestant.run(1);
    for (const end = performance.now() + (smoke ? 0 : WARM_UP_MS); performance.now() < end;)
      last = await contestant.run(3);
    stepsPerTurn.set(contestant, Math.max(1, Math.min(1000, Math.round(TURN_MS / median(last)))));
    times.set(contestant, []);
  }
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants)
      times.get(contestant)?.push(...(await contestant.run(stepsPerTurn.get(contestant) ?? 1)));
  }
  return times;
}

/**
 * One row for each peer on the same number of threads; one without a peer where there is none.
 * @param {string} cell @param {Shape} shape @param {Contestant} contestant
 * @param {Map<Contestant, number[]>} times
 * @param {readonly { peer: import("./peers.mjs").Peer, contestant: Contestant }[]} theirs
 */
function addRows(cell, shape, contestant, times, theirs) {
  const alike = theirs.filter(({ peer }) => peer.threads === contestant.threads);
  const own = times.get(contestant) ?? [];
  const added =
    alike.length === 0
      ? [summarize(cell, shape, contestant, own, null, null)]
      : alike.map(({ peer, contestant: other }) =>
          summarize(cell, shape, contestant, own, peer, times.get(other) ?? null),
        );
  added.forEach((row, i) => print(row, i === 0));
  rows.push(...added);
}

/**
 * @param {string} cell @param {Shape} shape @param {Contestant} contestant @param {number[]} times
 * @param {import("./peers.mjs").Peer | null} peer @param {number[] | null} reference the peer's times
 */
function summarize(cell, shape, { name, threads, dtype }, times, peer, reference) {
  const medianMs = median(times);
  const bestMs = Math.min(...times);
  const vectorBits = name.startsWith("wasm-") ? engines.vectorBits(dtype) : null;
  return {
    cell,
    shape,
    engine: name,
    threads,
    dtype,
    peer: peer?.name ?? null,
    peerVersion: peer?.version ?? null,
    medianMs,
    bestMs,
    ratioMedian: reference === null ? null : medianMs / median(reference),
    ratioBest: reference === null ? null : bestMs / Math.min(...reference),
    gflops: countFlops(cell, shape) / bestMs / 1e6,
    vectorBits,
    wide: vectorBits === 256,
  };
}

/**
 * Multiplications and additions of the matrix products: forward, gradient of the state, gradient of the weights.
 * @param {string} cell
 * @param {Shape} shape
 */
function countFlops(cell, [input, hidden, batch, steps]) {
  // Of lru B and C, of rglru two gates, each square; before them, what projects the input.
  if (cell === "lru" || cell === "rglru") {
    const square = (cell === "lru" ? 4 : 2) * hidden * hidden;
    return 2 * batch * steps * (3 * square + (input === hidden ? 0 : 2 * input * hidden));
  }
  const gates = { lstm: 4, bilstm: 8, lnlstm: 4, gru: 3, mingru: 2, minlstm: 3, slstm: 4 }[cell] ?? 1;
  const state = cell.startsWith("min") ? 0 : hidden;
  return 2 * batch * steps * gates * hidden * (2 * (input + state) + state);
}

/** @param {ReturnType<typeof summarize>} row @param {boolean} first of its contestant */
function print({ engine, threads, medianMs, bestMs, peer, peerVersion, ratioMedian, ratioBest, gflops }, first) {
  const own = [
    `${engine.padEnd(13)} ${threads} thread${threads > 1 ? "s" : " "}`,
    `${medianMs.toFixed(4).padStart(10)} ms median ${bestMs.toFixed(4).padStart(10)} ms best`,
    `${gflops.toFixed(1).padStart(7)} GFLOP/s`,
  ].join(" ");
  const ratio =
    ratioMedian === null || ratioBest === null
      ? ""
      : `  ratio ${ratioMedian.toFixed(4)} median ${ratioBest.toFixed(4)} best to ${peer} ${peerVersion}`;
  console.log(`  ${first ? own : " ".repeat(own.length)}${ratio}`);
}

/** @param {number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
