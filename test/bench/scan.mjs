// @ts-check
/**
 * npm run bench:scan -- [--steps 20000] [--smoke]
 *
 * The loop over time of minGRU and of lru for one sequence beside a blocked scan in the same thread: the steps are cut
 * into blocks that are computed in turns, all but the first from a state of zeros, so that one need not wait for the
 * other; then what a block hands on, times the factors since, is added to the states of the next one. A panel of units
 * at a time, eight in float32, in chunks of 128 steps as the kernel takes them; nanoseconds per step, at best.
 */
import { setFlagsFromString } from "node:v8";
import { compileKernel } from "../../scripts/build-kernel.mjs";
import { readCommandLine, refuse } from "../../scripts/command-line.mjs";

const { values: options } = readCommandLine(import.meta.url, {
  options: { steps: { type: "string", default: "20000" }, smoke: { type: "boolean", default: false } },
});
const steps = Number(options.steps);
if (!Number.isInteger(steps) || steps < 128) refuse(`--steps takes a number from 128; got ${options.steps}`);

const CHUNK = 128;
const ROW = 32;
const BLOCKS = [2, 4];
/** Each is timed in turns with the others. */
const ROUNDS = options.smoke ? 2 : 300;

/** Both halves of a row. @param {(half: number, offset: string) => string} code */
const halves = (code) => code(0, "") + code(1, ", 16");

/** What a block starts from. @param {number} block @param {string} states @param {number} half */
function startOf(block, states, half) {
  return block === 0 ? `v128.load(${states}, ${16 * half})` : "v128.splat<real>(0)";
}

/** @param {number} blocks */
function blockedMingru(blocks) {
  const each = Array.from({ length: blocks }, (_, block) => block);
  const power = (/** @type {number} */ block, /** @type {number} */ half) => `p${block}_${half}`;
  const ones = "v128.load_splat<real>(ONE)";
  return `export function mingruBlocked${blocks}(
    z: usize, n: usize, states: usize, scratch: usize, steps: u32): void {
  const size: usize = (steps / ${blocks}) * ROW;
  ${each.map((b) => halves((h) => `let h${b}_${h} = ${startOf(b, "states", h)}, ${power(b, h)} = ${ones};`)).join("\n")}
  for (let at: usize = 0; at < size; at += ROW) {
    const one = v128.load_splat<real>(ONE);
    ${each
      .map(
        (b) => `const z${b} = z + at + ${b} * size, n${b} = n + at + ${b} * size;
      const s${b} = states + ROW + at + ${b} * size, f${b} = scratch + at + ${b} * size;
      ${halves(
        (h, o) => `const w${b}_${h} = v128.load(z${b}${o}), k${b}_${h} = v128.sub<real>(one, w${b}_${h});
        h${b}_${h} = multiplyAdd(k${b}_${h}, h${b}_${h}, v128.mul<real>(w${b}_${h}, v128.load(n${b}${o})));
        ${b === 0 ? "" : `${power(b, h)} = v128.mul<real>(${power(b, h)}, k${b}_${h});`}`,
      )}
      storeRow(s${b}, h${b}_0, h${b}_1);
      ${b === 0 ? "" : `storeRow(f${b}, ${power(b, 0)}, ${power(b, 1)});`}`,
      )
      .join("\n")}
  }
  for (let block: usize = 1; block < ${blocks}; block++) {
    const h = states + ROW + block * size, f = scratch + block * size, last = h - ROW;
    const low = v128.load(last), high = v128.load(last, 16);
    for (let at: usize = 0; at < size; at += ROW) {
      const hAt = h + at, fAt = f + at;
      const h0 = multiplyAdd(v128.load(fAt), low, v128.load(hAt)),
        h1 = multiplyAdd(v128.load(fAt, 16), high, v128.load(hAt, 16));
      storeRow(hAt, h0, h1);
    }
  }
}`;
}

/** With the powers of lambda in a table, which a chunk has in common with the others. @param {number} blocks */
function blockedLru(blocks) {
  const each = Array.from({ length: blocks }, (_, block) => block);
  return `export function lruBlocked${blocks}(
    p: usize, q: usize, re: usize, im: usize, factors: usize, powers: usize, steps: u32): void {
  const size: usize = (steps / ${blocks}) * ROW;
  ${halves((h, o) => `const a${h} = v128.load(factors${o}), b${h} = v128.load(factors + 32${o});`)}
  ${halves((h, o) => `const g${h} = v128.load(factors + 64${o});`)}
  ${each.map((b) => halves((h) => `let r${b}_${h} = ${startOf(b, "re", h)};`)).join("\n")}
  ${each.map((b) => halves((h) => `let i${b}_${h} = ${startOf(b, "im", h)};`)).join("\n")}
  for (let at: usize = 0; at < size; at += ROW) {
    ${each
      .map(
        (b) => `const p${b} = p + at + ${b} * size, q${b} = q + at + ${b} * size;
      const re${b} = re + ROW + at + ${b} * size, im${b} = im + ROW + at + ${b} * size;
      ${halves(
        (h, o) => `const x${b}_${h} = multiplyAdd(b${h}, i${b}_${h}, v128.mul<real>(g${h}, v128.load(p${b}${o}))),
          y${b}_${h} = multiplyAdd(b${h}, r${b}_${h}, v128.mul<real>(g${h}, v128.load(q${b}${o})));
        r${b}_${h} = multiplyAdd(a${h}, r${b}_${h}, x${b}_${h});
        i${b}_${h} = v128.sub<real>(v128.mul<real>(a${h}, i${b}_${h}), y${b}_${h});`,
      )}
      storeRow(re${b}, r${b}_0, r${b}_1);
      storeRow(im${b}, i${b}_0, i${b}_1);`,
      )
      .join("\n")}
  }
  for (let block: usize = 1; block < ${blocks}; block++) {
    const r = re + ROW + block * size, i = im + ROW + block * size, rLast = r - ROW, iLast = i - ROW;
    ${halves((h, o) => `const cr${h} = v128.load(rLast${o}), ci${h} = v128.load(iLast${o});`)}
    for (let at: usize = 0; at < size; at += ROW) {
      const rAt = r + at, iAt = i + at, aAt = powers + at, bAt = powers + size + at;
      ${halves((h, o) => `const pa${h} = v128.load(aAt${o}), pb${h} = v128.load(bAt${o});`)}
      ${halves(
        (h, o) => `const nr${h} = multiplyAdd(pa${h}, cr${h}, multiplyAdd(pb${h}, ci${h}, v128.load(rAt${o}))),
        ni${h} = v128.sub<real>(multiplyAdd(pa${h}, ci${h}, v128.load(iAt${o})), v128.mul<real>(pb${h}, cr${h}));`,
      )}
      storeRow(rAt, nr0, nr1);
      storeRow(iAt, ni0, ni1);
    }
  }
}`;
}

const SOURCE = `import { DiagonalPlan } from "./diagonalPlan";
import * as lru from "./lruCell";
import * as min from "./minCell";
import { multiplyAdd, ONE, ROW, storeRow } from "./simd";
export function mingruLoop(z: usize, n: usize, states: usize, steps: u32): void {
  min.mingruStates(z, n, states, 1, steps);
}
export function lruLoop(plan: DiagonalPlan, steps: u32): void {
  lru.lruStates(plan, 0, 0, steps);
}
export function layPlan(plan: DiagonalPlan, gates: u32, gatesStride: u32, cells: u32, statesStride: u32): void {
  plan.batch = 1;
  plan.hiddenPanels = 1;
  plan.gates = gates;
  plan.gatesStride = gatesStride;
  plan.cells = cells;
  plan.statesStride = statesStride;
}
export function layFactors(plan: DiagonalPlan, factors: u32): void {
  plan.factors = factors;
}
${BLOCKS.map((blocks) => `${blockedMingru(blocks)}\n${blockedLru(blocks)}`).join("\n")}`;

const chunks = Math.floor(steps / CHUNK);
const stride = (chunks * CHUNK + 1) * ROW;
/** Behind the kernel's own data: its plan, factors, powers and scratch, then four long arrays. */
const [PLAN, FACTORS, POWERS, SCRATCH, DATA] = [4096, 8192, 12288, 24576, 65536];

const bytes = await compileKernel("float32", "relaxedWide", [], { "scan.ts": SOURCE });
setFlagsFromString("--experimental-wasm-revectorize");
const memory = new WebAssembly.Memory({
  initial: 2 + Math.ceil((DATA + 5 * stride) / 65536),
  maximum: 65536,
  shared: true,
});
const instance = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)), { env: { memory } });
const kernel = /** @type {Record<string, (...args: number[]) => void>} */ (/** @type {unknown} */ (instance.exports));
const floats = new Float32Array(memory.buffer);
const [first, second, re, im] = [DATA, DATA + stride, DATA + 2 * stride, DATA + 3 * stride];
fill();
kernel["layPlan"]?.(PLAN, first, stride, re, stride);
kernel["layFactors"]?.(PLAN, FACTORS);

function fill() {
  for (let at = DATA / 4; at < (DATA + 5 * stride) / 4; at++) floats[at] = ((at * 7919) % 1000) / 1001;
  const [a, b] = [0.9, 0.4];
  for (let j = 0; j < 8; j++)
    for (const [index, value] of [a, b, 0.5].entries()) floats[FACTORS / 4 + 8 * index + j] = value;
}

/** lambda^1 ... lambda^size, the parts one after the other. @param {number} size */
function fillPowers(size) {
  let [re, im] = [1, 0];
  for (let t = 0; t < size; t++) {
    [re, im] = [0.9 * re - 0.4 * im, 0.9 * im + 0.4 * re];
    for (let j = 0; j < 8; j++) {
      floats[POWERS / 4 + 8 * t + j] = re;
      floats[POWERS / 4 + 8 * (size + t) + j] = im;
    }
  }
}

/** @param {(first: number) => void} run of the chunk whose rows begin at this byte */
function time(run) {
  const begin = performance.now();
  for (let chunk = 0; chunk < chunks; chunk++) run(chunk * CHUNK * ROW);
  return ((performance.now() - begin) * 1e6) / (chunks * CHUNK);
}

/** @type {Record<string, (first: number) => void>} */
const contestants = {
  "minGRU, loop": (at) => kernel["mingruLoop"]?.(first + at, second + at, re + at, CHUNK),
  "lru, loop": (at) => {
    kernel["layPlan"]?.(PLAN, first + at, stride, re + at, stride);
    kernel["lruLoop"]?.(PLAN, CHUNK);
  },
};
for (const blocks of BLOCKS) {
  contestants[`minGRU, ${blocks} blocks`] = (at) =>
    kernel[`mingruBlocked${blocks}`]?.(first + at, second + at, re + at, SCRATCH, CHUNK);
  contestants[`lru, ${blocks} blocks`] = (at) =>
    kernel[`lruBlocked${blocks}`]?.(first + at, second + at, re + at, im + at, FACTORS, POWERS, CHUNK);
}

/** @type {Map<string, number>} */
const best = new Map();
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of Object.entries(contestants)) {
    fillPowers(CHUNK / (Number.parseInt(/(\d) blocks/.exec(name)?.[1] ?? "1") || 1));
    best.set(name, Math.min(best.get(name) ?? Infinity, time(run)));
  }
}
console.log(`One sequence of ${chunks * CHUNK} steps, eight units, nanoseconds per step at best of ${ROUNDS}:`);
for (const [name, nanoseconds] of [...best].toSorted(([a], [b]) => a.localeCompare(b)))
  console.log(`  ${name.padEnd(18)} ${nanoseconds.toFixed(2)}`);

/** The states that a contestant leaves. @param {string} name */
function statesOf(name) {
  fill();
  fillPowers(CHUNK / Number(/(\d) blocks/.exec(name)?.[1] ?? 1));
  for (let chunk = 0; chunk < chunks; chunk++) contestants[name]?.(chunk * CHUNK * ROW);
  return floats.slice(re / 4, (re + stride) / 4);
}

for (const cell of ["minGRU", "lru"]) {
  const loop = statesOf(`${cell}, loop`);
  for (const blocks of BLOCKS) {
    const blocked = statesOf(`${cell}, ${blocks} blocks`);
    const error = blocked.reduce((most, value, index) => Math.max(most, Math.abs(value - (loop[index] ?? NaN))), 0);
    if (!(error < 1e-4)) throw new Error(`${cell} in ${blocks} blocks is ${error} off the loop.`);
  }
}
