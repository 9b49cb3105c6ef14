// @ts-check
/** PyTorch in a process of its own, which runs steps when it is asked to. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/**
 * @param {string} python one that has torch
 * @returns null when it ends before it has said its version
 */
export async function startTorch(python) {
  const child = spawn(python, [join(import.meta.dirname, "torch_steps.py")], {
    env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.on("error", () => {});
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("PyTorch's process has ended");
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
    /** @type {string} */
    version: hello.version,
    /** @type {string} */
    blas: hello.blas,
    /** Takes the place of the one before. @param {string} cell @param {import("./bench.mjs").Shape} shape @returns {Promise<import("./bench.mjs").Contestant>} */
    async contestant(cell, shape) {
      await ask({ cell, shape });
      return { name: "pytorch", threads: 1, run: (steps) => ask(steps) };
    },
    stop: () => child.stdin.end(),
  };
}
