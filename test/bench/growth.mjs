// @ts-check
/**
 * npm run bench:growth -- [--python PATH] [--rounds 5] [--svg FILE] [--smoke] [--json FILE]
 *
 * How the time of a training step of an LSTM (float32, one thread) grows with the time steps, the hidden units, the
 * sequences in the batch and the layers: ours and, in turns with it, that of PyTorch. Each curve changes one of them.
 * What is said per multiply-add is processor time, which other programs change less than the time on the clock.
 * --svg draws the four curves. results.mjs says what the JSON holds.
 */
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { readCommandLine, refuse } from "../../scripts/command-line.mjs";
import { loadEngines } from "./engines.mjs";
import { drawGrowth } from "./growthPicture.mjs";
import { startPeers } from "./peers.mjs";
import { writeResult } from "./results.mjs";

/** @typedef {import("./bench.mjs").Shape} Shape */
/** @typedef {import("./bench.mjs").Contestant} Contestant */
/** @typedef {"timeSteps" | "hidden" | "batch" | "layers"} Axis */
/** @typedef {{ timeSteps: number, hidden: number, batch: number, layers: number }} Sizes */

const INPUTS = 2;
/** What each curve changes, from where, and to which values. @type {readonly (readonly [Axis, Sizes, number[]])[]} */
const CURVES = [
  ["timeSteps", { timeSteps: 10, hidden: 32, batch: 8, layers: 1 }, [10, 50, 200, 1000, 5000, 20_000]],
  ["hidden", { timeSteps: 20, hidden: 8, batch: 32, layers: 1 }, [8, 16, 32, 64, 128, 256, 512, 1024]],
  ["batch", { timeSteps: 20, hidden: 64, batch: 1, layers: 1 }, [1, 4, 16, 32, 64, 256, 1024]],
  ["layers", { timeSteps: 20, hidden: 64, batch: 32, layers: 1 }, [1, 2, 4, 8]],
];
const TURN_MS = 40;
const WARM_UP_MS = 300;
const WARM_UP_STEPS = 20;

const { values: options } = readCommandLine(import.meta.url, {
  options: {
    python: { type: "string" },
    rounds: { type: "string" },
    svg: { type: "string" },
    smoke: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const { smoke } = options;
const rounds = Number(options.rounds ?? (smoke ? 1 : 5));
if (!Number.isInteger(rounds) || rounds < 1) refuse(`--rounds takes a number from 1; got ${options.rounds}`);

const engines = await loadEngines(!smoke);
const { peers, missing } = await startPeers(options.python === undefined ? [] : [options.python], [1], false);
const peer = peers.find(({ name }) => name === "pytorch") ?? null;
for (const text of missing) console.log(`Not compared with: ${text}`);
const loadBefore = loadavg()[0] ?? 0;
console.log(`${cpus()[0]?.model}, Node ${process.version}, load ${loadBefore.toFixed(1)} before`);

const rows = [];
for (const [axis, start, values] of CURVES) {
  for (const value of smoke ? values.slice(0, 2) : values) {
    const row = await measure(axis, { ...start, [axis]: value });
    rows.push(row);
    console.log(
      `${axis} ${String(value).padStart(6)}  ${row.bestMs.toFixed(3).padStart(9)} ms` +
        `  ${row.nsPerMultiplyAdd.toFixed(4)} ns per multiply-add  ${row.memoryMiB.toFixed(1)} MiB` +
        (row.peerBestMs === null ? "" : `  PyTorch ${row.peerBestMs.toFixed(3)} ms`),
    );
  }
}
for (const { stop } of peers) stop();
engines.stop();

const machine = {
  cpu: cpus()[0]?.model,
  node: process.version,
  vectorBits: engines.vectorBits("float32"),
  peerVersion: peer?.version ?? null,
  loadBefore,
};
if (options.svg !== undefined) writeFileSync(options.svg, drawGrowth(rows));
writeResult("growth", { machine, rows }, options.json);

/** @param {Axis} axis @param {Sizes} sizes */
async function measure(axis, sizes) {
  const { timeSteps, hidden, batch, layers } = sizes;
  /** @type {Shape} */
  const shape = [INPUTS, hidden, batch, timeSteps];
  const { contestant, bytes } = engines.growing(shape, layers);
  const other = peer === null ? null : await peer.contestant("lstm", shape, "float32", layers);
  const own = await warmUp(contestant);
  const theirs = other === null ? null : await warmUp(other);
  let processorMs = Infinity;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    const times = await contestant.run(turnOf(own));
    const { user, system } = process.cpuUsage(before);
    processorMs = Math.min(processorMs, (user + system) / 1000 / times.length);
    own.push(...times);
    if (other !== null && theirs !== null) theirs.push(...(await other.run(turnOf(theirs))));
  }
  engines.release();
  const bestMs = Math.min(...own);
  return {
    axis,
    ...sizes,
    bestMs,
    medianMs: median(own),
    processorMs,
    nsPerMultiplyAdd: (processorMs * 1e6) / multiplyAdds(sizes),
    memoryMiB: bytes / 2 ** 20,
    peerBestMs: theirs === null ? null : Math.min(...theirs),
    peerMedianMs: theirs === null ? null : median(theirs),
  };
}

/** Until V8's optimizing compiler has done its work, or one step where a step is long. @param {Contestant} one */
async function warmUp(one) {
  const times = await one.run(1);
  const end = performance.now() + (smoke ? 0 : WARM_UP_MS);
  for (let steps = 0; performance.now() < end || (!smoke && steps < WARM_UP_STEPS && (times.at(-1) ?? 0) < 30); steps++)
    times.push(...(await one.run(1)));
  return times.slice(-1);
}

/** @param {readonly number[]} times */
function turnOf(times) {
  return Math.max(1, Math.min(500, Math.round(TURN_MS / (times.at(-1) ?? 1))));
}

/** Of the products forward, of the gradients of states and inputs, and of those of the weights. @param {Sizes} sizes */
function multiplyAdds({ timeSteps, hidden, batch, layers }) {
  const first = 2 * (INPUTS + hidden) + hidden;
  const above = 4 * hidden + 2 * hidden;
  return timeSteps * batch * 4 * hidden * (first + (layers - 1) * above);
}

/** @param {readonly number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
