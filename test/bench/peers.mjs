// @ts-check
/** Other frameworks in processes of their own, which run training steps when they are asked to. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findPythonPackage, runPython } from "../../scripts/python.mjs";
import { startTensorflow } from "./tensorflow.mjs";

/** @typedef {import("./bench.mjs").Shape} Shape */
/** @typedef {import("./bench.mjs").Dtype} Dtype */
/** @typedef {import("./bench.mjs").Contestant} Contestant */
/**
 * @typedef {object} Peer
 * @property {"pytorch" | "jax" | "tfjs"} name
 * @property {string} version
 * @property {string} library what does its matrix products
 * @property {number} threads
 * @property {(cell: string, shape: Shape, dtype: Dtype, layers?: number) => Promise<Contestant | null>} contestant
 * takes the place of the one before; null: it has no such network. Only PyTorch has several layers
 * @property {() => void} stop
 */

const SCRIPTS = /** @type {const} */ ({ pytorch: ["torch", "torch_steps.py"], jax: ["jax", "jax_steps.py"] });

/**
 * @param {readonly string[]} pythons asked for PyTorch and JAX; empty: the Python that tests compare with
 * @param {readonly number[]} threads each peer is started once for each of these
 * @param {boolean} tfjs
 * @returns {Promise<{ peers: Peer[], missing: string[] }>} missing: what was looked for and is not there
 */
export async function startPeers(pythons, threads, tfjs) {
  const missing = /** @type {string[]} */ ([]);
  const peers = /** @type {Peer[]} */ ([]);
  for (const [python, name] of findPeers(pythons, missing)) {
    for (const count of threads) {
      const peer = await startPythonPeer(python, name, count);
      if (peer === null) missing.push(`${name} of ${python}: its process ended`);
      else peers.push(peer);
    }
  }
  if (tfjs) peers.push(await startTensorflow());
  return { peers, missing };
}

/**
 * @param {readonly string[]} pythons
 * @param {string[]} missing
 * @returns {(readonly [python: string, name: "pytorch" | "jax"])[]}
 */
function findPeers(pythons, missing) {
  if (pythons.length === 0) {
    const found = findPythonPackage("torch");
    if (found.missing === null) return [[found.python, "pytorch"]];
    missing.push(found.missing);
    return [];
  }
  return pythons.flatMap((python) => {
    const here = /** @type {const} */ (["pytorch", "jax"]).filter(
      (name) => runPython(python, `import ${SCRIPTS[name][0]}`).failure === null,
    );
    if (here.length === 0) missing.push(`${python} can import neither torch nor jax`);
    return here.map((name) => /** @type {const} */ ([python, name]));
  });
}

/**
 * @param {string} python
 * @param {"pytorch" | "jax"} name
 * @param {number} threads
 * @returns {Promise<Peer | null>} null when it ends before it has said its version
 */
async function startPythonPeer(python, name, threads) {
  const count = String(threads);
  const child = spawn(python, [join(import.meta.dirname, SCRIPTS[name][1]), count], {
    // Before the libraries are loaded: OpenBLAS does not ask torch how many threads it may use.
    env: { ...process.env, OMP_NUM_THREADS: count, OPENBLAS_NUM_THREADS: count, MKL_NUM_THREADS: count },
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`The process of ${name} has ended`);
    return JSON.parse(value);
  };
  /** @param {unknown} request */
  const ask = (request) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return read();
  };
  const hello = await read().catch(() => null);
  if (hello === null) return null;
  return {
    name,
    version: String(hello.version),
    library: String(hello.library),
    threads,
    async contestant(cell, shape, dtype, layers = 1) {
      if (name === "jax" && !["lstm", "gru", "rnn", "linear"].includes(cell)) return null;
      await ask({ cell, shape, dtype, layers });
      return { name, threads, dtype, run: (steps) => ask(steps) };
    },
    stop: () => child.stdin.end(),
  };
}
